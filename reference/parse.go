package reference

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mashal"
)

const howToSelect = "Select as in Ezekiel 1-10, Psalms 23:1-6,9, Genesis 1:1-2:4, Hosea 1-3 Joel, the Twelve or all."

// ParseSelection reads what a person types to name verses: books, chapters and
// verses in Hebrew numbering, one or many, in one argument or several.
//
//	Ezekiel    Ezekiel 1-10    Ezekiel 1,3,5-7    Ezek.1-Ezek.10    יחזקאל א־י
//	Psalms 23:1-6,9; 24:1    Genesis 1:1-2:4    Gen 50-Exod 2    Hosea 1-3 Joel
//	Torah    the Twelve    1–2 Kings    all
//
// Books go by every name that ParseBook knows, and groups of books by theirs.
// After a comma the same is counted on, chapters or verses; after a semicolon
// a number is a chapter again. A comma never parts chapter and verse, in
// Hebrew either. Any dash, including a maqqef, makes a range.
//
// In a book of one chapter numbers are verses, as SBL cites it: "Obadiah 3" is
// its third verse. A 1 by itself, "Obadiah 1", is the chapter, because that is
// how chapters are named throughout.
//
// The error is of code Usage. It says what is wrong, what was understood up to
// there, and the nearest thing that would be right; its Nearest are selections
// that can be read.
func ParseSelection(args []string) (mashal.Selection, error) {
	text := strings.Join(args, " ")
	p := parser{}
	err := p.parse(text)
	if err == nil {
		return mashal.Select(passagesOf(p.ranges)...), nil
	}
	err.Op = "read the selection " + quote(text)
	if understood := mashal.Select(passagesOf(p.ranges)...).String(); understood != "" {
		err.Hint += fmt.Sprintf(" Understood so far: %s.", clip(understood))
	}
	err.Nearest = readable(err.Nearest)
	return nil, err
}

// readable is the texts that can be read as selections. Each may have several
// slips: what is wrong with it is put right in the likeliest way, as often as
// people slip in one line.
func readable(texts []string) []string {
	const slips = 5
	var list []string
	for _, text := range texts {
		for range slips {
			err := (&parser{}).parse(text)
			if err == nil {
				list = append(list, text)
				break
			}
			if len(err.Nearest) == 0 {
				break
			}
			text = err.Nearest[0]
		}
	}
	return list
}

// clip shortens what is shown in a hint.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return s[:strings.LastIndexByte(s[:most], ' ')] + " ..."
}

type parser struct {
	tokens []token
	at     int
	ranges []refRange

	// What a number without a book is counted on from.
	context   place
	separator tokenKind // before it: comma, semicolon, or endToken for a space
}

func (p *parser) parse(text string) *mashal.Error {
	if err := checkInput(text); err != nil {
		return &mashal.Error{Code: mashal.Usage, Err: err, Hint: howToSelect}
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
				return usage(howToSelect, "it names nothing")
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
			return usage(howToSelect, "nothing stands before the dash of %s", quote(p.around(p.at)))
		case colonToken:
			return usage(howToSelect, "no chapter stands before %s", quote(p.around(p.at)))
		default:
			if err := p.item(); err != nil {
				return err
			}
			p.separator = endToken
		}
	}
}

// instead is what was typed with other words for some of its tokens, from one
// to before another.
func (p *parser) instead(from, to int, words ...string) []string {
	space := func(at int) string {
		if at == 0 || at >= len(p.tokens)-1 || p.tokens[at].glued {
			return ""
		}
		return " "
	}
	var list []string
	for _, word := range words {
		list = append(list, p.typed(0, from)+space(from)+word+space(to)+p.typed(to, len(p.tokens)))
	}
	return list
}

// withNearest sets the corrections that err offers.
func withNearest(err *mashal.Error, nearest []string) *mashal.Error {
	err.Nearest = nearest
	return err
}

// usage is an error whose Op ParseSelection fills in.
func usage(hint, format string, args ...any) *mashal.Error {
	return &mashal.Error{Code: mashal.Usage, Err: fmt.Errorf(format, args...), Hint: hint}
}

// item reads a place or a range of places.
func (p *parser) item() *mashal.Error {
	begin := p.at
	from, err := p.place()
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
			return usage("A range has two ends, as in Ezekiel 1-10.", "a second dash follows %s", quote(p.typed(begin, p.at)))
		}
	}
	p.context = to
	if from.first().Compare(to.last()) > 0 {
		return withNearest(usage(fmt.Sprintf("Did you mean %s to %s?", to, from), "%s runs backwards, from %s to %s", quote(p.typed(begin, p.at)), from, to), p.instead(begin, p.at, fmt.Sprintf("%s-%s", to, from)))
	}
	p.ranges = append(p.ranges, refRange{from.first(), to.last()})
	return nil
}

// place reads a book, a book with a chapter or verse, or a number that counts
// on from the context.
func (p *parser) place() (place, *mashal.Error) {
	if books, n := p.bothBooks(p.at); n > 0 {
		p.at += n
		return place{books: books}, nil
	}
	if books, n := p.books(p.at); n > 0 {
		p.at += n
		return p.inBooks(books)
	}
	number, isNumber := p.number(p.at)
	if !isNumber {
		return place{}, p.unknown()
	}
	c := p.context
	switch {
	case c.chapter == 0:
		return place{}, p.noBook(number)
	case c.verse > 0 && p.tokens[p.at+1].kind == colonToken, c.verse == 0, p.separator == semicolonToken:
		return p.inBook(c.books.Last)
	case p.separator == endToken:
		ch := mashal.Chapter{Book: c.books.Last, Number: c.chapter}
		return place{}, usage(fmt.Sprintf("Write %s:%d,%d for the verse or %s:%d; %d for the chapter.", ch, c.verse, number, ch, c.verse, number),
			"%d after %s may be a chapter or a verse", number, c)
	}
	return p.verseOf(mashal.Chapter{Book: c.books.Last, Number: c.chapter})
}

// rangeEnd reads what follows a dash. A number is of the kind that stands
// before it.
func (p *parser) rangeEnd(from place) (place, *mashal.Error) {
	if books, n := p.books(p.at); n > 0 {
		p.at += n
		return p.inBooks(books)
	}
	number, isNumber := p.number(p.at)
	switch {
	case !isNumber && p.tokens[p.at].kind == wordToken:
		return place{}, p.unknown()
	case !isNumber:
		return place{}, usage("A range has two ends, as in Ezekiel 1-10.", "nothing follows the dash of %s", quote(p.around(p.at-1)))
	case from.chapter == 0:
		return place{}, usage(fmt.Sprintf("Write %s 1-%d for its first chapters.", from.books.Last, min(number, from.books.Last.Chapters())),
			"a range from %s ends in a number, %d", from.books, number)
	case from.verse > 0 && p.tokens[p.at+1].kind != colonToken:
		return p.verseOf(mashal.Chapter{Book: from.books.Last, Number: from.chapter})
	}
	return p.inBook(from.books.Last)
}

// inBooks reads the chapter or verse that may follow a book or group.
func (p *parser) inBooks(books mashal.BookRange) (place, *mashal.Error) {
	if p.tokens[p.at].kind == commaToken {
		// "Ezekiel, 3" means the chapter; all of Ezekiel and a number would not.
		if _, ok := p.number(p.at + 1); ok {
			p.at++
		}
	}
	number, ok := p.number(p.at)
	switch {
	case ok && !books.IsBook():
		hint := fmt.Sprintf("Name one book of %s to %s, as in %s %d.", books.First, books.Last, books.First, max(1, min(number, books.First.Chapters())))
		return place{}, usage(hint, "%s is several books, so %s %d is not one chapter", books, books, number)
	case ok:
		return p.inBook(books.First)
	case p.tokens[p.at].kind == colonToken:
		return place{}, usage(howToSelect, "no chapter stands before %s", quote(p.around(p.at)))
	}
	return place{books: books}, nil
}

// inBook reads a chapter or verse of a book. The parser stands at a number.
func (p *parser) inBook(book mashal.Book) (place, *mashal.Error) {
	number, _ := p.number(p.at)
	if book.Chapters() == 1 && p.tokens[p.at+1].kind != colonToken && !(number == 1 && p.isAlone()) {
		return p.verseOf(mashal.Chapter{Book: book, Number: 1})
	}
	ch := mashal.Chapter{Book: book, Number: number}
	if !ch.Valid() {
		last := book.Chapters()
		has := fmt.Sprintf("has %d chapters", last)
		if last == 1 {
			has = "has one chapter"
		}
		nearest := mashal.Chapter{Book: book, Number: max(1, min(number, last))}
		return place{}, withNearest(usage(fmt.Sprintf("The nearest chapter is %s. Chapters are numbered as in the Hebrew Bible, from 1.", nearest),
			"there is no %s %s: the book %s", book, p.tokens[p.at].text, has), p.instead(p.at, p.at+1, strconv.Itoa(nearest.Number)))
	}
	p.at++
	if err := p.notHalf(); err != nil {
		return place{}, err
	}
	if p.tokens[p.at].kind != colonToken {
		return place{books: mashal.BookRange{First: book, Last: book}, chapter: number}, nil
	}
	p.at++
	if _, ok := p.number(p.at); !ok {
		return place{}, usage(fmt.Sprintf("Write %s for the chapter, %s:1 for its first verse.", ch, ch), "no verse follows %s", quote(p.around(p.at-1)))
	}
	return p.verseOf(ch)
}

// verseOf reads a verse number. The parser stands at it.
func (p *parser) verseOf(ch mashal.Chapter) (place, *mashal.Error) {
	number, _ := p.number(p.at)
	if number < 1 || number > ch.Verses() {
		nearest := mashal.Ref{Chapter: ch, Verse: max(1, min(number, ch.Verses()))}
		return place{}, withNearest(usage(fmt.Sprintf("The nearest verse is %s. Verses are numbered as in the Hebrew Bible, from 1.", nearest),
			"there is no %s:%s: the chapter has %d verses", ch, p.tokens[p.at].text, ch.Verses()), p.instead(p.at, p.at+1, strconv.Itoa(nearest.Verse)))
	}
	p.at++
	if err := p.notHalf(); err != nil {
		return place{}, err
	}
	if t := p.tokens[p.at]; t.kind == colonToken {
		return place{}, usage(howToSelect, "a colon follows the verse in %s", quote(p.around(p.at)))
	}
	return place{mashal.BookRange{First: ch.Book, Last: ch.Book}, ch.Number, number}, nil
}

// notHalf refuses what scholars glue to a number: the half verses 4a and 4b,
// and f, ff for what follows.
func (p *parser) notHalf() *mashal.Error {
	switch t := p.tokens[p.at]; {
	case !t.glued || t.kind != wordToken:
		return nil
	case strings.Contains("abcde", t.text):
		return usage("Leave the letter out: a verse is the smallest unit.", "%s names a part of a verse", quote(p.around(p.at)))
	case t.text == "f" || t.text == "ff":
		return usage("Write where it ends, as in Ezekiel 1:4-6.", "%s leaves open where it ends", quote(p.around(p.at)))
	}
	return nil
}

// isAlone reports whether the number at which the parser stands is in no list
// or range of numbers.
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

// number reads a number in ASCII digits or Hebrew letters, unless it begins
// the name of a book, as in "1 Kings".
func (p *parser) number(at int) (int, bool) {
	switch t := p.tokens[at]; t.kind {
	case numberToken:
		_, one := p.books(at)
		_, both := p.bothBooks(at)
		return t.number, one == 0 && both == 0
	case wordToken:
		return parseNumeral(t.folded())
	}
	return 0, false
}

// mostWords is the number of words in the longest name, "the second book of
// the Chronicles".
const mostWords = 6

// books finds the longest name that begins at a token, and of how many tokens
// it is.
func (p *parser) books(at int) (mashal.BookRange, int) {
	var name strings.Builder
	var found mashal.BookRange
	length := 0
	for i, words := at, 0; words < mostWords && i < len(p.tokens); i++ {
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
		if span, ok := findSpan(name.String()); ok {
			found, length = span, i+1-at
		}
	}
	return found, length
}

// bothBooks reads "1-2 Kings", unless a chapter follows as in "1 Kings 1-2
// Kings 3", and says of how many tokens it is.
func (p *parser) bothBooks(at int) (mashal.BookRange, int) {
	second, n := p.secondBook(at)
	if n == 0 {
		return mashal.BookRange{}, 0
	}
	next := at + n
	if _, another := p.secondBook(next); another == 0 {
		_, book := p.books(next)
		if _, chapter := parseNumeral(p.tokens[next].folded()); book == 0 && (chapter || p.tokens[next].kind == numberToken) {
			return mashal.BookRange{}, 0
		}
	}
	return mashal.BookRange{First: second.First - 1, Last: second.Last}, n
}

// secondBook reads "1-2 Kings" whatever follows, and gives the latter book.
func (p *parser) secondBook(at int) (mashal.BookRange, int) {
	if at+2 >= len(p.tokens) || p.tokens[at].number != 1 || p.tokens[at+1].kind != dashToken || p.tokens[at+2].number != 2 {
		return mashal.BookRange{}, 0
	}
	second, n := p.books(at + 2)
	if n == 0 {
		return mashal.BookRange{}, 0
	}
	return second, 2 + n
}

// unknown says that no book goes by the word at which the parser stands.
func (p *parser) unknown() *mashal.Error {
	end := p.at + 1
	for end < len(p.tokens) && p.tokens[end].kind == wordToken {
		end++
	}
	// The whole phrase if something is near it ("Song of Sings"), else its
	// first word ("Ezekial Joel").
	name := p.typed(p.at, end)
	near := nearestBooks(name)
	// A number in Hebrew letters at the end is a chapter, unless the name has it.
	if last := p.tokens[end-1]; end > p.at+1 && near != nil && !strings.HasSuffix(near[0], last.text) {
		if _, isNumber := parseNumeral(last.folded()); isNumber {
			if without := nearestBooks(p.typed(p.at, end-1)); without != nil {
				end--
				name, near = p.typed(p.at, end), without
			}
		}
	}
	if near == nil && end > p.at+1 {
		end = p.at + 1
		name = p.tokens[p.at].text
		near = nearestBooks(name)
	}
	return withNearest(usage(suggest(near), "there is no book %s in the Hebrew Bible", quote(name)), p.instead(p.at, end, near...))
}

// noBook says that a number stands where a book should.
func (p *parser) noBook(number int) *mashal.Error {
	end := p.at + 1
	for end < len(p.tokens) && slices.Contains([]tokenKind{numberToken, dashToken, colonToken}, p.tokens[end].kind) {
		end++
	}
	hint := "Name the book first, as in Ezekiel 1-10."
	if number >= 1 && number <= 48 && end == p.at+1 {
		hint = fmt.Sprintf("Name the book first, as in Ezekiel %d.", number)
	}
	return usage(hint, "%s names no book", quote(p.typed(p.at, end)))
}

// typed is the tokens from one to before another as they were typed.
func (p *parser) typed(from, to int) string {
	var b strings.Builder
	for i := from; i < min(to, len(p.tokens)-1); i++ {
		if i > from && !p.tokens[i].glued {
			b.WriteByte(' ')
		}
		b.WriteString(p.tokens[i].text)
	}
	return b.String()
}

// around is a token as typed with what stands on both sides.
func (p *parser) around(at int) string { return p.typed(max(0, at-1), at+2) }
