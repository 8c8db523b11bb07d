package index

import (
	"strings"

	"mashal"
)

// Hits is a page of figures or verses.
type Hits struct {
	Total int   `json:"total"` // without Limit and Offset
	Hits  []Hit `json:"hits"`
}

// A Hit is a figure in its verse, or a verse without a figure.
type Hit struct {
	Ref     mashal.Ref `json:"-"`
	Book    string     `json:"book"`
	Chapter int        `json:"chapter"`
	Verse   int        `json:"verse"`

	Annotator string               `json:"annotator,omitempty"` // of the reading; "" if the chapter has none
	Kind      mashal.AnnotatorKind `json:"kind,omitempty"`      // of the annotator
	Run       string               `json:"run,omitempty"`
	State     mashal.State         `json:"state"`                    // of the verse in that reading
	Outcome   mashal.Outcome       `json:"outcome"`                  // of the verse in that reading
	Failure   string               `json:"failure,omitempty"`        // one word for programs, if it failed
	Reason    string               `json:"failure_reason,omitempty"` // a sentence for people

	Figure  *Figure `json:"figure,omitempty"` // nil for a verse without a figure
	Hebrew  Line    `json:"hebrew"`
	English Line    `json:"english"`
}

// setRef sets the reference and its parts.
func (h *Hit) setRef(ref mashal.Ref) {
	h.Ref, h.Book, h.Chapter, h.Verse = ref, ref.Book.Name(), ref.Number, ref.Verse
}

// A Figure is a figure in the concordance.
type Figure struct {
	ID           int64                 `json:"id"`
	Citation     string                `json:"citation"`
	Types        []mashal.Type         `json:"types"`    // after all verdicts; none if all were judged invalid
	Detected     []mashal.Type         `json:"detected"` // by the annotator
	Subtype      string                `json:"subtype,omitempty"`
	Standing     mashal.Standing       `json:"standing"`
	Words        string                `json:"words"` // "3-5,8"
	Grounding    mashal.Grounding      `json:"grounding"`
	Hebrew       string                `json:"hebrew"`
	English      string                `json:"english"`
	Target       mashal.Tag            `json:"target,omitzero"`
	Vehicle      mashal.Tag            `json:"vehicle,omitzero"`
	Ground       mashal.Tag            `json:"ground,omitzero"`
	Posture      mashal.Tag            `json:"posture,omitzero"`
	Explanation  string                `json:"explanation,omitempty"`
	Confidence   float64               `json:"confidence"`
	ConfidenceOf mashal.ConfidenceKind `json:"confidence_of,omitempty"` // what the confidence is
	Speaker      string                `json:"speaker,omitempty"`
	Purpose      string                `json:"purpose,omitempty"`
	Source       string                `json:"source,omitempty"`

	Score        float64          `json:"score,omitzero"` // of an aligned span
	Reading      int64            `json:"reading,omitzero"`
	At           string           `json:"at,omitempty"`            // when its verse was finished: UTC, "2006-01-02 15:04:05"
	EnglishPlace string           `json:"english_place,omitempty"` // character ranges in the verse's English, from 1
	Verdicts     []mashal.Verdict `json:"verdicts,omitempty"`      // a later one overrides an earlier one on the same type
}

// A Line is the text of a verse in one language, divided at its figure. If the
// place of the figure is unknown, Before is the whole text.
type Line struct {
	Before string  `json:"before"`
	Figure []Piece `json:"figure"`
	After  string  `json:"after"`
}

// A Piece is a part of a figure, or the text between two parts.
type Piece struct {
	Text string `json:"text"`
	In   bool   `json:"in"` // whether it is part of the figure
}

// String returns the whole text.
func (l Line) String() string {
	var b strings.Builder
	b.WriteString(l.Before)
	for _, p := range l.Figure {
		b.WriteString(p.Text)
	}
	b.WriteString(l.After)
	return b.String()
}

// newLine divides a text at character ranges, counted from 1. It does not
// divide the text if they are outside it.
func newLine(text, places string) Line {
	ranges, err := mashal.ParseRanges(places)
	chars := []rune(text)
	at := 0
	line := Line{Figure: []Piece{}}
	for _, r := range ranges {
		if err != nil || r.First <= at || r.Last > len(chars) {
			return Line{Before: text, Figure: []Piece{}}
		}
		between := string(chars[at : r.First-1])
		if at == 0 {
			line.Before = between
		} else {
			line.Figure = append(line.Figure, Piece{Text: between})
		}
		line.Figure = append(line.Figure, Piece{Text: string(chars[r.First-1 : r.Last]), In: true})
		at = r.Last
	}
	if at == 0 {
		line.Before = text
	} else {
		line.After = string(chars[at:])
	}
	return line
}
