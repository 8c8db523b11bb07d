package fleet

import (
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// The settings of a fleet. They are constants, because processes that disagree on
// them would take each other for dead.
const (
	// schema has the tables of River and of this package, so that they never mix with
	// those of the ledger.
	schema = "fleet"

	// beatEvery and deadAfter: a process that is killed has missed three beats when it is
	// taken for dead. Together with janitorEvery and fetchPoll its chapters run elsewhere
	// within 10 seconds.
	beatEvery = 2 * time.Second
	deadAfter = 7 * time.Second

	// beatTimeout limits one beat: a beat that hangs would let the process die.
	beatTimeout = 2 * time.Second

	// janitorEvery: every process looks for dead ones, because any process may be the last.
	// The look is one statement that rarely changes anything.
	janitorEvery = time.Second

	// idleInTransaction is when the server ends a transaction about a chapter in which
	// nothing happens. It is below deadAfter: the locks of a frozen process must be gone
	// when its successor begins.
	idleInTransaction = 5 * time.Second

	// fetchCooldown and fetchPoll are River's defaults. Notifications bring new jobs at
	// once; the poll finds those that a janitor has given back.
	fetchCooldown = 100 * time.Millisecond
	fetchPoll     = time.Second

	// findRunsEvery is how often a process looks for runs that have begun or ended.
	findRunsEvery = time.Second

	// noJobTimeout: a chapter takes as long as its model needs. It also switches off
	// River's rescue of jobs, which is not safe against processes that were frozen.
	noJobTimeout = -1

	// maxAttempts is never reached: an attempt is a start, and chapters are given back
	// whenever a machine goes away.
	maxAttempts = 1000

	// maxErrors is the number of internal errors after which a chapter is given up. A
	// fault of the program would otherwise occupy workers forever.
	maxErrors = 5

	// softStop is how long River lets chapters at work go on when the process stops. The
	// process cuts their requests earlier, after its grace period, or lets them finish.
	softStop = 2 * time.Hour

	// stopTimeout limits the stop of River after requests were cut: the last verses and
	// the states of the jobs are written.
	stopTimeout = 15 * time.Second

	// strayEvery is how often a process looks for jobs that it has by the queue and does not
	// work on. River loses what a job came to if it cannot write that for some seconds. A
	// job that is found twice is given back.
	strayEvery = 15 * time.Second

	// retention is how long River keeps jobs that have ended: they say which process did
	// what, and their keys prevent duplicates.
	retention = 30 * 24 * time.Hour

	// refreshAgain is when a run in batches is looked at again that could not be prepared.
	refreshAgain = 5 * time.Second

	// sendAgain is when batches are sent again after the vendor could not be reached, or has
	// refused them for as long as the sender tries (batch.Sender).
	sendAgain = 30 * time.Second

	// idleQueue is a queue without jobs, because a River client must have one. Queues of
	// runs are added and removed.
	idleQueue = "idle"
)

// retryPolicy makes a chapter available again some seconds after an error. River's own
// policy waits for hours after some attempts.
type retryPolicy struct{}

// NextRetry returns the time of the next attempt, which varies so that chapters that
// failed together do not begin together.
func (retryPolicy) NextRetry(*rivertype.JobRow) time.Time {
	return time.Now().Add(5*time.Second + rand.N(25*time.Second))
}
