package index

import (
	"slices"

	"mashal"
	"mashal/bitset"
)

// counts reports whether the filter can find figures of a subtype: those that are no
// claims only if they are asked for.
func (f *Filter) counts(subtype string) bool {
	return !slices.Contains(mashal.Uncounted, subtype) || slices.Contains(f.Subtypes, subtype) || f.Suggestions && subtype == mashal.Suggestion
}

// uncounted returns the numbers of the subtypes that do not count.
func (s *Snapshot) uncounted(counts func(subtype string) bool) bitset.Set {
	numbers := bitset.New(s.vocab.subtypes.len())
	for n := 1; n < s.vocab.subtypes.len(); n++ {
		if !counts(s.vocab.subtypes.string(n)) {
			numbers.Add(n)
		}
	}
	return numbers
}

// claims returns a function that reports whether a row counts.
func (s *Snapshot) claims() func(row int) bool {
	left := s.uncounted(new(Filter).counts)
	return func(row int) bool { return !left.Has(int(s.figures.subtype[row])) }
}
