package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what is generated instead of comparing it")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mashal": main, "stubborn": stubborn})
}

// TestScripts runs the program as its users do: testdata/script holds one
// story per file.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":           exitsWith,
			"interrupt":       interrupt,
			"hold":            hold,
			"damage":          damage,
			"from-the-future": fromTheFuture,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}
