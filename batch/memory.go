package batch

import (
	"context"
	"maps"
	"time"
)

// A Memory is what a Sender knows and the ledger does not have. The processes of a
// fleet, which follow a batch in turn, pass it on.
type Memory struct {
	Paused    map[string]time.Time `json:"paused,omitempty"` // until when a vendor told us not to ask it, by name of the model
	Said      map[int64]string     `json:"said,omitempty"`   // the last error of each batch that was reported
	Seen      map[string][]string  `json:"seen,omitempty"`   // what has answered, by name of the model asked
	Asked     map[int64]bool       `json:"asked,omitempty"`  // batches whose vendor was asked to cancel them
	Worked    bool                 `json:"worked,omitempty"` // a vendor has answered
	Fruitless int                  `json:"fruitless,omitempty"`
	LastWord  string               `json:"last_word,omitempty"` // why the last batch had no answer
}

// Memory returns what the Sender knows.
func (s *Sender) Memory() Memory {
	m := Memory{Paused: map[string]time.Time{}, Said: s.said, Seen: s.seen, Asked: s.asked, Worked: s.worked, Fruitless: s.fruitless, LastWord: s.lastWord}
	for model, until := range s.paused {
		if s.isPaused(model) {
			m.Paused[model] = until
		}
	}
	return m
}

// Remember sets what another Sender of the run knew. It is called before Begin.
func (s *Sender) Remember(m Memory) {
	maps.Copy(s.paused, m.Paused)
	maps.Copy(s.said, m.Said)
	maps.Copy(s.seen, m.Seen)
	maps.Copy(s.asked, m.Asked)
	s.worked, s.fruitless, s.lastWord = m.Worked, m.Fruitless, m.LastWord
}

// betweenLooks is the time between two looks for results in batches that another run
// follows.
const betweenLooks = 30 * time.Second

// UntilPoll returns the time until the batches under way are to be asked about. Like
// the waits of Await it grows with the time since a batch was sent. It is until the end
// of the pause if all vendors have told us to ask later, and betweenLooks if no batch of
// the run is under way.
func (s *Sender) UntilPoll(ctx context.Context) (time.Duration, error) {
	open, err := s.open(ctx)
	if err != nil {
		return 0, err
	}
	if len(open) == 0 {
		return s.scaled(betweenLooks), nil
	}
	var last time.Time // when the last batch was sent
	for i := range open {
		if open[i].Planned.After(last) {
			last = open[i].Planned
		}
	}
	return s.untilDue(open, min(max(time.Since(last)/2, firstPoll), lastPoll)), nil
}
