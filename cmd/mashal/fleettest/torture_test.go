package fleettest

import (
	"slices"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
)

// size returns what a row annotates: little, or much in make torture.
func size(row *commandtest.Torture, few int, little, much []string) []string {
	if row.Blows > few {
		return much
	}
	return little
}

// TestKilled kills processes of a fleet while they wait for answers. The others take over
// their chapters. The rows are those of an undisturbed run, each job is completed once, and
// only what was under way is requested twice.
func TestKilled(t *testing.T) {
	t.Parallel()
	row := commandtest.NewTorture(t, "kill -9 of a process of a fleet", 2, 50)
	besiege(t, row, plan{
		selection: size(row, 2, []string{"Hosea"}, []string{"Torah"}), workers: 4,
		blow: func(s *siege) {
			if p := s.victim(); p != nil && !s.over() && s.kill(p) {
				s.hits++
			}
		},
	})
}

// TestFrozen stops processes of a fleet with SIGSTOP while they wait for answers, and lets
// them go on: after a few seconds, when they still have their chapters, or after others
// took these over. Then a process writes nothing, says so, and exits.
func TestFrozen(t *testing.T) {
	t.Parallel()
	row := commandtest.NewTorture(t, "freeze of a process of a fleet, 1 to 15 s", 2, 20)
	long := false
	besiege(t, row, plan{
		selection: size(row, 2, []string{"Hosea"}, []string{"Torah"}), workers: 4,
		blow: func(s *siege) {
			p := s.victim()
			if p == nil || s.over() || s.countFrozen() == 3 {
				return
			}
			wait := time.Second + time.Duration(s.random.IntN(3000))*time.Millisecond
			if !long {
				wait = 9*time.Second + time.Duration(s.random.IntN(6000))*time.Millisecond
				s.recruit()
			}
			if s.freeze(p, wait) {
				s.hits++
				long = !long
			}
		},
	})
}

// TestLeaderKilled kills the process that leads the queue. Chapters go on meanwhile, and
// another process leads after some seconds.
func TestLeaderKilled(t *testing.T) {
	t.Parallel()
	row := commandtest.NewTorture(t, "kill -9 of the leader of the queue", 1, 10)
	const leads = `FROM fleet.river_leader l JOIN fleet.worker w ON w.id = l.leader_id WHERE l.expires_at > now() AND w.ended_at IS NULL`
	besiege(t, row, plan{
		selection: size(row, 1, []string{"Hosea"}, []string{"Torah"}), workers: 4,
		blow: func(s *siege) {
			var id string
			s.await("a process leads", `EXISTS (SELECT 1 `+leads+`)`)
			if err := s.db.QueryRowContext(t.Context(), `SELECT w.id `+leads).Scan(&id); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(s.crew, func(p *process) bool { return s.workerID(p) == id })
			if i < 0 || s.over() || !s.kill(s.crew[i]) {
				return
			}
			s.hits++
			since, done := time.Now(), s.done()
			s.await("another process leads", `EXISTS (SELECT 1 `+leads+` AND w.id <> $1)`, id)
			t.Logf("another process leads after %.1f s; %d verses were done meanwhile, and the run has ended: %v", time.Since(since).Seconds(), s.done()-done, s.over())
		},
	})
}
