package fleettest

import (
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger/postgrestest"
)

// TestServerKilled kills PostgreSQL with SIGKILL while a fleet works, and starts it again
// after up to three seconds. The processes wait with the answers that they have: no answer
// is bought twice.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	row := commandtest.NewTorture(t, "kill -9 of PostgreSQL below a fleet", 1, 10)
	var server *postgrestest.Server
	besiege(t, row, plan{
		selection: size(row, 1, []string{"Hosea"}, []string{"Torah"}), workers: 8,
		database: func(t testing.TB) string {
			server = postgrestest.NewServer(t)
			return server.NewDatabase(t)
		},
		blow: func(s *siege) {
			if s.victim() == nil || s.over() {
				return
			}
			s.strikeServer(server.Kill, func() { server.Start(t) })
		},
	})
}

// TestFailover kills the primary server with SIGKILL while a fleet works, and promotes its
// synchronous standby after up to three seconds. The address names both. The processes go
// on with the answers that they have: no answer is lost or bought twice.
func TestFailover(t *testing.T) {
	t.Parallel()
	row := commandtest.NewTorture(t, "failover of PostgreSQL to a standby", 1, 5)
	var primary, standby *postgrestest.Server
	besiege(t, row, plan{
		selection: []string{"Hosea"}, workers: 4,
		database: func(t testing.TB) string {
			primary = postgrestest.NewServer(t)
			address := primary.NewDatabase(t)
			standby = primary.NewStandby(t)
			return primary.WithStandby(t, address, standby)
		},
		blow: func(s *siege) {
			if s.hits > 0 || s.victim() == nil || s.over() {
				return // there is no other standby
			}
			s.strikeServer(primary.Kill, func() { standby.Promote(t) })
		},
	})
}

// strikeServer calls kill, which ends the server, and after up to three seconds restore,
// which makes it available again. What was reported as done before must be there.
func (s *siege) strikeServer(kill, restore func()) {
	reported := make([]string, len(s.crew))
	for i, p := range s.crew {
		reported[i] = p.stderr.String()
	}
	s.db.SetMaxIdleConns(0) // none is left of those to the killed server
	kill()
	time.Sleep(time.Duration(s.random.IntN(3000)) * time.Millisecond)
	restore()
	s.db.SetMaxIdleConns(2)
	for _, stderr := range reported {
		s.checkReported(stderr)
	}
	s.hits++
}
