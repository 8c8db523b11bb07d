package reference

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
	"mashal/nearest"
)

// ParseBook returns the book with the given name. The name can be English,
// Hebrew (with or without points), an OSIS code or a common abbreviation, in any
// case and spacing. If the name is unknown or names several books, ParseBook
// returns a *mashal.Error with the code Usage that suggests similar names.
func ParseBook(name string) (mashal.Book, error) {
	fail := func(detail, hint mashal.Message, nearest ...string) (mashal.Book, error) {
		err := usageWith(hint, detail.Format, detail.Args...)
		err.Op = "read the book " + quote(name)
		return 0, withNearest(err, nearest)
	}
	examples := mashal.Messagef(howToNameBooks)
	if fault := checkInput(name); fault.Format != "" {
		return fail(fault, examples)
	}
	if key, _ := foldName(name); key == "" {
		return fail(mashal.Messagef("the name is empty"), examples)
	}
	books, ok := findBooks(name)
	if !ok {
		near := nearestBooks(name)
		var single []string
		for _, n := range near {
			if s, ok := findBooks(n); ok && s.IsBook() {
				single = append(single, n)
			}
		}
		return fail(mashal.Messagef("the Hebrew Bible has no book %s", quote(name)), suggest(near), single...)
	}
	if !books.IsBook() {
		var members []string
		if books.Last-books.First < maxSuggestions {
			for b := books.First; b <= books.Last; b++ {
				members = append(members, b.Name())
			}
		}
		return fail(mashal.Messagef("it names several books, %s to %s", books.First, books.Last), mashal.Messagef("Name one of them."), members...)
	}
	return books.First, nil
}

const howToNameBooks = "Name a book as in Ezekiel, Ezek, 1 Kings or יחזקאל, or a part of the Bible such as Torah, the Twelve or all."

// CompleteBook returns the names of books and groups that begin with prefix, for
// shell completion. Books come in canonical order, then groups. A Hebrew prefix
// gives Hebrew names of books only.
func CompleteBook(prefix string) []string {
	key, _ := foldName(prefix)
	begins := func(name string) bool {
		folded, _ := foldName(name)
		return strings.HasPrefix(folded, key) || strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
	}
	hebrew := strings.ContainsFunc(key, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) })
	var names []string
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		name := b.Name()
		if hebrew {
			name = b.Hebrew()
		}
		if begins(name) || begins(b.OSIS()) {
			names = append(names, name)
		}
	}
	for _, g := range mashal.BookGroups {
		if !g.Divided && !hebrew && begins(g.Name) {
			names = append(names, g.Name)
		}
	}
	return names
}

// maxSuggestions is the largest number of similar names that an error suggests.
const maxSuggestions = 4

// nearestBooks returns the books and groups whose names are most similar to a
// name, or if none is, the books whose names begin with it. It returns nil if there are
// more than maxSuggestions, because then none of them is likely.
func nearestBooks(name string) []string {
	var candidates, shown []string
	consider := func(name, suggestion string) {
		folded, _ := foldName(name)
		candidates, shown = append(candidates, folded), append(shown, suggestion)
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		consider(b.Name(), b.Name())
		consider(b.Hebrew(), b.Hebrew())
		for _, other := range otherNames[b] {
			if utf8.RuneCountInString(other) >= minPrefix {
				consider(other, b.Name())
			}
		}
	}
	for _, g := range mashal.BookGroups {
		consider(g.Name, g.Name)
	}
	key, _ := foldName(name)
	var names []string
	for _, i := range nearest.Indexes(key, candidates) {
		if !slices.Contains(names, shown[i]) {
			names = append(names, shown[i])
		}
	}
	if len(names) == 0 && key != "" {
		names = booksWith(key)
	}
	if len(names) > maxSuggestions {
		return nil
	}
	return names
}

// booksWith returns the books of which a name begins with a folded text, by that name in
// the language of the text.
func booksWith(prefix string) (names []string) {
	begins := func(name string) bool {
		folded, _ := foldName(name)
		return strings.HasPrefix(folded, prefix)
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		switch {
		case begins(b.Hebrew()):
			names = append(names, b.Hebrew())
		case begins(b.Name()) || begins(b.OSIS()) || slices.ContainsFunc(otherNames[b], begins):
			names = append(names, b.Name())
		}
	}
	return names
}

// suggest returns a hint that lists similar names, or that explains how to name
// a book if there are none.
func suggest(nearest []string) mashal.Message {
	switch n := len(nearest); n {
	case 0:
		return mashal.Messagef(howToNameBooks)
	case 1:
		return mashal.Messagef("Did you mean %s?", nearest[0])
	default:
		return mashal.Messagef("Did you mean %s or %s?", strings.Join(nearest[:n-1], ", "), nearest[n-1])
	}
}
