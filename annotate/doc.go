// Package annotate finds figures with a language model. It holds what a model
// is told (a manual that people review by too), what it may answer, how its
// answer is read while it is still being written, and how what it says is
// grounded in the words of the verse.
//
// The package asks through llm.Provider and keeps nothing: who wants every
// request and response on disk before it is interpreted gives a Recorder.
package annotate
