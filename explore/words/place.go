package words

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/explore/web"
	"mashal/reference"
)

// A Place is the place of a word: its verse and its number, from 1.
type Place struct {
	Ref  mashal.Ref
	Word int
}

// String returns the name of the place in addresses: "Isa.40.3.2".
func (p Place) String() string { return p.Ref.OSIS() + "." + strconv.Itoa(p.Word) }

// place handles the page of a word, or of all words of a verse.
func place(req *web.Request) (*web.Page, error) {
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	typed := req.PathValue("place")
	if strings.Count(typed, ".") < 3 {
		return verse(req, typed)
	}
	p, err := ParsePlace(req, typed)
	if err != nil {
		return nil, err
	}
	if typed != p.String() {
		return &web.Page{Redirect: web.JoinQuery("/word/"+p.String(), req.View.Query.Encode())}, nil
	}
	w, err := New(req, p)
	if err != nil {
		return nil, err
	}
	return &web.Page{Template: "word", Title: web.Msg("%s, word %s", p.Ref, strconv.Itoa(p.Word)), Data: w}, nil
}

// ParsePlace parses the place of a word, such as "Isa.40.3.2". The book can have any name.
// An unknown place is a "not found" fault that offers a similar one.
func ParsePlace(req *web.Request, typed string) (Place, error) {
	at := strings.LastIndexByte(typed, '.')
	n := -1
	if at >= 0 {
		var err error
		if n, err = strconv.Atoi(typed[at+1:]); err != nil {
			n = -1
		}
	}
	if n < 0 {
		f := web.NotFound("%s is not a word of the text.", web.Quoted(typed))
		f.Hint = web.Msg("Words are named by verse and number, such as Isa.40.3.2.")
		return Place{}, f
	}
	ref, err := parseVerse(req, typed[:at], "."+typed[at+1:])
	if err != nil {
		return Place{}, err
	}
	v, err := req.Text.Verse(ref)
	if err != nil {
		return Place{}, err
	}
	if n < 1 || n > len(v.Words) {
		f := web.NotFound("%s has %d words.", ref, len(v.Words))
		f.Near = req.View.URL("/word/" + Place{ref, min(max(n, 1), len(v.Words))}.String())
		return Place{}, f
	}
	return Place{ref, n}, nil
}

// parseVerse parses a verse such as "Isa.40.3". An unknown one is a "not found" fault that
// offers similar ones, with a suffix.
func parseVerse(req *web.Request, typed, suffix string) (mashal.Ref, error) {
	parse := func(s string) (mashal.Ref, error) {
		sel, err := reference.ParseSelection([]string{s})
		if err != nil || sel.Verses() != 1 {
			return mashal.Ref{}, err
		}
		return mashal.Ref{Chapter: sel[0].Chapter, Verse: sel[0].First}, nil
	}
	ref, err := parse(strings.Replace(strings.Replace(typed, ".", " ", 1), ".", ":", 1))
	if err == nil && ref.Verse > 0 {
		return ref, nil
	}
	f := web.NotFound("%s is not a verse.", web.Quoted(typed))
	f.Hint = web.Msg("Words are named by verse and number, such as Isa.40.3.2.")
	if e, ok := web.UsageError(err); ok {
		for _, near := range e.Nearest {
			if ref, err := parse(near); err == nil && ref.Verse > 0 {
				f.Offers = append(f.Offers, web.Offer{Says: ref.OSIS() + suffix, Href: req.View.URL("/word/" + ref.OSIS() + suffix)})
			}
		}
	}
	return mashal.Ref{}, f
}

// wordURL returns the address of a word.
func wordURL(s *web.Scope, ref mashal.Ref, word int) string {
	return s.URL("/word/" + Place{ref, word}.String())
}
