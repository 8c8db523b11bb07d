package review

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"mashal"
	"mashal/reference"
)

// A Round says what is read by whom.
type Round struct {
	Name      string   `json:"name"`
	Selection string   `json:"selection"` // as reference.ParseSelection reads it
	Reviewers []string `json:"reviewers"`
	// Readers is the number of reviewers for each verse. If Overlap is above 0, that
	// share of the verses has all reviewers, and each of the others Readers of them.
	Readers int     `json:"readers"`
	Overlap float64 `json:"overlap,omitempty"`
	Seed    uint64  `json:"seed"` // below 2^53, so that every reader of JSON keeps it
	Blind   bool    `json:"blind"`
	Closed  bool    `json:"closed,omitempty"`
}

func (r *Round) validate() error {
	if r.Name == "" {
		return errors.New("round has no name")
	}
	if err := errors.Join(checkText(r.Name, 100), checkText(r.Selection, 2_000)); err != nil {
		return err
	}
	if _, err := reference.ParseSelection([]string{r.Selection}); err != nil {
		return err
	}
	if len(r.Reviewers) == 0 || len(r.Reviewers) > 1_000 {
		return fmt.Errorf("round has %d reviewers", len(r.Reviewers))
	}
	for i, name := range r.Reviewers {
		if err := CheckName(name); err != nil {
			return err
		}
		if slices.Contains(r.Reviewers[:i], name) {
			return fmt.Errorf("round has the reviewer %q twice", name)
		}
	}
	if r.Readers < 1 || r.Readers > len(r.Reviewers) {
		return fmt.Errorf("round has %d reviewers, so not %d for each verse", len(r.Reviewers), r.Readers)
	}
	if !(r.Overlap >= 0 && r.Overlap <= 1) {
		return fmt.Errorf("overlap %v is not a share from 0 to 1", r.Overlap)
	}
	if r.Seed >= 1<<53 {
		return errors.New("seed is not below 2^53")
	}
	return nil
}

// ReadersOf returns the reviewers of a verse, in the order of their names. It depends on
// nothing but the round, so reviewers need no locks and no server to know their part.
func (r *Round) ReadersOf(ref mashal.Ref) []string {
	names := slices.Clone(r.Reviewers)
	slices.Sort(names)
	if r.Overlap > 0 && r.draw("overlap", ref, "") < r.Overlap {
		return names
	}
	slices.SortFunc(names, func(a, b string) int {
		x, y := r.draw("reader", ref, a), r.draw("reader", ref, b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	names = names[:r.Readers]
	slices.Sort(names)
	return names
}

// draw returns a number from 0 to 1 that the seed, a purpose, a verse and a name decide.
func (r *Round) draw(purpose string, ref mashal.Ref, name string) float64 {
	return Draw(r.Seed, purpose, ref.OSIS(), name)
}

// Draw returns a number from 0 to below 1 that depends on a seed and on words only.
func Draw(seed uint64, words ...string) float64 {
	h := sha256.New()
	h.Write([]byte(strconv.FormatUint(seed, 10)))
	for _, w := range words {
		h.Write([]byte{0})
		h.Write([]byte(w))
	}
	return float64(binary.BigEndian.Uint64(h.Sum(nil))>>11) / (1 << 53)
}
