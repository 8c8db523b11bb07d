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
	hint     string         // what to do, if that is other than what Hint says of the kind
}

// What to do about a limit of the account, in place of credit.
const (
	dayHint    = "The limit of the day is used up. Run the same command again when it resets, mostly at midnight of the vendor's time; another model or a paid plan has a higher limit."
	limitHint  = "A limit of the account or the key is reached. Raise it in the vendor's console, or run the same command again when it resets."
	freeHint   = "The free tier does not include this model. Enable billing for the project of the key, or choose another model."
	placeHint  = "The vendor does not serve this country or region. Use another vendor, or a server in a region that it serves (vendor:model@address)."
	loadHint   = "The server cannot load the model. Check the model's name, its files, and the memory of the server; its log says more."
	deployHint = "Check the name: on this server it is that of a deployment, and not that of a model."
)

// signs is the table. The first row that applies decides, so that what is
// specific stands before what is general. Rows without names and words are the
// last resort; see APIError.Classify.
var signs = []sign{
	// The server refuses this prompt or this answer. Other prompts are accepted.
	{kind: Refused, names: []string{
		"content_filter", "content_policy_violation", "responsible_ai_policy_violation", "responsibleaipolicyviolation", "invalid_prompt", "bio_policy",
		"misalignment_policy_violation", "data_inspection_failed", "datainspectionfailed", "prohibited_content", "content_blocked", "moderation_blocked",
		"content_filtered", "contentfilter", "content_moderation", "content_policy", "moderation", "moderation_error", "safety", "blocklist", "spii", "recitation",
		"guardrail_intervened", "guardrailintervened", "contentsafety", "content_safety", "censorship_blocked", "output_blocked", "policy_violation", "usage_policy_violation",
		"sensitivecontentdetected", "inputtextsensitivecontentdetected", "outputtextsensitivecontentdetected", "inputtextriskdetection", "outputtextriskdetection", // Volcano Engine
		"operationdenied.textillegaldetected", "textillegaldetected", "green_net_failed", "invalid_request_content", "sensitive_words_detected",
		"1300", "1301", // Zhipu
		"1026", "1027", // MiniMax
		"10013", "10014", "10019", // iFlytek
	}},
	{kind: Refused, statuses: []int{http.StatusUnavailableForLegalReasons}},
	{kind: Refused, words: words(
		`content (management )?polic`, `content[ -]filter`, `usage polic`, `content exists risk`, `inappropriate content`, `considered high risk`,
		`(input|prompt|content|message) (was|were|has been|is) (flagged|blocked)`, `blocked by .{0,40}(safety|filter|polic)`, `unsafe or sensitive content`,
		`rejected (by|as a result of|due to) .{0,30}(safety|polic|moderation|sensitive)`, `(sensitive|harmful|illegal|prohibited|unsafe|forbidden|offensive|violent|sexual) (content|words?|information|material)`,
		`(content|input|prompt|output|text|message)s?.{0,40}(is|are|was|were|contains?|may contain|includes?|deemed|considered|as|be) .{0,20}\b(sensitive|harmful|unsafe|inappropriate|prohibited|offensive)\b`,
		`(content|prompt|input|output) (moderation|inspection|safety|security|review|audit|check)s? (failed|error|not passed|triggered|system|service|guardrail|violat|block)`,
		`(violat|against|breach).{0,40}(content|usage|safety|moderation|acceptable|community) (polic|guideline|standard)`, `(flagged|blocked|filtered|intercepted) (by|for|as|due to|because of) .{0,40}(safety|filter|polic|moderation|guardrail|sensitive|violence|sexual|hate|harm)`,
		`moderation (system|service|policy|check|endpoint).{0,40}(flag|block|reject|refus|fail)`, `responsible ai`, `promptfeedback`, `prohibited_content`, `guardrail`,
		`敏感`, `违规`, `违禁`, `不合规`, `涉黄|涉政|涉恐`, `内容安全|安全审核|内容审核|审核不通过|风险内容|不安全`,
	), statuses: []int{0, 400, 403, 406, 412, 422, 429, 500}},
	{kind: Refused, names: qianfanRefusals},

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
		"model_max_prompt_tokens_exceeded", "context_window_exceeded", "contextwindowexceedederror", "1261", "336103", "336007", "tokens_too_long", "characters_too_long",
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
	{kind: Quota, words: words(`limit: 0\b.{0,200}quota exceeded for metric`, `quota exceeded for metric.{0,200}limit: 0\b`), hint: freeHint, statuses: []int{0, http.StatusTooManyRequests, http.StatusForbidden, http.StatusBadRequest}},
	{kind: Quota, words: words(
		`perday`, `-per-day`, `free-models-per`, `(daily|per-day) (free )?(request|token|usage|quota|limit|allocation|rate)`, `(quota|limit|allowance)s? (of|for) (the|this|one|each) day`,
		`(exceeded|reached|exceeds|hit|used up) .{0,30}(daily|today'?s?)`, `per 24 ?h`, `每日|每天|当日|今日`,
	), hint: dayHint, statuses: []int{0, http.StatusTooManyRequests, http.StatusForbidden, http.StatusBadRequest, http.StatusPaymentRequired}},
	{kind: Quota, names: []string{"17", "1304", "1308", "daily_limit_exceeded", "daily_quota_exceeded"}, hint: dayHint},
	{kind: Quota, words: words(
		`key limit exceeded`, `usage limit`, `spend(ing)? (limit|cap)`, `(monthly|weekly|hourly|account|workspace|organization|project|team).{0,20} (usage|spend|spending|budget) (limit|cap)`,
		`(exceeded|reached|exceeds) (your|the) (monthly|weekly|included) (quota|usage|limit|spend|budget)`, `budget has been exceeded`,
	), names: []string{"budget_exceeded"}, hint: limitHint},
	{kind: Quota, words: words(`free tier is not available`, `not (available|supported) (in|on|for) the free (tier|plan)`), hint: freeHint},
	{kind: Quota, statuses: []int{http.StatusPaymentRequired}},
	{kind: Quota, names: []string{
		"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error", "billing_disabled", "exceeded_current_quota_error",
		"insufficient_balance", "insufficient_credits", "arrearage", "budget_exceeded", "access_terminated", "credits_exhausted", "payment_required",
		"1113", "1008", "accountoverdueerror", "allocationquota.freetieronly", "insufficient_user_quota", "credit_required", "no_credits",
	}},
	{kind: RateLimited, names: []string{"resource_exhausted"}},
	{kind: Quota, words: words(
		`credit balance is too low`, `insufficient (account )?(balance|credit|fund|quota)`, `(exceeded|reached|exceeds) (your|the) (current|monthly|daily|weekly|account'?s?) (quota|usage|limit|spend|budget|included)`,
		`(specified|monthly|daily|weekly|hourly|account|workspace|organization).{0,20} (usage|spend|spending|billing|budget) (limit|cap)`, `usage limit`, `spend(ing)? (limit|cap)`,
		`billing (is|has|was|to be|must be|account).{0,30}(enabled|active|disabled|closed)`, `enable billing`, `requires? (more credits|billing)`, `(out of|no|not enough|purchase|add) (remaining )?(credits|funds)\b`,
		`budget has been exceeded`, `key limit exceeded`, `quota (has been|is) (exhausted|used up)`, `account is (suspended|in arrears|not active)`, `payment (is )?required`,
		`check your plan and billing`, `hard limit has been reached`, `overdue`, `余额不足|欠费|额度不足|资源包`,
	)},

	// The vendor does not serve the place that the request comes from.
	{kind: Auth, names: []string{"unsupported_country_region_territory", "user_location_not_supported", "region_not_supported"}, hint: placeHint},
	{kind: Auth, words: words(`location is not supported`, `(country|region|territory|location).{0,40}(is )?not (supported|available|allowed|served)`, `not (available|supported) in your (country|region|location|territory)`, `unsupported (countr|region|territor)`), hint: placeHint},

	// What the model wrote could not be read by the server. It is mostly an answer that
	// was cut at the output limit: llama.cpp then ends the stream with this error.
	{kind: Malformed, names: []string{"json_validate_failed", "tool_use_failed", "output_parse_failed"}},
	{kind: Malformed, words: words(
		`model (produced|generated|returned|gave|wrote) .{0,30}(output|text|response|answer|json|content).{0,60}(not match|not valid|invalid|not conform|parsed)`,
		`(failed|unable) to (parse|decode) .{0,40}(output|generation|generated|completion|model'?s? (response|answer))`, `failed to parse input at pos`, `failed to generate (valid )?json`, `error parsing tool call`,
	), statuses: []int{0, 400, 422, 500}},

	// A model that is there and cannot answer now.
	{kind: Overloaded, words: words(
		`model.{0,120}\b(is|are) (temporarily|currently|now)? ?(being loaded|loading|reloading|restarting|starting|warming|busy|overloaded)`, `model.{0,120}(temporarily|currently) (not available|unavailable)`,
		`\bmodels?\b.{0,200}not (available|loaded|ready).{0,200}(try|retry) again`, `no (healthy )?deployments? (is |are )?available`, `still loading`,
	), statuses: []int{0, 429, 500, 502, 503, 504, 529}},

	// The key has no such model. Other requests of the run fail in the same way.
	{kind: UnknownModel, names: []string{"deploymentnotfound"}, hint: deployHint},
	{kind: UnknownModel, names: []string{
		"model_not_found", "deploymentnotfound", "model_not_available", "unknown_model", "invalid_model", "model_decommissioned", "model_not_supported", "modelnotfound",
		"model_not_exist", "no_model_loaded", "modelnotopen", "invalidendpointormodel.notfound", "modelnotfoundexception", "model_does_not_exist", "invalid_model_error",
		"resource_not_found_error", "model_unavailable_error", "model_access_denied", "modelaccessdenied", "model.accessdenied", "unsupported_model", "unsupportedmodel",
		"1211", "20012", // Zhipu, SiliconFlow
	}},
	{kind: UnknownModel, words: words(
		`try pulling it first`, `\bmodels?\b.{0,200}(not found|not exist|not available|not loaded|no longer available|decommissioned|been retired)`,
		`(unknown|invalid|unsupported|no such) model\b(?:[^'\w]|$)`, `not a valid model`, `no models? (is |are )?(loaded|found|available)`, `not a chat model`,
		`(do|does) not have access to .{0,40}model`, `no endpoints (found|available) (for|matching)`, `deployment .{0,100}does not exist`, `is not found for api version`,
		"model ([\"'`(]?[\\w./:@-]+[\"'`)]? )?is not (a )?(valid|supported by|registered|deployed|known|recognized|supported(\\.|$))", `(not|never) found the model`, `model ["'\x60]?[\w./:-]+["'\x60]? (is|was) (unknown|invalid|missing)`,
		`\b(no|without a?) .{0,20}model (named|called|with (the )?(name|id))`, `(provided|given|requested) model (identifier|name|id).{0,80}(invalid|unknown|not)`, `invalid model (identifier|name|id)`,
		`(could not|cannot|can't|couldn't|unable to|failed to) (find|locate|resolve|identify)( the| a| any)? (\w+ ){0,3}model`, `unable to access (the )?model`, `model.{0,100}(could not|cannot|can't) be (found|located|resolved)`,
		`does not support (chat|generate|completions?)\W*$`, `(llm )?provider not provided`, `no allowed providers`, `(please )?(pull|download|install) (the |this )?model`, `pull model manifest`, `模型不存在|模型.{0,20}不存在|未找到模型`,
	), statuses: []int{0, 400, 401, 403, 404, 409, 410, 422, 424, 500, 501, 502, 503}},
	{kind: UnknownModel, words: words(
		`(could not|cannot|can't|couldn't|unable to|failed to|error) (load|loading|open|initializ\w+)( the| a)? (\w+ ){0,2}model`, `model.{0,100}(could not|cannot|can't|failed to) (be loaded|load)`, `failed loading model`,
		`model requires more system memory`, `more (gpu |system )?memory .{0,40}than is available`, `(insufficient|not enough) (\w+ )?memory to load`,
	), hint: loadHint, statuses: []int{0, 400, 404, 409, 422, 424, 500, 501, 502, 503}},

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
		"invalid_authentication_error", "ip_not_authorized", "invalidapikey", "invalid_token", "token_expired", "accessdenied", "access_denied",
		"1004", "2049", "110", "111", "336004", "336005", // Zhipu and MiniMax, Qianfan
	}},
	{kind: Auth, words: words(
		`(incorrect|invalid|wrong|missing) (api[ -_]?key|x-api-key|authentication|credential|bearer)`, `api key (is )?(not valid|invalid|missing|expired|not found)`,
		`no auth credentials`, `unauthorized`, `access token (is )?(invalid|expired)`,
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
		"throttling", "throttling.ratequota", "throttling.burstrate", "throttling.allocationquota", "limit_requests", "limit_burst_rate", "requestratelimitexceeded", "too_many_tokens",
		"1302", "1303", "1305", "1039", "18", "336501", "336502", "336503", "11200", "11202", "11203", // Zhipu, MiniMax, Qianfan, iFlytek
	}},
	{kind: RateLimited, words: words(`rate[ -]?limit`, `too many (concurrent )?requests`), statuses: []int{0, 400, 403, 500}},

	// The vendor's own failure. A 408 is a timeout of the server.
	{kind: ServerError, names: []string{
		"server_error", "internal_error", "api_error", "timeout_error", "internal", "unknown", "deadline_exceeded", "aborted", "internalservererror", "internal_server_error", "336000", "336100", "336200", "1013", "internalerror",
	}},
	{kind: Cut, names: []string{"cancelled"}, statuses: []int{0, 499}},

	// Names that say less than those above.
	{kind: UnknownModel, names: []string{"not_found_error", "not_found", "notfounderror"}},
	{kind: BadRequest, names: []string{"invalid_argument", "failed_precondition", "out_of_range"}},
	{kind: BadRequest, names: []string{"invalid_request_error", "badrequesterror", "unsupported_parameter", "unsupported_value", "invalid_value"}, statuses: []int{0, 400, 422}},
}

// qianfanRefusals are Qianfan's codes for a content that it does not accept; the
// others of its 336 are in their own rows.
var qianfanRefusals = []string{"336104", "336105", "336106", "336122", "336213", "336215", "336221", "336303"}

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

// A diagnosis is what an error shows.
type diagnosis struct {
	kind Kind
	sure bool   // see Classify
	hint string // what to do, if that is other than what Hint says of the kind
}

// Classify returns the kind of an error that a server reports with an HTTP
// status, by status and body together. sure is false if neither a name nor words
// of the error say why the request failed, but only its status: then it may have
// failed for anything in it.
func (e APIError) Classify(status int) (kind Kind, sure bool) {
	d := e.diagnose(status)
	return d.kind, d.sure
}

// diagnose classifies an error and returns what to do about it.
func (e APIError) diagnose(status int) diagnosis {
	status = e.effective(status)
	text := e.words()
	if asksMore(text) {
		return diagnosis{kind: TooLarge, sure: true}
	}
	names := e.names()
	for i := range signs {
		if s := &signs[i]; s.applies(status, names, text) {
			return diagnosis{s.kind, s.kind != BadRequest && s.kind != ServerError, s.hint}
		}
	}
	switch {
	case status == 0:
		return diagnosis{kind: ServerError}
	case status == http.StatusNotFound && (e.plain || e.Message == ""):
		return diagnosis{kind: WrongAddress, sure: true} // a web server's answer, not that of an API
	}
	kind := KindOfStatus(status)
	return diagnosis{kind: kind, sure: kind != BadRequest && kind != ServerError && status != http.StatusNotFound}
}

// words returns the text of an error that is classified, in lower case.
func (e APIError) words() string {
	text := e.Message + " " + string(e.Details)
	if e.cause != nil {
		text += " " + e.cause.Message
	}
	text = strings.ToLower(strings.TrimSpace(text))
	return text[:min(len(text), maxClassified)]
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
