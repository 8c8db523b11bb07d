package llmsim

import (
	"encoding/json"
	"strings"
)

// Faults of the request. The server refuses what a client may do without, or this
// one prompt. A refused parameter counts only in requests that have it.
const (
	NoSchema      Fault = "no-schema"         // the JSON schema, by name
	NoSchemaQuiet Fault = "no-schema-quiet"   // the JSON schema, without saying so
	NoSchemaError Fault = "no-schema-error"   // the same, as an error of the server
	NoLimit       Fault = "no-limit"          // the limit of the output, or a high one (Anthropic)
	NoTemperature Fault = "no-temperature"    // a temperature
	NoEffort      Fault = "no-effort"         // how much to reason
	NoSystem      Fault = "no-system"         // instructions as a message of their own
	NoOptions     Fault = "no-stream-options" // the usage in a stream (Chat), marks for the cache (Anthropic)
	NoStream      Fault = "no-stream"         // an answer in pieces (OpenAI)
	ContextFull   Fault = "context-full"      // the request exceeds the context
	TooLarge      Fault = "too-large"         // the request exceeds the tokens per minute of the key
	PromptBlocked Fault = "prompt-blocked"    // a filter refuses the prompt
	ContentCode   Fault = "content-code"      // the same, with a code of another vendor's

	VerseBlocked      Fault = "verse-blocked"       // a filter refuses prompts that show verse 3, and names it
	VerseBlockedQuiet Fault = "verse-blocked-quiet" // the same, without naming it
)

// blockedVerse is the beginning of the line with which a prompt shows the verse that a
// filter refuses.
const blockedVerse = "\nv3 "

// Faults of the account. Every other request has them too.
const (
	OutOfCredit  Fault = "out-of-credit" // the account has no credit
	DailyLimit   Fault = "daily-limit"   // the limit of a day or a month is reached
	UnknownModel Fault = "unknown-model" // the key has no such model
	ModelError   Fault = "model-error"   // the same as an error of the server
	NotServed    Fault = "not-served"    // the vendor does not serve the country
	NoSuchPath   Fault = "no-such-path"  // nothing is at the address
)

var (
	requestFaults = []Fault{NoSchema, NoSchemaQuiet, NoSchemaError, NoLimit, NoTemperature, NoEffort, NoSystem, NoOptions, NoStream, ContextFull, TooLarge, PromptBlocked, ContentCode}
	verseFaults   = []Fault{VerseBlocked, VerseBlockedQuiet} // of no group, which keeps the draws of the groups
	accountFaults = []Fault{OutOfCredit, DailyLimit, UnknownModel, ModelError, NotServed, NoSuchPath}
)

// A refusal is the answer to a request with a fault of the request or the account.
type refusal struct {
	field  string  // the request has this field, given as a path; "" for all requests
	above  float64 // the field is a number greater than this; 0 for any value
	status int
	body   string
}

// applies reports whether a request, as JSON, is refused.
func (r refusal) applies(body []byte) bool {
	if r.body == "" {
		return false
	}
	if r.field == "" {
		return true
	}
	var at any
	if json.Unmarshal(body, &at) != nil {
		return false
	}
	for name := range strings.SplitSeq(r.field, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[name]
		case []any:
			if at = nil; len(v) > 0 {
				at = v[0]
				if object, ok := at.(map[string]any); ok {
					at = object[name]
				}
			}
		default:
			return false
		}
	}
	if n, ok := at.(float64); ok && r.above > 0 {
		return n > r.above
	}
	return at != nil && at != "user" && at != false
}

// refusals are what the vendors answer, by fault and protocol. A fault that a
// protocol lacks has no effect there.
var refusals = map[Fault]map[Protocol]refusal{
	NoSchema: {
		Chat:      {"response_format", 0, 400, openaiRefusal("This response_format type is unavailable now", "invalid_request_error")},
		Responses: {"text.format", 0, 404, openaiRefusal("No endpoints found that support structured outputs", "")},
		Messages:  {"output_config.format", 0, 400, anthropicRefusal("invalid_request_error", "output_config.format: Extra inputs are not permitted")},
		Gemini:    {"generationConfig.responseJsonSchema", 0, 400, googleRefusal(400, "INVALID_ARGUMENT", `Invalid JSON payload received. Unknown name "responseJsonSchema": Cannot find field.`, "")},
	},
	NoSchemaQuiet: {
		Chat:      {"response_format", 0, 422, `{"detail":"Unprocessable Entity"}`},
		Responses: {"text.format", 0, 400, `{"error":"bad request"}`},
		Messages:  {"output_config.format", 0, 400, anthropicRefusal("invalid_request_error", "Bad Request")},
		Gemini:    {"generationConfig.responseJsonSchema", 0, 400, googleRefusal(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "")},
	},
	NoSchemaError: {
		Chat:      {"response_format", 0, 500, "Internal Server Error"},
		Responses: {"text.format", 0, 500, openaiRefusal("The server had an error while processing your request", "")},
		Messages:  {"output_config.format", 0, 500, anthropicRefusal("api_error", "Internal server error")},
		Gemini:    {"generationConfig.responseJsonSchema", 0, 500, googleRefusal(500, "INTERNAL", "An internal error has occurred.", "")},
	},
	NoLimit: {
		Chat:      {"max_tokens", 0, 400, openaiRefusal("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "unsupported_parameter")},
		Responses: {"max_output_tokens", 0, 400, openaiRefusal("Unsupported parameter: 'max_output_tokens'", "unsupported_parameter")},
		Messages:  {"max_tokens", 8192, 400, anthropicRefusal("invalid_request_error", "max_tokens: 20000 > 8192, which is the maximum allowed number of output tokens for this model")},
		Gemini:    {"generationConfig.maxOutputTokens", 8192, 400, googleRefusal(400, "INVALID_ARGUMENT", "Unable to submit request because it has a maxOutputTokens value of 20000 but the supported range is from 1 (inclusive) to 8193 (exclusive).", "")},
	},
	NoTemperature: {
		Chat:      {"temperature", 0, 400, openaiRefusal("Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.", "unsupported_value")},
		Responses: {"temperature", 0, 400, openaiRefusal("Unsupported parameter: 'temperature' is not supported with this model.", "unsupported_parameter")},
		Messages:  {"temperature", 0, 400, anthropicRefusal("invalid_request_error", "`temperature` is deprecated for this model.")},
		Gemini:    {"generationConfig.temperature", 0, 400, googleRefusal(400, "INVALID_ARGUMENT", "temperature is not supported for this model.", "")},
	},
	NoEffort: {
		Chat:      {"reasoning_effort", 0, 400, openaiRefusal("Unrecognized request argument supplied: reasoning_effort", "")},
		Responses: {"reasoning", 0, 400, openaiRefusal("Unsupported parameter: 'reasoning.effort' is not supported with this model.", "unsupported_parameter")},
		Messages:  {"output_config.effort", 0, 400, anthropicRefusal("invalid_request_error", "This model does not support the effort parameter.")},
		Gemini:    {"generationConfig.thinkingConfig", 0, 400, googleRefusal(400, "INVALID_ARGUMENT", "Thinking level is not supported for this model.", "")},
	},
	NoSystem: {
		Chat:   {"messages.role", 0, 400, `{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,"code":400}`},
		Gemini: {"systemInstruction", 0, 400, googleRefusal(400, "INVALID_ARGUMENT", "Developer instruction is not enabled for this model", "")},
	},
	NoOptions: {
		Chat:     {"stream_options", 0, 422, `{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"include_usage":true}}]}`},
		Messages: {"system.cache_control", 0, 400, anthropicRefusal("invalid_request_error", "system.0.cache_control: Extra inputs are not permitted")},
	},
	NoStream: {
		Chat:      {"stream", 0, 400, `{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}`},
		Responses: {"stream", 0, 400, `{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}`},
	},
	ContextFull: {
		Chat:      {"", 0, 400, `{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 6123 tokens in the messages.","type":"BadRequestError","param":null,"code":400}`},
		Responses: {"", 0, 400, openaiRefusal("Your input exceeds the context window of this model.", "context_length_exceeded")},
		Messages:  {"", 0, 400, anthropicRefusal("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")},
		Gemini:    {"", 0, 400, googleRefusal(400, "INVALID_ARGUMENT", "The input token count (1187302) exceeds the maximum number of tokens allowed (1048576).", "")},
	},
	TooLarge: {
		Chat:      {"", 0, 413, openaiRefusal("Request too large for model on tokens per minute (TPM): Limit 6000, Requested 9120, please reduce your message size and try again.", "rate_limit_exceeded")},
		Responses: {"", 0, 429, openaiRefusal("Request too large on tokens per min (TPM): Limit 30000, Requested 40000.", "rate_limit_exceeded")},
		Messages:  {"", 0, 413, anthropicRefusal("request_too_large", "Request exceeds the maximum size")},
		Gemini:    {"", 0, 413, "<title>413 Request Entity Too Large</title>"},
	},
	PromptBlocked: {
		Chat:      {"", 0, 400, `{"error":{"message":"The response was filtered due to the prompt triggering the content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`},
		Responses: {"", 0, 400, openaiRefusal("Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "invalid_prompt")},
		Messages:  {"", 0, 400, anthropicRefusal("invalid_request_error", "Output blocked by content filtering policy")},
		Gemini:    {"", 0, 200, `{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4421}}`},
	},
	ContentCode: {
		Chat:      {"", 0, 400, `{"contentFilter":[{"level":1,"role":"user"}],"error":{"code":"1301","message":"系统检测到输入或生成内容可能包含不安全或敏感内容。"}}`},
		Responses: {"", 0, 400, `{"code":"DataInspectionFailed","message":"Input data may contain unsuitable content.","request_id":"x"}`},
		Messages:  {"", 0, 200, `{"error_code":336104,"error_msg":"the text of the question did not pass","id":"as-1"}`},
		Gemini:    {"", 0, 200, `{"base_resp":{"status_code":1026,"status_msg":"input new_sensitive"}}`},
	},
	VerseBlocked: {
		Chat:      {"", 0, 400, openaiRefusal("The prompt was filtered because of verse 3.", "content_filter")},
		Responses: {"", 0, 400, openaiRefusal("Invalid prompt: the text of verses 3-3 was flagged.", "invalid_prompt")},
		Messages:  {"", 0, 400, anthropicRefusal("invalid_request_error", "Output blocked by content filtering policy (verse 3)")},
		Gemini:    {"", 0, 200, `{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT","blockReasonMessage":"verse: 3"},"usageMetadata":{"promptTokenCount":4421}}`},
	},
	VerseBlockedQuiet: {
		Chat:      {"", 0, 400, openaiRefusal("The response was filtered due to the prompt triggering the content management policy.", "content_filter")},
		Responses: {"", 0, 200, `{"error_code":336104,"error_msg":"the text of the question did not pass","id":"as-1"}`},
		Messages:  {"", 0, 400, anthropicRefusal("invalid_request_error", "Output blocked by content filtering policy")},
		Gemini:    {"", 0, 200, `{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4421}}`},
	},
	OutOfCredit: {
		Chat:      {"", 0, 429, openaiRefusal("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota")},
		Responses: {"", 0, 400, openaiRefusal("Billing hard limit has been reached", "billing_hard_limit_reached")},
		Messages:  {"", 0, 400, anthropicRefusal("invalid_request_error", "Your credit balance is too low to access the API.")},
		Gemini:    {"", 0, 403, googleRefusal(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", `{"reason":"BILLING_DISABLED"}`)},
	},
	DailyLimit: {
		Chat:      {"", 0, 429, `{"error":{"message":"Rate limit exceeded: free-models-per-day","code":429}}`},
		Responses: {"", 0, 403, `{"error":{"message":"Key limit exceeded (total limit).","code":403}}`},
		Messages:  {"", 0, 400, anthropicRefusal("invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2126-12-01 at 00:00 UTC.")},
		Gemini:    {"", 0, 429, googleRefusal(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", `{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"3s"}`)},
	},
	UnknownModel: {
		Chat:      {"", 0, 404, `{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error","param":null,"code":null}}`},
		Responses: {"", 0, 404, openaiRefusal("The model `m` does not exist or you do not have access to it.", "model_not_found")},
		Messages:  {"", 0, 404, anthropicRefusal("not_found_error", "model: m")},
		Gemini:    {"", 0, 404, googleRefusal(404, "NOT_FOUND", "models/m is not found for API version v1beta", "")},
	},
	ModelError: {
		Chat:      {"", 0, 500, `{"error":{"code":500,"message":"could not load model: rpc error: code = Unknown desc = stat /models/m: no such file or directory","type":""}}`},
		Responses: {"", 0, 503, `{"detail":"Model m not found in the registry"}`},
		Messages:  {"", 0, 500, anthropicRefusal("api_error", "unknown model: m")},
		Gemini:    {"", 0, 500, googleRefusal(500, "INTERNAL", "no such model: m", "")},
	},
	NotServed: {
		Chat:      {"", 0, 403, openaiRefusal("Country, region, or territory not supported", "unsupported_country_region_territory")},
		Responses: {"", 0, 403, openaiRefusal("Country, region, or territory not supported", "unsupported_country_region_territory")},
		Messages:  {"", 0, 403, `{"error":{"type":"forbidden","message":"Access to this API is not allowed from unsupported countries, regions, or territories."}}`},
		Gemini:    {"", 0, 400, googleRefusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", "")},
	},
	NoSuchPath: {
		Chat:      {"", 0, 404, "404 page not found"},
		Responses: {"", 0, 404, `{"detail":"Not Found"}`},
		Messages:  {"", 0, 404, "<html><title>404 Not Found</title></html>"},
		Gemini:    {"", 0, 405, "Method Not Allowed"},
	},
}

func openaiRefusal(message, code string) string {
	return `{"error":{"message":` + quote(message) + `,"type":"invalid_request_error","param":null,"code":` + quote(code) + `}}`
}

func anthropicRefusal(kind, message string) string {
	return `{"type":"error","error":{"type":"` + kind + `","message":` + quote(message) + `},"request_id":"req_1"}`
}

func googleRefusal(code int, status, message, details string) string {
	body, err := json.Marshal(map[string]any{"error": map[string]any{"code": code, "message": message, "status": status, "details": json.RawMessage("[" + details + "]")}})
	if err != nil {
		panic(err) // the details are those of the table
	}
	return string(body)
}
