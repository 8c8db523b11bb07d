package mashal

import "time"

// A Batch is a number of requests to one model that were sent together, to be
// answered within a day at a lower price.
type Batch struct {
	ID          int64  // in the ledger
	Key         string // ours, by which it is found at the vendor
	Run         string // that sent it
	Model       string // "vendor:model"
	Purpose     Purpose
	State       BatchState
	VendorID    string // "" while it is not known whether the vendor has created it
	VendorState string // in the vendor's word; "" if it was never asked
	Error       string // why the batch or the last question about it failed; "" if neither did

	Planned time.Time // before it was sent
	Sent    time.Time // when the vendor's identifier was recorded; zero before
	Checked time.Time // when the vendor was last asked about it; zero if never
	Expires time.Time // zero if it is not known
	Ended   time.Time // when all results were recorded; zero before

	// Counts of requests. While the batch is under way, Answered and Failed are the
	// vendor's.
	Requests   int
	Answered   int // with a complete answer
	Failed     int // with an error, or an answer that is cut or refused
	Unanswered int // not processed, because the batch expired or was cancelled
	Chapters   int
	Cost       Money // of the results; while the batch is under way, the most that it can cost
}

// A BatchState is the progress of a batch.
type BatchState string

// The states.
const (
	BatchPlanned    BatchState = "planned"     // recorded; it is not known whether the vendor has created it
	BatchSent       BatchState = "sent"        // the vendor has it
	BatchEnded      BatchState = "ended"       // all its results are recorded
	BatchNotCreated BatchState = "not created" // the vendor never created it
)

// BatchStates lists all states of a batch.
var BatchStates = []BatchState{BatchPlanned, BatchSent, BatchEnded, BatchNotCreated}

// Open reports whether results of the batch may still come.
func (b *Batch) Open() bool { return b.State == BatchPlanned || b.State == BatchSent }
