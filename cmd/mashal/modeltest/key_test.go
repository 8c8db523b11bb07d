package modeltest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
	"mashal/report"
	"mashal/sqlite"
)

// TestKeysAreWrittenNowhere looks for the key in everything that a run wrote,
// and that a server sent back: some quote the key in their errors.
func TestKeysAreWrittenNowhere(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "all=0.3", "--log", filepath.Join(t.TempDir(), "served.jsonl"))
	tell := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + r.Header.Get("X-Api-Key") + r.Header.Get("X-Goog-Api-Key")
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Request-Id", "req "+key)
			w.Header().Set("Request-Id", "req "+key)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, strings.ReplaceAll(body, "KEY", key))
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		for name, server := range map[string]string{
			"faults":          base,
			"unauthorised":    tell(401, `{"error":{"message":"Incorrect API key provided: KEY","type":"invalid_request_error","code":401,"status":"UNAUTHENTICATED"},"type":"error"}`),
			"quoted":          tell(400, `{"error":{"message":"bad header KEY","type":"invalid_request_error","code":400,"status":"INVALID_ARGUMENT"},"type":"error"}`),
			"not JSON at all": tell(500, `<h1>KEY</h1>`),
		} {
			t.Run(vendor+"/"+name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				run := commandtest.Annotate(t, server, vendor, dir, append(commandtest.Impatient, "Obadiah", "--patience", "10m")...)
				if strings.Contains(run.Stderr, commandtest.Key) {
					t.Errorf("the key is printed: %s", run.Stderr)
				}
				files := 0
				err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
					if err != nil || d.IsDir() {
						return err
					}
					files++
					content, err := os.ReadFile(path)
					if bytes.Contains(content, []byte(commandtest.Key)) {
						t.Errorf("the key is in %s", path)
					}
					return err
				})
				if err != nil || files < 6 {
					t.Errorf("%d files, %v", files, err)
				}
				lookInLedger(t, dir)
			})
		}
	}
}

// lookInLedger looks for the key in the texts that the ledger keeps packed.
func lookInLedger(t *testing.T, dir string) {
	t.Helper()
	ctx := context.Background()
	db, err := sqlite.OpenReadOnly(ctx, report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	rows, err := db.Read().QueryContext(ctx, `SELECT id FROM request`)
	if err == nil {
		ids, err = int64s(rows)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err != nil || len(ids) == 0 {
		t.Fatalf("%d requests, %v", len(ids), err)
	}
	book, err := ledger.OpenReadOnly(ctx, report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, id := range ids {
		d, err := book.Dialogue(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(d.System+d.Shared+d.Prompt+string(d.Answer), commandtest.Key) {
			t.Errorf("the key is in request %d", id)
		}
	}
}

func int64s(rows *sql.Rows) (ids []int64, err error) {
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// TestDotEnv: a key may stand in a file of the working folder, and a file that
// cannot be read is not quoted.
func TestDotEnv(t *testing.T) {
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	for name, test := range map[string]struct {
		content string
		code    int
	}{
		"read":        {"# keys\nANTHROPIC_API_KEY=" + commandtest.Key + "\nANTHROPIC_BASE_URL=" + base + "\n", 0},
		"unreadable":  {"ANTHROPIC_API_KEY='" + commandtest.Key + "\n", 2},
		"without one": {"OTHER=1\n", 2},
		"empty":       {"", 2},
		"too long":    {strings.Repeat("#", 1<<20), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile(".env", []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			code := commandtest.Program{Stdout: &out, Stderr: &out}.Run(t.Context(), "annotate", "Obadiah", "--annotator", "anthropic:m", "--quiet")
			if code != test.code || strings.Contains(out.String(), commandtest.Key) {
				t.Errorf("exit code %d, want %d: %s", code, test.code, &out)
			}
		})
	}
}

// TestPasswordsInAddressesAreWrittenNowhere checks that an address with a
// password is refused, in whichever way it is given, before anything of it is
// recorded or printed.
func TestPasswordsInAddressesAreWrittenNowhere(t *testing.T) {
	t.Parallel()
	const address = "http://scholar:hunter2@127.0.0.1:9/v1"
	environment := map[string]string{"openai": "OPENAI_BASE_URL", "openai-responses": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL", "gemini": "GOOGLE_GEMINI_BASE_URL"}
	for vendor, variable := range environment {
		for name, given := range map[string]struct {
			args []string
			env  map[string]string
		}{
			"in the name":        {args: []string{"--annotator", vendor + ":m@" + address}},
			"of a typo":          {args: []string{"--annotator", "x" + vendor + ":m@" + address}},
			"as a flag":          {args: []string{"--annotator", vendor + ":m", "--base-url", address}},
			"in the environment": {args: []string{"--annotator", vendor + ":m"}, env: map[string]string{variable: address}},
		} {
			t.Run(vendor+"/"+name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				env := commandtest.Vendors("")
				for _, name := range environment {
					delete(env, name)
				}
				maps.Copy(env, given.env)
				var stdout, stderr bytes.Buffer
				args := append([]string{"annotate", "Obadiah", "--dir", dir}, given.args...)
				if code := (commandtest.Program{Env: env, Stdout: &stdout, Stderr: &stderr}).Run(t.Context(), args...); code != 2 {
					t.Errorf("exit code %d: %s", code, &stderr)
				}
				if !strings.Contains(stderr.String(), "password") {
					t.Errorf("the reason is not given: %s", &stderr)
				}
				if strings.Contains(stdout.String()+stderr.String(), "hunter2") {
					t.Errorf("the password is printed: %s%s", &stdout, &stderr)
				}
				if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
					if err != nil || d.IsDir() {
						return err
					}
					content, err := os.ReadFile(path)
					if bytes.Contains(content, []byte("hunter2")) {
						t.Errorf("the password is in %s", path)
					}
					return err
				}); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
