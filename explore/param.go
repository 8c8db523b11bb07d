package explore

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mashal/markup"
	"mashal/typo"
)

// Params are what the query of an address asks for. A page reads each of its
// parameters once; then check refuses what was wrong with them, and every
// parameter that nobody read, so that none is silently ignored.
type params struct {
	values url.Values
	read   map[string]bool
	wrong  []wrongParam
}

// A wrongParam is one thing that is wrong with a query.
type wrongParam struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"`
	Reason  message  `json:"-"`
	Nearest string   `json:"nearest,omitempty"` // what would be right; "" if nothing is near
	also    []string // other values that are as near
	renames bool     // Nearest is a name, not a value
}

// Limits of a query. They are above what any page of ours leads to.
const (
	maxValues = 200  // values of all parameters
	maxValue  = 1000 // bytes of one value
)

// parseParams reads a query. The error is a *fault.
func parseParams(query string) (*params, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, badRequest("The address cannot be read: a %% must be followed by two hexadecimal digits, and ; is written %%3B.")
	}
	p := &params{values: values, read: map[string]bool{}}
	n := 0
	for name, list := range values {
		n += len(list)
		for _, value := range list {
			if !isText(name) || !isText(value) {
				return nil, badRequest("The address is not text in UTF-8.")
			}
			if len(value) > maxValue {
				p.refuse(name, value[:min(len(value), 40)]+"…", "", msg("%s is longer than %d bytes.", name, maxValue))
			}
		}
	}
	if n > maxValues {
		return nil, badRequest("The address has %d parameters, more than any that leads to a page.", n)
	}
	return p, nil
}

// withoutEmpty is the query without values that say nothing, as forms send
// them, and whether it had none.
func (p *params) withoutEmpty() (string, bool) {
	clean, ok := url.Values{}, true
	for name, list := range p.values {
		for _, value := range list {
			if strings.TrimSpace(value) == "" {
				ok = false
				continue
			}
			clean.Add(name, value)
		}
	}
	return clean.Encode(), ok
}

// texts is all values of a parameter.
func (p *params) texts(name string) []string {
	p.read[name] = true
	return p.values[name]
}

// text is the one value of a parameter, "" if it is not given.
func (p *params) text(name string) string {
	list := p.texts(name)
	if len(list) > 1 {
		p.refuse(name, list[1], "", msg("%s is given %d times.", name, len(list)))
	}
	if len(list) == 0 {
		return ""
	}
	return strings.TrimSpace(list[0])
}

// choice is a value of a parameter that must be one of some; the first of them
// if it is not given.
func (p *params) choice(name string, of ...string) string {
	value := p.text(name)
	if value == "" {
		return of[0]
	}
	return p.known(name, value, of)
}

// choices is the values of a parameter that must be some of those known.
func (p *params) choices(name string, known []string) []string {
	var chosen []string
	for _, value := range p.texts(name) {
		if value = p.known(name, value, known); !slices.Contains(chosen, value) {
			chosen = append(chosen, value)
		}
	}
	return chosen
}

// known is a value as it is written among those known; else it is refused.
func (p *params) known(name, value string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, strings.TrimSpace(value)) {
			return k
		}
	}
	p.refuse(name, value, typo.Nearest(value, known), msg("%s is none of: %s.", quoted(value), strings.Join(known, ", ")))
	return ""
}

// flag reports whether a parameter is "1".
func (p *params) flag(name string) bool { return p.choice(name, "0", "1") == "1" }

// number is a whole number from lowest to highest; otherwise if it is not
// given.
func (p *params) number(name string, otherwise, lowest, highest int) int {
	value := p.text(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < lowest || n > highest {
		near := otherwise
		switch {
		case err == nil && n < lowest:
			near = lowest
		case err == nil || len(value) > 9 && strings.Trim(value, "0123456789") == "":
			near = highest
		}
		p.refuse(name, value, strconv.Itoa(near), msg("%s is no whole number from %d to %d.", quoted(value), lowest, highest))
		return otherwise
	}
	return n
}

// share is a number from 0 to 1; otherwise if it is not given.
func (p *params) share(name string, otherwise float64) float64 {
	value := p.text(name)
	if value == "" {
		return otherwise
	}
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || !(x >= 0 && x <= 1) {
		near := "1"
		if err == nil && x < 0 {
			near = "0"
		}
		p.refuse(name, value, near, msg("%s is no number from 0 to 1.", quoted(value)))
		return otherwise
	}
	return x
}

// refuse notes that a value is wrong, and why.
func (p *params) refuse(name, value, nearest string, reason message) {
	p.wrong = append(p.wrong, wrongParam{Name: name, Value: value, Reason: reason, Nearest: nearest})
}

// check is the error of all that is wrong with the query, nil if nothing is.
// The page must have read all its parameters.
func (p *params) check() error {
	wrong := slices.Clone(p.wrong)
	names := make([]string, 0, len(p.read))
	for name := range p.read {
		names = append(names, name)
	}
	slices.Sort(names)
	for name, list := range p.values {
		if !p.read[name] && len(names) == 0 {
			wrong = append(wrong, wrongParam{Name: name, Value: strings.Join(list, ", "), renames: true, Reason: msg("There are no parameters here.")})
		} else if !p.read[name] {
			wrong = append(wrong, wrongParam{
				Name: name, Value: strings.Join(list, ", "), Nearest: typo.Nearest(name, names), renames: true,
				Reason: msg("This page has no parameter %s. It has: %s.", quoted(name), strings.Join(names, ", ")),
			})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(wrong, func(a, b wrongParam) int { return strings.Compare(a.Name, b.Name) })
	return &fault{status: 400, wrong: wrong}
}

// quoted is a value as a message names it, not longer than is needed to
// recognise it.
func quoted(value string) string {
	const enough = 60 // runes
	if runes := []rune(value); len(runes) > enough {
		value = string(runes[:enough]) + "…"
	}
	return "“" + markup.Plain(value) + "”"
}

// badRequest is the error of an address that cannot be meant.
func badRequest(format string, args ...any) *fault {
	return &fault{status: 400, detail: msg(format, args...)}
}
