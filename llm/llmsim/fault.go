package llmsim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is the name of an error that the simulator produces.
type Fault string

// Faults of the service. The client gets an error status and is not charged.
const (
	RateLimited Fault = "rate-limited"       // 429 with the time to wait
	RateSilent  Fault = "rate-limited-quiet" // 429 without it
	ServerError Fault = "server-error"       // 500
	Unavailable Fault = "unavailable"        // 503
	Overloaded  Fault = "overloaded"         // 529
	LimitHeader Fault = "limit-header"       // 429 with the time to wait in the header RateLimit
	LimitBody   Fault = "limit-body"         // 429 with the time to wait in the body
)

// Faults of the stream. The answer ends early.
const (
	Cut        Fault = "cut"         // the connection is closed after some byte
	End        Fault = "end"         // a normal end without the terminal event
	Stall      Fault = "stall"       // no more data until the client disconnects
	Malformed  Fault = "malformed"   // an event that the protocol does not allow
	ErrorEvent Fault = "error-event" // an error event in the stream

	FormatError Fault = "format-error" // the error event with which llama.cpp ends an answer that it cannot parse
)

// Faults of the model. The stream is correct, the answer is not.
const (
	Length        Fault = "length"         // cut by the limit on the output
	Filtered      Fault = "filtered"       // cut by the vendor's content filter
	Refusal       Fault = "refusal"        // the model declines
	Empty         Fault = "empty"          // complete, but without text
	OtherFormat   Fault = "other-format"   // prose instead of JSON
	WrongVerse    Fault = "wrong-verse"    // a verse has the number of another verse, or of none
	ForeignHebrew Fault = "foreign-hebrew" // quoted Hebrew is not in the verse
)

// Damages. The text is damaged, but the stream reports no error.
const (
	Truncate      Fault = "damage-truncate"   // the end is missing
	Drop          Fault = "damage-drop"       // 1-400 bytes are missing
	Dup           Fault = "damage-dup"        // 1-400 bytes are repeated
	Replacement   Fault = "damage-fffd"       // Hebrew letters are replaced by U+FFFD
	RawBytes      Fault = "damage-rawbytes"   // Hebrew letters are replaced by bytes that are not UTF-8
	Quote         Fault = "damage-quote"      // unescaped quotes inside a string
	Control       Fault = "damage-ctl"        // a control character inside a string
	NoComma       Fault = "damage-nocomma"    // a comma between two objects is missing
	NoBrace       Fault = "damage-nobrace"    // a closing brace or bracket is missing
	TrailingComma Fault = "damage-trailcomma" // commas before closing braces or brackets
	Fence         Fault = "damage-fence"      // prose and code fences around
	Concat        Fault = "damage-concat"     // two answers, one after the other
	PythonRepr    Fault = "damage-pyrepr"     // quotes and literals as Python prints them
	LeakedSSE     Fault = "damage-sse"        // frames of the stream in the text
	Reorder       Fault = "damage-reorder"    // two neighbouring parts are swapped
	Stray         Fault = "damage-stray"      // a structural character where JSON allows none
	Mix           Fault = "damage-mix"        // two to four of localDamages
)

// Faults of batches. They apply to a batch as a whole. The requests in a batch
// can have all other faults, except those of the stream.
const (
	BatchFailed  Fault = "batch-failed"  // no request is answered
	BatchPartial Fault = "batch-partial" // 10 to 50 % of the requests fail
	BatchExpired Fault = "batch-expired" // the batch expires after 10 to 90 % of the requests

	BatchCancelled Fault = "batch-cancelled"   // the vendor cancels the batch after 10 to 90 % of its time
	BatchLost      Fault = "batch-create-lost" // the batch is created, but the answer to its creation is lost
	BatchNoOutput  Fault = "batch-no-output"   // the batch is completed, and there are no results
	BatchCorrupt   Fault = "batch-corrupt"     // one line of the results is not JSON
	BatchCut       Fault = "batch-cut"         // the first download of the results breaks off
	BatchRepeated  Fault = "batch-repeated"    // one result is there twice
	BatchLimited   Fault = "batch-limited"     // questions about the batch are refused until none has come for a stated minute
)

var (
	serviceFaults = []Fault{RateLimited, RateSilent, ServerError, Unavailable, Overloaded}
	streamFaults  = []Fault{Cut, End, Stall, Malformed, ErrorEvent, FormatError}
	modelFaults   = []Fault{Length, Filtered, Refusal, Empty, OtherFormat, WrongVerse, ForeignHebrew}
	damageFaults  = []Fault{
		Truncate, Drop, Dup, Replacement, RawBytes, Quote, Control, NoComma, NoBrace, TrailingComma,
		Fence, Concat, PythonRepr, LeakedSSE, Reorder, Stray, Mix,
	}
	answerFaults = slices.Concat(serviceFaults, streamFaults, modelFaults, damageFaults)
	limitFaults  = []Fault{LimitHeader, LimitBody} // of no group, which keeps the draws of the groups
	batchFaults  = []Fault{BatchFailed, BatchPartial, BatchExpired, BatchCancelled, BatchLost, BatchNoOutput, BatchCorrupt, BatchCut, BatchRepeated, BatchLimited}
)

// ModelFaults returns the faults of the model.
func ModelFaults() []Fault { return slices.Clone(modelFaults) }

// BatchFaults returns the faults of batches.
func BatchFaults() []Fault { return slices.Clone(batchFaults) }

// FaultNames returns all faults.
func FaultNames() []Fault {
	return slices.Concat(answerFaults, limitFaults, habitFaults, requestFaults, verseFaults, accountFaults, batchFaults)
}

// faultsNamed returns the faults of a group, or the one fault with this name. It
// returns nil for an unknown name.
func faultsNamed(name string) []Fault {
	switch name {
	case "service":
		return serviceFaults
	case "stream":
		return streamFaults
	case "model":
		return modelFaults
	case "damage":
		return damageFaults
	case "all":
		return answerFaults
	case "request":
		return requestFaults
	case "account":
		return accountFaults
	case "habit":
		return habitFaults
	case "batch":
		return batchFaults
	}
	if slices.Contains(FaultNames(), Fault(name)) || slices.Contains(serverFaults, Fault(name)) {
		return []Fault{Fault(name)}
	}
	return nil
}

// Faults lists faults with their probabilities.
type Faults []faultChance

// faultChance is a fault or a group of faults with its probability. A fault of a
// group is drawn at random.
type faultChance struct {
	name   string
	faults []Fault
	p      float64
	at     int64         // stream faults: at this byte of the body; -1 for anywhere
	wait   time.Duration // of rate limits: how long to wait; 0 for 1 to 30 s
	during period        // faults of the server: when
	suffix string        // what stood behind the @
}

// ParseFaults parses a list of faults with probabilities, such as
// "cut=0.2,overloaded=0.1". A name is a fault or a group: service, stream, model,
// damage, all (of these four), habit, request, account, or batch. A fault of the
// stream may have the byte
// at which it happens (cut@1200=1), rate-limited the time to wait
// (rate-limited@20s=0.1), and a fault of the server the time after the first
// answer at which it begins, and how long it lasts (outage@10s+60s=1).
func ParseFaults(s string) (Faults, error) {
	var faults Faults
	for item := range strings.SplitSeq(s, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		name, probability, ok := strings.Cut(item, "=")
		if !ok {
			return nil, fmt.Errorf("fault %q has no probability; write for instance %s=0.2", item, item)
		}
		p, err := strconv.ParseFloat(probability, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("fault %s: probability must be from 0 to 1, not %q", name, probability)
		}
		name, at, placed := strings.Cut(name, "@")
		c := faultChance{name: name, faults: faultsNamed(name), p: p, at: -1, suffix: at}
		switch {
		case c.faults == nil:
			return nil, fmt.Errorf("unknown fault %q; faults are all, service, stream, model, damage, habit, request, account, batch, %s", name, join(append(FaultNames(), serverFaults...)))
		case !placed:
		case name == string(RateLimited), slices.Contains(limitFaults, Fault(name)):
			if c.wait, err = time.ParseDuration(at); err != nil || c.wait <= 0 {
				return nil, fmt.Errorf("fault %s: %q is not a duration such as 20s", name, at)
			}
		case slices.Contains(serverFaults, Fault(name)):
			if c.during, err = parsePeriod(at); err != nil {
				return nil, fmt.Errorf("fault %s: %w", name, err)
			}
		case name == "stream" || slices.Contains(streamFaults, Fault(name)):
			if c.at, err = strconv.ParseInt(at, 10, 64); err != nil || c.at < 0 {
				return nil, fmt.Errorf("fault %s: %q is not a number of bytes", name, at)
			}
		default:
			return nil, fmt.Errorf("fault %s takes no value after @", name)
		}
		faults = append(faults, c)
	}
	return faults, nil
}

// String returns the list in the form that ParseFaults reads.
func (f Faults) String() string {
	items := make([]string, len(f))
	for i, c := range f {
		if c.suffix != "" {
			c.name += "@" + c.suffix
		}
		items[i] = c.name + "=" + strconv.FormatFloat(c.p, 'g', -1, 64)
	}
	return strings.Join(items, ",")
}

// join returns the names separated by commas.
func join(faults []Fault) string {
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// drawnFault is the fault of one answer. Its zero value means no fault.
type drawnFault struct {
	fault Fault
	at    int64
	wait  time.Duration
}

// split returns the faults of answers and those of batches.
func (f Faults) split() (answers, batches Faults) {
	for _, c := range f {
		switch {
		case slices.Contains(batchFaults, c.faults[0]):
			batches = append(batches, c)
		case !slices.Contains(serverFaults, c.faults[0]):
			answers = append(answers, c)
		}
	}
	return answers, batches
}

// ofServer returns the faults of the server.
func (f Faults) ofServer() (faults Faults) {
	for _, c := range f {
		if slices.Contains(serverFaults, c.faults[0]) {
			faults = append(faults, c)
		}
	}
	return faults
}

// draw returns the fault of one answer. It draws every fault of the list on its
// own and chooses one of those that hit, so that an answer has at most one.
func (f Faults) draw(rng *rand.Rand) drawnFault {
	var hit []drawnFault
	for _, c := range f {
		fault := c.faults[rng.IntN(len(c.faults))]
		if rng.Float64() >= c.p {
			continue
		}
		if c.wait == 0 {
			c.wait = time.Duration(between(rng, 1, 30)) * time.Second
		}
		hit = append(hit, drawnFault{fault, c.at, c.wait})
	}
	if len(hit) == 0 {
		return drawnFault{}
	}
	return hit[rng.IntN(len(hit))]
}

// between returns a random number from lo to hi, both included.
func between(rng *rand.Rand, lo, hi int) int { return lo + rng.IntN(hi-lo+1) }

// pick returns a random element.
func pick[T any](rng *rand.Rand, s []T) T { return s[rng.IntN(len(s))] }
