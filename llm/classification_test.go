package llm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mashal/llm"
)

// openaiBody returns an error in OpenAI's form.
func openaiBody(message, kind, code string) string {
	return fmt.Sprintf(`{"error":{"message":%q,"type":%q,"param":null,"code":%q}}`, message, kind, code)
}

// anthropicBody returns an error in Anthropic's form.
func anthropicBody(kind, message string) string {
	return fmt.Sprintf(`{"type":"error","error":{"type":%q,"message":%q},"request_id":"req_1"}`, kind, message)
}

// googleBody returns an error in Google's form.
func googleBody(code int, status, message, details string) string {
	return fmt.Sprintf(`{"error":{"code":%d,"message":%q,"status":%q,"details":[%s]}}`, code, message, status, details)
}

// TestClassify holds the table of signs to what servers report. The codes are the
// servers'; the messages are shortened to the words that count. Status 200 is an
// error in a stream that began well.
func TestClassify(t *testing.T) {
	const invalid = "invalid_request_error"
	for _, c := range []struct {
		server string
		status int
		body   string
		want   llm.Kind
	}{
		// An overfull context.
		{"OpenAI", 400, openaiBody("This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.", invalid, "context_length_exceeded"), llm.TooLarge},
		{"OpenAI Responses", 200, `{"type":"error","code":"context_length_exceeded","message":"Your input exceeds the context window of this model."}`, llm.TooLarge},
		{"OpenAI, string", 400, openaiBody("Invalid 'input': string too long.", invalid, "string_above_max_length"), llm.TooLarge},
		{"Azure", 400, `{"error":{"message":"This model's maximum context length is 8192 tokens","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`, llm.TooLarge},
		{"Anthropic", 400, anthropicBody(invalid, "prompt is too long: 210000 tokens > 200000 maximum"), llm.TooLarge},
		{"Anthropic, with output", 400, anthropicBody(invalid, "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again"), llm.TooLarge},
		{"Anthropic, bytes", 413, anthropicBody("request_too_large", "Request exceeds the maximum size"), llm.TooLarge},
		{"Gemini", 400, googleBody(400, "INVALID_ARGUMENT", "The input token count (1187302) exceeds the maximum number of tokens allowed (1048576).", ""), llm.TooLarge},
		{"vLLM", 400, `{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 6123 tokens in the messages.","type":"BadRequestError","param":null,"code":400}`, llm.TooLarge},
		{"vLLM, prompt", 400, `{"object":"error","message":"The decoder prompt (length 6123) is longer than the maximum model length of 4096.","type":"BadRequestError","code":400}`, llm.TooLarge},
		{"vLLM behind a proxy", 500, `{"error":{"message":"litellm.ContextWindowExceededError: This model's maximum context length is 4096 tokens","type":null,"code":"400"}}`, llm.TooLarge},
		{"llama.cpp", 400, `{"error":{"code":400,"message":"request (6123 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":6123,"n_ctx":4096}}`, llm.TooLarge},
		{"llama.cpp, stream", 200, `{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}`, llm.TooLarge},
		{"llama.cpp, 500", 500, `{"error":{"code":500,"message":"context size has been exceeded","type":"server_error"}}`, llm.TooLarge},
		{"Ollama", 400, `{"error":{"message":"the input length exceeds the context length","type":"invalid_request_error"}}`, llm.TooLarge},
		{"Ollama, 500", 500, `{"error":{"message":"input length exceeds maximum context length","type":"api_error"}}`, llm.TooLarge},
		{"LM Studio", 400, `{"error":"Trying to keep the first 6123 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens."}`, llm.TooLarge},
		{"LM Studio, n_keep", 500, `{"error":"The number of tokens to keep from the initial prompt is greater than the context length"}`, llm.TooLarge},
		{"OpenRouter", 400, `{"error":{"message":"This endpoint's maximum context length is 32768 tokens. However, you requested about 40000 tokens. Please reduce the length of either one.","code":400}}`, llm.TooLarge},
		{"Mistral", 400, `{"object":"error","message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","code":"3051"}`, llm.TooLarge},
		{"Groq", 400, openaiBody("Please reduce the length of the messages or completion.", invalid, "context_length_exceeded"), llm.TooLarge},
		{"xAI", 400, `{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 537812 tokens."}`, llm.TooLarge},
		{"TGI", 422, `{"error":"Input validation error: inputs tokens + max_new_tokens must be <= 4096. Given: 6123 inputs tokens","error_type":"validation"}`, llm.TooLarge},
		{"DashScope", 400, openaiBody("Range of input length should be [1, 30720]", invalid, "invalid_parameter_error"), llm.TooLarge},
		{"Cohere", 400, `{"message":"too many tokens: size limit exceeded by 2012 tokens"}`, llm.TooLarge},
		{"nginx", 413, "<html><h1>413 Request Entity Too Large</h1></html>", llm.TooLarge},

		// More than the key may send in a minute.
		{"Groq", 413, openaiBody("Request too large for model on tokens per minute (TPM): Limit 6000, Requested 9120, please reduce your message size and try again.", "tokens", "rate_limit_exceeded"), llm.TooLarge},
		{"OpenAI", 429, openaiBody("Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000. The input or output tokens must be reduced.", "tokens", "rate_limit_exceeded"), llm.TooLarge},
		{"Groq, 429", 429, openaiBody("Rate limit reached on tokens per minute (TPM): Limit 6000, Used 0, Requested 9120. Please try again in 31.2s.", "tokens", "rate_limit_exceeded"), llm.TooLarge},
		{"GitHub Models", 413, openaiBody("Request body too large for gpt-4o model. Max size: 8000 tokens.", "", "tokens_limit_reached"), llm.TooLarge},

		// A rate limit that passes.
		{"OpenAI", 429, openaiBody("Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 28000, Requested 4000. Please try again in 4s.", "tokens", "rate_limit_exceeded"), llm.RateLimited},
		{"Groq, per day", 429, openaiBody("Rate limit reached on tokens per day (TPD): Limit 100000, Used 99000, Requested 4000. Please try again in 1m26.4s.", "tokens", "rate_limit_exceeded"), llm.RateLimited},
		{"Anthropic", 429, anthropicBody("rate_limit_error", "This request would exceed your organization's rate limit of 30,000 input tokens per minute"), llm.RateLimited},
		{"Gemini, per minute", 429, googleBody(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generate_content_free_tier_requests, limit: 10\nPlease retry in 25.4s.", `{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"retryDelay":"25s"}`), llm.RateLimited},
		{"Mistral", 429, `{"message":"Requests rate limit exceeded"}`, llm.RateLimited},
		{"no body", 429, "", llm.RateLimited},
		{"a proxy", 200, `{"error":{"code":429,"message":"Provider returned error"}}`, llm.RateLimited},

		// No credit, or a limit that does not pass within a run.
		{"OpenAI", 429, openaiBody("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota"), llm.Quota},
		{"OpenAI, hard limit", 400, openaiBody("Billing hard limit has been reached", invalid, "billing_hard_limit_reached"), llm.Quota},
		{"OpenAI, stream", 200, openaiBody("You exceeded your current quota", "insufficient_quota", "insufficient_quota"), llm.Quota},
		{"Anthropic, credit", 400, anthropicBody(invalid, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."), llm.Quota},
		{"Anthropic, limit", 400, anthropicBody(invalid, "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."), llm.Quota},
		{"Anthropic, workspace", 429, anthropicBody("rate_limit_error", "This workspace has reached its monthly spend limit."), llm.Quota},
		{"Anthropic, billing", 403, anthropicBody("billing_error", "a message"), llm.Quota},
		{"Gemini, per day", 429, googleBody(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", `{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"3s"}`), llm.Quota},
		{"Gemini, limit 0", 429, googleBody(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota. * Quota exceeded for metric: generate_content_free_tier_requests, limit: 0, model: gemini-3.1-pro\nPlease retry in 25.4s.", `{"retryDelay":"25s"}`), llm.Quota},
		{"Gemini, billing", 403, googleBody(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", `{"reason":"BILLING_DISABLED"}`), llm.Quota},
		{"Gemini, free tier", 400, googleBody(400, "FAILED_PRECONDITION", "Free tier is not available in your country. Please enable billing on your project.", ""), llm.Quota},
		{"DeepSeek", 402, openaiBody("Insufficient Balance", "unknown_error", invalid), llm.Quota},
		{"a reseller", 429, openaiBody("Insufficient Balance", "unknown_error", invalid), llm.Quota},
		{"OpenRouter", 402, `{"error":{"message":"This request requires more credits, or fewer max_tokens.","code":402}}`, llm.Quota},
		{"OpenRouter, key", 403, `{"error":{"message":"Key limit exceeded (total limit).","code":403}}`, llm.Quota},
		{"OpenRouter, free", 429, `{"error":{"message":"Rate limit exceeded: free-models-per-day","code":429,"metadata":{"headers":{"X-RateLimit-Reset":"1796169600000"}}}}`, llm.Quota},
		{"Moonshot", 429, `{"error":{"message":"Your account is suspended, please check your plan and billing details","type":"exceeded_current_quota_error"}}`, llm.Quota},
		{"LiteLLM", 400, `{"error":{"message":"Budget has been exceeded! Current cost: 10.1, Max budget: 10","type":"budget_exceeded","code":"400"}}`, llm.Quota},
		{"DashScope", 400, openaiBody("Access denied, please make sure your account is in good standing.", "Arrearage", "Arrearage"), llm.Quota},
		{"xAI", 403, `{"code":"The caller does not have permission","error":"Your newly created team doesn't have any credits yet. You can purchase credits at console."}`, llm.Quota},
		{"Ollama cloud", 429, `{"error":"you've reached your hourly usage limit, please upgrade to continue"}`, llm.Quota},

		// A refusal of one prompt.
		{"Azure", 400, `{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`, llm.Refused},
		{"Azure, inner", 400, `{"error":{"message":"a message","code":"400","innererror":{"code":"ResponsibleAIPolicyViolation"}}}`, llm.Refused},
		{"OpenAI", 400, openaiBody("Invalid prompt: your prompt was flagged as potentially violating our usage policy.", invalid, "invalid_prompt"), llm.Refused},
		{"Anthropic", 400, anthropicBody(invalid, "Output blocked by content filtering policy"), llm.Refused},
		{"OpenRouter", 403, `{"error":{"code":403,"message":"a model requires moderation. Your input was flagged for violence. No credits were charged.","metadata":{"reasons":["violence"]}}}`, llm.Refused},
		{"DeepSeek", 400, openaiBody("Content Exists Risk", invalid, invalid), llm.Refused},
		{"DashScope", 400, openaiBody("Output data may contain inappropriate content.", "data_inspection_failed", "data_inspection_failed"), llm.Refused},
		{"Moonshot", 400, `{"error":{"message":"The request was rejected because it was considered high risk","type":"content_filter"}}`, llm.Refused},

		// An unknown model, and a wrong address.
		{"Ollama", 404, `{"error":{"message":"model \"llama9\" not found, try pulling it first","type":"api_error","param":null,"code":null}}`, llm.UnknownModel},
		{"OpenAI", 404, openaiBody("The model `gpt-9` does not exist or you do not have access to it.", invalid, "model_not_found"), llm.UnknownModel},
		{"OpenAI, completions", 404, openaiBody("This is not a chat model and thus not supported in the v1/chat/completions endpoint.", invalid, ""), llm.UnknownModel},
		{"Azure", 404, `{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}`, llm.UnknownModel},
		{"Anthropic", 404, anthropicBody("not_found_error", "model: claude-9"), llm.UnknownModel},
		{"Gemini", 404, googleBody(404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta", ""), llm.UnknownModel},
		{"vLLM", 404, `{"object":"error","message":"The model x does not exist.","type":"NotFoundError","param":null,"code":404}`, llm.UnknownModel},
		{"OpenRouter", 400, `{"error":{"message":"org/x is not a valid model ID","code":400}}`, llm.UnknownModel},
		{"OpenRouter, parameters", 404, `{"error":{"message":"No endpoints found that support the requested parameters","code":404}}`, llm.BadRequest},
		{"OpenRouter, endpoints", 404, `{"error":{"message":"No endpoints found for org/x.","code":404}}`, llm.UnknownModel},
		{"DeepSeek", 400, openaiBody("Model Not Exist", invalid, invalid), llm.UnknownModel},
		{"Mistral", 400, `{"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"}`, llm.UnknownModel},
		{"LM Studio", 404, `{"error":{"message":"No models loaded. Please load a model in the developer page.","type":"invalid_request_error","param":"model","code":"model_not_found"}}`, llm.UnknownModel},
		{"Groq", 400, openaiBody("The model x has been decommissioned and is no longer supported.", invalid, "model_decommissioned"), llm.UnknownModel},
		{"Go", 404, "404 page not found", llm.WrongAddress},
		{"nginx", 404, "<html><head><title>404 Not Found</title></head></html>", llm.WrongAddress},
		{"FastAPI", 404, `{"detail":"Not Found"}`, llm.WrongAddress},
		{"llama.cpp", 404, `{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}`, llm.WrongAddress},
		{"LM Studio", 200, `{"error":"Unexpected endpoint or method. (POST /chat/completions)"}`, llm.WrongAddress},
		{"OpenAI", 404, openaiBody("Invalid URL (POST /chat/completions)", invalid, ""), llm.WrongAddress},
		{"Anthropic", 404, anthropicBody("not_found_error", "Not Found"), llm.WrongAddress},
		{"Azure", 404, `{"error":{"code":"404","message":"Resource not found"}}`, llm.WrongAddress},
		{"Express", 404, "<pre>Cannot POST /chat/completions</pre>", llm.WrongAddress},
		{"Google", 404, "<p>The requested URL /chat/completions was not found on this server.</p>", llm.WrongAddress},
		{"a file server", 405, "Method Not Allowed", llm.WrongAddress},
		{"a redirect", 308, "", llm.WrongAddress},

		// No key, or a wrong one.
		{"OpenAI", 401, openaiBody("Incorrect API key provided", invalid, "invalid_api_key"), llm.Auth},
		{"OpenAI, country", 403, openaiBody("Country, region, or territory not supported", "request_forbidden", "unsupported_country_region_territory"), llm.Auth},
		{"Gemini", 400, googleBody(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", `{"reason":"API_KEY_INVALID"}`), llm.Auth},
		{"Gemini, location", 400, googleBody(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", ""), llm.Auth},
		{"Anthropic", 401, anthropicBody("authentication_error", "invalid x-api-key"), llm.Auth},
		{"xAI", 400, `{"code":"Client specified an invalid argument","error":"Incorrect API key provided: ab***yz."}`, llm.Auth},
		{"a proxy", 401, "", llm.Auth},

		// No capacity, and the server's own failures.
		{"Anthropic", 529, anthropicBody("overloaded_error", "Overloaded"), llm.Overloaded},
		{"Gemini", 503, googleBody(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", ""), llm.Overloaded},
		{"llama.cpp, cut", 200, `{"error":{"code":500,"message":"The model produced output that does not match the expected peg-native format","type":"server_error"}}`, llm.Malformed},
		{"llama.cpp, cut, of 2025", 500, `{"error":{"code":500,"message":"Failed to parse input at pos 212: {\"verse\": 3, \"fig","type":"server_error"}}`, llm.Malformed},
		{"Groq, cut", 400, `{"error":{"message":"Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.","type":"invalid_request_error","code":"json_validate_failed","failed_generation":"{"}}`, llm.Malformed},
		{"a proxy, cut", 500, `{"error":{"message":"unable to parse the model output as JSON","type":"server_error"}}`, llm.Malformed},
		{"llama.cpp", 503, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`, llm.Overloaded},
		{"Mistral", 429, `{"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","code":"3505"}`, llm.Overloaded},
		{"Groq, flex", 498, openaiBody("capacity", "", "capacity_exceeded"), llm.Overloaded},
		{"OpenAI", 503, openaiBody("The engine is currently overloaded", "server_error", ""), llm.Overloaded},
		{"OpenAI", 500, openaiBody("The server had an error", "server_error", ""), llm.ServerError},
		{"Cloudflare", 524, "<title>524: A timeout occurred</title>", llm.ServerError},
		{"vLLM, stream", 200, `{"error":{"message":"EngineCore encountered an issue","type":"InternalServerError","param":null,"code":500}}`, llm.ServerError},
		{"Gemini", 504, googleBody(504, "DEADLINE_EXCEEDED", "The request timed out.", ""), llm.ServerError},

		// The request is wrong: a parameter may be at fault.
		{"OpenAI", 400, openaiBody("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", invalid, "unsupported_parameter"), llm.BadRequest},
		{"OpenAI, value", 400, openaiBody("max_tokens is too large: 100000. This model supports at most 16384 completion tokens.", invalid, "invalid_value"), llm.BadRequest},
		{"Anthropic, value", 400, anthropicBody(invalid, "max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for this model"), llm.BadRequest},
		{"DeepSeek, schema", 400, openaiBody("This response_format type is unavailable now", invalid, invalid), llm.BadRequest},
		{"Gemini, schema", 400, googleBody(400, "INVALID_ARGUMENT", "JSON mode is not enabled for models/gemma-3-27b-it", ""), llm.BadRequest},
		{"Gemini, thinking", 400, googleBody(400, "INVALID_ARGUMENT", "Thinking level is not supported for this model.", ""), llm.BadRequest},
		{"vLLM, 422", 422, `{"detail":[{"loc":["body","stream_options"],"msg":"extra fields not permitted"}]}`, llm.BadRequest},
		{"a proxy, 500", 500, `{"error":{"code":400,"message":"upstream refused the request"}}`, llm.BadRequest},
	} {
		for _, kept := range []string{c.body, strings.ToUpper(c.body)} {
			if kept != c.body && strings.HasPrefix(kept, "{") {
				continue // names of fields are as they are
			}
			if got, _ := llm.ParseAPIError([]byte(kept)).Classify(c.status); got != c.want {
				t.Errorf("%s: %d %s: got %s, want %s", c.server, c.status, kept, got, c.want)
			}
		}
	}
}

// TestRetryAfterInBody checks what bodies say about the time to wait.
func TestRetryAfterInBody(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for message, want := range map[string]time.Duration{
		"Please try again in 1m26.4s.":                            86400 * time.Millisecond,
		"Please try again in 20ms. Visit the documentation.":      20 * time.Millisecond,
		"try again in 7.66s":                                      7660 * time.Millisecond,
		"Please retry in 25.4s.":                                  25400 * time.Millisecond,
		"Your quota will reset after 12h34m16s.":                  12*time.Hour + 34*time.Minute + 16*time.Second,
		"Please retry after 30 seconds.":                          30 * time.Second,
		"Please try again in 2 minutes":                           2 * time.Minute,
		"You will regain access on 2026-11-30 at 13:00 UTC.":      time.Hour,
		"blocked until 2026-11-30T12:00:30Z":                      30 * time.Second,
		"try again later":                                         0,
		"Limit 6000, Used 0, Requested 9120":                      0,
		"retry in 99999999999999999999h":                          24 * time.Hour, // the longest wait
		"wait for 1.2.3.4s, as the text of a server may have it.": 0,
	} {
		if got := llm.ParseAPIError([]byte(openaiBody(message, "", ""))).RetryAfter(now); got != want {
			t.Errorf("%q: got %s, want %s", message, got, want)
		}
	}
	google := googleBody(429, "RESOURCE_EXHAUSTED", "Please retry in 9s.", `{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}`)
	if got := llm.ParseAPIError([]byte(google)).RetryAfter(now); got != 3500*time.Millisecond {
		t.Errorf("Google's RetryInfo: %s", got)
	}
}
