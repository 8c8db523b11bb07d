package metrics

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mashal"
	"mashal/llm"
	"mashal/pipeline"
)

// Models are the states of what limits requests to models.
type Models struct {
	Limiters map[string]llm.LimiterStats // by the name of the server: "openai", "openai@127.0.0.1:8089"
	Brakes   map[string]llm.BrakeState   // by model, as requests name it
	Budget   *Budget                     // nil if there is none
}

// A Budget is what a run may spend, has spent, and has reserved for requests under way.
type Budget struct{ Limit, Spent, Reserved mashal.Money }

// A Fleet is the state of a fleet of workers.
type Fleet struct {
	Jobs   map[string]int           // by state
	Leases map[string]time.Duration // the time since the last heartbeat of each worker
}

// A FleetFunc returns the state of a fleet.
type FleetFunc func(context.Context) (Fleet, error)

// fleetTime is the longest time that a scrape waits for the state of a fleet.
const fleetTime = 3 * time.Second

// brakePhases are the values of the label of mashal_brake_phase.
var brakePhases = []llm.BrakePhase{llm.BrakeStarting, llm.BrakeRunning, llm.BrakePaused, llm.BrakeTrying, llm.BrakeStopped}

// state collects what is not counted but read when the metrics are asked for.
type state struct {
	now func() time.Time

	mu       sync.Mutex
	run      *pipeline.Planned // nil before the first run
	began    time.Time         // of the run; zero if none is going on
	capacity time.Duration     // of workers in runs that have ended
	busy     time.Duration     // of workers
	busyRun  time.Duration     // of this run
	lastRun  float64           // efficiency of the run that ended last
	since    map[int]time.Time // when each busy worker was last counted
	waiting  map[int64]bool    // attempts that wait
	lacking  map[int64]map[int]bool
	paused   map[string]bool
	inspects func() pipeline.Snapshot
	models   func() Models
	fleet    FleetFunc
	errors   float64 // of fleet
}

func newState(now func() time.Time) *state {
	return &state{now: now, since: map[int]time.Time{}, waiting: map[int64]bool{}, lacking: map[int64]map[int]bool{}, paused: map[string]bool{}}
}

// observe follows what workers do.
func (s *state) observe(e pipeline.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	switch e := e.(type) {
	case pipeline.Planned:
		s.capacity += s.runCapacity(now) // of a run of a fleet, which ends elsewhere
		s.run, s.began, s.busyRun = &e, now, 0
	case pipeline.Started:
		s.since[e.Worker] = now
	case pipeline.Resumed:
		s.since[e.Worker] = now
		delete(s.waiting, e.Attempt)
	case pipeline.Waiting:
		s.work(e.Worker, now, 0)
		delete(s.since, e.Worker)
		s.waiting[e.Attempt] = true
	case pipeline.Held:
		s.work(e.Worker, now, e.For)
	case pipeline.Ended:
		s.work(e.Worker, now, 0)
		delete(s.since, e.Worker)
		delete(s.lacking, e.Attempt)
	case pipeline.Finished:
		s.end(now)
	}
}

// work counts the time for which a worker was busy since it was last counted, without
// the part of it for which a request was held back.
func (s *state) work(worker int, now time.Time, held time.Duration) {
	since, busy := s.since[worker]
	if !busy {
		return
	}
	worked := max(now.Sub(since)-held, 0)
	s.busy, s.busyRun, s.since[worker] = s.busy+worked, s.busyRun+worked, now
}

// end ends the run.
func (s *state) end(now time.Time) {
	if s.began.IsZero() {
		return
	}
	capacity := s.runCapacity(now)
	s.capacity, s.lastRun, s.began = s.capacity+capacity, ratio(s.busyRun, capacity), time.Time{}
	clear(s.since)
	clear(s.waiting)
	clear(s.lacking)
	clear(s.paused)
}

// runCapacity returns what the workers of the run could have worked.
func (s *state) runCapacity(now time.Time) time.Duration {
	if s.began.IsZero() {
		return 0
	}
	return time.Duration(s.run.Workers) * now.Sub(s.began)
}

func ratio(a, b time.Duration) float64 {
	if b <= 0 {
		return 0
	}
	return a.Seconds() / b.Seconds()
}

// lacked reports whether a request asked for verses that an earlier one of the same
// attempt did not get, and notes those that this one did not get.
func (s *state) lacked(e pipeline.Asked) (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lacking := s.lacking[e.Attempt]
	for _, v := range e.Of {
		again = again || lacking[v]
		delete(lacking, v)
	}
	if lacking == nil && len(e.Lacking) > 0 {
		lacking = map[int]bool{}
		s.lacking[e.Attempt] = lacking
	}
	for _, v := range e.Lacking {
		lacking[v] = true
	}
	return again
}

// pause notes that the brake of a model has paused the run, or has ended the pause. It
// reports whether the pause has begun.
func (s *state) pause(e pipeline.Paused) (begun bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun = !e.Over && !s.paused[e.Model]
	s.paused[e.Model] = !e.Over
	return begun
}

// inspect sets the function that returns the state of the run. After release it is not
// called any more.
func (s *state) inspect(fn func() pipeline.Snapshot) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inspects = fn
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.inspects = nil
		s.end(s.now())
	}
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("mashal_"+name, help, labels, nil)
}

var (
	descRun        = desc("run_info", "Always 1 during a run; the labels name it.", "run", "annotator", "validator")
	descPlanned    = desc("run_planned_verses", "Verses that the run is to do.", "purpose")
	descWorkers    = desc("workers", "Passages that the run annotates or validates at once, at most.")
	descBusy       = desc("worker_busy_seconds_total", "Time for which workers worked; waiting is not work.")
	descCapacity   = desc("worker_capacity_seconds_total", "Time for which workers could have worked: their number times the time of runs.")
	descEfficiency = desc("run_efficiency_ratio", "Busy time of the workers divided by their capacity, of the run or of the last one.")
	descQueue      = desc("queue_passages", "Passages of the run by state: queued, working, or waiting before a failed request is made again.", "state")
	descWAL        = desc("wal_bytes", "Size of the write-ahead log of a file.", "file")
	descWALHigh    = desc("wal_high_water_bytes", "Largest size of the write-ahead log of a file in this process.", "file")

	descWindow   = desc("limiter_window_requests", "Requests that may be in flight; halves when the server is overloaded.", "server")
	descInFlight = desc("limiter_in_flight_requests", "Requests that are in flight.", "server")
	descHeld     = desc("limiter_waiting_requests", "Requests that the limits of the key hold back.", "server")
	descWaited   = desc("limiter_waited_seconds_total", "Time for which requests were held back by the limits of the key.", "server")
	descShrunk   = desc("limiter_shrinks_total", "How often the window halved.", "server")
	descLevel    = desc("limiter_level", "What is left of a limit per minute: requests or tokens.", "server", "limit")
	descLimit    = desc("limiter_limit", "The limit per minute: requests or tokens.", "server", "limit")
	descPhase    = desc("brake_phase", "1 for the phase of the brake of a model, 0 for the others.", "model", "phase")
	descInRow    = desc("brake_failures_in_row", "Failures in a row since the last useful answer.", "model")
	descBudget   = desc("budget_dollars", "The budget of the run in US dollars: its limit, what is spent, and what is reserved for requests in flight.", "part")

	descJobs   = desc("fleet_jobs", "Jobs of the fleet, by state.", "state")
	descLease  = desc("fleet_lease_age_seconds", "Time since the last heartbeat of a worker of the fleet.", "worker")
	descErrors = desc("fleet_read_errors_total", "How often the state of the fleet could not be read.")
)

// Describe sends the descriptions of all metrics that Collect sends.
func (s *state) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descRun, descPlanned, descWorkers, descBusy, descCapacity, descEfficiency, descQueue, descWAL, descWALHigh,
		descWindow, descInFlight, descHeld, descWaited, descShrunk, descLevel, descLimit, descPhase, descInRow, descBudget,
		descJobs, descLease, descErrors,
	} {
		out <- d
	}
}

// A sample sends the value of a metric with the values of its labels.
type sample func(d *prometheus.Desc, value float64, labels ...string)

// Collect sends the metrics that are read when they are asked for.
func (s *state) Collect(out chan<- prometheus.Metric) {
	gauge := sample(func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	})
	counter := sample(func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value, labels...)
	})
	s.collectRun(gauge, counter)
	s.mu.Lock()
	models, fleet := s.models, s.fleet
	s.mu.Unlock()
	if models != nil {
		collectModels(models(), gauge, counter)
	}
	if fleet != nil {
		s.collectFleet(fleet, gauge, counter)
	}
}

// collectRun sends the state of the run. It holds the lock meanwhile, so that the run
// does not close what it reads.
func (s *state) collectRun(gauge, counter sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run == nil {
		return
	}
	now := s.now()
	capacity, efficiency := s.runCapacity(now), s.lastRun
	if !s.began.IsZero() {
		gauge(descRun, 1, s.run.Run, s.run.Annotator, s.run.Validator)
		gauge(descPlanned, float64(s.run.Verses), string(mashal.Detection))
		gauge(descPlanned, float64(s.run.ToValidate), string(mashal.Validation))
		gauge(descWorkers, float64(s.run.Workers))
		efficiency = ratio(s.busyRun, capacity)
	}
	counter(descBusy, s.busy.Seconds())
	counter(descCapacity, (s.capacity + capacity).Seconds())
	gauge(descEfficiency, efficiency)
	if s.inspects == nil {
		return
	}
	snapshot := s.inspects()
	gauge(descQueue, float64(snapshot.Queued), "queued")
	gauge(descQueue, float64(len(s.since)), "working")
	gauge(descQueue, float64(len(s.waiting)), "waiting")
	gauge(descWAL, float64(snapshot.LedgerWAL.Bytes), "ledger")
	gauge(descWAL, float64(snapshot.ConcordanceWAL.Bytes), "concordance")
	gauge(descWALHigh, float64(snapshot.LedgerWAL.HighWater), "ledger")
	gauge(descWALHigh, float64(snapshot.ConcordanceWAL.HighWater), "concordance")
}

// collectModels sends the state of what limits requests.
func collectModels(m Models, gauge, counter sample) {
	for _, server := range slices.Sorted(maps.Keys(m.Limiters)) {
		l := m.Limiters[server]
		gauge(descWindow, float64(l.Window), server)
		gauge(descInFlight, float64(l.InFlight), server)
		gauge(descHeld, float64(l.Waiting), server)
		counter(descWaited, l.Waited.Seconds(), server)
		counter(descShrunk, float64(l.Shrunk), server)
		for name, w := range map[string]llm.Window{"requests": l.Requests, "tokens": l.Tokens} {
			if w.Limit > 0 {
				gauge(descLevel, float64(w.Remaining), server, name)
				gauge(descLimit, float64(w.Limit), server, name)
			}
		}
	}
	for _, model := range slices.Sorted(maps.Keys(m.Brakes)) {
		b := m.Brakes[model]
		for _, phase := range brakePhases {
			value := 0.0
			if b.Phase == phase {
				value = 1
			}
			gauge(descPhase, value, model, string(phase))
		}
		gauge(descInRow, float64(b.InRow), model)
	}
	if b := m.Budget; b != nil {
		gauge(descBudget, b.Limit.USD(), "limit")
		gauge(descBudget, b.Spent.USD(), "spent")
		gauge(descBudget, b.Reserved.USD(), "reserved")
	}
}

// collectFleet sends the state of the fleet.
func (s *state) collectFleet(fleet FleetFunc, gauge, counter sample) {
	ctx, cancel := context.WithTimeout(context.Background(), fleetTime)
	defer cancel()
	f, err := fleet(ctx)
	s.mu.Lock()
	if err != nil {
		s.errors++
	}
	counter(descErrors, s.errors)
	s.mu.Unlock()
	if err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(f.Jobs)) {
		gauge(descJobs, float64(f.Jobs[name]), name)
	}
	for _, worker := range slices.Sorted(maps.Keys(f.Leases)) {
		gauge(descLease, f.Leases[worker].Seconds(), worker)
	}
}
