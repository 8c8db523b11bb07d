package report_test

import (
	"os/exec"
	"strings"
	"testing"

	"mashal/report"
)

// The line must come back from a real shell as the words it was made of.
func TestShellLine(t *testing.T) {
	for _, args := range [][]string{
		{"mashal", "annotate", "Ezekiel", "1-10"},
		{"mashal", "annotate", "Song of Songs 2:1", "--dir", "a folder"},
		{"it's", `"$HOME"`, "`id`", "", "*", "~", "a\nb", "תהלים קי״ט", "-", ";", "#x"},
	} {
		line := report.ShellLine(args)
		out, err := exec.Command("sh", "-c", `printf '%s\0' `+line).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); strings.Join(got, "\x00") != strings.Join(args, "\x00") {
			t.Errorf("%q came back as %q", args, got)
		}
	}
}
