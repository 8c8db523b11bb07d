// Package thinking finds the marks with which a model separates its reasoning from
// its answer in one text: tags (<think>, [THINK], ◁think▷ and their relatives),
// the channels of the Harmony format (<|channel|>analysis<|message|>), whole or
// without their special tokens (analysis...assistantfinal), and fixed phrases.
//
// The models do not use the marks consistently: templates put the opening tag into
// the prompt, answers end before the closing tag, reasoning mentions the tags. So
// the package only reports marks. Its caller applies the one rule that holds for
// all of them: the answer is what follows the last mark that ends reasoning,
// without what later marks open.
package thinking
