package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"mashal"
	"mashal/concordance/index"
)

// showsSimulated reports whether a page with these parameters shows simulated
// annotations of a concordance that has some: because the concordance has no others, or because the parameters
// name a simulated annotator, run or reading.
func showsSimulated(s *index.Snapshot, q url.Values) bool {
	if s.Simulated() {
		return true
	}
	simulated := func(tallies []index.Tally, name string) bool {
		marked := mashal.Annotator{Name: name, Kind: mashal.BySimulation}.Label()
		return slices.ContainsFunc(tallies, func(t index.Tally) bool { return t.Kind == mashal.BySimulation && (t.Name == name || t.Name == marked) })
	}
	for _, name := range q["annotator"] {
		if simulated(s.Annotators(), name) {
			return true
		}
	}
	for _, run := range q["run"] {
		if simulated(s.Runs(), run) {
			return true
		}
	}
	for _, param := range []string{"reading", "figure-reading", "a", "b"} {
		for _, value := range q[param] {
			id, err := strconv.ParseInt(value, 10, 64)
			if r, ok := s.Reading(id); err == nil && ok && r.Kind == mashal.BySimulation {
				return true
			}
			if simulated(s.Annotators(), value) {
				return true
			}
		}
	}
	return false
}

// takeable returns an error for a file of simulated annotations that was not asked
// for as such. The name of such a file says what is in it.
func takeable(req *Request, p *Page) error {
	if p.Attachment == nil && p.Stream == nil || !req.View.Simulated {
		return nil
	}
	if !req.View.TakeSimulated {
		q := url.Values{"simulated": {"1"}}
		for name, list := range req.View.Query {
			q[name] = list
		}
		return &Fault{
			Status: http.StatusForbidden, Detail: Msg("These annotations are simulated, so they are exported only if that is asked for."),
			Hint: Msg("Add simulated=1 to the address."), Near: Address(req.View.Path, q),
		}
	}
	if p.Attachment != nil {
		p.Attachment.Name = "simulated-" + p.Attachment.Name
	} else {
		p.Stream.Name = "simulated-" + p.Stream.Name
	}
	return nil
}

// NotCitable is the error of a citation of simulated annotations.
func NotCitable() error {
	return &Fault{
		Status: http.StatusForbidden, Detail: Msg("These annotations are simulated, so they cannot be cited: no model has read the text."),
		Hint: Msg("mashal annotate with a model or with rules makes annotations that can be cited."),
	}
}
