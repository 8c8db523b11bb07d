package foreign

import (
	"strings"

	"mashal/llm"
)

// KindOfEnd returns what the reason stands for with which a model stopped, in any
// vendor's words. The kind is KindNone for a good end, and Malformed for a reason
// that is neither known nor says what it is.
func KindOfEnd(reason string) llm.Kind {
	if IsCall(reason) {
		return llm.KindNone // the arguments of the call are the answer
	}
	reason = strings.ToLower(reason)
	switch reason {
	case "stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete", "completed", "finish", "finished", "finish_reason_stop", "done":
		return llm.KindNone
	case "spii", "language", "error_toxic":
		return llm.Refused
	case "model_context_window_exceeded":
		return llm.TooLong
	case "insufficient_system_resource", "error_limit":
		return llm.ServerError
	}
	for _, w := range []struct {
		kind  llm.Kind
		words []string
	}{
		{llm.Refused, []string{"recitation", "filter", "safety", "policy", "block", "prohibit", "sensitive", "refus", "guardrail", "moderat"}},
		{llm.TooLong, []string{"limit", "length", "max_", "max-", "too_long", "truncat"}},
		{llm.ServerError, []string{"error", "fail", "abort", "timeout", "overload", "interrupt"}},
	} {
		for _, word := range w.words {
			if strings.Contains(reason, word) {
				return w.kind
			}
		}
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
