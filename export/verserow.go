package export

import (
	"slices"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus"
)

// A VerseRow is the row of a verse in one reading. Verses describes its columns, which have
// the JSON names of the fields. Unknown texts are "", other unknown values nil.
type VerseRow struct {
	OSIS             string `json:"osis" parquet:"osis"`
	Reference        string `json:"reference" parquet:"reference"`
	EnglishReference string `json:"english_reference" parquet:"english_reference"`
	Book             string `json:"book" parquet:"book,dict"`
	Chapter          int32  `json:"chapter" parquet:"chapter"`
	Verse            int32  `json:"verse" parquet:"verse"`
	BookNumber       int32  `json:"book_number" parquet:"book_number"`
	Section          string `json:"section" parquet:"section,dict"`
	Genre            string `json:"genre" parquet:"genre,dict"`
	Period           string `json:"period" parquet:"period,dict"`

	VerseHebrew          string `json:"verse_hebrew" parquet:"verse_hebrew"`
	VerseHebrewUnpointed string `json:"verse_hebrew_unpointed" parquet:"verse_hebrew_unpointed"`
	VerseEnglish         string `json:"verse_english" parquet:"verse_english"`

	State   string `json:"state" parquet:"state,dict"`
	Read    int32  `json:"read" parquet:"read"`
	Words   int32  `json:"words" parquet:"words"`
	Figures *int32 `json:"figures" parquet:"figures"`

	Metaphor        *int32 `json:"metaphor" parquet:"metaphor"`
	Simile          *int32 `json:"simile" parquet:"simile"`
	Personification *int32 `json:"personification" parquet:"personification"`
	Idiom           *int32 `json:"idiom" parquet:"idiom"`
	Hyperbole       *int32 `json:"hyperbole" parquet:"hyperbole"`
	Metonymy        *int32 `json:"metonymy" parquet:"metonymy"`
	Other           *int32 `json:"other" parquet:"other"`

	Failure       string `json:"failure" parquet:"failure,dict"`
	FailureReason string `json:"failure_reason" parquet:"failure_reason,dict"`

	Annotator        string `json:"annotator" parquet:"annotator,dict"`
	AnnotatorKind    string `json:"annotator_kind" parquet:"annotator_kind,dict"`
	AnnotatorClaim   string `json:"annotator_claim" parquet:"annotator_claim,dict"`
	AnnotatorVersion string `json:"annotator_version" parquet:"annotator_version,dict"`
	Run              string `json:"run" parquet:"run,dict"`
	Reading          *int64 `json:"reading" parquet:"reading"`
	Current          *bool  `json:"current" parquet:"current"`
	FinishedAt       string `json:"finished_at" parquet:"finished_at,dict"`
	Concordance      string `json:"concordance" parquet:"concordance,dict"`
}

// ofType returns the field of a type of figures.
func (r *VerseRow) ofType(t mashal.Type) **int32 {
	switch t {
	case mashal.Metaphor:
		return &r.Metaphor
	case mashal.Simile:
		return &r.Simile
	case mashal.Personification:
		return &r.Personification
	case mashal.Idiom:
		return &r.Idiom
	case mashal.Hyperbole:
		return &r.Hyperbole
	case mashal.Metonymy:
		return &r.Metonymy
	}
	return &r.Other
}

// setTypes sets which types of figures the verse has. A type that was not found is 0 only if
// a reader read the verse, because the silence of a matcher is no statement, and if the
// conditions of the export leave out no figures of the type.
func (r *VerseRow) setTypes(types, leftOut []mashal.Type) {
	if r.Read == 1 {
		for _, t := range mashal.Types {
			if !slices.Contains(leftOut, t) {
				*r.ofType(t) = new(int32)
			}
		}
	}
	for _, t := range types {
		one := int32(1)
		*r.ofType(t) = &one
	}
}

// A verseFiller makes rows of verses, which come in the order of their chapters.
type verseFiller struct {
	snapshot    *index.Snapshot
	text        *corpus.Corpus
	traditional bool
	leftOut     []mashal.Type       // by the conditions on figures
	chapter     *mashal.ChapterText // of the last verse
}

func (f *verseFiller) row(l *index.VerseLine) (*VerseRow, error) {
	if f.chapter == nil || f.chapter.Chapter != l.Ref.Chapter {
		chapter, err := f.text.Chapter(l.Ref.Chapter)
		if err != nil {
			return nil, err
		}
		f.chapter = chapter
	}
	v := &f.chapter.Verses[l.Ref.Verse-1]
	inHebrew, inEnglish := v.Hebrew(), v.English
	if f.traditional {
		inHebrew, inEnglish = concordance.Traditional(v)
	}
	r := &VerseRow{
		OSIS: l.Ref.OSIS(), Reference: l.Ref.String(), EnglishReference: inEnglishNumbers(l.Ref),
		Book: l.Ref.Book.Name(), Chapter: int32(l.Ref.Number), Verse: int32(l.Ref.Verse),
		BookNumber: int32(l.Ref.Book), Section: l.Ref.Book.Section().String(), Genre: string(mashal.GenreOf(l.Ref.Chapter)), Period: string(index.PeriodOf(l.Ref)),
		VerseHebrew: inHebrew, VerseHebrewUnpointed: unpointed(inHebrew), VerseEnglish: inEnglish,
		State: string(l.Outcome), Words: int32(l.Words), Failure: l.Failure.Kind, FailureReason: l.Failure.Reason,
		FinishedAt: inUTC(l.At), Concordance: f.snapshot.Version(),
	}
	if reading := l.Reading; reading != nil {
		r.Annotator, r.AnnotatorKind, r.AnnotatorClaim, r.AnnotatorVersion = reading.Annotator, string(reading.Kind), string(reading.Kind.Claim()), reading.Version
		r.Run, r.Reading, r.Current = reading.Run, &reading.ID, &reading.Current
	}
	if l.Outcome != mashal.WasNotRun && l.Outcome != mashal.HasFailed {
		if l.Reading.Kind.Claim() == mashal.ByReader {
			r.Read = 1
		}
		figures := int32(l.Figures)
		r.Figures = &figures
		r.setTypes(l.Types, f.leftOut)
	}
	return r, nil
}
