package fleettest

import (
	"slices"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestHeaderOfAnotherUser plans a run that sends a variable of the environment. A process
// works on it only if its user allows that.
func TestHeaderOfAnotherUser(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", "5000")
	env := commandtest.Vendors(base)
	env["TEAM_TOKEN"] = "a token of this user"
	f := newFleet(t, env)
	f.work(2)
	args := append([]string{"annotate", "Obadiah", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait", "--header", "X-Team=@env:TEAM_TOKEN"}, byModel...)
	follow := f.start(slices.Clone(args)...)
	f.awaitTable("fleet.worker")
	f.await("the run is refused", `EXISTS (SELECT 1 FROM fleet.worker WHERE refuses LIKE '%it sends a variable of your environment in a header%')`)
	f.work(2, "--annotator", "anthropic:m@simulator")
	follow.exit(0)
}
