package modeltest

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
)

// wantNowhere checks that no file below dir and no output contains a secret.
func wantNowhere(t *testing.T, dir, secret string, outputs ...string) {
	t.Helper()
	for _, out := range outputs {
		if strings.Contains(out, secret) {
			t.Errorf("the secret is printed: %s", out)
		}
	}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(secret)) {
			t.Errorf("the secret is in %s", path)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestKeysInAddressesAreRefused checks that a key in an address that would be recorded is
// refused before anything of it is recorded or printed.
func TestKeysInAddressesAreRefused(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2"
	for name, args := range map[string][]string{
		"query in the name":         {"--annotator", "openai:m@http://127.0.0.1:9/v1?key=" + secret},
		"query as a flag":           {"--annotator", "openai:m", "--base-url", "http://127.0.0.1:9/v1?key=" + secret},
		"fragment as a flag":        {"--annotator", "openai:m", "--base-url", "http://127.0.0.1:9/v1#" + secret},
		"query of the validator":    {"--annotator", "rules", "--validator", "gemini:m@https://127.0.0.1:9?key=" + secret},
		"query of a fallback":       {"--annotator", "openai:m", "--fallback", "openai:n@https://127.0.0.1:9/v1?" + secret},
		"password, capital scheme":  {"--annotator", "openai:m@HTTP://a:" + secret + "@127.0.0.1"},
		"password, no scheme":       {"--annotator", "openai:m@a:" + secret + "@127.0.0.1"},
		"password, flag, no scheme": {"--annotator", "openai:m", "--base-url", "a:" + secret + "@127.0.0.1/v1"},
		"password, served as":       {"--annotator", "openai:m@http://127.0.0.1:9", "--served-as", "a:" + secret + "@127.0.0.1"},
		"query, served as":          {"--annotator", "openai:m@http://127.0.0.1:9", "--served-as", "127.0.0.1?key=" + secret},
		"a literal header":          {"--annotator", "openai:m@http://127.0.0.1:9", "--header", "X-Team=" + secret},
		"a header as curl has it":   {"--annotator", "openai:m@http://127.0.0.1:9", "--header", "X-Team: " + secret + "=="},
		"a header from a bad name":  {"--annotator", "openai:m@http://127.0.0.1:9", "--header", "X-Team=@env:sk-" + secret},
		"a header, name and value":  {"--annotator", "openai:m@http://127.0.0.1:9", "--header", "X-Team: " + secret + "=@env:TEAM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, command := range []string{"annotate", "plan"} {
				dir := t.TempDir()
				var stdout, stderr bytes.Buffer
				all := append([]string{command, "Obadiah", "--dir", dir}, args...)
				code := commandtest.Program{Env: map[string]string{"OPENAI_API_KEY": commandtest.Key, "GEMINI_API_KEY": commandtest.Key}, Stdout: &stdout, Stderr: &stderr}.Run(t.Context(), all...)
				if code != 2 {
					t.Errorf("%s: exit code %d: %s", command, code, &stderr)
				}
				wantNowhere(t, dir, secret, stdout.String(), stderr.String())
			}
		})
	}
}

// A gateway passes requests on to a server and notes which came without its header.
type gateway struct {
	mu      sync.Mutex
	paths   []string
	without []string
}

func startGateway(t *testing.T, server, secret string) (*gateway, string) {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{}
	forward := httputil.NewSingleHostReverseProxy(to)
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.paths = append(g.paths, r.URL.Path)
		if r.Header.Get("X-Team") != secret || r.Header.Get("Cookie") != "gate="+secret {
			g.without = append(g.without, r.URL.Path)
		}
		g.mu.Unlock()
		w.Header().Set("X-Request-Id", "req-"+secret) // as some gateways quote what they got
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(at.Close)
	return g, at.URL
}

// TestHeaders checks that --header adds its headers to every request, of each vendor, in
// batches, and of doctor, and that its values are written nowhere.
func TestHeaders(t *testing.T) {
	t.Parallel()
	const secret = "tm-5ecret-5ecret"
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale), "--fault", "all=0.1")
	headers := []string{"--header", "x-team=@env:TEAM_TOKEN", "--header", "Cookie=@env:GATE"}
	for _, vendor := range []string{"openai", "openai-responses", "anthropic", "gemini"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			g, at := startGateway(t, base, secret)
			dir := t.TempDir()
			env := commandtest.Vendors(at)
			env["TEAM_TOKEN"], env["GATE"] = secret+"\n", "gate="+secret
			run := func(want int, args ...string) string {
				var out bytes.Buffer
				program := commandtest.Program{Env: env, Stdout: &out, Stderr: &out, Backoff: func(d time.Duration) time.Duration { return d / commandtest.Scale }}
				if code := program.Run(t.Context(), append(append(args, "--dir", dir), headers...)...); code != want && want >= 0 {
					t.Errorf("%v: exit code %d, want %d: %s", args, code, want, &out)
				}
				return out.String()
			}
			outputs := []string{
				run(-1, "annotate", "Obadiah", "--annotator", vendor+":m", "--timeout", "300ms", "--json"),
				run(-1, "plan", "Joel", "--annotator", vendor+":m"),
				run(-1, "doctor", "--annotator", vendor+":m"),
			}
			if vendor != "openai-responses" {
				outputs = append(outputs, run(-1, "annotate", "Haggai", "--annotator", vendor+":m", "--batch"))
			}
			if len(g.paths) < 3 || len(g.without) > 0 {
				t.Errorf("of %d requests, without the headers: %q", len(g.paths), g.without)
			}
			if vendor != "openai-responses" && !slices.ContainsFunc(g.paths, func(path string) bool { return strings.Contains(strings.ToLower(path), "batch") }) {
				t.Errorf("no batch was sent: %q", g.paths)
			}
			wantNowhere(t, dir, secret, outputs...)
			manifests, err := filepath.Glob(filepath.Join(dir, "runs", "*", "manifest.json"))
			if err != nil || len(manifests) == 0 {
				t.Fatalf("manifests %v, %v", manifests, err)
			}
			if manifest := commandtest.Read(t, manifests[0]); !strings.Contains(manifest, `"X-Team, Cookie"`) || !strings.Contains(manifest, "x-team=@env:TEAM_TOKEN") {
				t.Errorf("the manifest does not name the headers: %s", manifest)
			}
		})
	}
}

// TestHeadersThatCannotBeAdded checks what is said of each.
func TestHeadersThatCannotBeAdded(t *testing.T) {
	t.Parallel()
	env := commandtest.Vendors("http://127.0.0.1:9")
	env["A"], env["BROKEN"] = "a", "a\nB: c"
	for header, says := range map[string]string{
		"Authorization=@env:A":           "carries the key",
		"x-api-key=@env:A":               "carries the key",
		"host=@env:A":                    "part of the connection",
		"Content-Length=@env:A":          "part of the connection",
		"transfer-encoding=@env:A":       "part of the connection",
		"Content-Type=@env:A":            "vendor's protocol",
		"X Y=@env:A":                     "not the name of a header",
		"=@env:A":                        "not the name of a header",
		"X-A=@env:UNSET":                 "variable UNSET has no value",
		"X-A=@env:BROKEN":                "line break",
		"X-A=@env:":                      "not the name of a variable",
		"X-A=a":                          "takes no value itself",
		"X-A=@file:a":                    "takes no value itself",
		"X-A=@env:A --header x-a=@env:A": "twice",
		"X-A=@env:A --fallback gemini:m@http://127.0.0.1:8": "one server",
	} {
		var out bytes.Buffer
		args := append([]string{"annotate", "Obadiah", "--annotator", "openai:m", "--dir", t.TempDir(), "--header"}, strings.Split(header, " --")[0])
		if _, further, ok := strings.Cut(header, " --"); ok {
			args = append(args, strings.Fields("--"+further)...)
		}
		if code := (commandtest.Program{Env: env, Stdout: &out, Stderr: &out}).Run(t.Context(), args...); code != 2 || !strings.Contains(out.String(), says) {
			t.Errorf("%s: exit code %d: %s", header, code, &out)
		}
	}
}
