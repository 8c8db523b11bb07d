// Package learned finds figures by a small statistical model: logistic regression
// over the words of a verse, their morphology, their translation and what the rules
// find. It needs no language model and no network.
//
// The model was trained on the annotations of a language model and on the notes of
// human translators by the command learned/gen, which also measures it on books that
// it was not trained on. The weights are embedded.
//
// Metaphors are claimed, beside the rules only those that are about as sure as theirs.
// Figures of the other types are suggestions, because the model is not reliable enough
// there.
package learned
