package words

import (
	"mashal"
	"mashal/corpus/lexicon"
	"mashal/explore/web"
	"mashal/markup"
)

// A versePage lists the words of a verse.
type versePage struct {
	Ref   mashal.Ref
	Words []Brief
}

// A Brief is a word in a list.
type Brief struct {
	Place
	*lexicon.Analysis
	Text  string // in the script of the view
	Ketiv string
}

// verse handles the page that lists the words of a verse.
func verse(req *web.Request, typed string) (*web.Page, error) {
	ref, err := parseVerse(req, typed, "")
	if err != nil {
		return nil, err
	}
	if typed != ref.OSIS() {
		return &web.Page{Redirect: web.JoinQuery("/word/"+ref.OSIS(), req.View.Query.Encode())}, nil
	}
	v, err := req.Text.Verse(ref)
	if err != nil {
		return nil, err
	}
	list, err := List(req, v, []mashal.WordRange{{First: 1, Last: len(v.Words)}})
	if err != nil {
		return nil, err
	}
	return &web.Page{Template: "words", Title: web.Msg("Words of %s", ref), Data: &versePage{ref, list}}, nil
}

// List returns some words of a verse.
func List(req *web.Request, v *mashal.Verse, ranges []mashal.WordRange) ([]Brief, error) {
	pieces := markup.HebrewPieces(v, req.View.Style())
	var list []Brief
	for _, r := range ranges {
		for n := r.First; n <= r.Last && n <= len(v.Words); n++ {
			a, err := analyse(req, v, n)
			if err != nil {
				return nil, err
			}
			list = append(list, Brief{Place: Place{v.Ref, n}, Analysis: a, Text: pieces[2*(n-1)], Ketiv: written(req, ketiv(v, n))})
		}
	}
	return list, nil
}
