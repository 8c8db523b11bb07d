package index

import (
	"cmp"
	"strings"

	"mashal/corpus/lexicon"
)

// TagValues gives at most limit of the values, on any level, by which figures
// of the current readings are described on a side ("target", "vehicle",
// "ground", "posture") and that have a part in them, in capitals or not: the
// commonest first.
func (s *Snapshot) TagValues(side, part string, limit int) []string {
	part = strings.ToLower(strings.TrimSpace(part))
	if part == "" {
		return []string{}
	}
	parts, n := []string{part}, sideNumber(side)
	counts := map[string]int{}
	for _, level := range Levels {
		column, vocabulary := s.level(n, level)
		wanted := vocabulary.containing(parts)
		for row, value := range column {
			if value != 0 && wanted.Has(int(value)) && s.current.Has(int(s.reading[row])) {
				counts[vocabulary.string(int(value))]++
			}
		}
	}
	values := make([]string, 0, len(counts))
	for value := range counts {
		values = append(values, value)
	}
	return lexicon.TopOf(values, limit, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
