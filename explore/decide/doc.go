// Package decide has the pages on which reviewers decide on figures: the queue, the form
// of a figure, that of a verse, the state of the review, and the adjudication of
// differences. Its forms work without scripts. Every change is a POST with the secret of
// the session, and becomes an event of package review.
package decide
