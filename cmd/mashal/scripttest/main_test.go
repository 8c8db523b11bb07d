// Package scripttest runs the program as its users do: scripts, and the transcripts of the README.
package scripttest

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mashal/cmd/mashal/command"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger/postgrestest"
)

var update = flag.Bool("update", false, "write what is generated instead of comparing it")

func TestMain(m *testing.M) {
	testscript.Main(withServer{m}, map[string]func(){"mashal": func() { os.Exit(command.Main(context.Background())) }})
}

// withServer stops the PostgreSQL server if a test has started one.
type withServer struct{ *testing.M }

func (m withServer) Run() int { return commandtest.Main(m.M.Run) }

// TestScripts runs the program as its users do: testdata/script holds one
// story per file.
func TestScripts(t *testing.T) { runScripts(t, "testdata/script", nil) }

// TestServerScripts runs the stories of a ledger on a server: $LEDGER is the
// address of an empty database; $KEEPING, $RESTORED and $FOLLOWED are others.
func TestServerScripts(t *testing.T) {
	_ = postgrestest.NewDatabase(t) // skips the test if there is no server
	runScripts(t, "testdata/script/server", func() string { return postgrestest.NewDatabase(t) })
}

// runScripts runs the scripts of a folder. database returns the address of another empty
// database at each call; nil if the scripts need none.
func runScripts(t *testing.T, dir string, database func() string) {
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":           exitsWith,
			"interrupt":       interrupt,
			"follows":         follows,
			"hold":            hold,
			"damage":          damage,
			"from-the-future": fromTheFuture,
			"cut-off":         cutOff,
			"sql":             execute,
			"copy-folder":     copyFolder,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			// A process under the race detector waits a second before it exits.
			env.Setenv("GORACE", "atexit_sleep_ms=10 "+os.Getenv("GORACE"))
			if database != nil {
				for _, name := range []string{"LEDGER", "KEEPING", "RESTORED", "FOLLOWED"} {
					env.Setenv(name, database())
				}
			}
			return nil
		},
	})
}
