package explore

import (
	"strconv"
	"strings"

	"mashal"
	"mashal/explore/cite"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/reference"
)

// A citePage holds the citations of one verse or figure.
type citePage struct {
	What     string // OSIS reference of the verse, or citation of the figure
	Back     string // address of the verse or figure
	Citation cite.Citation
}

// citeOne handles the page with the citations of a verse or a figure, which are
// also files for SBL, BibTeX, RIS and CSL-JSON.
func citeOne(req *web.Request) (*web.Page, error) {
	format := req.Params.Choice("format", "page", "sbl", "bibtex", "ris", "csl")
	reading := int64(req.Params.Number("reading", 0, 1, filters.MaxID))
	what := req.PathValue("what")
	p := &citePage{What: what}
	if strings.Contains(what, "!") {
		c, err := newCard(req, what, reading)
		if err != nil {
			return nil, err
		}
		if !cite.Citable(c.Reading) {
			return nil, web.NotCitable()
		}
		p.Citation, p.Back = c.Cite, c.ReadHref
	} else {
		if reading != 0 {
			req.Params.Refuse("reading", strconv.FormatInt(reading, 10), "", web.Msg("A verse is cited from its current reading; reading cannot be given."))
			return nil, req.Params.Check()
		}
		ref, err := parseVerse(req, what)
		if err != nil {
			return nil, err
		}
		if p.Citation, err = cite.Verse(req, ref); err != nil {
			return nil, err
		}
		p.Back = req.View.URL(web.ReadPath(ref.Chapter)) + "#" + ref.OSIS()
	}
	name := strings.Trim(cite.NotInKey.ReplaceAllString(what, "-"), "-")
	switch format {
	case "sbl":
		return &web.Page{Attachment: &web.Attachment{Name: name + ".txt", ContentType: "text/plain; charset=utf-8", Body: []byte(p.Citation.SBL + "\n")}}, nil
	case "bibtex":
		return &web.Page{Attachment: &web.Attachment{Name: name + ".bib", ContentType: "application/x-bibtex; charset=utf-8", Body: []byte(p.Citation.BibTeX)}}, nil
	case "ris":
		return &web.Page{Attachment: &web.Attachment{Name: name + ".ris", ContentType: "application/x-research-info-systems; charset=utf-8", Body: []byte(p.Citation.RIS)}}, nil
	case "csl":
		return &web.Page{Attachment: &web.Attachment{Name: name + ".json", ContentType: "application/vnd.citationstyles.csl+json", Body: p.Citation.CSL}}, nil
	}
	return &web.Page{Template: "cite", Title: web.Msg("Cite %s", what), Data: p}, nil
}

// parseVerse parses the OSIS reference of a verse. An unknown one is a "not found"
// fault that offers similar references.
func parseVerse(req *web.Request, osis string) (mashal.Ref, error) {
	s, err := reference.ParseSelection([]string{strings.Replace(strings.Replace(osis, ".", " ", 1), ".", ":", 1)})
	if err == nil && s.Verses() == 1 {
		return mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}, nil
	}
	f := web.NotFound("%s is not a verse or a figure.", web.Quoted(osis))
	f.Hint = web.Msg("Verses are cited as Ps.23.1, figures as Ps.23.1!3-4.")
	if e, ok := web.UsageError(err); ok {
		for _, near := range e.Nearest {
			if s, err := reference.ParseSelection([]string{near}); err == nil && s.Verses() == 1 {
				ref := mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}.OSIS()
				f.Offers = append(f.Offers, web.Offer{Says: ref, Href: req.View.URL("/cite/" + ref)})
			}
		}
	}
	return mashal.Ref{}, f
}
