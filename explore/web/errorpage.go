package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Fail answers with an error: problem+json (RFC 9457) for programs, else the error
// page. It logs internal errors.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	f, internal := NewFault(err)
	if internal {
		s.Log("answer a request", err, "method", r.Method, "path", r.URL.EscapedPath())
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	if f.allow != "" {
		h.Set("Allow", f.allow)
	}
	if f.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	req := s.faultRequest(r)
	if len(f.Offers) > 0 {
		f.Near = f.Offers[0].Href
	}
	wrong := f.offered(req)
	f.Near = f.corrected(req)
	if wantsJSON(r) {
		write(w, r, "application/problem+json", f.Status, f.problem(req))
		return
	}
	var b bytes.Buffer
	p := &Page{Template: "fault", Title: f.heading(), Data: &faultPage{
		Status: f.Status, Detail: f.Detail, Hint: f.Hint, Wrong: wrong, Offers: f.Offers, Near: f.Near, Less: f.Near != "" && f.nothingIsNear(), AsksToken: f.asksToken,
	}}
	if err := s.layout.render(&b, req, p); err != nil {
		s.Log("render the page of an error", err)
		write(w, r, "text/plain; charset=utf-8", f.Status, []byte(titles[f.Status]+"\n"))
		return
	}
	write(w, r, "text/html; charset=utf-8", f.Status, b.Bytes())
}

// A faultPage holds the data of the error page.
type faultPage struct {
	Status       int
	Detail, Hint Message
	Wrong        []shownParam
	Offers       []Offer
	Near         string // corrected address; "" if there is none
	AsksToken    bool
	Less         bool // Near only removes invalid parameters, without replacing any
}

// A shownParam is an invalid parameter with suggestions.
type shownParam struct {
	invalidParam
	Offers []Offer
}

// maxOffered is the maximum number of invalid parameters with links. Each link
// contains the whole address, so links for 200 invalid values would take a
// megabyte.
const maxOffered = 20

// offered returns the invalid parameters with suggestions. The link of a suggestion
// corrects the other parameters too.
func (f *Fault) offered(req *Request) []shownParam {
	var list []shownParam
	for i, w := range f.invalid {
		shown := shownParam{invalidParam: w}
		for _, near := range append([]string{w.Nearest}, w.also...) {
			if near == "" {
				continue
			}
			if i >= maxOffered {
				shown.Offers = append(shown.Offers, Offer{Says: near})
				continue
			}
			other := *f
			other.invalid = slices.Clone(f.invalid)
			other.invalid[i].Nearest = near
			shown.Offers = append(shown.Offers, Offer{near, other.corrected(req)})
		}
		list = append(list, shown)
	}
	return list
}

// nothingIsNear reports whether there are invalid parameters, and suggestions for
// none of them.
func (f *Fault) nothingIsNear() bool {
	return len(f.invalid) > 0 && !slices.ContainsFunc(f.invalid, func(w invalidParam) bool { return w.Nearest != "" })
}

// faultRequest returns a request for the error page. It ignores invalid parameters
// of the view, and the address if it is too long, so that the page does not repeat it.
func (s *Server) faultRequest(r *http.Request) *Request {
	if isTooLong(r.URL) {
		return s.bareRequest(r, &url.URL{Path: "/"}, emptyParams())
	}
	p, err := ParseParams(r.URL.RawQuery)
	if err != nil {
		p = emptyParams()
	}
	return s.bareRequest(r, r.URL, p)
}

// bareRequest returns a request without a snapshot.
func (s *Server) bareRequest(r *http.Request, at *url.URL, p *Params) *Request {
	req := &Request{View: newView(at, p), Params: p, request: r, Text: s.text}
	req.View.HidesRecord, req.View.Reviewing = s.HidesRecord(), s.options.Reviews != nil
	return req
}

// emptyParams returns the parameters of an address without any.
func emptyParams() *Params { return &Params{values: url.Values{}, Read: map[string]bool{}} }

// corrected returns the address with each invalid value replaced by the nearest
// valid one, or removed if there is none. It returns "" if nothing changes.
func (f *Fault) corrected(req *Request) string {
	if len(f.invalid) == 0 {
		return f.Near
	}
	q := maps.Clone(req.View.Query)
	for _, w := range f.invalid {
		list := q[w.Name]
		if w.renames {
			q.Del(w.Name)
			if w.Nearest != "" {
				q[w.Nearest] = list
			}
			continue
		}
		var right []string
		for _, value := range list {
			switch {
			case strings.TrimSpace(value) != strings.TrimSpace(w.Value):
				right = append(right, value)
			case w.Nearest != "":
				right = append(right, w.Nearest)
			}
		}
		q[w.Name] = right
	}
	if near := Address(req.View.Path, q); near != Address(req.View.Path, req.View.Query) {
		return near
	}
	return ""
}

// heading returns the heading of the error page.
func (f *Fault) heading() Message {
	if f.Title.Format != "" {
		return f.Title
	}
	return Msg(titles[f.Status])
}

// problem returns the fault as JSON according to RFC 9457.
func (f *Fault) problem(req *Request) []byte {
	type param struct {
		Name    string `json:"name"`
		Value   string `json:"value"`
		Reason  string `json:"reason"`
		Nearest string `json:"nearest,omitempty"`
		Column  int    `json:"column,omitempty"` // in the value, in characters from 1
	}
	problem := struct {
		Type    string  `json:"type"`
		Title   string  `json:"title"`
		Status  int     `json:"status"`
		Detail  string  `json:"detail,omitempty"`
		Hint    string  `json:"hint,omitempty"`
		Nearest string  `json:"nearest,omitempty"` // an address
		Wrong   []param `json:"invalid_params,omitempty"`
	}{"about:blank", req.View.Say(f.heading()), f.Status, req.View.Say(f.Detail), req.View.Say(f.Hint), f.Near, nil}
	for _, w := range f.invalid {
		wrong := param{Name: w.Name, Value: w.Value, Reason: req.View.Say(w.Reason), Nearest: w.Nearest}
		if w.place != nil {
			wrong.Column = w.place.Column(w.Value)
		}
		problem.Wrong = append(problem.Wrong, wrong)
	}
	body, err := json.Marshal(problem)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return append(body, '\n')
}

// isAPI reports whether a request is for the API.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// refusesEmpty reports whether the path is of an answer or a file for programs. No form of the
// pages leads to one, so it has an empty value only by mistake. The API of Tzafun is not one: its
// clients send empty values.
func refusesEmpty(r *http.Request) bool {
	path := r.URL.Path
	return strings.HasPrefix(path, "/api/v1/") || path == "/export" || strings.HasPrefix(path, "/export/") || strings.HasSuffix(path, ".csv")
}

// wantsJSON reports whether the client expects JSON rather than a page.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return isAPI(r) || strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}
