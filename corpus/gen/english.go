package main

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"mashal"
)

// An englishVerse is a verse of the English text in English numbering.
type englishVerse struct {
	title, text string
	tags        map[int]string // the Strong's numbers of words, by the byte offset of the word
}

// swordBooks maps the names of books in SWORD to books. They are our English names with
// Roman numbers, except for the Song of Songs.
var swordBooks = func() map[string]mashal.Book {
	roman := strings.NewReplacer("1 ", "I ", "2 ", "II ")
	m := map[string]mashal.Book{}
	for b := mashal.Book(1); b.Valid(); b++ {
		m[roman.Replace(b.Name())] = b
	}
	m["Song of Solomon"] = m["Song of Songs"]
	return m
}()

// englishVerses reads the Old Testament from the output of mod2imp: entries "$$$Book
// chapter:verse", each followed by its OSIS text. It skips the headings, which are in
// verse 0.
func englishVerses(r io.Reader) (map[mashal.Ref]*englishVerse, error) {
	verses := map[mashal.Ref]*englishVerse{}
	var ref mashal.Ref
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if heading, ok := strings.CutPrefix(line, "$$$"); ok {
			ref = swordRef(heading)
			continue
		}
		if ref.Verse == 0 || strings.TrimSpace(line) == "" {
			continue
		}
		if verses[ref] != nil {
			return nil, fmt.Errorf("the English of %s has two lines", ref)
		}
		v, err := englishText(line)
		if err != nil {
			return nil, fmt.Errorf("the English of %s: %w", ref, err)
		}
		verses[ref] = v
	}
	return verses, lines.Err()
}

// swordRef parses the heading of an entry, such as "I Kings 3:4". It returns the zero
// Ref for other headings and books.
func swordRef(heading string) mashal.Ref {
	space := strings.LastIndexByte(heading, ' ')
	if space < 0 {
		return mashal.Ref{}
	}
	book, ok := swordBooks[heading[:space]]
	chapter, verse, colon := strings.Cut(heading[space+1:], ":")
	c, errC := strconv.Atoi(chapter)
	n, errV := strconv.Atoi(verse)
	if !ok || !colon || errC != nil || errV != nil {
		return mashal.Ref{}
	}
	return mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: c}, Verse: n}
}

// englishText extracts the text of one verse from its markup. It drops notes, speakers
// and headings, keeps the titles of psalms and Selah, and replaces lines and paragraphs
// by spaces. The markup need not be well-formed, because lists begin in one verse and
// end in another.
func englishText(osis string) (*englishVerse, error) {
	dec := xml.NewDecoder(strings.NewReader(osis))
	var title, text textBuilder
	out := &text
	for {
		tok, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			v := &englishVerse{title: title.String(), text: text.String(), tags: text.tags}
			if v.title == strings.ToUpper(v.title) {
				v.title = "" // ALEPH, BETH, ...: the stanzas of an acrostic, named by the editor
			}
			return v, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "note", "speaker":
				if err := skipRaw(dec); err != nil {
					return nil, err
				}
				out.softSpace = true // the module lacks the space after a note
			case "title":
				if attr(t, "type") != "psalm" {
					if err := skipRaw(dec); err != nil {
						return nil, err
					}
					continue
				}
				out = &title
			case "w":
				out.tag = strings.TrimPrefix(attr(t, "lemma"), "strong:H")
			case "seg", "name":
			case "l", "lb", "lg", "div", "list", "item", "chapter":
				out.space = true
			default:
				return nil, fmt.Errorf("unknown element %s", t.Name.Local)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "title":
				out = &text
			case "w":
				out.tag = ""
			}
		case xml.CharData:
			out.write(string(t))
		}
	}
}

// skipRaw skips to the end of the current element.
func skipRaw(dec *xml.Decoder) error {
	for depth := 1; depth > 0; {
		tok, err := dec.RawToken()
		if err != nil {
			return err
		}
		switch tok.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// A textBuilder builds text with single spaces.
type textBuilder struct {
	strings.Builder
	space     bool // whether to write a space before the next character
	softSpace bool // whether to write a space before the next word, but not before punctuation
	last      rune
	tag       string         // the Strong's number of the text that is written now
	tags      map[int]string // the Strong's numbers of words, by the byte offset of the word
}

// write appends s, with its white space replaced by single spaces.
func (p *textBuilder) write(s string) {
	for _, r := range s {
		if unicode.IsSpace(r) {
			p.space = true
			continue
		}
		if p.softSpace && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("“‘(", r)) {
			p.space = p.space || !strings.ContainsRune("“‘(—", p.last)
		}
		if p.space && p.Len() > 0 {
			p.WriteByte(' ')
			p.last = ' '
		}
		p.space, p.softSpace = false, false
		if p.tag != "" && !unicode.IsLetter(p.last) {
			if p.tags == nil {
				p.tags = map[int]string{}
			}
			p.tags[p.Len()] = p.tag
		}
		p.WriteRune(r)
		p.last = r
	}
}
