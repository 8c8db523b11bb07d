package explore_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mashal"
)

// TestStandingAddresses checks what the condition "standing" finds, and that addresses of
// earlier versions find the same.
func TestStandingAddresses(t *testing.T) {
	figure := func(first int, subtype string, standing mashal.Standing) mashal.JudgedFigure {
		return mashal.JudgedFigure{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metonymy}, Subtype: subtype, Standing: standing, Span: span(first, first), Confidence: .5,
		}}
	}
	s := serve(t, bible(t, reading(1, psalm23, rules, 6, map[int]finding{1: {figures: []mashal.JudgedFigure{
		figure(1, "", mashal.Claimed), figure(2, "synecdoche", mashal.Conventional), figure(3, "merism", mashal.Suggestion), figure(4, "synecdoche", mashal.Claimed),
	}}})))
	for query, want := range map[string]string{
		"":                      "1:claimed 4:claimed:synecdoche",
		"standing=conventional": "2:conventional:synecdoche",
		"standing=claimed&standing=conventional&subtype=synecdoche": "2:conventional:synecdoche 4:claimed:synecdoche",
		"conventional=1":                 "1:claimed 2:conventional:synecdoche 4:claimed:synecdoche",
		"suggestions=1":                  "1:claimed 3:suggestion:merism 4:claimed:synecdoche",
		"suggestions=1&conventional=1":   "1:claimed 2:conventional:synecdoche 3:suggestion:merism 4:claimed:synecdoche",
		"subtype=conventional":           "2:conventional:synecdoche",
		"subtype=suggestion":             "3:suggestion:merism",
		"subtype=synecdoche":             "4:claimed:synecdoche",
		"subtype=merism&suggestions=1":   "3:suggestion:merism",
		"subtype=synecdoche&standing=no": "",
	} {
		a := get(t, s, "/api/v1/figures?annotator=rules&"+query)
		var answer struct {
			Figures []struct {
				Figure struct{ Words, Standing, Subtype string }
			}
		}
		if err := json.Unmarshal([]byte(a.body), &answer); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, hit := range answer.Figures {
			f := hit.Figure
			got = append(got, strings.TrimSuffix(fmt.Sprintf("%s:%s:%s", f.Words, f.Standing, f.Subtype), ":"))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: found %s, not %s", query, text, want)
		}
	}

	seen := page(t, s, "/search?annotator=rules&subtype=conventional")
	has(t, strip(seen), "standing conventional", "claimed", "suggestion")
	has(t, seen, "standing=conventional&amp;standing=claimed")
	has(t, strip(page(t, s, "/figure/Ps.23.1!2")), "Subtype: synecdoche", "Standing: conventional")
}
