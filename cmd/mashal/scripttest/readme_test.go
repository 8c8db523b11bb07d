package scripttest

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/sqlite"
)

// varying matches what differs between runs and machines: names of runs, times, workers.
var varying = regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{4}|\d+\.\d\ds|\d+ workers?|worker \d+:`)

// sqliteCommand matches a command of sqlite3: a database and a query.
var sqliteCommand = regexp.MustCompile(`^\$ sqlite3 (\S+) "(.+)"\s*$`)

// rows returns the rows of a query as sqlite3 prints them.
func rows(t *testing.T, path, query string) string {
	t.Helper()
	db, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	found, err := db.Read().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for found.Next() {
		cells, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		b.WriteString(strings.Join(cells, "|") + "\n")
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestReadme gives the commands of the README's transcripts, in their order, in
// an empty folder. What the README shows is what they print, also of those that ask a
// model: the simulator answers.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	given := 0
	const usual = "http://127.0.0.1:8089" // where the simulator is, unless another has the port
	simulator := usual
	printed := ""              // by the last command
	all := map[string]string{} // by each command, the first time
	for line := range strings.Lines(string(readme)) {
		command, ours := strings.CutPrefix(strings.TrimSpace(line), "$ go run ./cmd/mashal ")
		if parts := sqliteCommand.FindStringSubmatch(line); parts != nil {
			printed = rows(t, parts[1], parts[2])
			continue
		}
		if !ours {
			line = strings.TrimSpace(varying.ReplaceAllString(line, "*"))
			switch {
			case strings.HasPrefix(line, "```"), strings.HasPrefix(line, "$"):
				printed = ""
			case printed != "" && line != "..." && !strings.Contains(printed, line):
				t.Errorf("the README shows %q, which is not in:\n%s", line, printed)
			}
			continue
		}
		given++
		if simulate, background := strings.CutSuffix(command, " &"); background {
			simulator, _ = commandtest.Simulate(t, strings.Fields(simulate)[1:]...)
			continue
		}
		command = strings.ReplaceAll(command, usual, simulator)
		var stdout, stderr bytes.Buffer
		code := commandtest.Program{Stdout: &stdout, Stderr: &stderr}.Run(t.Context(), strings.Fields(command)...)
		if code != 0 || stdout.Len() == 0 {
			t.Errorf("%s: exit code %d\n%s%s", command, code, &stdout, &stderr)
		}
		if printed = all[command]; printed == "" {
			printed = strings.ReplaceAll(stderr.String()+stdout.String(), strings.TrimPrefix(simulator, "http://"), strings.TrimPrefix(usual, "http://"))
			printed = varying.ReplaceAllString(printed, "*")
			all[command] = printed
		}
	}
	if given < 6 {
		t.Errorf("the README gives %d commands", given)
	}
}
