package words

import (
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/explore/web"
	"mashal/hebrew"
	"mashal/markup"
)

// A Word is a word of the text with everything that is known of it.
type Word struct {
	Place
	*lexicon.Analysis
	Text     string // in the script of the view
	Translit string
	English  string        // the words that translate it; "" if there are none
	Ketiv    string        // the written form, if another one is read; "—" if none is written
	Lemma    lexicon.Lemma // with its number of words in the whole text
	InBook   int           // words of the lemma in the book
	Readings []Reading     // of the chapter, the latest of each annotator
	Links    []Link        // to the verse on other sites
	Previous int           // number of the previous word in the verse; 0 if there is none
	Next     int
}

// A Reading is what an annotator says of a word.
type Reading struct {
	index.ReadingInfo
	State   mashal.State // of the verse
	Figures []index.Figure
}

// Outside returns the use of the word if it is in none of the figures.
func (r *Reading) Outside() mashal.Use { return r.Kind.UseOutside() }

// Open returns the word whose card is open beside a page.
func Open(req *web.Request, typed string) (*Word, error) {
	p, err := ParsePlace(req, typed)
	if err != nil {
		return nil, err
	}
	return New(req, p)
}

// New returns a word of the text.
func New(req *web.Request, p Place) (*Word, error) {
	words, err := lexicon.Embedded()
	if err != nil {
		return nil, err
	}
	v, err := req.Text.Verse(p.Ref)
	if err != nil {
		return nil, err
	}
	a, err := analyse(req, v, p.Word)
	if err != nil {
		return nil, err
	}
	first, _ := words.Verse(p.Ref.Ordinal())
	id := words.LemmaOf(first + p.Word - 1)
	span := mashal.Span{Ranges: []mashal.WordRange{{First: p.Word, Last: p.Word}}}
	w := &Word{
		Place: p, Analysis: a, Lemma: *words.Lemma(id), InBook: words.CountIn(id, p.Ref.Book), Ketiv: written(req, ketiv(v, p.Word)), Links: links(p.Ref),
		Text: markup.HebrewPieces(v, req.View.Style())[2*(p.Word-1)], Translit: markup.TranslitPieces(v, req.View.Style())[2*(p.Word-1)],
		English: req.View.Said(v.EnglishOf(span)), Previous: p.Word - 1,
	}
	if p.Word < len(v.Words) {
		w.Next = p.Word + 1
	}
	w.Readings, err = readings(req, p)
	return w, err
}

// analyse returns the analysis of a word of a verse, with the divine names and in the script
// of the view.
func analyse(req *web.Request, v *mashal.Verse, n int) (*lexicon.Analysis, error) {
	w := &v.Words[n-1]
	a, err := lexicon.Analyse(w)
	if err != nil {
		return a, err
	}
	if req.View.Traditional {
		for i := range a.Parts {
			if p := &a.Parts[i]; p.Role == lexicon.Stem {
				p.Text, _ = hebrew.Traditional(p.Text, a.Strong, w.Morph, "", "")
			}
		}
		a.Citation, _ = hebrew.Traditional(a.Citation, a.Strong, w.Morph, "", "")
		a.Gloss = req.View.Said(a.Gloss)
	}
	for i := range a.Parts {
		a.Parts[i].Text = written(req, a.Parts[i].Text)
	}
	a.Citation = written(req, a.Citation)
	return a, nil
}

// written returns Hebrew in the script of the view.
func written(req *web.Request, text string) string {
	switch req.View.Script {
	case "points":
		return hebrew.NoAccents(text)
	case "letters":
		return hebrew.NoPoints(text)
	}
	return text
}

// ketiv returns the written form of a word, or "" if the word is read as it is written.
func ketiv(v *mashal.Verse, n int) string {
	for _, k := range v.Ketiv {
		if k.Qere.First <= n && n <= k.Qere.Last {
			if k.Text == "" {
				return "—"
			}
			return k.Text
		}
	}
	return ""
}

// readings returns what each annotator of the chapter says of a word, simulated ones only
// if there are no others.
func readings(req *web.Request, p Place) ([]Reading, error) {
	if req.Snapshot == nil {
		return nil, nil
	}
	var ids []int64
	for _, r := range req.Snapshot.ReadingsOf(p.Ref.Chapter) {
		if r.Latest && r.Kind != mashal.BySimulation {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	cv, err := req.Snapshot.ChapterBrief(req.Context(), p.Ref.Chapter, req.View.Traditional, ids...)
	if err != nil {
		return nil, err
	}
	entry := &cv.Verses[p.Ref.Verse-1]
	list := make([]Reading, len(cv.Shown))
	for i, info := range cv.Shown {
		list[i] = Reading{ReadingInfo: info, State: mashal.NotRun, Figures: []index.Figure{}}
		for _, s := range entry.States {
			if s.Reading == info.ID {
				list[i].State = s.State
			}
		}
		for _, f := range entry.Figures {
			if f.Reading != info.ID || len(f.Types) == 0 {
				continue
			}
			if words, err := mashal.ParseRanges(f.Words); err == nil && (mashal.Span{Ranges: words}).Contains(p.Word) {
				list[i].Figures = append(list[i].Figures, f)
			}
		}
	}
	return list, nil
}

// parsing returns the terms of a parsing in the language of the page.
func parsing(s *web.Scope, m hebrew.Morpheme) string {
	terms := m.Terms()
	for i := range terms {
		terms[i] = s.T(terms[i])
	}
	return strings.Join(terms, ", ")
}
