package reference

import (
	"errors"
	"slices"
	"strings"

	"mashal"
)

// unknownBook returns the error for an unknown name of a book at the current
// token.
func (p *parser) unknownBook() *mashal.Error {
	end := p.at + 1
	for end < len(p.tokens) && p.tokens[end].kind == wordToken {
		end++
	}
	// Report the whole phrase if a known name is similar ("Song of Sings"),
	// otherwise its first word ("Ezekial Joel").
	name := p.typed(p.at, end)
	near := nearestBooks(name)
	// A number in Hebrew letters at the end is a chapter, unless it is part of
	// the name.
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
	return withNearest(usageWith(suggest(near), "the Hebrew Bible has no book %s", quote(name)), p.replaced(p.at, end, near...))
}

// missingBook returns the error for a number without a book at the current
// token.
func (p *parser) missingBook(number int) *mashal.Error {
	end := p.at + 1
	for end < len(p.tokens) && slices.Contains([]tokenKind{numberToken, dashToken, colonToken}, p.tokens[end].kind) {
		end++
	}
	hint := mashal.Messagef("Name the book first, as in Ezekiel 1-10.")
	if number >= 1 && number <= 48 && end == p.at+1 {
		hint = mashal.Messagef("Name the book first, as in Ezekiel %d.", number)
	}
	return usageWith(hint, "no book before %s", quote(p.typed(p.at, end)))
}

// replaced returns the input once for each of words, with the tokens from up to,
// but not including, to replaced by the word.
func (p *parser) replaced(from, to int, words ...string) []string {
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

// withNearest sets the corrected inputs that err suggests, and returns err.
func withNearest(err *mashal.Error, nearest []string) *mashal.Error {
	err.Nearest = nearest
	return err
}

// usage returns an error with the code Usage. ParseSelection sets its Op.
func usage(hint, format string, args ...any) *mashal.Error {
	return usageWith(mashal.Message{Format: hint}, format, args...)
}

// usageWith returns an error like usage, with a hint that has arguments.
func usageWith(hint mashal.Message, format string, args ...any) *mashal.Error {
	detail := mashal.Messagef(format, args...)
	return &mashal.Error{Code: mashal.Usage, Err: errors.New(detail.String()), Hint: hint.String(), Detail: detail, Advice: hint}
}

// typed returns the input of the tokens from up to, but not including, to.
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

// context returns the input of a token and of its two neighbours.
func (p *parser) context(at int) string { return p.typed(max(0, at-1), at+2) }

// fromEnglish reads the tokens from a chapter on in English numbering. It returns the
// verses in Hebrew numbering, and the index after the last token read; nil if English
// Bibles do not have the verses either.
func (p *parser) fromEnglish(at int, book mashal.Book) (mashal.Selection, int) {
	chapter, _ := p.number(at)
	first, last, end := 1, 0, at+1
	if p.tokens[end].kind == colonToken {
		verse, ok := p.number(end + 1)
		if !ok {
			return nil, end
		}
		first, last, end = verse, verse, end+2
		if p.tokens[end].kind == dashToken {
			if verse, ok := p.number(end + 1); ok && p.tokens[end+2].kind != colonToken {
				last, end = verse, end+2
			}
		}
	} else {
		for len(FromEnglish(book, chapter, last+1)) > 0 {
			last++
		}
	}
	from, to := FromEnglish(book, chapter, first), FromEnglish(book, chapter, last)
	if len(from) == 0 || len(to) == 0 || from[0].Compare(to[len(to)-1]) > 0 {
		return nil, end
	}
	return mashal.Select(passagesOf([]refRange{{from[0], to[len(to)-1]}})...), end
}

// numbersIn returns a selection within one book without the name of the book.
func numbersIn(s mashal.Selection) string {
	return strings.TrimPrefix(s.String(), s[0].Book.Name()+" ")
}
