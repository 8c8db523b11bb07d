package web

import (
	"net/url"
	"slices"
	"strings"
)

// A ParamLink makes the addresses of a page with other values of one parameter, for lists of
// links that differ in nothing else. They lead to the first page of a list.
type ParamLink struct {
	path, name    string
	before, after string   // the other parameters, encoded, in the order of their names
	values        []string // that the page has
}

// ParamLink returns the addresses for a parameter, which is none of the view.
func (v *View) ParamLink(name string) ParamLink {
	before, after := v.ListQuery(), url.Values{}
	l := ParamLink{path: v.Path, name: url.QueryEscape(name), values: before[name]}
	for other, values := range before {
		if other > name {
			after[other] = values
		}
		if other >= name {
			delete(before, other)
		}
	}
	l.before, l.after = before.Encode(), after.Encode()
	return l
}

// Toggle returns the address with a value added, or removed if the page has it.
func (l ParamLink) Toggle(value string) string {
	if i := slices.Index(l.values, value); i >= 0 {
		return l.address(slices.Delete(slices.Clone(l.values), i, i+1)...)
	}
	return l.address(append(l.values[:len(l.values):len(l.values)], value)...)
}

// With returns the address with one value, or without the parameter if it is "".
func (l ParamLink) With(value string) string {
	if value == "" {
		return l.address()
	}
	return l.address(value)
}

// address returns the address with some values.
func (l ParamLink) address(values ...string) string {
	var query strings.Builder
	query.WriteString(l.before)
	and := func() {
		if query.Len() > 0 {
			query.WriteByte('&')
		}
	}
	for _, value := range values {
		and()
		query.WriteString(l.name)
		query.WriteByte('=')
		query.WriteString(url.QueryEscape(value))
	}
	if l.after != "" {
		and()
		query.WriteString(l.after)
	}
	return JoinQuery(l.path, query.String())
}
