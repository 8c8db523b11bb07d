// Package evaluate compares two annotations of the same verses, one taken as
// the reference: precision, recall, F1 and Cohen's kappa per type of figure,
// and how well the single figures and their words agree. It takes two
// sequences and knows neither files nor databases.
//
// Two levels are told apart, because they answer different questions. At the
// level of verses each verse has or has not a figure of a type, so that
// agreement on absence counts and kappa is defined. At the level of figures
// (instances) one figure is matched with one of the other annotation by the
// words they share; absence cannot be counted there, so kappa is not defined,
// and F1 is what it tends to as absences grow (Hripcsak and Rothschild 2005,
// "Agreement, the F-Measure, and Reliability in Information Retrieval", JAMIA
// 12:296-298).
package evaluate
