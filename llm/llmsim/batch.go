package llmsim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// cancelDelay is the time that a batch goes on after it was cancelled.
const cancelDelay = 10 * time.Second

// batch is a set of requests that are answered later. No goroutine runs for it:
// its state is computed when a client asks for it.
type batch struct {
	server   *Server
	vendor   string
	name     string // letters and digits
	owner    string // the hash of the key, see keyOf
	protocol Protocol
	wire     protocol
	via      *http.Request // headers and path that the protocol reads besides a body
	endpoint string        // OpenAI: the endpoint of the requests; Google: the model
	fromFile string        // Google: the name of the input file; "" for inlined requests
	label    json.RawMessage
	input    string        // OpenAI: the id of the input file
	invalid  []invalidLine // OpenAI: errors in the input file

	created, plannedEnd time.Time     // simulated; plannedEnd holds unless a client cancels
	expiresAfter        time.Duration // since created
	fault               Fault
	allOrNone           bool // Google: a cancelled or expired batch has no answers

	mu        sync.Mutex
	cancelled time.Time         // when a client cancelled it; zero if none did
	items     []item            // in the order in which they are answered
	downloads int               // of the results
	silence   time.Time         // until when no question about it may come; zero before the first one
	files     map[string]string // OpenAI: ids of the output and error files
}

// item is one request of a batch.
type item struct {
	index    int             // position in the client's list, from 0
	customID string          // OpenAI, Anthropic: the client's name for it
	metadata json.RawMessage // Google: returned with the answer
	body     []byte          // the request
	due      time.Time       // when it is answered, unless the batch ends before
	fails    bool            // because of a fault of the batch

	state  itemState
	status int    // HTTP status of the answer
	id     string // of the request
	answer []byte // the answer, or the error's body
}

// itemState is the state of one request of a batch.
type itemState int

const (
	waiting itemState = iota
	succeeded
	errored
	cancelled
	expired
)

// start names the batch, draws its fault, and plans when each item is answered.
func (b *batch) start(s *Server, now time.Time) {
	h := sha256.New()
	for _, it := range b.items {
		h.Write([]byte(it.customID))
		h.Write(it.body)
	}
	req := &Request{Hash: hex.EncodeToString(h.Sum(nil)[:8])}
	req.Attempt = s.countBatch("batch " + req.Hash)
	b.server, b.created, b.files = s, now, map[string]string{}
	b.name = req.Hash + strconv.FormatInt(int64(req.Attempt), 16)

	rng := s.random(req, "batch")
	_, faults := s.config.Faults.split()
	b.fault = faults.draw(rng).fault
	took := time.Duration(float64(s.config.BatchTime) * (1 + s.config.Jitter*(2*rng.Float64()-1)))
	if b.fault == BatchExpired {
		took = time.Duration(float64(b.expiresAfter) / (0.1 + 0.8*rng.Float64()))
	}
	b.plannedEnd = now.Add(min(took, b.expiresAfter))
	if b.fault == BatchCancelled {
		b.cancelled = now.Add(time.Duration(float64(took)*(0.1+0.8*rng.Float64())) - cancelDelay)
	}
	failing := 0
	switch b.fault {
	case BatchPartial:
		failing = max(1, int(float64(len(b.items))*(0.1+0.4*rng.Float64())))
	case BatchFailed:
		failing = len(b.items)
	}
	for _, i := range rng.Perm(len(b.items))[:failing] {
		b.items[i].fails = true
	}
	rng.Shuffle(len(b.items), func(i, k int) { b.items[i], b.items[k] = b.items[k], b.items[i] })
	for i := range b.items {
		b.items[i].due = now.Add(time.Duration(float64(took) * float64(i+1) / float64(len(b.items))))
	}
}

// endTime returns when the batch ends, given that no client cancels it later.
func (b *batch) endTime() time.Time {
	if end := b.cancelled.Add(cancelDelay); !b.cancelled.IsZero() && end.Before(b.plannedEnd) {
		return end
	}
	return b.plannedEnd
}

// batchStatus is the state of a batch at one time.
type batchStatus struct {
	now       time.Time
	ended     bool
	cancelled bool // cancelled, or being cancelled
	expired   bool
	count     map[itemState]int
}

// advance answers or ends the items that are due and returns the batch's status.
// The caller holds b.mu.
func (b *batch) advance() batchStatus {
	st := batchStatus{now: b.server.config.Clock.Now(), count: map[itemState]int{}}
	end := b.endTime()
	st.ended = !st.now.Before(end)
	st.cancelled = !b.cancelled.IsZero() && !st.now.Before(b.cancelled) && end.Before(b.plannedEnd)
	st.expired = st.ended && !st.cancelled && slices.ContainsFunc(b.items, func(it item) bool { return it.due.After(end) })
	for i := range b.items {
		it := &b.items[i]
		switch {
		case it.state != waiting, b.allOrNone && !st.ended:
		case !it.due.After(end) && !it.due.After(st.now) && !(b.allOrNone && (st.cancelled || st.expired)):
			b.answerItem(it)
		case st.ended && st.cancelled:
			b.endItem(it, cancelled, end)
		case st.ended:
			b.endItem(it, expired, end)
		}
		st.count[it.state]++
	}
	return st
}

// exchange returns the exchange for an item, and an error if the item is not a
// valid request.
func (b *batch) exchange(it *item) (*exchange, error) {
	req, err := b.wire.decode(b.via, it.body)
	req.Stream, req.body = false, it.body
	x := b.server.exchange(b.protocol, b.wire, &req, b.created)
	x.Batch, it.id = b.name, x.ID
	if err == nil {
		err = req.validate()
	}
	return x, err
}

// answerItem answers an item and logs it.
func (b *batch) answerItem(it *item) {
	x, err := b.exchange(it)
	x.Seconds = it.due.Sub(b.created).Seconds()
	defer func() { b.server.log(&x.Entry) }()
	var a *answer
	var f *failure
	switch rng := x.random(x.req, "fault"); {
	case err != nil:
		f = &failure{status: http.StatusBadRequest, message: err.Error()}
	case it.fails:
		x.Fault = b.fault
		f = &failure{status: http.StatusInternalServerError, message: "The request failed (simulated)"}
	default:
		wrong := b.server.answerFaults.draw(rng)
		if slices.Contains(streamFaults, wrong.fault) {
			wrong = drawnFault{} // nothing is streamed
		}
		if a, f = x.compose(wrong, rng); wrong.fault == PromptCut {
			a.cutPrompt()
		}
	}
	if f != nil {
		f.id = x.ID
		it.state, it.status, it.answer = errored, f.status, b.wire.failure(*f)
		if json.Valid(f.body) {
			it.answer = f.body
		}
		x.Status, x.End, x.Error = f.status, Refused, f.message
		return
	}
	a.pieces = split(a.text, max(1, a.usage.Output))
	it.state, it.status, it.answer = succeeded, http.StatusOK, b.wire.whole(a)
	x.Status, x.End, x.Finished = http.StatusOK, Served, true
	x.Input, x.Output, x.Reasoning = a.usage.Input, a.usage.Output, a.usage.Reasoning
	x.Text = a.text
	for _, v := range findLandmarks(a.text).completeVerses() {
		x.Verses = append(x.Verses, v.number)
	}
}

// endItem ends an item without an answer at the time at, and logs it. Nothing is
// charged.
func (b *batch) endItem(it *item, state itemState, at time.Time) {
	x, _ := b.exchange(it)
	it.state = state
	x.Seconds, x.End, x.Error = at.Sub(b.created).Seconds(), Refused, "expired with its batch"
	if state == cancelled {
		x.Error = "cancelled with its batch"
	} else if b.fault == BatchExpired {
		x.Fault = b.fault
	}
	b.server.log(&x.Entry)
}

// limitedFor is the time that BatchLimited states: a client that asks before it has
// passed has to wait for it once more.
const limitedFor = time.Minute

// limited returns the refusal of a question about the batch that has come too early,
// or nil. The first one always does.
func (b *batch) limited() *failure {
	if b.fault != BatchLimited {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.server.config.Clock.Now()
	if !b.silence.IsZero() && !now.Before(b.silence) {
		return nil
	}
	b.silence = now.Add(limitedFor)
	return &failure{
		status: http.StatusTooManyRequests, wait: b.server.config.Clock.Client(limitedFor), of: "requests",
		message: "Too many requests for batches (simulated)",
	}
}

// cancel requests the end of the batch. It returns false if the batch has ended.
func (b *batch) cancel() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.server.config.Clock.Now()
	if b.cancelled.IsZero() && now.Before(b.plannedEnd) {
		b.cancelled = now
	}
	return now.Before(b.endTime())
}
