// Package annotate finds figures with a language model. It contains the manual
// that models are given and people review by, the prompts, the form of an answer,
// the decoder that reads an answer while it arrives, and the grounding of what a
// model says in the words of the verse.
//
// The package makes requests through llm.Provider and stores nothing. A Recorder
// can store every request and answer before the answer is interpreted.
package annotate
