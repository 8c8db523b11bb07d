package api

import (
	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/explore/web"
	"mashal/explore/words"
)

// A wordJSON is a word of the text.
type wordJSON struct {
	refJSON
	Word     int            `json:"word"` // its number in the verse, from 1
	Text     string         `json:"text"`
	Translit string         `json:"transliteration"`
	English  string         `json:"english"`         // "" if no word translates it
	Ketiv    string         `json:"ketiv,omitempty"` // the written form, if another one is read
	Language string         `json:"language"`
	Code     string         `json:"code"` // the morphology code that parts spell out
	Parts    []lexicon.Part `json:"parts"`
	Lemma    lexicon.Lemma  `json:"lemma"`
	Differs  bool           `json:"differs,omitempty"` // the lemma is a verb and the parsing is not: they come from two analyses
	InBook   int            `json:"in_book"`           // words of the lemma in the book
	Readings []wordReading  `json:"readings"`
	Links    []wordLink     `json:"links"`
	Page     string         `json:"page"`
}

// A wordReading is what an annotator says of a word.
type wordReading struct {
	Reading   int64                `json:"reading"`
	Annotator string               `json:"annotator"`
	Kind      mashal.AnnotatorKind `json:"kind"`
	Claim     mashal.Claim         `json:"claim"` // what it means that there are no figures
	State     mashal.State         `json:"state"` // of the verse
	Figures   []figureV1           `json:"figures"`
}

// A wordLink leads to the verse on another site.
type wordLink struct {
	Site string `json:"site"`
	Href string `json:"href"`
}

// answerWord answers with a word of the text.
func answerWord(req *web.Request) (any, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	p, err := words.ParsePlace(req, req.PathValue("place"))
	if err != nil {
		return nil, err
	}
	w, err := words.New(req, p)
	if err != nil {
		return nil, err
	}
	a := wordJSON{
		refJSON: newAPIRef(p.Ref), Word: p.Word, Text: w.Text, Translit: w.Translit, English: w.English, Ketiv: w.Ketiv,
		Language: w.Language, Code: w.Code, Parts: w.Parts, Lemma: w.Lemma, Differs: w.Differs() != "", InBook: w.InBook, Page: req.View.URL("/word/" + p.String()),
		Readings: []wordReading{},
	}
	for _, l := range w.Links {
		a.Links = append(a.Links, wordLink(l))
	}
	for i := range w.Readings {
		r := &w.Readings[i]
		of := wordReading{r.ID, r.Annotator, r.Kind, r.Kind.Claim(), r.State, []figureV1{}}
		for j := range r.Figures {
			of.Figures = append(of.Figures, newAPIFigure(req, &r.Figures[j], web.MaxShown))
		}
		a.Readings = append(a.Readings, of)
	}
	return a, nil
}

// A lemmaJSON is a lemma with its uses.
type lemmaJSON struct {
	Strong  string         `json:"strong"`
	Hebrew  string         `json:"hebrew"`
	Pointed string         `json:"pointed"`
	Gloss   string         `json:"gloss"`
	Count   int            `json:"count"`
	Books   map[string]int `json:"books"` // words by OSIS code
	Uses    []lemmaUse     `json:"uses"`
	Page    string         `json:"page"`
}

// A lemmaUse is how an annotator reads the words of a lemma.
type lemmaUse struct {
	Annotator string               `json:"annotator"`
	Kind      mashal.AnnotatorKind `json:"kind"`
	Claim     mashal.Claim         `json:"claim"`
	index.UseCount
	NotRun int `json:"not_run"` // words in verses that the annotator has not read or searched
	Verses int `json:"verses"`  // that the annotator has read or searched
}

// answerLemma answers with the lemmas that a Strong's number or a Hebrew word can mean.
func answerLemma(req *web.Request) (any, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	found, err := words.Lemmas(req, req.PathValue("lemma"))
	if err != nil {
		return nil, err
	}
	lemmas := []lemmaJSON{}
	for _, of := range found {
		l, err := words.NewLemma(req, of)
		if err != nil {
			return nil, err
		}
		a := lemmaJSON{of.Strong, of.Hebrew, of.Pointed, of.Gloss, of.Count, map[string]int{}, []lemmaUse{}, req.View.URL(words.LemmaPath(of.Strong))}
		for _, b := range l.Books {
			a.Books[b.Book.OSIS()] = b.Count
		}
		for i := range l.Uses {
			u := &l.Uses[i]
			a.Uses = append(a.Uses, lemmaUse{u.Name, u.Kind, u.Kind.Claim(), u.UseCount, u.NotRun, u.Done})
		}
		lemmas = append(lemmas, a)
	}
	return struct {
		Lemmas []lemmaJSON `json:"lemmas"`
	}{lemmas}, nil
}
