package report_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/report"
)

func add(t *testing.T, f report.Folder, name, address string) {
	t.Helper()
	if err := f.ChangeSavedQueries(t.Context(), func(list []report.SavedQuery) ([]report.SavedQuery, error) {
		return append(list, report.SavedQuery{Name: name, Address: address}), nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestSavedQueries checks that queries are kept, by name, also if several are saved at once.
func TestSavedQueries(t *testing.T) {
	f := report.Folder(filepath.Join(t.TempDir(), "new"))
	if list, _, err := f.ReadSavedQueries(); err != nil || list != nil {
		t.Fatalf("%v, %v", list, err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { add(t, f, fmt.Sprintf("שאילתה %d", 7-i), "/search?q="+fmt.Sprint(i)) })
	}
	wg.Wait()
	list, _, err := f.ReadSavedQueries()
	if err != nil || len(list) != 8 || list[0].Name != "שאילתה 0" || list[0].Address != "/search?q=7" {
		t.Fatalf("%v, %v", list, err)
	}
	if _, err := report.FindSavedQuery(list, "שאילתה 9"); err == nil || mashal.CodeOf(err) != mashal.Usage {
		t.Errorf("error %v", err)
	}
	before, err := os.ReadFile(f.SavedQueries())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.ChangeSavedQueries(t.Context(), func([]report.SavedQuery) ([]report.SavedQuery, error) { return nil, os.ErrInvalid }); err == nil {
		t.Error("an error of the change was dropped")
	}
	if after, err := os.ReadFile(f.SavedQueries()); err != nil || string(after) != string(before) {
		t.Error("a change that failed changed the file")
	}
	for _, damaged := range []string{"", "{", `{"version":2,"queries":[]}`} {
		if err := os.WriteFile(f.SavedQueries(), []byte(damaged), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.ReadSavedQueries(); err == nil || !strings.Contains(err.Error(), "queries.json") {
			t.Errorf("%s: error %v", damaged, err)
		}
	}
}

// TestSavedQueryCheck checks names and addresses.
func TestSavedQueryCheck(t *testing.T) {
	for _, name := range []string{"lions", "לֵב אבן", "Job's lions 2", "a-b_c.d"} {
		if err := (report.SavedQuery{Name: name, Address: "/search"}).Check(); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", " a", "a ", "a/b", "../a", "-a", "a\nb", "a\x1b[1m", "\xff", "<b>", strings.Repeat("א", 61)} {
		if err := (report.SavedQuery{Name: name, Address: "/search"}).Check(); mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, address := range []string{"", "search", "//evil.example", "/\\evil.example", "/\t/evil.example", "/search?a=\x1b[31m", "/a/../b"} { // as a file has them
		if err := (report.SavedQuery{Name: "a", Address: address}).Check(); mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("%q: %v", address, err)
		}
	}
	for typed, want := range map[string]string{
		"/search?vehicle=lion": "/search?vehicle=lion", "http://127.0.0.1:8090/search?a=%D7%90#x": "/search?a=%D7%90", "https://mashal.example/concordance": "/concordance",
		"": "", "search": "", "//evil.example/x": "", "javascript:alert(1)": "", "mailto:a@b": "", "ftp://a/b": "", "http://a": "", "http://u:p@a/b": "", "/" + strings.Repeat("a", 9000): "",
	} {
		if got, err := report.ParseAddress(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%.50q: %q, %v", typed, got, err)
		}
	}
}

// TestSavedQueriesSkipBadEntries checks that an entry that is not valid hides no other, and stays in the
// file when another query is saved or deleted.
func TestSavedQueriesSkipBadEntries(t *testing.T) {
	f := report.Folder(t.TempDir())
	content := `{"version":1,"queries":[{"name":"x","address":"javascript:alert(1)"},{"name":"a/b","address":"/search"},{"name":5},{"name":"lions","address":"/search?vehicle=lion"}]}`
	if err := os.WriteFile(f.SavedQueries(), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	add(t, f, "wolves", "/search?vehicle=wolf")
	list, skipped, err := f.ReadSavedQueries()
	if err != nil || len(list) != 2 || len(skipped) != 3 || !strings.Contains(fmt.Sprint(skipped), "a/b") {
		t.Errorf("%v, %v, %v", list, skipped, err)
	}
	add(t, f, "x", "/search?vehicle=vine")
	if list, skipped, err = f.ReadSavedQueries(); err != nil || len(list) != 3 || len(skipped) != 2 {
		t.Errorf("%v, %v, %v", list, skipped, err)
	}
}

// TestFailedChangeCreatesNoFolder checks that a change that fails leaves no folder.
func TestFailedChangeCreatesNoFolder(t *testing.T) {
	f := report.Folder(filepath.Join(t.TempDir(), "typo"))
	if err := f.ChangeSavedQueries(t.Context(), func([]report.SavedQuery) ([]report.SavedQuery, error) { return nil, os.ErrInvalid }); err == nil {
		t.Error("an error of the change was dropped")
	}
	if _, err := os.Stat(string(f)); !os.IsNotExist(err) {
		t.Errorf("the folder: %v", err)
	}
}
