package llm

import (
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Parameters is a set of the parameters of a request that a server may refuse and
// that a request can do without.
type Parameters uint16

// The parameters, in the order in which they are left out if a server refuses a
// request and does not say why.
const (
	ParamSchema      Parameters = 1 << iota // a JSON schema for the answer; left out, it stands in the prompt
	ParamEffort                             // how much to reason
	ParamUsage                              // the count of tokens in a stream
	ParamTemperature                        // the sampling temperature
	ParamCache                              // marks or keys for the vendor's cache of prompts
	ParamStore                              // whether the vendor keeps the answer
	ParamLimit                              // the limit of the answer, by the name that the vendor's client prefers
	ParamOtherLimit                         // the same limit, by its other name
	ParamSystem                             // instructions as a part of their own; left out, they stand in the prompt
	ParamStream                             // the answer as a stream of events

	AllParameters Parameters = 1<<iota - 1
)

// parameterNames are the names by which parameters are stored, shown and given to
// flags.
var parameterNames = []string{"schema", "effort", "usage", "temperature", "cache", "store", "limit", "other-limit", "system", "stream"}

// parameterWords are how servers name the parameters in errors, in the same order.
var parameterWords = []*regexp.Regexp{
	words(
		`response_?format`, `json_?schema`, `response_?(json_?)?schema`, `response_?mime_?type`, `structured[ _]?outputs?`, `json[ _]mode`, `output_config`, `output_format`,
		`text\.format`, `json_object`, `guided_`, `grammar`, `constrained decoding`, `\bschema\b`,
	),
	words(`reasoning_?effort`, `reasoning`, `thinking_?(config|level|budget)?`, `\beffort`, `output_config`, `\bthink\b`),
	words(`stream_options`, `include_usage`),
	words(`temperature`),
	words(`prompt_?cache`, `cache_control`, `prompt caching`),
	words(`\bstore\b`),
	words(`max_?(completion_?|output_?|new_?)?tokens`),
	words(`max_?(completion_?|output_?|new_?)?tokens`),
	words(`system[ _](role|instruction|message|prompt)`, `developer[ _](role|instruction|message)`, `role .{0,10}system`, `'system'`, `messages(\[0\]|\.0)\.role`, `system_instruction`, `systeminstruction`, `roles must alternate`),
	words(`\bstream(ing)?\b`),
}

// Has reports whether the set has a parameter of another set.
func (p Parameters) Has(other Parameters) bool { return p&other != 0 }

// List returns the parameters of the set one by one, in their order.
func (p Parameters) List() []Parameters {
	var list []Parameters
	for p &= AllParameters; p != 0; p &= p - 1 {
		list = append(list, p&-p)
	}
	return list
}

// String returns the names of the parameters, separated by commas.
func (p Parameters) String() string {
	names := []string{}
	for _, one := range p.List() {
		names = append(names, parameterNames[bits.TrailingZeros16(uint16(one))])
	}
	return strings.Join(names, ",")
}

// ParseParameters parses what String returns, in any order.
func ParseParameters(s string) (Parameters, error) {
	var p Parameters
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		i := slices.Index(parameterNames, name)
		if i < 0 {
			return 0, fmt.Errorf("unknown parameter %q; parameters are %s", name, AllParameters)
		}
		p |= 1 << i
	}
	return p, nil
}

// named returns the parameters of sent that a text names, in the order in which
// it names them.
func named(text string, sent Parameters) []Parameters {
	text = strings.ToLower(text[:min(len(text), maxClassified)])
	type mention struct {
		at    int
		param Parameters
	}
	var mentions []mention
	for _, p := range sent.List() {
		if at := parameterWords[bits.TrailingZeros16(uint16(p))].FindStringIndex(text); at != nil {
			mentions = append(mentions, mention{at[0], p})
		}
	}
	slices.SortStableFunc(mentions, func(a, b mention) int { return a.at - b.at })
	list := make([]Parameters, len(mentions))
	for i, m := range mentions {
		list[i] = m.param
	}
	return list
}

// A refusal is what the error of a request says about its parameters.
type refusal struct {
	suspects []Parameters // that the error names, the most likely first
	certain  bool         // the first one was refused; false if it is only more likely than others
	limit    int          // the largest output limit that it allows; 0 if it states none
}

// Words by which servers refuse a parameter as such. Those of doubtful occur in
// other errors of servers too.
var (
	unsupported = words(`support`, `recogni[sz]ed`, `extra (inputs|fields)`, `extra_forbidden`, `not (permitted|allowed|enabled|implemented)`, `must be verified`, `does not accept`)
	doubtful    = words(`unknown`, `(un|not )available`, `unexpected`, `no longer`, `cannot be`, `invalid`)
)

// refusalOf returns what an error says about the parameters that were sent.
// accepted are those that were part of a request which was answered: such a one
// was refused only if the error says so.
func refusalOf(e *Error, sent, accepted Parameters, maxOutput int) refusal {
	if e.Err == nil {
		return refusal{}
	}
	text := e.Err.Error()
	r := refusal{suspects: append(named(e.Param, sent), named(text, sent)...)}
	if len(r.suspects) == 0 {
		return r
	}
	first, text := r.suspects[0], strings.ToLower(text)
	switch strong := unsupported.MatchString(text); {
	case e.Kind == ServerError:
		r.certain = strong && first != ParamStream
	case accepted.Has(first):
		r.certain = strong || doubtful.MatchString(text)
	default:
		r.certain = true
	}
	if first.Has(ParamLimit | ParamOtherLimit) {
		r.limit = allowedLimit(text, maxOutput)
	}
	return r
}

// numbers matches the numbers of a text, which may have separators, and whether they
// are the end of a range that excludes them.
var numbers = regexp.MustCompile(`(\d{1,3}(?:,\d{3})+|\d+)( \(exclusive\))?`)

// The smallest and the largest output limit that is learned. An answer needs more
// than the smallest.
const (
	smallestLimit = 1024
	largestLimit  = 1 << 30
)

// allowedLimit returns the largest number below sent that a text has, which is how
// servers state the largest limit that they allow. It returns 0 if there is none.
func allowedLimit(text string, sent int) int {
	limit := 0
	for _, m := range numbers.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		if m[2] != "" {
			n--
		}
		if err == nil && n >= smallestLimit && n < sent {
			limit = max(limit, n)
		}
	}
	return limit
}
