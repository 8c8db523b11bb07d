package mashal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Type is a kind of figurative language. A figure can have several types.
type Type string

// The types, in the order of every list of types.
const (
	Metaphor        Type = "metaphor"
	Simile          Type = "simile"
	Personification Type = "personification"
	Idiom           Type = "idiom"
	Hyperbole       Type = "hyperbole"
	Metonymy        Type = "metonymy"
	Other           Type = "other"
)

// Types lists all types in that order.
var Types = []Type{Metaphor, Simile, Personification, Idiom, Hyperbole, Metonymy, Other}

// Valid reports whether t is one of Types.
func (t Type) Valid() bool { return slices.Contains(Types, t) }

// A Tag describes one side of a figure (its target, vehicle, ground or posture)
// on three levels, from the words of this verse to the conceptual domain:
// "Jerusalem's leaders", "rulers", "politics". An empty level is unknown.
type Tag struct {
	Specific string `json:"specific,omitempty"`
	Category string `json:"category,omitempty"`
	Domain   string `json:"domain,omitempty"`
}

// IsZero reports whether all levels are unknown.
func (t Tag) IsZero() bool { return t == Tag{} }

// Levels returns the levels from specific to general, without the empty ones
// at the end.
func (t Tag) Levels() []string {
	levels := []string{t.Specific, t.Category, t.Domain}
	for len(levels) > 0 && levels[len(levels)-1] == "" {
		levels = levels[:len(levels)-1]
	}
	return levels
}

// A Figure is one figurative expression in one verse.
type Figure struct {
	Types       []Type // at least one, as the annotator decided, in the order of Types
	Subtype     string // synecdoche, merism, anthropomorphism, ...; "" if the annotator named none
	Standing    Standing
	Span        Span
	English     string // the English words that translate the span; parts are joined by " ... "
	Target      Tag    // the thing described (tenor)
	Vehicle     Tag    // the image that describes it
	Ground      Tag    // what target and vehicle have in common
	Posture     Tag    // the attitude of the figure to its target
	Explanation string
	Confidence  float64 // 0 to 1; for a rule its measured precision
	Speaker     string
	Purpose     string
	Source      string // the part of the annotator that found the figure, such as the id of a rule
}

// Is reports whether t is one of the figure's types.
func (f *Figure) Is(t Type) bool { return slices.Contains(f.Types, t) }

// Validate returns an error for the first invalid field of the figure. words is
// the number of words in its verse.
func (f *Figure) Validate(words int) error {
	if len(f.Types) == 0 {
		return errors.New("figure has no type")
	}
	for i, t := range f.Types {
		if !t.Valid() {
			return fmt.Errorf("figure has the unknown type %q", string(t))
		}
		if slices.Contains(f.Types[:i], t) {
			return fmt.Errorf("figure has the type %s twice", t)
		}
	}
	if !(f.Confidence >= 0 && f.Confidence <= 1) {
		return fmt.Errorf("figure has the confidence %v, not between 0 and 1", f.Confidence)
	}
	return f.Span.Validate(words)
}

// A Grounding is the method by which a span was located in the words of its
// verse.
type Grounding string

// The groundings, from the most to the least reliable.
const (
	Exact      Grounding = "exact"      // given as word numbers, or as a quotation that equals the verse
	Normalised Grounding = "normalised" // a quotation that equals the verse without accents, points or punctuation
	Aligned    Grounding = "aligned"    // a similar quotation, located by the best alignment, with a score
	Unanchored Grounding = "unanchored" // not found in the verse; the figure is shown without a location
)

// A WordRange is the words First to Last of a verse, both included, numbered
// from 1.
type WordRange struct{ First, Last int }

// String returns "3-5", or "3" for one word.
func (r WordRange) String() string {
	if r.First == r.Last {
		return strconv.Itoa(r.First)
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// A Span is the location of a figure in its verse. It can have several
// word ranges, because about 7 % of quoted figures are discontinuous.
type Span struct {
	Ranges    []WordRange // ascending, neither overlapping nor adjacent; empty if unanchored
	Grounding Grounding
	Score     float64 // similarity of an aligned span, 0 to 1; 1 if exact or normalised, 0 if unanchored
}

// ExactSpan returns an exact span of the given ranges. It sorts them and merges
// those that overlap or are adjacent.
func ExactSpan(ranges ...WordRange) Span {
	return Span{Ranges: mergeRanges(ranges), Grounding: Exact, Score: 1}
}

// ParseRanges parses word ranges in the format of Span.String, such as "3-5,8".
// It returns an error if a range is malformed or runs backwards.
func ParseRanges(s string) ([]WordRange, error) {
	if s == "" {
		return nil, nil
	}
	var ranges []WordRange
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.Atoi(first)
		b, errB := strconv.Atoi(last)
		if errA != nil || errB != nil || a < 1 || b < a {
			return nil, fmt.Errorf("%q is not a list of word ranges such as 3-5,8", s)
		}
		ranges = append(ranges, WordRange{a, b})
	}
	return ranges, nil
}

// String returns the word ranges, such as "3-5,8", or "" if unanchored.
func (s Span) String() string {
	parts := make([]string, len(s.Ranges))
	for i, r := range s.Ranges {
		parts[i] = r.String()
	}
	return strings.Join(parts, ",")
}

// Words returns the number of words in the span.
func (s Span) Words() int {
	n := 0
	for _, r := range s.Ranges {
		n += r.Last - r.First + 1
	}
	return n
}

// Contains reports whether a word range of the span contains the word.
func (s Span) Contains(word int) bool {
	return slices.ContainsFunc(s.Ranges, func(r WordRange) bool { return r.First <= word && word <= r.Last })
}

// Common returns the number of words that both spans contain.
func (s Span) Common(other Span) int {
	n := 0
	for _, r := range s.Ranges {
		for _, q := range other.Ranges {
			n += max(0, min(r.Last, q.Last)-max(r.First, q.First)+1)
		}
	}
	return n
}

// Validate returns an error for the first fault of the span: an unknown
// grounding, an invalid score, or ranges that are unsorted or exceed the verse.
// words is the number of words in the verse.
func (s Span) Validate(words int) error {
	switch s.Grounding {
	case Unanchored:
		if len(s.Ranges) > 0 {
			return errors.New("unanchored span has words")
		}
		return nil
	case Exact, Normalised, Aligned:
	default:
		return fmt.Errorf("span has the unknown grounding %q", string(s.Grounding))
	}
	if len(s.Ranges) == 0 {
		return fmt.Errorf("%s span has no words", s.Grounding)
	}
	if !(s.Score >= 0 && s.Score <= 1) {
		return fmt.Errorf("span has the score %v, not between 0 and 1", s.Score)
	}
	taken := 0 // the next range must begin after this word, so that ranges are not adjacent
	for _, r := range s.Ranges {
		switch {
		case r.First <= taken || r.Last < r.First:
			return fmt.Errorf("word ranges %s are unsorted, overlap or are adjacent", s)
		case r.Last > words:
			return fmt.Errorf("word %d does not exist in a verse of %d words", r.Last, words)
		}
		taken = r.Last + 1
	}
	return nil
}

// mergeRanges returns the ranges in order, with those that overlap or are
// adjacent merged.
func mergeRanges(ranges []WordRange) []WordRange {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b WordRange) int { return a.First - b.First })
	merged := sorted[:0]
	for _, r := range sorted {
		if n := len(merged); n > 0 && r.First <= merged[n-1].Last+1 {
			merged[n-1].Last = max(merged[n-1].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// FigureIDs returns the identifiers by which the figures of one verse of one
// reading are cited. An identifier consists of reference and word ranges, such
// as "Isa.5.1!3-4", so it stays the same when a figure's type changes. The
// second figure on the same words gets the suffix "~2", and so on. An
// unanchored figure is "Isa.5.1!u".
func FigureIDs(ref Ref, figures []Figure) []string {
	ids := make([]string, len(figures))
	seen := map[string]int{}
	for i, f := range figures {
		place := f.Span.String()
		if place == "" {
			place = "u"
		}
		ids[i] = ref.OSIS() + "!" + place
		if seen[place]++; seen[place] > 1 {
			ids[i] += fmt.Sprintf("~%d", seen[place])
		}
	}
	return ids
}
