package interchange

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"mashal"
)

// An Annotation is what one file says of the verses that its annotator read.
type Annotation struct {
	Name    string // of the file's annotator, or of the file
	Format  string // as Open recognised it
	Covers  string // which verses count as read, in words
	Figures map[mashal.Ref][]mashal.Figure
	Read    map[mashal.Ref]bool
	Lost    []Lost         // rows that could not be placed in the text, or only in part
	Skipped map[string]int // rows that are about something else than figures, by what they are
	Repeats []Repeat       // rows that repeat an earlier one; the figure counts once

	Simulated bool // an annotator whose answers are made up is among those read

	covers Coverage // the one that Automatic stands for; Automatic for the usual choice
	rows   map[mashal.Ref][]figureRow
}

// A figureRow says where a figure of Figures comes from.
type figureRow struct {
	line  int
	quote string // the quotation that was looked for and not found
}

// A Lost row has no place in the text, or no usable type.
type Lost struct {
	Line int    `json:"line"` // 0 if the file has no lines
	Why  string `json:"why"`
}

// A Repeat is a row with the figure of an earlier row.
type Repeat struct {
	Line int `json:"line"`
	Of   int `json:"of"` // the line of the earlier row
}

// newAnnotation returns an annotation that has read nothing.
func newAnnotation() *Annotation {
	return &Annotation{Figures: map[mashal.Ref][]mashal.Figure{}, Read: map[mashal.Ref]bool{}, Skipped: map[string]int{}, rows: map[mashal.Ref][]figureRow{}}
}

// Texts returns the text of chapters. corpus.Corpus implements it.
type Texts interface {
	Chapter(mashal.Chapter) (*mashal.ChapterText, error)
	Verse(mashal.Ref) (*mashal.Verse, error)
}

// All returns the verses that were read, in canonical order, with their figures.
func (a *Annotation) All() iter.Seq2[mashal.Ref, []mashal.Figure] {
	refs := slices.SortedFunc(maps.Keys(a.Read), mashal.Ref.Compare)
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		for _, ref := range refs {
			if !yield(ref, a.Figures[ref]) {
				return
			}
		}
	}
}

// add adds a figure. quote is the quotation that was looked for, if there was one.
func (a *Annotation) add(texts Texts, line int, ref mashal.Ref, f mashal.Figure, quote string) {
	verse, err := texts.Verse(ref)
	if err != nil {
		a.lose(line, "%s is not in the text", ref)
		return
	}
	if f.Span.Grounding == "" {
		f.Span.Grounding = mashal.Unanchored
	}
	if err := f.Validate(len(verse.Words)); err != nil {
		a.lose(line, "%s: %v", ref, err)
		return
	}
	if f.Span.Grounding != mashal.Unanchored {
		quote = ""
	}
	for i := range a.Figures[ref] {
		if earlier := a.rows[ref][i]; quote == earlier.quote && repeats(&a.Figures[ref][i], &f, quote) {
			a.Repeats = append(a.Repeats, Repeat{line, earlier.line})
			return
		}
	}
	if quote != "" {
		a.lose(line, "%s: the quotation is not in the verse; the figure counts without words", ref)
	}
	a.Read[ref] = true
	if !f.Counts() {
		a.Skipped["figures of the standing "+f.Standing.String()+", which do not count"]++
		return
	}
	a.Figures[ref] = append(a.Figures[ref], f)
	a.rows[ref] = append(a.rows[ref], figureRow{line, quote})
}

// repeats reports whether two figures of a verse are one: they have the same standing, types
// and words, and do not state different subtypes, targets or vehicles. Without words they
// are one if both have the same quotation.
func repeats(a, b *mashal.Figure, quote string) bool {
	differ := func(x, y string) bool { return x != "" && y != "" && x != y }
	switch {
	case a.Standing != b.Standing || !slices.Equal(a.Types, b.Types) || !slices.Equal(a.Span.Ranges, b.Span.Ranges):
		return false
	case len(a.Span.Ranges) == 0 && quote == "":
		return false
	}
	return !differ(a.Subtype, b.Subtype) && !differ(a.Target.Specific, b.Target.Specific) && !differ(a.Vehicle.Specific, b.Vehicle.Specific)
}

// forget removes the figures of a verse, and their repetitions.
func (a *Annotation) forget(ref mashal.Ref) {
	for _, row := range a.rows[ref] {
		a.Repeats = slices.DeleteFunc(a.Repeats, func(r Repeat) bool { return r.Of == row.line })
	}
	delete(a.Figures, ref)
	delete(a.rows, ref)
}

// lose lists a row that could not be placed, or only in part.
func (a *Annotation) lose(line int, format string, args ...any) {
	a.Lost = append(a.Lost, Lost{line, shorten(fmt.Sprintf(format, args...), maxWhy)})
}

// maxWhy is the length of the reason of a lost row, which can quote the row.
const maxWhy = 300

// readChapters makes every verse of the chapters that have a figure count as read, or of
// their whole books: a file that lists figures only does not say what else was read.
func (a *Annotation) readChapters(texts Texts, wholeBooks bool) {
	chapters := map[mashal.Chapter]bool{}
	for ref := range a.Read {
		if !wholeBooks {
			chapters[ref.Chapter] = true
			continue
		}
		for number := 1; number <= ref.Book.Chapters(); number++ {
			chapters[mashal.Chapter{Book: ref.Book, Number: number}] = true
		}
	}
	for chapter := range chapters {
		if text, err := texts.Chapter(chapter); err == nil {
			for i := range text.Verses {
				a.Read[mashal.Ref{Chapter: chapter, Verse: i + 1}] = true
			}
		}
	}
}
