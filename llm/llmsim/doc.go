// Package llmsim simulates the servers of language model vendors. It implements
// OpenAI's Chat Completions and Responses, Anthropic's Messages and Google's
// Gemini API, with their streams and batches. The caller supplies the answers.
// The server adds speed, rate limits, costs and faults. Code that calls a model
// can be run, tested and measured against it without a key and without paying.
//
// The same seed gives the same faults in any order of requests. A fault depends
// on the request's content and on how often the same request was sent before.
package llmsim
