package fleettest

import (
	"database/sql"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger/postgrestest"
)

// A fleet is a ledger on PostgreSQL, a simulated model, and processes.
type fleet struct {
	t       testing.TB
	program string
	ledger  string // its address
	db      *sql.DB
	env     map[string]string
	broken  chan struct{} // closed when a process has panicked: the others may wait for it in vain
	breaks  sync.Once
}

func newFleet(t testing.TB, env map[string]string) *fleet {
	t.Helper()
	return fleetOn(t, postgrestest.NewDatabase(t), env)
}

// fleetOn returns a fleet whose ledger is the database at an address.
func fleetOn(t testing.TB, address string, env map[string]string) *fleet {
	t.Helper()
	f := &fleet{t: t, program: commandtest.Build(t), ledger: address, env: env, broken: make(chan struct{})}
	var err error
	if f.db, err = sql.Open("pgx", f.ledger); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.db.Close() })
	return f
}

// A process is one of the program.
type process struct {
	*exec.Cmd
	t      testing.TB
	fleet  *fleet
	stderr commandtest.Buffer
	stdout commandtest.Buffer
	ended  chan struct{}
}

// start starts a command on the ledger of the fleet. It is killed when the test ends.
func (f *fleet) start(args ...string) *process {
	f.t.Helper()
	p := &process{Cmd: exec.Command(f.program, append(args, "--ledger", f.ledger)...), t: f.t, fleet: f, ended: make(chan struct{})}
	p.Env = commandtest.Environ(f.env)
	p.Stderr, p.Stdout = &p.stderr, &p.stdout
	if err := p.Start(); err != nil {
		f.t.Fatal(err)
	}
	go func() {
		_ = p.Wait() // the exit code says how it ended
		if strings.Contains(p.stderr.String(), "\ngoroutine ") {
			f.breaks.Do(func() { close(f.broken) })
		}
		close(p.ended)
	}()
	f.t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended
		if f.t.Failed() {
			f.t.Logf("%s:\n%s%s", strings.Join(args, " "), &p.stdout, &p.stderr)
		}
	})
	return p
}

// work starts a process that annotates.
func (f *fleet) work(workers int, more ...string) *process {
	return f.start(append([]string{"work", "--workers", fmt.Sprint(workers)}, more...)...)
}

// exit waits for the end of the process, which must have the exit code want.
func (p *process) exit(want int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-p.fleet.broken:
		p.t.Fatal("a process has panicked")
	}
	if got := p.ProcessState.ExitCode(); got != want {
		p.t.Fatalf("exit code %d, want %d: %s", got, want, &p.stderr)
	}
}

// await asks the database until a condition holds.
func (f *fleet) await(what, condition string, args ...any) {
	f.t.Helper()
	for {
		var holds bool
		if err := f.db.QueryRowContext(f.t.Context(), `SELECT `+condition, args...).Scan(&holds); err != nil {
			f.t.Fatalf("%s: %v", what, err)
		}
		if holds {
			return
		}
		select {
		case <-f.broken:
			f.t.Fatalf("a process has panicked: %s", what)
		case <-f.t.Context().Done():
			f.t.Fatalf("in vain: %s", what)
		case <-time.After(20 * time.Millisecond): // between two looks
		}
	}
}

// tables are what a run leaves in the ledger, without what differs between two runs:
// ids, times, runs, workers, and which request of a chapter was the first and filled the
// vendor's cache.
var tables = map[string]string{
	"reading":    `SELECT a.fingerprint, a.kind, r.book, r.chapter, r.number, r.revision > 0 FROM reading r JOIN annotator a ON a.id = r.annotator`,
	"verse":      `SELECT r.book, r.chapter, r.number, v.verse, v.state, v.failure_kind, v.failure_reason, v.deliberation, v.carried FROM verse v JOIN reading r ON r.id = v.reading`,
	"figure":     `SELECT r.book, r.chapter, r.number, to_jsonb(f) - 'reading' FROM figure f JOIN reading r ON r.id = f.reading`,
	"verdict":    `SELECT r.book, r.chapter, r.number, to_jsonb(d) - 'reading' - 'id' - 'at' FROM verdict d JOIN reading r ON r.id = d.reading`,
	"validation": `SELECT r.book, r.chapter, r.number, j.verse, j.state, j.failure_kind, j.failure_reason, j.carried FROM validation j JOIN reading r ON r.id = j.reading`,
	"attempt":    `SELECT r.book, r.chapter, a.purpose, a.asked, a.outcome, a.verses, a.failed, a.figures FROM attempt a JOIN reading r ON r.id = a.reading`,
	"request": `SELECT r.book, r.chapter, to_jsonb(q) - 'id' - 'attempt' - 'vendor_id' - 'started_at' - 'ended_at' - 'first_text' - 'duration'
	- 'cached' - 'cache_write' - 'error', regexp_replace(q.error, 'request req_\w+', '')
FROM request q JOIN attempt a ON a.id = q.attempt JOIN reading r ON r.id = a.reading`,
	"content": `SELECT hash, size FROM content`,
	"run":     `SELECT selection, again, already_done, outcome, ended_at IS NOT NULL FROM run`,
}

// findings are the tables that are equal also if processes were killed.
var findings = []string{"reading", "verse", "figure", "verdict", "validation"}

// rows returns the rows of tables, sorted.
func rows(t *testing.T, address string, names []string) map[string][]string {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all := map[string][]string{}
	for _, name := range names {
		found, err := db.QueryContext(t.Context(), `SELECT CAST(x AS TEXT) FROM (`+tables[name]+`) x`)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for found.Next() {
			var row string
			if err := found.Scan(&row); err != nil {
				t.Fatal(err)
			}
			all[name] = append(all[name], row)
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[name])
	}
	return all
}

// mustEqual compares rows with those of a run on one machine.
func mustEqual(t *testing.T, got, want map[string][]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[name], want[name]) {
			if diff := cmp.Diff(want[name], got[name]); len(diff) < 4000 {
				t.Log(diff)
			}
			t.Errorf("%s: %d rows differ from the %d of a run on one machine: %s", name, len(got[name]), len(want[name]), commandtest.FirstDifference(got[name], want[name]))
		}
	}
}
