package explore

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
)

// A citePage has the citations of one thing.
type citePage struct {
	What     string // as it is cited
	Back     string // its address
	Citation citation
}

// citeOne is the page with the citations of a verse or a figure.
func citeOne(v *visit) (*page, error) {
	format := v.params.choice("format", "page", "sbl", "bibtex")
	reading := int64(v.params.number("reading", 0, 1, maxID))
	what := v.segment("what")
	p := &citePage{What: what}
	if strings.Contains(what, "!") {
		c, err := newCard(v, what, reading)
		if err != nil {
			return nil, err
		}
		p.Citation, p.Back = c.Cite, c.ReadHref
	} else {
		if reading != 0 {
			v.params.refuse("reading", strconv.FormatInt(reading, 10), "", msg("A verse is cited as its current reading has it."))
			return nil, v.params.check()
		}
		ref, err := parseVerse(v, what)
		if err != nil {
			return nil, err
		}
		if p.Citation, err = citeVerse(v, ref); err != nil {
			return nil, err
		}
		p.Back = v.view.URL(readPath(ref.Chapter)) + "#" + ref.OSIS()
	}
	name := strings.Trim(notInKey.ReplaceAllString(what, "-"), "-")
	switch format {
	case "sbl":
		return &page{attachment: &attachment{name: name + ".txt", kind: "text/plain; charset=utf-8", body: []byte(p.Citation.SBL + "\n")}}, nil
	case "bibtex":
		return &page{attachment: &attachment{name: name + ".bib", kind: "application/x-bibtex; charset=utf-8", body: []byte(p.Citation.BibTeX)}}, nil
	}
	return &page{template: "cite", title: msg("Cite %s", what), data: p}, nil
}

// parseVerse is the verse with an OSIS reference.
func parseVerse(req *visit, osis string) (mashal.Ref, error) {
	s, err := reference.ParseSelection([]string{strings.Replace(strings.Replace(osis, ".", " ", 1), ".", ":", 1)})
	if err == nil && s.Verses() == 1 {
		return mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}, nil
	}
	f := notFound("%s is no verse or figure.", quoted(osis))
	f.hint = msg("Verses are cited as Ps.23.1, figures as Ps.23.1!3-4.")
	if e, ok := usage(err); ok {
		for _, near := range e.Nearest {
			if s, err := reference.ParseSelection([]string{near}); err == nil && s.Verses() == 1 {
				ref := mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.OSIS()
				f.offers = append(f.offers, nearLink{ref, req.view.URL("/cite/" + ref)})
			}
		}
	}
	return mashal.Ref{}, f
}
