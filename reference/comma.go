package reference

import "mashal"

// A commaReading is how a number after a chapter and a comma is read.
type commaReading struct {
	isVerse bool           // and not a chapter
	at      int            // the token of the number
	stops   []int          // tokens of full stops that separate verses, as in "Hos 11,1.3"
	note    mashal.Message // how it was read, if both is possible
}

// commaVerse decides whether the number after the chapter ch and a comma is a verse, as
// in Hebrew, German and French usage, or a chapter, as in lists of chapters. The current
// token is the chapter. The number is a verse if the chapters have Hebrew letters, if it
// cannot be a chapter, if chapters would run backwards, as in "Isa 40,1", or if a full
// stop follows, as in "Hos 11,1.3". commaVerse returns false if no number follows that
// can be a verse.
func (p *parser) commaVerse(ch mashal.Chapter) (commaReading, bool) {
	_, hebrew := parseNumeral(p.tokens[p.at].folded())
	at := p.at + 1
	if t := p.tokens[at]; t.kind == commaToken && (t.text == "," || t.text == "\uFF0C") {
		at++
	} else if !hebrew {
		return commaReading{}, false
	}
	first, ok := p.number(at)
	if !ok || first < 1 || first > ch.Verses() {
		return commaReading{}, false
	}
	c := commaReading{at: at}
	last, end := first, at+1
	if p.tokens[end].kind == dashToken {
		n, ok := p.number(end + 1)
		if !ok || n < first || n > ch.Verses() {
			return commaReading{}, false
		}
		last, end = n, end+2
	}
	for p.tokens[end].kind == colonToken && p.tokens[end].text == "." {
		c.stops = append(c.stops, end)
		if end++; p.tokens[end].kind == numberToken {
			end++
		}
	}
	if p.tokens[end].kind == colonToken {
		return commaReading{}, false // the number is the chapter of a verse
	}
	isChapter := ch.Book.Chapters() >= last
	list := p.isNumberAfter(end)
	switch {
	case hebrew && p.tokens[at-1].kind != commaToken && list:
		return commaReading{}, false // a list of chapters, separated by spaces
	case !hebrew && len(c.stops) == 0 && isChapter && first >= ch.Number && list:
		return commaReading{}, false // a list of chapters, separated by commas
	}
	c.isVerse = hebrew || len(c.stops) > 0 || !isChapter || first <= ch.Number
	if !isChapter || len(c.stops) > 0 || list {
		return c, true
	}
	typed := quote(p.typed(p.at, end))
	verse := mashal.Passage{Chapter: ch, First: first, Last: last}
	chapters := []mashal.Passage{mashal.Whole(ch)}
	for n := first; n <= last; n++ {
		chapters = append(chapters, mashal.Whole(mashal.Chapter{Book: ch.Book, Number: n}))
	}
	if c.isVerse {
		c.note = mashal.Messagef("%s is read as %s; for chapters write %s", typed, verse, mashal.Select(chapters...))
	} else {
		c.note = mashal.Messagef("%s is read as %s; for verses write %s", typed, mashal.Select(chapters...), verse)
	}
	return c, true
}

// isNumberAfter reports whether a number follows a token, after a comma or a space.
func (p *parser) isNumberAfter(at int) bool {
	if p.tokens[at].kind == commaToken {
		at++
	}
	if at >= len(p.tokens) {
		return false
	}
	if _, n := p.books(at); n > 0 {
		return false
	}
	_, ok := p.number(at)
	return ok
}
