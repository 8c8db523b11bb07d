package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/nearest"
)

// Params holds the parameters of a query. A page reads each of its parameters once.
// Then Check returns an error that names all invalid values and all parameters that
// were not read, so none is ignored silently.
type Params struct {
	values  url.Values
	Read    map[string]bool
	invalid []invalidParam
}

// Limits of a query. No page links to an address beyond them.
const (
	maxValues = 200  // number of values of all parameters
	MaxValue  = 1000 // bytes of one value
)

// ParseParams parses a query. The error is a *Fault.
func ParseParams(query string) (*Params, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, BadRequest("Invalid address: %% must be followed by two hexadecimal digits, and ; is written as %%3B.")
	}
	renew(values)
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

// withoutEmpty returns the query without empty values, which forms send, and
// whether there were none.
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

// checkNotEmpty returns a fault that names the parameters that are given without a value.
func (p *Params) checkNotEmpty() error {
	f := &Fault{Status: http.StatusBadRequest}
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		if !slices.ContainsFunc(p.values[name], func(value string) bool { return strings.TrimSpace(value) == "" }) {
			continue
		}
		reason := Msg("%s is empty. Leave it out to set no condition.", name)
		if name == "in" {
			reason = Msg("The selection is empty. Without in, everything is selected.")
		}
		f.invalid = append(f.invalid, invalidParam{Name: name, Reason: reason})
	}
	if len(f.invalid) == 0 {
		return nil
	}
	return f
}

// Texts returns all values of a parameter.
func (p *Params) Texts(name string) []string {
	p.Read[name] = true
	return p.values[name]
}

// Text returns the value of a parameter, or "" if it is missing. Repeated
// parameters are refused.
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

// Choice returns the value of a parameter that accepts only the values in of. It
// returns the first of them if the parameter is missing.
func (p *Params) Choice(name string, of ...string) string {
	value := p.Text(name)
	if value == "" {
		return of[0]
	}
	return p.OneOf(name, value, of)
}

// Choices returns the values of a parameter that accepts several of the known
// values.
func (p *Params) Choices(name string, known []string) []string {
	var chosen []string
	for _, value := range p.Texts(name) {
		if value = p.OneOf(name, value, known); !slices.Contains(chosen, value) {
			chosen = append(chosen, value)
		}
	}
	return chosen
}

// OneOf returns the known value that equals value, ignoring case. It refuses any
// other value.
func (p *Params) OneOf(name, value string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, strings.TrimSpace(value)) {
			return k
		}
	}
	named := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == "" }) // "" is leaving it out
	p.Refuse(name, value, nearest.Name(value, named), Msg("%s is not one of: %s.", Quoted(value), strings.Join(named, ", ")))
	return ""
}

// Flag reports whether a parameter is "1".
func (p *Params) Flag(name string) bool { return p.Choice(name, "0", "1") == "1" }

// Number returns the value of a parameter that accepts whole numbers from lowest to
// highest. It returns otherwise if the parameter is missing or refused.
func (p *Params) Number(name string, otherwise, lowest, highest int) int {
	value := p.Text(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < lowest || n > highest {
		near := ""
		switch {
		case err == nil && n < lowest:
			near = strconv.Itoa(lowest)
		case err == nil || len(value) > 9 && strings.Trim(value, "0123456789") == "":
			near = strconv.Itoa(highest)
		case lowest <= otherwise && otherwise <= highest: // or it would be refused too
			near = strconv.Itoa(otherwise)
		}
		p.Refuse(name, value, near, Msg("%s is not a whole number from %d to %d.", Quoted(value), lowest, highest))
		return otherwise
	}
	return n
}

// Fraction returns the value of a parameter that accepts numbers from 0 to 1. It
// returns otherwise if the parameter is missing or refused.
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

// Refuse records that a value is invalid, with the reason and the nearest valid
// value, which may be "". Check returns it.
func (p *Params) Refuse(name, value, nearest string, reason Message) {
	p.invalid = append(p.invalid, invalidParam{Name: name, Value: value, Reason: reason, Nearest: nearest})
}

// Check returns a fault with all invalid parameters, or nil. It must be called
// after all parameters of the page have been read.
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

// Quoted returns a value in quotation marks for a message, shortened to 60
// characters.
func Quoted(value string) string {
	const enough = 60 // runes
	if runes := []rune(value); len(runes) > enough {
		value = string(runes[:enough]) + "…"
	}
	return "“" + Plain(value) + "”"
}

// renew replaces the parameters of earlier versions of the program, so that their
// addresses keep their meaning: standing=claimed&standing=conventional was conventional=1,
// standing=claimed&standing=suggestion was suggestions=1, and standing=conventional was
// subtype=conventional.
func renew(values url.Values) {
	var standings []mashal.Standing
	for name, standing := range map[string]mashal.Standing{"conventional": mashal.Conventional, "suggestions": mashal.Suggestion} {
		switch {
		case slices.Equal(values[name], []string{"1"}):
			standings = append(standings, mashal.Claimed, standing)
		case !slices.Equal(values[name], []string{"0"}):
			continue // missing, or refused as unknown
		}
		values.Del(name)
	}
	var subtypes []string
	var named []mashal.Standing
	for _, value := range values["subtype"] {
		if _, standing := mashal.SplitSubtype(strings.TrimSpace(value)); standing != mashal.Claimed {
			named = append(named, standing)
		} else {
			subtypes = append(subtypes, value)
		}
	}
	switch {
	case len(named) > 0 && len(subtypes) > 0:
		standings = append(append(standings, mashal.Claimed), named...)
		values["subtype"] = subtypes
	case len(named) > 0: // subtype narrowed what the flags added
		standings = named
		values.Del("subtype")
	}
	slices.Sort(standings)
	for _, standing := range slices.Compact(standings) {
		if !slices.Contains(values["standing"], standing.String()) {
			values.Add("standing", standing.String())
		}
	}
}

// RefuseError refuses a value with the message and the suggestions of an error.
func RefuseError(p *Params, name, value string, err error) {
	w := invalidParam{Name: name, Value: value, Reason: ErrorMessage(err)}
	if e, ok := UsageError(err); ok && len(e.Nearest) > 0 {
		w.Nearest, w.also = e.Nearest[0], e.Nearest[1:]
	}
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		w.Nearest, w.place = cmp.Or(w.Nearest, e.Nearest), e.Place
	}
	p.invalid = append(p.invalid, w)
}
