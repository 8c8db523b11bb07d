package llm

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

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
