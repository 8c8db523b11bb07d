package llmsim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Fault is a way in which an answer goes wrong.
type Fault string

// The faults of the service: there is no answer, and nothing is charged.
const (
	RateLimited Fault = "rate-limited"       // 429 that says how long to wait
	RateSilent  Fault = "rate-limited-quiet" // 429 that does not
	ServerError Fault = "server-error"       // 500
	Unavailable Fault = "unavailable"        // 503
	Overloaded  Fault = "overloaded"         // 529
)

// The faults of the stream: the answer breaks off.
const (
	Cut        Fault = "cut"         // the connection breaks at some byte
	End        Fault = "end"         // a clean end without the terminal event
	Stall      Fault = "stall"       // silence until the client leaves
	Malformed  Fault = "malformed"   // an event that is not the protocol
	ErrorEvent Fault = "error-event" // an error told in the stream
)

// The faults of the model: the stream is in order, the answer is not.
const (
	Length        Fault = "length"         // cut by the limit on the output
	Filtered      Fault = "filtered"       // cut by the vendor's filter
	Refusal       Fault = "refusal"        // declined
	Empty         Fault = "empty"          // complete, without text
	OtherFormat   Fault = "other-format"   // prose instead of JSON
	WrongVerse    Fault = "wrong-verse"    // a verse's number is another's, or no verse's
	ForeignHebrew Fault = "foreign-hebrew" // Hebrew quoted that is not in the verse
)

// The damages: the text arrives broken in a way that the protocol does not
// show.
const (
	Truncate      Fault = "damage-truncate"   // the rest is missing
	Drop          Fault = "damage-drop"       // 1-400 bytes are missing
	Dup           Fault = "damage-dup"        // 1-400 bytes come twice
	Replacement   Fault = "damage-fffd"       // Hebrew letters are U+FFFD
	RawBytes      Fault = "damage-rawbytes"   // Hebrew letters are bytes that are not UTF-8
	Quote         Fault = "damage-quote"      // quotes inside a string, not escaped
	Control       Fault = "damage-ctl"        // a control character inside a string
	NoComma       Fault = "damage-nocomma"    // a comma between two objects is missing
	NoBrace       Fault = "damage-nobrace"    // a closing brace or bracket is missing
	TrailingComma Fault = "damage-trailcomma" // commas before closing braces or brackets
	Fence         Fault = "damage-fence"      // prose and code fences around
	Concat        Fault = "damage-concat"     // two answers, one after the other
	PythonRepr    Fault = "damage-pyrepr"     // quotes and literals as Python prints them
	LeakedSSE     Fault = "damage-sse"        // frames of the stream in the text
	Reorder       Fault = "damage-reorder"    // two neighbouring pieces swapped
	Stray         Fault = "damage-stray"      // a structural character where none belongs
	Mix           Fault = "damage-mix"        // two to four of the local damages
)

// The faults of batches. They strike a batch as a whole; its requests meet the
// others, but for those of the stream.
const (
	BatchFailed  Fault = "batch-failed"  // no request of it is answered
	BatchPartial Fault = "batch-partial" // 10 to 50 % of its requests end in an error
	BatchExpired Fault = "batch-expired" // time is up after 10 to 90 % of its requests
)

var (
	serviceFaults = []Fault{RateLimited, RateSilent, ServerError, Unavailable, Overloaded}
	streamFaults  = []Fault{Cut, End, Stall, Malformed, ErrorEvent}
	modelFaults   = []Fault{Length, Filtered, Refusal, Empty, OtherFormat, WrongVerse, ForeignHebrew}
	damageFaults  = []Fault{
		Truncate, Drop, Dup, Replacement, RawBytes, Quote, Control, NoComma, NoBrace, TrailingComma,
		Fence, Concat, PythonRepr, LeakedSSE, Reorder, Stray, Mix,
	}
	answerFaults = slices.Concat(serviceFaults, streamFaults, modelFaults, damageFaults)
	batchFaults  = []Fault{BatchFailed, BatchPartial, BatchExpired}
)

// FaultNames lists every fault.
func FaultNames() []Fault { return slices.Concat(answerFaults, batchFaults) }

// faultsNamed gives the faults a name stands for: itself, or one of several, each as
// likely as the others. It is nil for an unknown name.
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
	case "batch":
		return batchFaults
	}
	if slices.Contains(FaultNames(), Fault(name)) {
		return []Fault{Fault(name)}
	}
	return nil
}

// Faults says how often what goes wrong.
type Faults []faultChance

// A faultChance is a fault, or one of a group, with its probability.
type faultChance struct {
	name   string
	faults []Fault
	p      float64
	at     int64         // stream faults: at this byte of the body; -1 for anywhere
	wait   time.Duration // RateLimited: how long to wait; 0 for 1 to 30 s
	suffix string        // what stood behind the @
}

// ParseFaults reads faults with their probabilities: "cut=0.2,overloaded=0.1".
// A name is a fault's or a group's (service, stream, model, damage; all of
// these; batch). Faults
// of the stream may name a byte (cut@1200=1), rate-limited a wait
// (rate-limited@20s=0.1).
func ParseFaults(s string) (Faults, error) {
	var faults Faults
	for item := range strings.SplitSeq(s, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		name, probability, ok := strings.Cut(item, "=")
		if !ok {
			return nil, fmt.Errorf("fault %q needs a probability, as in %s=0.2", item, item)
		}
		p, err := strconv.ParseFloat(probability, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("fault %s: %q is not a probability from 0 to 1", name, probability)
		}
		name, at, placed := strings.Cut(name, "@")
		c := faultChance{name: name, faults: faultsNamed(name), p: p, at: -1, suffix: at}
		switch {
		case c.faults == nil:
			return nil, fmt.Errorf("there is no fault %q; there are all, service, stream, model, damage, batch and %s", name, join(FaultNames()))
		case !placed:
		case name == string(RateLimited):
			if c.wait, err = time.ParseDuration(at); err != nil || c.wait <= 0 {
				return nil, fmt.Errorf("fault %s: %q is not a time to wait, such as 20s", name, at)
			}
		case name == "stream" || slices.Contains(streamFaults, Fault(name)):
			if c.at, err = strconv.ParseInt(at, 10, 64); err != nil || c.at < 0 {
				return nil, fmt.Errorf("fault %s: %q is not a number of bytes", name, at)
			}
		default:
			return nil, fmt.Errorf("fault %s has no place to give", name)
		}
		faults = append(faults, c)
	}
	return faults, nil
}

// String is what ParseFaults reads.
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

func join(faults []Fault) string {
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// A drawnFault is what goes wrong with one answer; its zero value is nothing.
type drawnFault struct {
	fault Fault
	at    int64
	wait  time.Duration
}

// split parts the faults of answers from those of batches.
func (f Faults) split() (answers, batches Faults) {
	for _, c := range f {
		if slices.Contains(batchFaults, c.faults[0]) {
			batches = append(batches, c)
		} else {
			answers = append(answers, c)
		}
	}
	return answers, batches
}

// draw says what goes wrong this time. Every fault is drawn by itself; of
// those that hit one is taken, so that each alone has its probability and an
// answer has one fault at most.
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

// between is a number from lo to hi, both included.
func between(rng *rand.Rand, lo, hi int) int { return lo + rng.IntN(hi-lo+1) }

func pick[T any](rng *rand.Rand, s []T) T { return s[rng.IntN(len(s))] }
