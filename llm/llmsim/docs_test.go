package llmsim_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"mashal/llm/llmsim"
)

// TestDocs checks that docs/simulator.md lists every fault and every field of the
// log.
func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := func(section string) map[string]bool {
		_, text, ok := strings.Cut(string(doc), "\n## "+section+"\n")
		if !ok {
			t.Fatalf("docs/simulator.md has no section %s", section)
		}
		text, _, _ = strings.Cut(text, "\n## ")
		names := map[string]bool{}
		for _, row := range strings.Split(text, "\n| `")[1:] {
			name, _, _ := strings.Cut(row, "`")
			names[name] = true
		}
		return names
	}
	compare := func(what string, documented map[string]bool, there []string) {
		for _, name := range there {
			if !documented[name] {
				t.Errorf("%s %s is not described", what, name)
			}
		}
		if len(documented) != len(there) {
			t.Errorf("%d rows of %ss, and there are %d", len(documented), what, len(there))
		}
	}
	var faults, fields []string
	for _, f := range llmsim.FaultNames() {
		faults = append(faults, string(f))
	}
	var ofServer []string
	for _, f := range llmsim.ServerFaultNames() {
		ofServer = append(ofServer, string(f))
	}
	compare("fault of the server", rows("Faults of the server"), ofServer)
	entry := reflect.TypeOf(llmsim.Entry{})
	for i := range entry.NumField() {
		name, _, _ := strings.Cut(entry.Field(i).Tag.Get("json"), ",")
		fields = append(fields, name)
	}
	compare("fault", rows("Faults"), faults)
	compare("field", rows("The log"), fields)
}
