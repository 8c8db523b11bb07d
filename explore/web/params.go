package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mashal/nearest"
)

// Params are what the query of an address asks for. A page reads each of its
// parameters once; then check refuses what was wrong with them, and every
// parameter that nobody read, so that none is silently ignored.
type Params struct {
	values  url.Values
	Read    map[string]bool
	invalid []invalidParam
}

// A invalidParam is one thing that is wrong with a query.
type invalidParam struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"`
	Reason  Message  `json:"-"`
	Nearest string   `json:"nearest,omitempty"` // what would be right; "" if nothing is near
	also    []string // other values that are as near
	renames bool     // Nearest is a name, not a value
}

// Limits of a query. They are above what any page of ours leads to.
const (
	maxValues = 200  // values of all parameters
	MaxValue  = 1000 // bytes of one value
)

// ParseParams reads a query. The error is a *fault.
func ParseParams(query string) (*Params, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, BadRequest("Invalid address: %% must be followed by two hexadecimal digits, and ; is written as %%3B.")
	}
	p := &Params{values: values, Read: map[string]bool{}}
	n := 0
	for name, list := range values {
		n += len(list)
		for _, value := range list {
			if !IsText(name) || !IsText(value) {
				return nil, BadRequest("The address is not valid UTF-8.")
			}
			if len(value) > MaxValue {
				p.Refuse(name, value[:min(len(value), 40)]+"…", "", Msg("%s is longer than %d bytes.", name, MaxValue))
			}
		}
	}
	if n > maxValues {
		return nil, BadRequest("The address has %d parameters; the limit is %d.", n, maxValues)
	}
	return p, nil
}

// withoutEmpty is the query without values that say nothing, as forms send
// them, and whether it had none.
func (p *Params) withoutEmpty() (string, bool) {
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

// Texts is all values of a parameter.
func (p *Params) Texts(name string) []string {
	p.Read[name] = true
	return p.values[name]
}

// Text is the one value of a parameter, "" if it is not given.
func (p *Params) Text(name string) string {
	list := p.Texts(name)
	if len(list) > 1 {
		p.Refuse(name, list[1], "", Msg("%s is given %d times; it can be given only once.", name, len(list)))
	}
	if len(list) == 0 {
		return ""
	}
	return strings.TrimSpace(list[0])
}

// Choice is a value of a parameter that must be one of some; the first of them
// if it is not given.
func (p *Params) Choice(name string, of ...string) string {
	value := p.Text(name)
	if value == "" {
		return of[0]
	}
	return p.OneOf(name, value, of)
}

// Choices is the values of a parameter that must be some of those known.
func (p *Params) Choices(name string, known []string) []string {
	var chosen []string
	for _, value := range p.Texts(name) {
		if value = p.OneOf(name, value, known); !slices.Contains(chosen, value) {
			chosen = append(chosen, value)
		}
	}
	return chosen
}

// OneOf is a value as it is written among those known; else it is refused.
func (p *Params) OneOf(name, value string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, strings.TrimSpace(value)) {
			return k
		}
	}
	p.Refuse(name, value, nearest.Name(value, known), Msg("%s is not one of: %s.", Quoted(value), strings.Join(known, ", ")))
	return ""
}

// Flag reports whether a parameter is "1".
func (p *Params) Flag(name string) bool { return p.Choice(name, "0", "1") == "1" }

// Number is a whole number from lowest to highest; otherwise if it is not
// given.
func (p *Params) Number(name string, otherwise, lowest, highest int) int {
	value := p.Text(name)
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
		p.Refuse(name, value, strconv.Itoa(near), Msg("%s is not a whole number from %d to %d.", Quoted(value), lowest, highest))
		return otherwise
	}
	return n
}

// Fraction is a number from 0 to 1; otherwise if it is not given.
func (p *Params) Fraction(name string, otherwise float64) float64 {
	value := p.Text(name)
	if value == "" {
		return otherwise
	}
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || !(x >= 0 && x <= 1) {
		near := "1"
		if err == nil && x < 0 {
			near = "0"
		}
		p.Refuse(name, value, near, Msg("%s is not a number from 0 to 1.", Quoted(value)))
		return otherwise
	}
	return x
}

// Refuse notes that a value is wrong, and why.
func (p *Params) Refuse(name, value, nearest string, reason Message) {
	p.invalid = append(p.invalid, invalidParam{Name: name, Value: value, Reason: reason, Nearest: nearest})
}

// Check is the error of all that is wrong with the query, nil if nothing is.
// The page must have read all its parameters.
func (p *Params) Check() error {
	wrong := slices.Clone(p.invalid)
	names := make([]string, 0, len(p.Read))
	for name := range p.Read {
		names = append(names, name)
	}
	slices.Sort(names)
	for name, list := range p.values {
		if !p.Read[name] && len(names) == 0 {
			wrong = append(wrong, invalidParam{Name: name, Value: strings.Join(list, ", "), renames: true, Reason: Msg("This page has no parameters.")})
		} else if !p.Read[name] {
			wrong = append(wrong, invalidParam{
				Name: name, Value: strings.Join(list, ", "), Nearest: nearest.Name(name, names), renames: true,
				Reason: Msg("This page has no parameter %s. It has: %s.", Quoted(name), strings.Join(names, ", ")),
			})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(wrong, func(a, b invalidParam) int { return strings.Compare(a.Name, b.Name) })
	return &Fault{Status: 400, invalid: wrong}
}

// Quoted is a value as a message names it, not longer than is needed to
// recognise it.
func Quoted(value string) string {
	const enough = 60 // runes
	if runes := []rune(value); len(runes) > enough {
		value = string(runes[:enough]) + "…"
	}
	return "“" + Plain(value) + "”"
}

// BadRequest is the error of an address that cannot be meant.
func BadRequest(format string, args ...any) *Fault {
	return &Fault{Status: 400, Detail: Msg(format, args...)}
}
