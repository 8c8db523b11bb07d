package servetest

import (
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestExplore looks at a folder in which nothing is, and annotates beside the
// explorer: what is new is seen without a restart.
func TestExplore(t *testing.T) {
	dir := t.TempDir()
	base, stop := commandtest.Explore(t, dir)
	if body := commandtest.Page(t, base); !strings.Contains(body, "Nothing has been annotated yet") {
		t.Errorf("an empty folder is shown as\n%s", body)
	}
	if code, _, stderr := commandtest.Run(t, dir, "annotate", "Obadiah"); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, stderr)
	}
	if body := commandtest.Page(t, base+"/read/Obad/1"); strings.Contains(body, "not run") || strings.Contains(body, "none found") || !strings.Contains(body, "a verse without marks was not read") {
		t.Errorf("what was annotated is not shown:\n%s", body)
	}
	if said := stop(); !strings.Contains(said, "there is no concordance in") {
		t.Errorf("it did not say that there was nothing: %q", said)
	}
}
