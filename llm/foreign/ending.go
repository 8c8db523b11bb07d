package foreign

import (
	"strings"

	"mashal/llm"
)

// KindOfEnd returns what the reason stands for with which a model stopped, in any
// vendor's words. The kind is KindNone for a good end, and Malformed for a reason
// that is not known.
func KindOfEnd(reason string) llm.Kind {
	if IsCall(reason) {
		return llm.KindNone // the arguments of the call are the answer
	}
	switch strings.ToLower(reason) {
	case "stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete", "completed", "finish", "finished", "finish_reason_stop", "done":
		return llm.KindNone
	case "length", "max_tokens", "model_length", "max_output_tokens", "max_length", "limit", "model_context_window_exceeded":
		return llm.TooLong
	case "content_filter", "content_filtered", "safety", "recitation", "sensitive", "refusal", "blocklist", "prohibited_content", "spii", "language",
		"image_safety", "image_prohibited_content", "image_recitation", "guardrail_intervened", "error_toxic":
		return llm.Refused
	case "error", "network_error", "insufficient_system_resource", "failed", "error_limit":
		return llm.ServerError
	}
	return llm.Malformed
}

// IsCall reports whether a model stopped to call a function.
func IsCall(reason string) bool {
	switch strings.ToLower(reason) {
	case "tool_calls", "tool_call", "tool_use", "function_call":
		return true
	}
	return false
}
