package llm_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mashal/llm"
)

// failureOf returns the error of a request that was answered with a status and a body.
func failureOf(t *testing.T, status int, body string) *llm.Error {
	t.Helper()
	x := post(t, status, strings.NewReader(body))
	defer x.Close()
	for x.Next() {
		if x.Event().Data != nil {
			return x.Failure(t.Context(), llm.KindNone, llm.ParseAPIError(x.Event().Data))
		}
	}
	return x.Failure(t.Context(), llm.KindNone, llm.ParseAPIError(x.ErrorBody()))
}

// TestWordings holds the table of signs to the wordings of servers for one thing.
func TestWordings(t *testing.T) {
	plain := func(message string) string { return fmt.Sprintf(`{"error":{"message":%q}}`, message) }
	for _, c := range []struct {
		want     llm.Kind
		statuses []int
		messages []string
	}{
		{llm.UnknownModel, []int{400, 404, 500, 503}, []string{
			`model "llama9" not found, try pulling it first`, "model 'llama9' not found", "The model `x` does not exist.", "unknown model: x", "no such model: x", "Unknown Model",
			"could not load model: unknown model type", "could not load model: rpc error: code = Unknown desc = stat /models/m: no such file or directory",
			"could not load model - all backends returned error: 9 errors occurred", `Failed to load model "x". Error: Model does not exist.`, "unable to load model: /models/x.gguf",
			"error loading model", "Invalid model identifier \"x\". Please specify a valid downloaded model", "No models loaded. Please load a model in the developer page.", "no model loaded",
			"org/x is not a valid model ID", "Invalid model name passed in model=x", "The provided model identifier is invalid.", "Could not resolve the foundation model from the provided model identifier.",
			"The model `x` does not exist or your team does not have access to it.", "Not found the model x or Permission denied", "Model not found, inaccessible, and/or not deployed",
			"pull model manifest: file does not exist", "model requires more system memory (5.6 GiB) than is available (3.1 GiB)", `"nomic-embed-text" does not support chat`,
			"LLM Provider NOT provided", "Model x is not supported.", "模型不存在，请检查模型代码", "Unable to access model x.", "model x could not be found",
		}},
		{llm.Overloaded, []int{503}, []string{
			"The model is currently loading", "Model x is being loaded, please wait", "The model is temporarily unavailable", "The model is overloaded. Please try again later.", "Loading model",
			"Model x is not ready. Please try again later.", "no healthy upstream", "Service Unavailable",
		}},
		{llm.ServerError, []int{500}, []string{
			"Internal Server Error", "llama runner process has terminated: exit status 2", "CUDA error: out of memory", "the model crashed",
		}},
		{llm.Malformed, []int{400, 422, 500}, []string{
			"The model produced an output that is not valid", "The model produced output that does not match the expected peg-native format", "Failed to parse input at pos 12: {", "Failed to generate JSON.",
			"The model returned a response that could not be parsed", "unable to parse the model output as JSON", "Failed to decode model output", "error parsing tool call: raw='{'",
		}},
		{llm.Refused, []int{400, 403, 500}, []string{
			"The response was filtered due to the prompt triggering the content management policy.", "Content Exists Risk", "Input data may contain inappropriate content.",
			"The request was rejected because it was considered high risk", "Your prompt was flagged by the moderation system", "content moderation failed", "The prompt contains sensitive words",
			"系统检测到输入或生成内容可能包含不安全或敏感内容", "输入内容审核不通过", "Your input violates our usage policy", "blocked by the safety filter", "Request blocked by guardrail",
			"The input text may contain sensitive information.", "PROHIBITED_CONTENT", "the content is not compliant: 违规",
		}},
		{llm.BadRequest, []int{400}, []string{
			"messages 参数非法。请检查文档。", "Unrecognized request argument supplied: reasoning_effort", "'response_format' of type 'json_schema' is not supported with this model",
			"invalid temperature", "illegal input parameter", "This model does not support the effort parameter.", "content must be a string",
		}},
		{llm.Quota, []int{429, 403}, []string{
			"Rate limit exceeded: free-models-per-day", "Daily quota exceeded", "You have reached your daily limit", "daily request limit reached", "今日调用次数已达上限", "余额不足或无可用资源包,请充值。",
			"Key limit exceeded (total limit).", "This workspace has reached its monthly spend limit.",
		}},
		{llm.Auth, []int{400, 403}, []string{
			"User location is not supported for the API use.", "Country, region, or territory not supported", "Access is not allowed from unsupported countries, regions, or territories.",
			"This model is not available in your country.", "Incorrect API key provided",
		}},
	} {
		for _, status := range c.statuses {
			for _, message := range c.messages {
				if e := failureOf(t, status, plain(message)); e.Kind != c.want {
					t.Errorf("%d %q: got %s, want %s", status, message, e.Kind, c.want)
				}
			}
		}
	}
}

// TestCodes checks vendors' own codes, wherever they stand.
func TestCodes(t *testing.T) {
	for body, want := range map[string]llm.Kind{
		`{"error":{"code":"1301","message":"x"}}`:                                                                              llm.Refused,
		`{"error":{"code":1301,"message":"x"}}`:                                                                                llm.Refused,
		`{"error":{"code":"1211","message":"x"}}`:                                                                              llm.UnknownModel,
		`{"error":{"code":"1113","message":"x"}}`:                                                                              llm.Quota,
		`{"error":{"code":"1261","message":"x"}}`:                                                                              llm.TooLarge,
		`{"error":{"code":"1302","message":"x"}}`:                                                                              llm.RateLimited,
		`{"error":{"code":"content_filter","message":"x"}}`:                                                                    llm.Refused,
		`{"error":{"code":"400","message":"x","innererror":{"code":"ResponsibleAIPolicyViolation"}}}`:                          llm.Refused,
		`{"code":"DataInspectionFailed","message":"x"}`:                                                                        llm.Refused,
		`{"code":"Arrearage","message":"x"}`:                                                                                   llm.Quota,
		`{"error_code":336104,"error_msg":"x"}`:                                                                                llm.Refused,
		`{"error_code":336103,"error_msg":"x"}`:                                                                                llm.TooLarge,
		`{"error_code":336501,"error_msg":"x"}`:                                                                                llm.RateLimited,
		`{"error_code":17,"error_msg":"Open api daily request limit reached"}`:                                                 llm.Quota,
		`{"error":{"code":"SensitiveContentDetected","message":"x"}}`:                                                          llm.Refused,
		`{"error":{"code":"ModelNotOpen","message":"x"}}`:                                                                      llm.UnknownModel,
		`{"__type":"com.amazon.coral#ThrottlingException","message":"Too many requests"}`:                                      llm.RateLimited,
		`{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"code\":\"1301\"}}"}}}`:      llm.Refused,
		`{"error":{"message":"litellm.BadRequestError: {\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"\"}}"}}`: llm.TooLarge,
		`{"title":"Too Many Requests","detail":"rate limit","status":429}`:                                                     llm.RateLimited,
		`{"fault":{"faultstring":"Rate limit quota violation"}}`:                                                               llm.RateLimited,
	} {
		if got, _ := llm.ParseAPIError([]byte(body)).Classify(http.StatusBadRequest); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}

// TestHints checks the advice for failures that stop a run.
func TestHints(t *testing.T) {
	for body, want := range map[string]string{
		openaiBody("Rate limit exceeded: free-models-per-day", "", ""):                                                                 "when it resets",
		googleBody(429, "RESOURCE_EXHAUSTED", "x", `{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}`): "when it resets",
		googleBody(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x_free_tier_requests, limit: 0", ""):                         "free tier",
		openaiBody("Key limit exceeded (total limit).", "", ""):                                                                        "limit of the account or the key",
		openaiBody("Insufficient Balance", "", ""):                                                                                     "credit",
		googleBody(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", ""):                                  "country or region",
		openaiBody("could not load model: rpc error", "", ""):                                                                          "memory",
		openaiBody("The model `x` does not exist", "", "model_not_found"):                                                              "model's name",
		`{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}`:                     "deployment",
		openaiBody("Incorrect API key provided", "", "invalid_api_key"):                                                                "key in the environment",
	} {
		if got := llm.Hint(failureOf(t, 429, body)); !strings.Contains(got, want) {
			if got = llm.Hint(failureOf(t, 400, body)); !strings.Contains(got, want) {
				t.Errorf("%s: %q lacks %q", body, got, want)
			}
		}
	}
}

// TestWaitFields checks the fields of bodies that state a wait.
func TestWaitFields(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for body, want := range map[string]time.Duration{
		`{"error":{"message":"x","retry_after":2.5}}`:                                                                  2500 * time.Millisecond,
		`{"error":{"message":"x"},"retry_after":"3"}`:                                                                  3 * time.Second,
		`{"message":"x","retryAfter":"4s"}`:                                                                            4 * time.Second,
		`{"error":{"message":"x","retry_after_ms":1500}}`:                                                              1500 * time.Millisecond,
		`{"error":{"message":"x","retryDelay":"7s"}}`:                                                                  7 * time.Second,
		`{"error":{"message":"x","retryDelay":{"seconds":7}}}`:                                                         7 * time.Second,
		`{"error":{"message":"x","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"9s"}]}}`: 9 * time.Second,
		`{"error":{"message":"x","resets_in_seconds":30}}`:                                                             30 * time.Second,
		`{"error":{"message":"x","resets_at":1796040020}}`:                                                             20 * time.Second,
		`{"error":{"message":"x","metadata":{"headers":{"X-RateLimit-Reset":"1796040020000"}}}}`:                       20 * time.Second,
		`{"error":{"message":"upstream","metadata":{"raw":"{\"error\":{\"message\":\"try again in 6s\"}}"}}}`:          6 * time.Second,
		`{"error":{"message":"x","retry_after":null}}`:                                                                 0,
		`{"error":{"message":"x","retry_after":-3}}`:                                                                   0,
		openaiBody("Please wait 10 seconds before you try again.", "", ""):                                             10 * time.Second,
		openaiBody("Try again in 1 minute and 30 seconds.", "", ""):                                                    90 * time.Second,
		openaiBody("Try again in 1h 2m.", "", ""):                                                                      time.Hour + 2*time.Minute,
		openaiBody("Retry-After: 5", "", ""):                                                                           5 * time.Second,
		openaiBody("retry_after=2.5", "", ""):                                                                          2500 * time.Millisecond,
		openaiBody("请在5秒后重试", "", ""):                                                                                  5 * time.Second,
		openaiBody("Next request allowed in 3 s", "", ""):                                                              3 * time.Second,
		openaiBody("Try again in 2.5s", "", ""):                                                                        2500 * time.Millisecond,
	} {
		if got := llm.ParseAPIError([]byte(body)).RetryAfter(now); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
	e := failureOf(t, 429, `{"error":{"message":"x","retry_after":2.5}}`)
	if e.Kind != llm.RateLimited || e.RetryAfter != 2500*time.Millisecond || !errors.As(error(e), new(*llm.Error)) {
		t.Errorf("got %v", e)
	}
}

// FuzzAPIError parses and classifies any body.
func FuzzAPIError(f *testing.F) {
	f.Add([]byte(`{"error":{"message":"{\"error\":{\"message\":\"{\\\"a\\\":1}\"}}","metadata":{"raw":"{}"},"retry_after":1e999}}`), 429)
	f.Add([]byte(`{"error":{"error":{"error":{"error":{"message":"x"}}}}}`), 200)
	f.Add([]byte(`[{"base_resp":{"status_code":1026}}]`), 200)
	f.Add([]byte(`{"detail":[{"loc":["body"],"msg":"x"}],"header":{"code":1}}`), 500)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		e := llm.ParseAPIError(body)
		kind, _ := e.Classify(status)
		if kind == llm.KindNone && status >= 300 {
			t.Errorf("%d %q: no kind", status, body)
		}
		if d := e.RetryAfter(time.Now()); d < 0 || d > 24*time.Hour {
			t.Errorf("%q: wait %s", body, d)
		}
		if e.Error() == "" && len(body) > 0 && strings.TrimSpace(string(body)) != "" && len(e.Message) > 0 {
			t.Errorf("%q: no text", body)
		}
	})
}
