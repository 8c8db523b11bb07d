// Package sdktest holds the clients in llm/openai, llm/anthropic and llm/gemini
// to the official SDKs of these vendors, and the simulator in llm/llmsim to the
// SDKs' types. The program is built without the SDKs: they are requirements of
// this module alone, which has nothing but tests.
//
// For the same request a client sends what the SDK sends. Of the same stream it
// reads what the SDK reads. Where an SDK is known to be wrong, the table of
// exceptions names the difference, and a test fails when the SDK is corrected.
package sdktest
