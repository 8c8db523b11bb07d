package fleettest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger/postgrestest"
	"mashal/reference"
)

// A siege is a run of a fleet that suffers blows.
type siege struct {
	*fleet
	random *rand.Rand
	plan   plan

	crew    []*process // the processes that annotate, also those that ended by themselves
	follow  *process   // annotate --fleet --wait
	pending sync.WaitGroup
	hits    int
	died    int // processes that were taken for dead although they were only frozen
	cut     int // requests that the blows can have cut
	harm    commandtest.Harm
	mu      sync.Mutex
	frozen  map[*process]bool // guarded by mu
}

// A plan says how a row of the table of faults is made.
type plan struct {
	selection []string
	workers   int // of each process
	// database returns the address of an empty database; nil for one on the server of all tests.
	database func(t testing.TB) string
	// blow is called again and again while the run goes on.
	blow func(s *siege)
}

// lasting are the flags of a simulated model whose answers take a second or two.
var lasting = []string{"--scale", "60", "--first-token", "40s", "--tokens-per-second", "10", "--tokens-per-event", "2"}

// annotate returns the command of the run, without its ledger.
func (p *plan) annotate(dir string, more ...string) []string {
	return slices.Concat([]string{"annotate"}, p.selection, []string{"--quiet", "--dir", dir}, byModel, more)
}

// A calmRun is what the undisturbed run has left.
type calmRun struct {
	findings, concordance map[string][]string
	bought                commandtest.Purchase
}

// calmRuns are those of all plans, by selection. A test that needs one waits for the test
// that makes it.
var calmRuns struct {
	sync.Mutex
	of map[string]*calmRun
}

// calmly makes the run of a plan on one machine, undisturbed, unless it was made before.
func (p *plan) calmly(t *testing.T) *calmRun {
	t.Helper()
	calmRuns.Lock()
	defer calmRuns.Unlock()
	if c := calmRuns.of[fmt.Sprint(p.selection)]; c != nil {
		return c
	}
	log, dir := filepath.Join(t.TempDir(), "calm.jsonl"), t.TempDir()
	base, stop := commandtest.Simulate(t, append(slices.Clone(lasting), "--log", log)...)
	f := newFleet(t, commandtest.Vendors(base))
	f.start(p.annotate(dir, "--workers", "64")...).exit(0)
	stop()
	var harm commandtest.Harm
	c := &calmRun{findings: rows(t, f.ledger, findings), concordance: commandtest.ConcordanceRows(t, dir)}
	c.bought = harm.Bought(t, commandtest.SimulatorLog(t, log), f.charges())
	if c.bought.Open > 0 || harm != (commandtest.Harm{}) {
		t.Fatalf("an undisturbed run: %+v %+v", c.bought, harm)
	}
	if calmRuns.of == nil {
		calmRuns.of = map[string]*calmRun{}
	}
	calmRuns.of[fmt.Sprint(p.selection)] = c
	return c
}

// besiege makes runs of a plan until enough blows have hit, and compares each with the
// undisturbed run.
func besiege(t *testing.T, row *commandtest.Torture, p plan) {
	t.Helper()
	calm := p.calmly(t)
	for n := 1; row.Left() > 0 && !t.Failed(); n++ {
		if n > 10 {
			t.Fatal("most blows miss")
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := &siege{plan: p, random: row.Random(n), frozen: map[*process]bool{}}
			log, dir := filepath.Join(t.TempDir(), "served.jsonl"), t.TempDir()
			base, stop := commandtest.Simulate(t, append(slices.Clone(lasting), "--log", log)...)
			database := postgrestest.NewDatabase
			if p.database != nil {
				database = p.database
			}
			s.fleet = fleetOn(t, database(t), commandtest.Vendors(base))
			for range 3 {
				s.recruit()
			}
			s.follow = s.start(p.annotate(dir, "--fleet", "--wait")...)
			s.awaitTable("fleet.river_job")
			for s.done() == 0 {
				if s.over() {
					t.Fatalf("it has ended with %s: %s", s.follow.ProcessState, &s.follow.stderr)
				}
				time.Sleep(20 * time.Millisecond) // between two looks
			}
			for s.hits < row.Left() && !s.over() {
				s.advance()
				p.blow(s)
			}
			<-s.follow.ended
			s.pending.Wait()
			s.harm.Compare(t, rows(t, s.ledger, findings), calm.findings)
			s.harm.Compare(t, commandtest.ConcordanceRows(t, dir), calm.concordance)
			s.harm.Reported(t, s.follow.ProcessState.ExitCode() == 0, s.follow.ProcessState.String())
			s.await("each chapter is completed once", `(SELECT bool_and(state = 'completed') FROM fleet.river_job)`)
			s.start("verify", "--dir", dir).exit(0)
			s.dismiss()
			stop()
			got := s.harm.Bought(t, commandtest.SimulatorLog(t, log), s.charges())
			s.harm.CountTwice(t, got, calm.bought, s.cut)
			t.Logf("%d blows have hit, %d frozen processes were taken for dead; %+v; undisturbed %+v", s.hits, s.died, got, calm.bought)
			row.Add(t, s.hits, s.harm)
		})
	}
}

// recruit starts a process that annotates, and reports the passages that are done.
func (s *siege) recruit() {
	s.crew = append(s.crew, s.work(s.plan.workers, "--db-connections", "4")) // many processes share the server
}

// over reports whether the run has ended.
func (s *siege) over() bool {
	select {
	case <-s.follow.ended:
		return true
	default:
		return false
	}
}

// advance waits until the run has done some more verses, or has ended, and then for up to
// 50 ms, so that blows do not follow a commit.
func (s *siege) advance() {
	s.await("the run goes on", `((SELECT count(*) >= $1 FROM verse WHERE state = 'done') OR EXISTS (SELECT 1 FROM run WHERE ended_at IS NOT NULL))`, s.done()+1+s.random.IntN(60))
	time.Sleep(time.Duration(s.random.IntN(50)) * time.Millisecond)
}

// workerID returns the id of a process in the table of workers; "" if it has none yet.
func (s *siege) workerID(p *process) (id string) {
	// The error is that there is no such row.
	_ = s.db.QueryRowContext(s.t.Context(), `SELECT id FROM fleet.worker WHERE name LIKE $1`, fmt.Sprintf("process %d on %%", p.Process.Pid)).Scan(&id)
	return id
}

// isFrozen reports whether a process is stopped at present.
func (s *siege) isFrozen(p *process) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frozen[p]
}

// countFrozen returns the number of processes that are stopped at present.
func (s *siege) countFrozen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.frozen)
}

// done returns the number of verses that are done.
func (s *siege) done() (n int) {
	s.t.Helper()
	if err := s.db.QueryRowContext(s.t.Context(), `SELECT count(*) FROM verse WHERE state = 'done'`).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// freeze stops a process for some time. The run must not have ended.
func (s *siege) freeze(p *process, wait time.Duration) (hit bool) {
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		s.t.Errorf("a process has ended by itself: %s", &p.stderr)
		return false
	}
	s.mu.Lock()
	s.frozen[p] = true
	s.mu.Unlock()
	s.pending.Go(func() {
		time.Sleep(wait)
		_ = p.Process.Signal(syscall.SIGCONT) // whether it has ended is looked at by dismiss
		s.mu.Lock()
		delete(s.frozen, p)
		s.mu.Unlock()
	})
	return true
}

// victim returns a process that has chapters at work; nil if there is none.
func (s *siege) victim() *process {
	at := map[int]bool{}
	found, err := s.db.QueryContext(s.t.Context(), `
SELECT w.name FROM fleet.worker w
WHERE w.ended_at IS NULL AND EXISTS (SELECT 1 FROM fleet.river_job j WHERE j.state = 'running' AND j.attempted_by[array_upper(j.attempted_by, 1)] = w.id)`)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var name string
		var pid int
		if err := found.Scan(&name); err != nil {
			s.t.Fatal(err)
		}
		if _, err := fmt.Sscanf(name, "process %d on", &pid); err != nil {
			s.t.Fatal(err)
		}
		at[pid] = true
	}
	var can []*process
	for _, p := range s.crew {
		if at[p.Process.Pid] && !s.isFrozen(p) {
			can = append(can, p)
		}
	}
	if err := found.Err(); err != nil || len(can) == 0 {
		return nil
	}
	return can[s.random.IntN(len(can))]
}

// kill kills a process of the crew and starts another.
func (s *siege) kill(p *process) (hit bool) {
	_ = p.Process.Kill() // whether it hit is looked at
	<-p.ended
	s.crew = slices.DeleteFunc(s.crew, func(q *process) bool { return p == q })
	s.recruit()
	s.checkReported(p.stderr.String())
	if !commandtest.Killed(p.ProcessState) {
		s.t.Errorf("a process has ended by itself: %s", &p.stderr)
		return false
	}
	s.cut += s.plan.workers
	return true
}

// reportedDone is a line of `mashal work` about a passage that is done.
var reportedDone = regexp.MustCompile(`(?m)^worker \d+: (validation of )?(\S.*? \d[\d:,-]*) done in .*\n`)

// checkReported adds a false report for each passage that the output of a process says is
// done, and that is not in the ledger.
func (s *siege) checkReported(stderr string) {
	s.t.Helper()
	for _, line := range reportedDone.FindAllStringSubmatch(stderr, -1) {
		selection, err := reference.ParseSelection([]string{line[2]})
		if err != nil {
			s.t.Fatal(err)
		}
		table := "verse"
		if line[1] != "" {
			table = "validation"
		}
		for _, p := range selection {
			var n int
			if err := s.db.QueryRowContext(s.t.Context(), `
SELECT count(*) FROM `+table+` v JOIN reading r ON r.id = v.reading
WHERE r.book = $1 AND r.chapter = $2 AND v.verse BETWEEN $3 AND $4 AND v.state IN ('done', 'failed')`, p.Chapter.Book, p.Chapter.Number, p.First, p.Last).Scan(&n); err != nil {
				s.t.Fatal(err)
			}
			if n != p.Len() {
				s.t.Logf("%s is not true: %d verses have ended", line[0], n)
				s.harm.False++
			}
		}
	}
}

// dismiss stops the processes. Each must end with 0; or if it was frozen, and taken for
// dead, with 75 and what to do.
func (s *siege) dismiss() {
	s.t.Helper()
	for _, p := range s.crew {
		_ = p.Process.Signal(syscall.SIGTERM) // it may have ended
	}
	for _, p := range s.crew {
		<-p.ended
		var dead bool
		if err := s.db.QueryRowContext(s.t.Context(), `SELECT dead FROM fleet.worker WHERE id = $1`, s.workerID(p)).Scan(&dead); err != nil {
			s.t.Errorf("process %d: %v", p.Process.Pid, err)
		}
		want := 0
		if dead {
			want = 75
			s.cut += s.plan.workers
			s.died++
		}
		if got := p.ProcessState.ExitCode(); got != want || dead && !strings.Contains(p.stderr.String(), "start this process again") {
			s.t.Errorf("a process ends with %d, taken for dead: %v: %s", got, dead, &p.stderr)
			s.harm.False++
		}
		s.checkReported(p.stderr.String())
	}
}

// charges returns the requests in the ledger.
func (f *fleet) charges() (list []commandtest.Charge) {
	f.t.Helper()
	found, err := f.db.QueryContext(context.WithoutCancel(f.t.Context()), `SELECT vendor_id, output FROM request WHERE vendor_id IS NOT NULL`)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var c commandtest.Charge
		if err := found.Scan(&c.VendorID, &c.Output); err != nil {
			f.t.Fatal(err)
		}
		list = append(list, c)
	}
	if err := found.Err(); err != nil {
		f.t.Fatal(err)
	}
	return list
}
