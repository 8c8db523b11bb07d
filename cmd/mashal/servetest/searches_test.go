package servetest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal/cmd/mashal/commandtest"
)

var update = flag.Bool("update", false, "write what is generated instead of comparing it")

// TestSearches asks what visitors type into the search page. The table is golden:
// it has a line for each search, with the number of figures that it found before
// words were matched as they are now, and what it finds now.
func TestSearches(t *testing.T) {
	t.Parallel()
	const file = "testdata/searches.tsv"
	dir := t.TempDir()
	if code, _, stderr := commandtest.Run(t, dir, "annotate", "Genesis 49", "Exodus 15", "Judges 1-5", "Isaiah 40-55", "Hosea", "Psalms", "Job 1-20"); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, stderr)
	}
	base, stop := commandtest.Explore(t, dir)
	defer stop()
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	table := "| | | before | now | offered |\n| --- | --- | --- | --- | --- |\n"
	searches := 0
	for line := range strings.Lines(string(want)) {
		if strings.HasPrefix(line, "#") {
			got.WriteString(line)
			continue
		}
		searches++
		field := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		name, value, _ := strings.Cut(field[1], "=")
		found, offers := searched(t, base, url.Values{name: {value}})
		fmt.Fprintf(&got, "%s\t%s\t%s\t%s\t%s\n", field[0], field[1], field[2], found, offers)
		table += fmt.Sprintf("| %s | `%s` | %s | %s | %s |\n", field[0], field[1], field[2], found, offers)
	}
	const docs = "../../../docs/searching.md"
	page, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(page), "<!-- searches -->\n")
	_, after, ok := strings.Cut(rest, "<!-- end -->")
	if !ok {
		t.Fatalf("%s has no place for the table", docs)
	}
	described := before + "<!-- searches -->\n" + table + "<!-- end -->" + after
	if *update {
		if err := os.WriteFile(docs, []byte(described), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
	if diff := cmp.Diff(string(page), described); diff != "" {
		t.Errorf("%s (-want +got):\n%s", docs, diff)
	}
	if searches != 60 {
		t.Errorf("the table has %d searches", searches)
	}
}

// searched returns how many figures a search finds, and what is offered if there
// are none.
func searched(t *testing.T, base string, query url.Values) (found, offers string) {
	t.Helper()
	query.Set("limit", "0")
	resp, err := http.Get(base + "/api/v1/figures?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "refused", ""
	}
	var answer struct {
		Total  int
		Offers []struct {
			Parameter, Value string
			Figures          int
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, o := range answer.Offers {
		list = append(list, fmt.Sprintf("%s=%s (%d)", o.Parameter, o.Value, o.Figures))
	}
	return fmt.Sprint(answer.Total), strings.Join(list, "; ")
}
