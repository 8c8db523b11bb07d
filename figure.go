package mashal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Type is a kind of figurative language. A figure can be of several.
type Type string

// The types, in the order in which they are listed everywhere.
const (
	Metaphor        Type = "metaphor"
	Simile          Type = "simile"
	Personification Type = "personification"
	Idiom           Type = "idiom"
	Hyperbole       Type = "hyperbole"
	Metonymy        Type = "metonymy"
	Other           Type = "other"
)

// Types lists all types in their order.
var Types = []Type{Metaphor, Simile, Personification, Idiom, Hyperbole, Metonymy, Other}

// Valid reports whether t is one of Types.
func (t Type) Valid() bool { return slices.Contains(Types, t) }

// A Tag describes one side of a figure on three levels, from what this verse
// says to the conceptual domain: "Jerusalem's leaders", "rulers", "politics".
// Empty levels are unknown.
type Tag struct {
	Specific string `json:"specific,omitempty"`
	Category string `json:"category,omitempty"`
	Domain   string `json:"domain,omitempty"`
}

// IsZero reports whether nothing is known.
func (t Tag) IsZero() bool { return t == Tag{} }

// Levels is the tag from specific to general, without empty levels at its end.
func (t Tag) Levels() []string {
	levels := []string{t.Specific, t.Category, t.Domain}
	for len(levels) > 0 && levels[len(levels)-1] == "" {
		levels = levels[:len(levels)-1]
	}
	return levels
}

// A Figure is one figurative expression in one verse.
type Figure struct {
	Types       []Type // at least one, in the order of Types, as the annotator decided
	Subtype     string // synecdoche, merism, anthropomorphism, ...; "" when none is claimed
	Span        Span
	English     string // the English words that correspond to the span; parts joined by " ... "
	Target      Tag    // what is spoken of (tenor)
	Vehicle     Tag    // what it is spoken of as
	Ground      Tag    // what the two share
	Posture     Tag    // the attitude the figure takes
	Explanation string
	Confidence  float64 // 0 to 1; for rules their measured precision
	Speaker     string
	Purpose     string
	Source      string // what in the annotator found it, such as a rule's id
}

// Is reports whether the figure has the type.
func (f *Figure) Is(t Type) bool { return slices.Contains(f.Types, t) }

// Validate reports the first thing that is wrong with a figure of a verse of
// so many words.
func (f *Figure) Validate(words int) error {
	if len(f.Types) == 0 {
		return errors.New("a figure has no type")
	}
	for i, t := range f.Types {
		if !t.Valid() {
			return fmt.Errorf("a figure has the unknown type %q", string(t))
		}
		if slices.Contains(f.Types[:i], t) {
			return fmt.Errorf("a figure has the type %s twice", t)
		}
	}
	if !(f.Confidence >= 0 && f.Confidence <= 1) {
		return fmt.Errorf("a figure has the confidence %v, which is not between 0 and 1", f.Confidence)
	}
	return f.Span.Validate(words)
}

// A Grounding says how a span was found in the words of its verse.
type Grounding string

// The groundings, from the surest down.
const (
	Exact      Grounding = "exact"      // named by word number, or quoted to the letter
	Normalised Grounding = "normalised" // quoted; equal after accents, points or punctuation are set aside
	Aligned    Grounding = "aligned"    // quoted; placed by the best alignment, with a score
	Unanchored Grounding = "unanchored" // not found in the verse: shown, but without a place
)

// A WordRange is words First to Last of a verse, inclusive, from 1.
type WordRange struct{ First, Last int }

// String is "3-5", or "3" for one word.
func (r WordRange) String() string {
	if r.First == r.Last {
		return strconv.Itoa(r.First)
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// A Span is where in its verse a figure stands: one word range or several
// (about 7 % of quoted figures are discontinuous).
type Span struct {
	Ranges    []WordRange // ascending, neither overlapping nor adjacent; empty if unanchored
	Grounding Grounding
	Score     float64 // of an aligned span, 0 to 1; 1 for exact and normalised ones, 0 for unanchored
}

// ExactSpan is the span of the given ranges, put in order and joined where
// they overlap or touch.
func ExactSpan(ranges ...WordRange) Span {
	return Span{Ranges: joinRanges(ranges), Grounding: Exact, Score: 1}
}

// ParseRanges reads what Span.String writes: "3-5,8".
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

// String is the span's ranges: "3-5,8", or "" when unanchored.
func (s Span) String() string {
	parts := make([]string, len(s.Ranges))
	for i, r := range s.Ranges {
		parts[i] = r.String()
	}
	return strings.Join(parts, ",")
}

// Words is the number of words in the span.
func (s Span) Words() int {
	n := 0
	for _, r := range s.Ranges {
		n += r.Last - r.First + 1
	}
	return n
}

// Contains reports whether the span has the word.
func (s Span) Contains(word int) bool {
	return slices.ContainsFunc(s.Ranges, func(r WordRange) bool { return r.First <= word && word <= r.Last })
}

// Validate reports the first thing that is wrong with a span in a verse of so
// many words.
func (s Span) Validate(words int) error {
	switch s.Grounding {
	case Unanchored:
		if len(s.Ranges) > 0 {
			return errors.New("an unanchored span has words")
		}
		return nil
	case Exact, Normalised, Aligned:
	default:
		return fmt.Errorf("a span has the unknown grounding %q", string(s.Grounding))
	}
	if len(s.Ranges) == 0 {
		return fmt.Errorf("a span grounded as %s has no words", s.Grounding)
	}
	if !(s.Score >= 0 && s.Score <= 1) {
		return fmt.Errorf("a span has the score %v, which is not between 0 and 1", s.Score)
	}
	after := 0 // the last word of the range before, plus one that must stay free
	for _, r := range s.Ranges {
		switch {
		case r.First <= after || r.Last < r.First:
			return fmt.Errorf("the word ranges %s are not in order", s)
		case r.Last > words:
			return fmt.Errorf("word %d is not in a verse of %d words", r.Last, words)
		}
		after = r.Last + 1
	}
	return nil
}

func joinRanges(ranges []WordRange) []WordRange {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b WordRange) int { return a.First - b.First })
	joined := sorted[:0]
	for _, r := range sorted {
		if n := len(joined); n > 0 && r.First <= joined[n-1].Last+1 {
			joined[n-1].Last = max(joined[n-1].Last, r.Last)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}

// FigureIDs gives the figures of one verse of one reading the identifiers by
// which they are cited: reference and word ranges, "Isa.5.1!3-4", so that a
// change of type keeps it. A second figure on the same words gets "~2", and so
// on; unanchored ones are "Isa.5.1!u".
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
