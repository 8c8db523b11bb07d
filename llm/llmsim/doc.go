// Package llmsim is a server that speaks the streaming protocols of the
// language models' vendors: OpenAI's Chat Completions and Responses,
// Anthropic's Messages and Google's Gemini API, and those of their batches.
// What it answers is the caller's; how fast, within which limits and with which
// faults is its own. With it everything that asks a model can be tried, tested
// and measured without a key, and without paying.
//
// The same seed gives the same faults whatever the order in which requests
// come: they depend on the question and on how often it was asked before.
package llmsim
