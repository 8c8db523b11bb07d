package interchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/reference"
)

// noteTypes has the type of figure for the articles of unfoldingWord's manual that
// translation notes refer to. Notes that refer to other articles are about something else.
var noteTypes = map[string]mashal.Type{
	"figs-metaphor": mashal.Metaphor, "figs-exmetaphor": mashal.Metaphor, "figs-simile": mashal.Simile,
	"figs-personification": mashal.Personification, "figs-idiom": mashal.Idiom, "figs-hyperbole": mashal.Hyperbole,
	"figs-metonymy": mashal.Metonymy, "figs-synecdoche": mashal.Metonymy,
	"figs-euphemism": mashal.Other, "figs-merism": mashal.Other, "figs-litotes": mashal.Other, "figs-apostrophe": mashal.Other, "figs-irony": mashal.Other,
}

// isNotes reports whether a header is that of translation notes of unfoldingWord.
func isNotes(first []byte) bool {
	header := bytes.ToLower(first)
	return bytes.IndexByte(header, '\t') >= 0 && bytes.Contains(header, []byte("supportreference"))
}

// readNotes reads translation notes of unfoldingWord as they are published: one file for
// each book, with English verse numbers. Older notes have the columns Book, Chapter, Verse
// and OrigQuote; newer ones have Reference and Quote, and the book only in the name of the
// file.
func readNotes(a *Annotation, in io.Reader, file string, texts Texts) error {
	a.Format, a.covers = "translation notes", Chapters
	next := tsvRows(in)
	header, _, err := next()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range header {
		column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for name, other := range map[string]string{"quote": "origquote", "note": "occurrencenote"} {
		if i, ok := column[other]; ok {
			column[name] = i
		}
	}
	_, hasReference := column["reference"]
	_, hasVerse := column["verse"]
	if _, hasQuote := column["quote"]; !hasQuote || !hasReference && !hasVerse {
		return fmt.Errorf("translation notes have the columns Reference (or Book, Chapter and Verse), SupportReference, Quote and Occurrence; it has %s", strings.Join(header, ", "))
	}
	var ofFile mashal.Book
	if _, hasBook := column["book"]; !hasBook {
		if ofFile, err = bookOfFile(file); err != nil {
			return err
		}
	}
	for {
		cells, line, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		cell := func(name string) string {
			if i, ok := column[name]; ok && i < len(cells) {
				return strings.TrimSpace(cells[i])
			}
			return ""
		}
		a.addNote(texts, line, ofFile, cell)
	}
}

// addNote adds the figure of a note. cell returns the value of a column.
func (a *Annotation) addNote(texts Texts, line int, book mashal.Book, cell func(string) string) {
	refs, err := verseOfNote(book, cell)
	article := articleOf(cell("supportreference"))
	typ, isFigure := noteTypes[article]
	if !isFigure {
		if article == "" {
			article = "no article"
		}
		a.Skipped["notes about "+article]++
		if err == nil {
			a.Read[refs[0]] = true // the note shows that its verse was read
		}
		return
	}
	if err != nil {
		a.lose(line, "%v", err)
		return
	}
	occurrence, err := parseOccurrence(cell("occurrence"))
	if err != nil {
		a.lose(line, "%s: %v", refs[0], err)
		return
	}
	f := mashal.Figure{Types: []mashal.Type{typ}}
	if subtype := strings.TrimPrefix(article, "figs-"); subtype != string(typ) {
		f.Subtype = subtype
	}
	a.addQuoted(texts, line, refs, f, cell("quote"), occurrence)
}

// articleOf returns the name of an article of the manual: rc://*/ta/man/translate/figs-idiom
// is figs-idiom.
func articleOf(support string) string {
	support = strings.Trim(support, "[]() ")
	return strings.ToLower(support[strings.LastIndexByte(support, '/')+1:])
}

// verseOfNote returns the Hebrew verses in which a note's quotation can be, the most likely
// one first.
func verseOfNote(book mashal.Book, cell func(string) string) ([]mashal.Ref, error) {
	if name := cell("book"); name != "" {
		var err error
		if book, err = reference.ParseBook(name); err != nil {
			return nil, err
		}
	}
	text := cell("reference")
	if text == "" {
		text = cell("chapter") + ":" + cell("verse")
	}
	chapterText, verseText, _ := strings.Cut(text, ":")
	chapter, err := strconv.Atoi(chapterText)
	if err != nil {
		return nil, fmt.Errorf("%q is not one verse: a note about a whole book or chapter has no place in the text", text)
	}
	var refs []mashal.Ref
	for part := range strings.SplitSeq(strings.ReplaceAll(verseText, "–", "-"), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		if strings.EqualFold(first, "front") { // the title of a psalm
			first, last = "0", "0"
		}
		from, errFrom := strconv.Atoi(strings.TrimSpace(first))
		to, errTo := strconv.Atoi(strings.TrimSpace(last))
		if errFrom != nil || errTo != nil || to-from > 200 {
			return nil, fmt.Errorf("%q is not one verse: a note about a whole book or chapter has no place in the text", text)
		}
		for v := from; v <= to; v++ {
			found := reference.FromEnglish(book, chapter, v)
			if v == 1 { // the verses of a title come last, as candidates for the quotation
				slices.Reverse(found)
			}
			refs = append(refs, found...)
		}
	}
	if len(refs) == 0 {
		return nil, fmt.Errorf("%s has no verse %s in English numbering", book, text)
	}
	return refs, nil
}

// bookOfFile returns the book that the name of a file of notes has: tn_PSA.tsv, or
// en_tn_19-PSA.tsv.
func bookOfFile(file string) (mashal.Book, error) {
	parts := strings.FieldsFunc(file, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' })
	for _, part := range slices.Backward(parts) {
		if part == strings.ToUpper(part) || len(parts) <= 2 {
			if book, err := reference.ParseBook(part); err == nil {
				return book, nil
			}
		}
	}
	return 0, fmt.Errorf("the notes have no column Book, and %q names no book of the Hebrew Bible: name the file as unfoldingWord does, tn_PSA.tsv", file)
}
