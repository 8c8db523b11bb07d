package command

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"mashal"
)

// batchLine is one batch in the output of `mashal status --batches --json`.
type batchLine struct {
	Batch     string  `json:"batch"`
	Key       string  `json:"key"`
	Run       string  `json:"run"`
	Model     string  `json:"model"`
	Purpose   string  `json:"purpose"`
	State     string  `json:"state"`
	Vendor    string  `json:"vendor_state"`
	Requests  int     `json:"requests"`
	Chapters  int     `json:"chapters"`
	Answered  int     `json:"answered"`
	Failed    int     `json:"failed"`
	Missing   int     `json:"not_processed"`
	Cost      float64 `json:"cost"`
	Planned   string  `json:"planned"`
	Sent      string  `json:"sent,omitempty"`
	Checked   string  `json:"checked,omitempty"`
	Expires   string  `json:"expires,omitempty"`
	Ended     string  `json:"ended,omitempty"`
	LastError string  `json:"error,omitempty"`
}

// printBatches prints batches. all says that no others are left out.
func (s *status) printBatches(batches []mashal.Batch, all bool) error {
	if s.json {
		list := []batchLine{}
		for i := range batches {
			b := &batches[i]
			list = append(list, batchLine{
				b.VendorID, b.Key, b.Run, b.Model, string(b.Purpose), string(b.State), b.VendorState, b.Requests, b.Chapters, b.Answered, b.Failed, b.Unanswered,
				b.Cost.USD(), stamp(b.Planned), stamp(b.Sent), stamp(b.Checked), stamp(b.Expires), stamp(b.Ended), b.Error,
			})
		}
		return s.printJSON(list)
	}
	if len(batches) == 0 {
		if all {
			fmt.Fprintln(s.stdout, "there are no batches")
		}
		return nil
	}
	if !all {
		fmt.Fprintln(s.stdout)
	}
	err := s.table(func(w io.Writer) {
		fmt.Fprint(w, "batch\tmodel\ttask\tstate\trequests\tanswered\tfailed\tsent\tasked about\texpires\n")
		for i := range batches {
			b := &batches[i]
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\n", nameOf(b), b.Model, b.Purpose, batchState(b),
				b.Requests, b.Answered, b.Failed+b.Unanswered, minute(cmp.Or(b.Sent, b.Planned)), minute(b.Checked), minute(b.Expires))
		}
	})
	if err != nil {
		return err
	}
	for i := range batches {
		if b := &batches[i]; b.Open() && b.Error != "" {
			fmt.Fprintf(s.stdout, "%s: %s\n", nameOf(b), b.Error)
		}
	}
	if !all {
		fmt.Fprintln(s.stdout, "\nThe same mashal annotate --batch, or mashal retry, takes them up; mashal cancel cancels them.\nThose of a fleet's run are followed by mashal work; mashal cancel RUN cancels them.")
	}
	return nil
}

// nameOf returns the vendor's name of a batch, and ours as long as the vendor's is
// not known.
func nameOf(b *mashal.Batch) string { return cmp.Or(b.VendorID, b.Key) }

// batchState returns the state of a batch for people: the vendor's word while it is
// under way.
func batchState(b *mashal.Batch) string {
	switch b.State {
	case mashal.BatchPlanned:
		return "looked for"
	case mashal.BatchSent:
		return cmp.Or(b.VendorState, "sent")
	case mashal.BatchEnded:
		if b.VendorState != "" && b.Answered < b.Requests {
			return "ended (" + b.VendorState + ")"
		}
	}
	return string(b.State)
}

// stamp returns a time for programs, and "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// minute returns a time for people.
func minute(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}
