package web

import (
	"net/url"
	"strings"
	"testing"
)

// TestFormerParameters checks that addresses of earlier versions keep their meaning.
func TestFormerParameters(t *testing.T) {
	for former, want := range map[string]string{
		"conventional=1": "standing=claimed&standing=conventional",
		"suggestions=1":  "standing=claimed&standing=suggestion",
		"conventional=1&suggestions=1&type=idiom": "standing=claimed&standing=conventional&standing=suggestion&type=idiom",
		"conventional=0&suggestions=0":            "",
		"subtype=conventional":                    "standing=conventional",
		"subtype=suggestion&suggestions=1":        "standing=suggestion",
		"subtype=irony&subtype=conventional":      "standing=claimed&standing=conventional&subtype=irony",
		"conventional=1&subtype=irony":            "standing=claimed&standing=conventional&subtype=irony",
		"subtype=irony":                           "subtype=irony",
		"conventional=2":                          "conventional=2", // refused
		"standing=claimed&conventional=1":         "standing=claimed&standing=conventional",
	} {
		p, err := ParseParams(former)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.values.Encode(); got != want {
			t.Errorf("%s became %s, not %s", former, got, want)
		}
		if again, _ := url.ParseQuery(want); again != nil {
			if renew(again); again.Encode() != want {
				t.Errorf("%s became %s", want, again.Encode())
			}
		}
	}
}

// TestNearestIsAccepted checks that the value offered instead of a refused one is not refused
// too, and that no empty value is listed.
func TestNearestIsAccepted(t *testing.T) {
	for _, test := range []struct {
		query string
		read  func(*Params)
		want  string
	}{
		{"reading=abc", func(p *Params) { p.Number("reading", 0, 1, 9) }, ""},
		{"reading=-4", func(p *Params) { p.Number("reading", 0, 1, 9) }, "1"},
		{"reading=12", func(p *Params) { p.Number("reading", 0, 1, 9) }, "9"},
		{"page=x", func(p *Params) { p.Number("page", 1, 1, 9) }, "1"},
		{"order=foo", func(p *Params) { p.Choice("order", "", "confidence", "name") }, ""},
		{"order=nam", func(p *Params) { p.Choice("order", "", "confidence", "name") }, "name"},
	} {
		p, err := ParseParams(test.query)
		if err != nil {
			t.Fatal(err)
		}
		test.read(p)
		if len(p.invalid) != 1 || p.invalid[0].Nearest != test.want || strings.Contains(p.invalid[0].Reason.String(), ": ,") {
			t.Errorf("%s is refused as %+v, want %q as the nearest", test.query, p.invalid, test.want)
		}
	}
}
