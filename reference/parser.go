package reference

import (
	"fmt"
	"strconv"
	"strings"

	"mashal"
)

// A parser parses one selection.
type parser struct {
	tokens []token
	at     int // the index of the current token
	ranges []refRange
	notes  []mashal.Message // how parts were read that can be read in two ways

	// For a number without a book:
	previous  endpoint  // the book and chapter that the number continues
	separator tokenKind // the token between the two: comma, semicolon, or endToken for a space
}

// parse parses text into p.ranges. If it fails, p.ranges holds the ranges before
// the fault.
func (p *parser) parse(text string) *mashal.Error {
	if err := checkInput(text); err.Format != "" {
		return usage(howToSelect, err.Format, err.Args...)
	}
	tokens, fail := tokenize(text)
	if fail != nil {
		return fail
	}
	p.tokens = append(tokens, token{})
	for {
		switch t := p.tokens[p.at]; t.kind {
		case endToken:
			if len(p.ranges) == 0 {
				return usage(howToSelect, "it is empty")
			}
			return nil
		case commaToken:
			p.at++
			if p.separator != semicolonToken {
				p.separator = commaToken
			}
		case semicolonToken:
			p.at++
			p.separator = semicolonToken
		case dashToken:
			return usage(howToSelect, "no start before the dash in %s", quote(p.context(p.at)))
		case colonToken:
			return usage(howToSelect, "no chapter before the colon in %s", quote(p.context(p.at)))
		case citedToken:
			return usage(howToSelect, "%s does not follow a verse in %s", t.text, quote(p.context(p.at)))
		default:
			if err := p.item(); err != nil {
				return err
			}
			p.separator = endToken
		}
	}
}

// item parses an endpoint or a range of two and appends it to p.ranges.
func (p *parser) item() *mashal.Error {
	begin := p.at
	from, err := p.endpoint()
	if err != nil {
		return err
	}
	to := from
	if p.tokens[p.at].kind == dashToken {
		p.at++
		if to, err = p.rangeEnd(from); err != nil {
			return err
		}
		if p.tokens[p.at].kind == dashToken {
			return usage("A range has two ends, as in Ezekiel 1-10.", "second dash after %s", quote(p.typed(begin, p.at)))
		}
	}
	p.previous = to
	if from.first().Compare(to.last()) > 0 {
		return withNearest(usageWith(mashal.Messagef("Did you mean %s to %s?", to.value(), from.value()), "%s runs backwards, from %s to %s", quote(p.typed(begin, p.at)), from.value(), to.value()), p.replaced(begin, p.at, fmt.Sprintf("%s-%s", to.value(), from.value())))
	}
	p.ranges = append(p.ranges, refRange{from.first(), to.last()})
	return nil
}

// endpoint parses a book, a book with a chapter or verse, or a number that
// continues the previous endpoint.
func (p *parser) endpoint() (endpoint, *mashal.Error) {
	if books, n := p.bookPair(p.at); n > 0 {
		p.at += n
		return endpoint{books: books}, nil
	}
	if books, n := p.books(p.at); n > 0 {
		p.at += n
		return p.afterBooks(books)
	}
	number, isNumber := p.number(p.at)
	if !isNumber {
		return endpoint{}, p.unknownBook()
	}
	c := p.previous
	switch {
	case c.chapter == 0:
		return endpoint{}, p.missingBook(number)
	case p.separator == semicolonToken:
		return p.chapterOrVerse(c.books.Last)
	case c.verse > 0 && p.tokens[p.at+1].kind == colonToken, c.verse == 0:
		return p.chapterOf(c.books.Last)
	case p.separator == endToken:
		ch := mashal.Chapter{Book: c.books.Last, Number: c.chapter}
		return endpoint{}, usageWith(mashal.Messagef("Write %s:%d,%d for the verse or %s:%d; %d for the chapter.", ch, c.verse, number, ch, c.verse, number),
			"%d after %s can be a chapter or a verse", number, c.value())
	}
	return p.verseOf(mashal.Chapter{Book: c.books.Last, Number: c.chapter})
}

// rangeEnd parses the end of a range, after the dash. A number is of the same
// kind as from, a chapter or a verse.
func (p *parser) rangeEnd(from endpoint) (endpoint, *mashal.Error) {
	if books, n := p.books(p.at); n > 0 {
		p.at += n
		return p.afterBooks(books)
	}
	number, isNumber := p.number(p.at)
	switch {
	case !isNumber && p.tokens[p.at].kind == wordToken:
		return endpoint{}, p.unknownBook()
	case !isNumber:
		return endpoint{}, usage("A range has two ends, as in Ezekiel 1-10.", "no end after the dash in %s", quote(p.context(p.at-1)))
	case from.chapter == 0:
		return endpoint{}, usageWith(mashal.Messagef("Write %s 1-%d for its first chapters.", from.books.Last, min(number, from.books.Last.Chapters())),
			"the range from %s ends in the number %d", from.books, number)
	case from.verse > 0 && p.tokens[p.at+1].kind != colonToken:
		return p.verseOf(mashal.Chapter{Book: from.books.Last, Number: from.chapter})
	}
	return p.chapterOf(from.books.Last)
}

// afterBooks parses the optional chapter or verse after a book or group.
func (p *parser) afterBooks(books mashal.BookRange) (endpoint, *mashal.Error) {
	if p.tokens[p.at].kind == commaToken {
		// "Ezekiel, 3" is chapter 3, not all of Ezekiel and a number.
		if _, ok := p.number(p.at + 1); ok {
			p.at++
		}
	}
	number, ok := p.number(p.at)
	switch {
	case ok && !books.IsBook():
		hint := mashal.Messagef("Name one book of %s to %s, as in %s %d.", books.First, books.Last, books.First, max(1, min(number, books.First.Chapters())))
		return endpoint{}, usageWith(hint, "%s is several books, so %s %d is not one chapter", books, books, number)
	case ok:
		return p.chapterOrVerse(books.First)
	case p.tokens[p.at].kind == colonToken:
		return endpoint{}, usage(howToSelect, "no chapter before the colon in %s", quote(p.context(p.at)))
	}
	return endpoint{books: books}, nil
}

// chapterOrVerse parses a chapter or verse of a book like chapterOf, and a verse after
// a comma, as in "Isa 40,1" and "ישעיהו מ, א". The current token is a number.
func (p *parser) chapterOrVerse(book mashal.Book) (endpoint, *mashal.Error) {
	number, _ := p.number(p.at)
	ch := mashal.Chapter{Book: book, Number: number}
	if !ch.Valid() || book.Chapters() == 1 {
		return p.chapterOf(book)
	}
	c, ok := p.commaVerse(ch)
	if !ok {
		return p.chapterOf(book)
	}
	if c.note.Format != "" {
		p.notes = append(p.notes, c.note)
	}
	if !c.isVerse {
		return p.chapterOf(book)
	}
	for _, at := range c.stops {
		p.tokens[at].kind = commaToken
	}
	p.at = c.at
	return p.verseOf(ch)
}

// chapterOf parses a chapter or verse of a book. The current token is a number.
func (p *parser) chapterOf(book mashal.Book) (endpoint, *mashal.Error) {
	number, _ := p.number(p.at)
	if book.Chapters() == 1 && p.tokens[p.at+1].kind != colonToken && !(number == 1 && p.isAlone()) {
		return p.verseOf(mashal.Chapter{Book: book, Number: 1})
	}
	ch := mashal.Chapter{Book: book, Number: number}
	if !ch.Valid() {
		last := book.Chapters()
		has := mashal.Messagef("there is no %s %s: the book has %d chapters", book, p.tokens[p.at].text, last)
		if last == 1 {
			has = mashal.Messagef("there is no %s %s: the book has one chapter", book, p.tokens[p.at].text)
		}
		if in, end := p.fromEnglish(p.at, book); in != nil {
			return endpoint{}, withNearest(usageWith(mashal.Messagef("Chapters are numbered as in the Hebrew Bible, where it is %s.", in),
				has.Format, has.Args...), p.replaced(p.at, end, numbersIn(in)))
		}
		nearest := mashal.Chapter{Book: book, Number: max(1, min(number, last))}
		return endpoint{}, withNearest(usageWith(mashal.Messagef("The nearest chapter is %s. Chapters are numbered as in the Hebrew Bible, from 1.", nearest),
			has.Format, has.Args...), p.replaced(p.at, p.at+1, strconv.Itoa(nearest.Number)))
	}
	p.at++
	if err := p.rejectSuffix(); err != nil {
		return endpoint{}, err
	}
	if p.tokens[p.at].kind != colonToken {
		return endpoint{books: mashal.BookRange{First: book, Last: book}, chapter: number}, nil
	}
	p.at++
	if _, ok := p.number(p.at); !ok {
		return endpoint{}, usageWith(mashal.Messagef("Write %s for the chapter, %s:1 for its first verse.", ch, ch), "no verse after the colon in %s", quote(p.context(p.at-1)))
	}
	return p.verseOf(ch)
}

// verseOf parses a verse of a chapter. The current token is a number.
func (p *parser) verseOf(ch mashal.Chapter) (endpoint, *mashal.Error) {
	number, _ := p.number(p.at)
	if number < 1 || number > ch.Verses() {
		if number > 0 && p.at >= 2 && p.tokens[p.at-1].kind == colonToken {
			if in, end := p.fromEnglish(p.at-2, ch.Book); in != nil {
				return endpoint{}, withNearest(usageWith(mashal.Messagef("Verses are numbered as in the Hebrew Bible, where it is %s.", in),
					"there is no %s:%s: the chapter has %d verses", ch, p.tokens[p.at].text, ch.Verses()), p.replaced(p.at-2, end, numbersIn(in)))
			}
		}
		nearest := mashal.Ref{Chapter: ch, Verse: max(1, min(number, ch.Verses()))}
		return endpoint{}, withNearest(usageWith(mashal.Messagef("The nearest verse is %s. Verses are numbered as in the Hebrew Bible, from 1.", nearest),
			"there is no %s:%s: the chapter has %d verses", ch, p.tokens[p.at].text, ch.Verses()), p.replaced(p.at, p.at+1, strconv.Itoa(nearest.Verse)))
	}
	p.at++
	if err := p.rejectSuffix(); err != nil {
		return endpoint{}, err
	}
	p.skipCitedWords()
	if t := p.tokens[p.at]; t.kind == colonToken {
		return endpoint{}, usage(howToSelect, "colon after a verse in %s", quote(p.context(p.at)))
	}
	return endpoint{mashal.BookRange{First: ch.Book, Last: ch.Book}, ch.Number, number}, nil
}

// skipCitedWords skips the words of a citation after a verse, as in "Isa.40.6!2-3", and the
// word of a place, as in "Isa.40.3.2": a verse is the smallest unit of a selection.
func (p *parser) skipCitedWords() {
	t, next := p.tokens[p.at], p.tokens[min(p.at+1, len(p.tokens)-1)]
	switch {
	case t.kind == citedToken && t.glued:
		p.at++
	case t.text == "." && t.kind == colonToken && next.kind == numberToken && p.at >= 2 && p.tokens[p.at-2].text == ".":
		p.at += 2
	}
}

// rejectSuffix returns an error if a suffix of citations follows the number: a or
// b for half verses, as in "4a", or f or ff for the verses that follow.
func (p *parser) rejectSuffix() *mashal.Error {
	switch t := p.tokens[p.at]; {
	case !t.glued || t.kind != wordToken:
		return nil
	case strings.Contains("abcde", t.text):
		return usage("Leave the letter out: a verse is the smallest unit.", "%s is a part of a verse", quote(p.context(p.at)))
	case t.text == "f" || t.text == "ff":
		return usage("Write the last verse, as in Ezekiel 1:4-6.", "%s has no last verse", quote(p.context(p.at)))
	}
	return nil
}

// isAlone reports whether the current token is a number outside any list or
// range of numbers.
func (p *parser) isAlone() bool {
	next := p.tokens[p.at+1].kind
	if next != dashToken && next != commaToken {
		return true
	}
	if _, n := p.books(p.at + 2); n > 0 {
		return true
	}
	_, ok := p.number(p.at + 2)
	return !ok || p.tokens[p.at+3].kind == colonToken
}

// number returns the value of a token that is a number, in ASCII digits, in Hebrew
// letters or as a Roman numeral. It returns false for a digit that begins the name of a book, as in "1
// Kings".
func (p *parser) number(at int) (int, bool) {
	switch t := p.tokens[at]; t.kind {
	case numberToken:
		_, one := p.books(at)
		_, both := p.bookPair(at)
		return t.number, one == 0 && both == 0
	case wordToken:
		if n, ok := parseNumeral(t.folded()); ok {
			return n, true
		}
		if n, ok := parseRoman(t.text); ok {
			_, length := p.books(at) // "I Samuel"; but LV is 55, and Lv Leviticus
			return n, length == 0 || length == 1 && t.text == strings.ToUpper(t.text)
		}
	}
	return 0, false
}

// maxNameWords is the number of words of the longest name, "the second book of
// the Chronicles".
const maxNameWords = 6

// books finds the longest name of a book or group that begins at a token. It
// returns the books and the number of tokens of the name, 0 if there is none.
func (p *parser) books(at int) (mashal.BookRange, int) {
	var name strings.Builder
	var found mashal.BookRange
	length := 0
	for i, words := at, 0; words < maxNameWords && i < len(p.tokens); i++ {
		t := p.tokens[i]
		switch {
		case t.kind == dashToken && words > 0: // "Song-of-Songs"
			name.WriteByte(' ')
			continue
		case t.kind == wordToken, t.kind == numberToken && words == 0:
		default:
			return found, length
		}
		if !(t.glued && words > 0) {
			name.WriteByte(' ')
		}
		name.WriteString(t.text)
		words++
		if t.kind == numberToken && (t.number < 1 || t.number > 2) {
			return found, length
		}
		if span, ok := findBooks(name.String()); ok {
			found, length = span, i+1-at
		}
	}
	return found, length
}

// bookPair parses "1-2 Kings" at a token. It returns both books and the number of
// tokens, 0 if there is none. If a chapter follows, as in "1 Kings 1-2 Kings 3",
// the first number is a chapter and there is no pair.
func (p *parser) bookPair(at int) (mashal.BookRange, int) {
	second, n := p.secondOfPair(at)
	if n == 0 {
		return mashal.BookRange{}, 0
	}
	next := at + n
	if _, another := p.secondOfPair(next); another == 0 {
		_, book := p.books(next)
		if _, chapter := parseNumeral(p.tokens[next].folded()); book == 0 && (chapter || p.tokens[next].kind == numberToken) {
			return mashal.BookRange{}, 0
		}
	}
	return mashal.BookRange{First: second.First - 1, Last: second.Last}, n
}

// secondOfPair parses "1-2 Kings" at a token like bookPair, but ignores the tokens
// after it. It returns the second book and the number of tokens.
func (p *parser) secondOfPair(at int) (mashal.BookRange, int) {
	if at+2 >= len(p.tokens) || p.tokens[at].number != 1 || p.tokens[at+1].kind != dashToken || p.tokens[at+2].number != 2 {
		return mashal.BookRange{}, 0
	}
	second, n := p.books(at + 2)
	if n == 0 {
		return mashal.BookRange{}, 0
	}
	return second, 2 + n
}
