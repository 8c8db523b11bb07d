package web

import (
	"net/url"
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
