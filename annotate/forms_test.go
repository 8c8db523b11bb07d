package annotate_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"mashal/annotate"
	"mashal/salvage"
)

// withoutEach returns copies of a shape, each without one function that checks a text,
// by the path of the text.
func withoutEach(s salvage.Shape, path string) map[string]salvage.Shape {
	copies := map[string]salvage.Shape{}
	switch s := s.(type) {
	case salvage.Text:
		for name, remove := range map[string]func(*salvage.Text){
			" check": func(t *salvage.Text) { t.Check = nil },
			" odd":   func(t *salvage.Text) { t.Odd = nil },
			" prose": func(t *salvage.Text) { t.Prose = false },
		} {
			without := s
			if remove(&without); (s.Check == nil) != (without.Check == nil) || (s.Odd == nil) != (without.Odd == nil) || s.Prose != without.Prose {
				copies[path+name] = without
			}
		}
	case salvage.Array:
		for at, of := range withoutEach(s.Of, path) {
			without := s
			without.Of = of
			copies[at] = without
		}
	case salvage.Object:
		for i, f := range s.Fields {
			for at, value := range withoutEach(f.Value, strings.TrimPrefix(path+"."+f.Name, ".")) {
				without := s
				without.Fields = slices.Clone(s.Fields)
				without.Fields[i].Value = value
				copies[at] = without
			}
		}
	}
	return copies
}

// TestFormChecks removes each function that checks a text or the keys of a verse from the
// forms, and reads an answer that is damaged or odd there. With all checks the verse is
// refused or marked for the reason given; without the one it is read and unmarked.
func TestFormChecks(t *testing.T) {
	const (
		long    = `{"verse":1,"deliberation":"One thing.","figures":[{"types":["met"],"words":[[1,2]],"target":"a man","t":"rule","vehicle":"a lion","v":"animal","ground":"force","g":"force","posture":"threat","p":"threat","explanation":"He roars.","speaker":"someone","purpose":"to warn","confidence":0.7}]}`
		compact = `{"verse":1,"notes":"One thing.","found":[{"is":"met 1-2 70","tags":["rule: a man","animal: a lion","force: force","threat: threat"],"how":"He roars.","speaker":"someone","purpose":"to warn"}]}`
		brief   = `{"verse":1,"found":[]}`
		longer  = `{"verse":1,"figures":[{"is":["met"],"why":"He roars."}]}`
		shorter = `{"verse":1,"is":["met: he roars"]}`
	)
	answer := func(object, old, with string) string { return "[" + strings.Replace(object, old, with, 1) + "]" }
	type damage struct{ answer, reason string }
	prose := func(object, old string) damage { return damage{answer(object, old, "two  "+old), "two spaces"} }
	figures := map[string]damage{
		"deliberation prose":        prose(long, "One thing"),
		"figures.target prose":      prose(long, "a man"),
		"figures.vehicle prose":     prose(long, "a lion"),
		"figures.ground prose":      {answer(long, `"ground":"`, `"ground":"two  `), "two spaces"},
		"figures.posture prose":     {answer(long, `"posture":"`, `"posture":"two  `), "two spaces"},
		"figures.explanation prose": prose(long, "He roars"),
		"figures.speaker prose":     prose(long, "someone"),
		"figures.purpose prose":     prose(long, "to warn"),
		"notes prose":               prose(compact, "One thing"),
		"found.is check":            {answer(compact, "met 1-2 70", "met 1–2 70%"), `"is" is written as`},
		"found.tags check":          {answer(compact, "rule: a man", "ruler: a man"), `"tags" is written as`},
		"found.tags prose":          {answer(compact, "a man", "a  man"), "two spaces"},
		"found.how prose":           prose(compact, "He roars"),
		"found.speaker prose":       prose(compact, "someone"),
		"found.purpose prose":       prose(compact, "to warn"),
		" keys":                     {answer(compact, `"notes"`, `"figures":[],"notes"`), `there is "figures" beside "found"`},
	}
	damages := map[string]map[string]damage{
		"figures":            figures,
		"figures with notes": maps.Clone(figures),
		"verdicts": {
			"figures.why prose": prose(longer, "He roars"),
			"is check":          {answer(shorter, "met:", "metaphor:"), `"is" is written as`},
			"is odd":            {answer(shorter, "he roars", "he  roars"), "two spaces"},
			" keys":             {answer(longer, `}]}`, `}],"is":["met: he roars"]}`), "must have the key"},
		},
	}
	damages["figures with notes"][" keys"] = damage{"[" + brief + "]", `key "notes" is missing`}
	for name, form := range annotate.Forms() {
		copies := map[string]*salvage.Schema{}
		for path, body := range withoutEach(form.Body, "") {
			without := *form
			without.Body = body.(salvage.Object)
			copies[path] = &without
		}
		without := *form
		without.Keys = nil
		copies[" keys"] = &without
		for path, without := range copies {
			d, ok := damages[name][path]
			if !ok {
				t.Errorf("%s: no damage for the check %q", name, path)
				continue
			}
			read := func(form *salvage.Schema) (bool, string) {
				events, report, err := salvage.Decode(form, []int{1}, salvage.Limits{}, []byte(d.answer))
				if err != nil {
					t.Fatal(err)
				}
				return len(events) == 1, report.Verses[0].Reason + report.Verses[0].Remark
			}
			if _, mark := read(form); !strings.Contains(mark, d.reason) {
				t.Errorf("%s: %s: the verse has the mark %q, want %q", name, path, mark, d.reason)
			}
			if ok, mark := read(without); !ok || mark != "" {
				t.Errorf("%s: %s: without the check the verse is read: %t, with the mark %q", name, path, ok, mark)
			}
		}
		for path := range damages[name] {
			if copies[path] == nil {
				t.Errorf("%s: damage for the unknown check %q", name, path)
			}
		}
	}
}
