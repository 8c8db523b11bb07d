// Package evaluate compares two annotations of the same verses, of which one is the
// reference. It computes precision, recall, F1 and Cohen's kappa for each type of
// figure, and the agreement on the words of figures. The annotations are sequences of
// figures, so the package does not depend on files or databases.
//
// The measures have two levels. At the level of verses, a verse has a figure of a type
// or not. Agreement on absence counts there, so kappa is defined. At the level of
// figures (instances), a figure is matched with a figure of the other annotation that
// shares words with it. Absence cannot be counted there, so kappa is not defined. F1 is
// the limit of kappa as the number of absences grows (Hripcsak and Rothschild 2005,
// "Agreement, the F-Measure, and Reliability in Information Retrieval", JAMIA
// 12:296-298).
package evaluate
