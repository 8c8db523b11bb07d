package llm

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A sign is one row of the table that classifies the failures which servers
// report. A row applies if the status is one of statuses (nil for any), and if
// the error has one of names, or words match its text. A row without names and
// words applies by the status alone.
//
// The status is that of the answer, or the one in the body of an error that a
// proxy reports with another status. It is 0 in a stream that began well.
type sign struct {
	kind     Kind
	statuses []int
	names    []string       // codes, types and reasons, in lower case
	words    *regexp.Regexp // matches text in lower case
}

// signs is the table. The first row that applies decides, so that what is
// specific stands before what is general. Rows without names and words are the
// last resort; see APIError.Classify.
var signs = []sign{
	// The server refuses this prompt or this answer. Other prompts are accepted.
	{kind: Refused, names: []string{
		"content_filter", "content_policy_violation", "responsible_ai_policy_violation", "responsibleaipolicyviolation", "invalid_prompt", "bio_policy",
		"misalignment_policy_violation", "data_inspection_failed", "datainspectionfailed", "prohibited_content", "content_blocked", "moderation_blocked",
	}},
	{kind: Refused, words: words(
		`content (management )?polic`, `content[ -]filter`, `usage polic`, `content exists risk`, `inappropriate content`, `considered high risk`,
		`(input|prompt|content|message) (was|were|has been|is) (flagged|blocked)`, `blocked by .{0,40}(safety|filter|polic)`, `unsafe or sensitive content`,
		`rejected (by|as a result of) .{0,20}safety`,
	)},

	// A value of the output limit is out of range: this is about a parameter and
	// not about the length of the request.
	{kind: BadRequest, words: words(
		`max_(completion_|output_)?tokens'?( or '\w+')? is too large`, `max_(completion_|output_)?tokens: \d+ > \d+`, `invalid max_(completion_|output_)?tokens`,
		`range of max_(completion_|output_)?tokens`,
	)},

	// No server of a router accepts all parameters: others may be accepted.
	{kind: BadRequest, statuses: []int{404}, words: words(`no endpoints found that`, `(does not|doesn't|not) support.{0,80}(parameter|structured|response_format|schema|stream|reasoning|system)`)},

	// The request is larger than the context of the model, or than what the key
	// may send in a minute. The same request never succeeds.
	{kind: TooLarge, names: []string{
		"context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "request_too_large", "tokens_limit_reached", "prompt_too_long",
		"model_max_prompt_tokens_exceeded", "context_window_exceeded", "contextwindowexceedederror",
	}},
	{kind: TooLarge, words: words(
		`request (body )?(is )?too large`, `(context|sequence|prompt|model) (length|window|size|limit) (is |of |has )?(been )?exceed`,
		`exceeds? (the |this )?(model'?s? )?(available |maximum |max )*(context|input|prompt|sequence)`, `maximum (context|prompt|model|input|sequence) (length|window|size)`,
		`longer than (the )?(maximum )?(model|context)`, `greater than the context length`, `context (the )?overflow`, `overflows? the context`, `context size has been exceeded`,
		`(prompt|input|request|messages?) (is|are|was) too (long|large)`, `input token count`, `exceeds the maximum number of tokens`, `too many (input |total |prompt )?tokens`,
		`too large for model`, `reduce (the|your) (length|message|prompt|input|number)`, `range of input length`, `max_new_tokens.{0,3} must be`, `exceed context limit`,
		`larger than the (maximum )?(context|model)`, `more tokens than the (context|model)`, `(exceeds|outside) .{0,30}context (length|window|size)`,
	)},
	{kind: TooLarge, statuses: []int{http.StatusRequestEntityTooLarge}},

	// The account cannot pay, or its limit is that of a day or a month: waiting
	// as a run can wait does not help.
	{kind: Quota, statuses: []int{http.StatusPaymentRequired}},
	{kind: Quota, names: []string{
		"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error", "billing_disabled", "exceeded_current_quota_error",
		"insufficient_balance", "insufficient_credits", "arrearage", "budget_exceeded", "access_terminated", "credits_exhausted", "payment_required",
	}},
	{kind: Quota, words: words(
		`perday`, `free-models-per-day`, `quota exceeded for metric.{0,200}limit: 0\b`, `limit: 0\b.{0,200}quota exceeded for metric`,
	), statuses: []int{0, http.StatusTooManyRequests, http.StatusForbidden, http.StatusBadRequest}},
	{kind: RateLimited, names: []string{"resource_exhausted"}},
	{kind: Quota, words: words(
		`credit balance is too low`, `insufficient (account )?(balance|credit|fund|quota)`, `(exceeded|reached|exceeds) (your|the) (current|monthly|daily|weekly|account'?s?) (quota|usage|limit|spend|budget|included)`,
		`(specified|monthly|daily|weekly|hourly|account|workspace|organization).{0,20} (usage|spend|spending|billing|budget) (limit|cap)`, `usage limit`, `spend(ing)? (limit|cap)`,
		`billing (is|has|was|to be|must be|account).{0,30}(enabled|active|disabled|closed)`, `enable billing`, `requires? (more credits|billing)`, `(out of|no|not enough|purchase|add) (remaining )?(credits|funds)\b`,
		`budget has been exceeded`, `key limit exceeded`, `quota (has been|is) (exhausted|used up)`, `account is (suspended|in arrears|not active)`, `payment (is )?required`,
		`check your plan and billing`, `hard limit has been reached`, `overdue`,
	)},

	// The key has no such model. Other requests of the run fail in the same way.
	{kind: UnknownModel, names: []string{
		"model_not_found", "deploymentnotfound", "model_not_available", "unknown_model", "invalid_model", "model_decommissioned", "model_not_supported", "modelnotfound",
		"model_not_exist", "no_model_loaded",
	}},
	{kind: UnknownModel, words: words(
		`try pulling it first`, `\bmodels?\b.{0,200}(not found|not exist|not available|not loaded|no longer available|decommissioned|been retired)`,
		`(unknown|invalid|unsupported|no such) model\b(?:[^'\w]|$)`, `not a valid model`, `no models? (is |are )?(loaded|found|available)`, `not a chat model`,
		`(do|does) not have access to .{0,40}model`, `no endpoints (found|available) (for|matching)`, `deployment .{0,100}does not exist`, `is not found for api version`,
		`(requested )?model .{0,100}is not (a )?(valid|supported by any)`,
	), statuses: []int{0, 400, 401, 403, 404, 410, 422, 500, 501, 503}},

	// The address is not that of an API, or not of this one.
	{kind: WrongAddress, words: words(
		`invalid url`, `unknown (request )?url`, `unexpected endpoint`, `(page|path|route|file|resource|endpoint|url) (was )?not found`, `no (static resource|route)`,
		`cannot (post|get) /`, `method not allowed`, `requested url .{0,200}was not found`, `route .{0,100} not found`, `^not found\.?$`, `no such (path|route|endpoint)`,
	), statuses: []int{0, 404, 405, 501}},
	{kind: WrongAddress, statuses: []int{
		http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusMethodNotAllowed,
	}},

	// The key is missing, wrong, or may not do this.
	{kind: Auth, names: []string{
		"invalid_api_key", "api_key_invalid", "authentication_error", "permission_error", "unauthenticated", "permission_denied", "account_deactivated",
		"unsupported_country_region_territory", "invalid_authentication_error", "ip_not_authorized",
	}},
	{kind: Auth, words: words(
		`(incorrect|invalid|wrong|missing) (api[ -_]?key|x-api-key|authentication|credential|bearer)`, `api key (is )?(not valid|invalid|missing|expired|not found)`,
		`location is not supported`, `no auth credentials`, `unauthorized`,
	), statuses: []int{0, 400, 401, 403, 404, 422, 500}},

	// The vendor has no capacity now.
	{kind: Overloaded, names: []string{
		"slow_down", "overloaded_error", "engine_overloaded", "server_is_overloaded", "service_unavailable_error", "unavailable", "unavailable_error",
		"capacity_exceeded", "engine_overloaded_error", "service_tier_capacity_exceeded",
	}},
	{kind: Overloaded, words: words(
		`overloaded`, `over capacity`, `at capacity`, `no capacity`, `capacity exceeded`, `high demand`, `loading model`, `model is (currently |still )?loading`, `server is busy`,
		`no (healthy|available) (upstream|server|instance|worker)`,
	), statuses: []int{0, 429, 498, 500, 502, 503, 529}},
	{kind: Overloaded, statuses: []int{498, http.StatusServiceUnavailable, 529}}, // 498 is Groq's flex tier

	// Too many requests or tokens for the key in this minute.
	{kind: RateLimited, names: []string{
		"rate_limit_exceeded", "rate_limit_error", "ratelimitexceeded", "userratelimitexceeded", "rate_limit_reached", "too_many_requests", "throttlingexception",
		"throttling", "throttling.ratequota",
	}},
	{kind: RateLimited, words: words(`rate[ -]?limit`, `too many (concurrent )?requests`), statuses: []int{0, 400, 403, 500}},

	// The vendor's own failure. A 408 is a timeout of the server.
	{kind: ServerError, names: []string{
		"server_error", "internal_error", "api_error", "timeout_error", "internal", "unknown", "deadline_exceeded", "aborted", "internalservererror", "internal_server_error",
	}},
	{kind: Cut, names: []string{"cancelled"}, statuses: []int{0, 499}},

	// Names that say less than those above.
	{kind: UnknownModel, names: []string{"not_found_error", "not_found", "notfounderror"}},
	{kind: BadRequest, names: []string{"invalid_argument", "failed_precondition", "out_of_range"}},
	{kind: BadRequest, names: []string{"invalid_request_error", "badrequesterror", "unsupported_parameter", "unsupported_value", "invalid_value"}, statuses: []int{0, 400, 422}},
}

// words returns a pattern that matches a text with one of the given ones.
func words(patterns ...string) *regexp.Regexp { return regexp.MustCompile(strings.Join(patterns, "|")) }

// applies reports whether a row holds for an error.
func (s *sign) applies(status int, names []string, text string) bool {
	if s.statuses != nil && !slices.Contains(s.statuses, status) {
		return false
	}
	if s.names == nil && s.words == nil {
		return true
	}
	return slices.ContainsFunc(s.names, func(name string) bool { return slices.Contains(names, name) }) ||
		s.words != nil && s.words.MatchString(text)
}

// maxClassified is the length of the text of an error that is classified. Some
// servers quote the request after it.
const maxClassified = 2000

// Classify returns the kind of an error that a server reports with an HTTP
// status, by status and body together. sure is false if neither a name nor words
// of the error say why the request failed, but only its status: then it may have
// failed for anything in it.
func (e APIError) Classify(status int) (kind Kind, sure bool) {
	status = e.effective(status)
	text := strings.ToLower(strings.TrimSpace(e.Message + " " + string(e.Details)))
	text = text[:min(len(text), maxClassified)]
	if asksMore(text) {
		return TooLarge, true
	}
	names := e.names()
	for i := range signs {
		if signs[i].applies(status, names, text) {
			return signs[i].kind, signs[i].kind != BadRequest && signs[i].kind != ServerError
		}
	}
	switch {
	case status == 0:
		return ServerError, false
	case status == http.StatusNotFound && (e.plain || e.Message == ""):
		return WrongAddress, true // a web server's answer, not that of an API
	}
	kind = KindOfStatus(status)
	return kind, kind != BadRequest && kind != ServerError && status != http.StatusNotFound
}

// effective returns the status that an error stands for: that in the body if the
// stream began well, or if a proxy makes a 500 of what it was refused.
func (e APIError) effective(status int) int {
	if status == http.StatusInternalServerError || status < 300 {
		for _, s := range []string{e.Code, e.Status} {
			if code, err := strconv.Atoi(s); err == nil && code >= 300 && code < 600 {
				return code
			}
		}
	}
	if status < 300 {
		return 0
	}
	return status
}

// names returns the code, type and status of an error and the reasons in its
// details, in lower case.
func (e APIError) names() []string {
	names := make([]string, 0, 4)
	for _, name := range append([]string{e.Code, e.Type, e.Status}, e.reasons()...) {
		if name != "" {
			names = append(names, strings.ToLower(name))
		}
	}
	return names
}

// asked matches a limit and what a request asked of it, as OpenAI and Groq write
// them.
var asked = regexp.MustCompile(`\blimit:? (\d{1,12})\b.{0,100}\brequested:? (\d{1,12})\b`)

// asksMore reports whether a text says that a request alone asks for more than
// the limit of a minute, so that no wait helps.
func asksMore(text string) bool {
	m := asked.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	limit, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return false
	}
	requested, err := strconv.ParseInt(m[2], 10, 64)
	return err == nil && requested > limit
}
