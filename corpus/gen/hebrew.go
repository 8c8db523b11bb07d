package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"mashal"
)

// totals is what the Hebrew source is known to hold; a source that has
// anything else is not the one this program was written for.
type totals struct {
	verses, elements, words, qereWords, ketivWords, groups, noKetiv, noQere int
	seps                                                                    map[string]int
	lemmas, bases, morphs                                                   map[string]bool
	aramaic                                                                 int
}

// hebrewVerses reads the verses of one OSIS book of the Open Scriptures Hebrew
// Bible. The words read (qere) stand in the line; the words written (ketiv)
// are not marked as such in the source: they are found backwards from the
// variant's note, which quotes them in its catchWord.
func hebrewVerses(r io.Reader, book mashal.Book, sum *totals) (map[mashal.Ref]*mashal.Verse, error) {
	dec := xml.NewDecoder(r)
	verses := map[mashal.Ref]*mashal.Verse{}
	var v *verseReader
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return verses, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if t.Name.Local == "verse" {
				ref, err := osisRef(attr(t, "osisID"))
				if err != nil {
					return nil, err
				}
				if ref.Book != book {
					return nil, fmt.Errorf("verse %s stands in the file of %s", ref, book)
				}
				v = &verseReader{dec: dec, sum: sum, verse: &mashal.Verse{Ref: ref}}
			} else if v != nil {
				if err := v.element(t); err != nil {
					return nil, fmt.Errorf("%s: %w", v.verse.Ref, err)
				}
			}
		case xml.EndElement:
			if t.Name.Local == "verse" {
				v.close()
				verses[v.verse.Ref] = v.verse
				sum.verses++
				sum.words += len(v.verse.Words)
				v = nil
			}
		}
	}
}

// A verseReader builds one verse; marks are what stands after each word so far.
type verseReader struct {
	dec   *xml.Decoder
	sum   *totals
	verse *mashal.Verse
	marks [][]string
}

func (v *verseReader) element(t xml.StartElement) error {
	switch t.Name.Local {
	case "w":
		return v.word(t)
	case "seg":
		return v.mark()
	case "note":
		if attr(t, "type") == "variant" {
			return v.variant()
		}
		return v.dec.Skip()
	}
	return fmt.Errorf("unknown element %s", t.Name.Local)
}

func (v *verseReader) word(t xml.StartElement) error {
	text, err := innerText(v.dec)
	if err != nil {
		return err
	}
	v.sum.see(attr(t, "lemma"), attr(t, "morph"))
	v.verse.Words = append(v.verse.Words, mashal.Word{
		Text: strings.ReplaceAll(text, "/", ""), Segments: text, Lemma: attr(t, "lemma"), Morph: attr(t, "morph"),
	})
	v.marks = append(v.marks, nil)
	return nil
}

// see counts a word, be it read or only written.
func (s *totals) see(lemma, morph string) {
	s.elements++
	s.lemmas[lemma] = true
	s.bases[strings.TrimSuffix(lemma[strings.LastIndexByte(lemma, '/')+1:], "+")] = true
	s.morphs[morph] = true
	if strings.HasPrefix(morph, "A") {
		s.aramaic++
	}
}

func (v *verseReader) mark() error {
	text, err := innerText(v.dec)
	if err != nil {
		return err
	}
	last := len(v.marks) - 1
	if last < 0 {
		return fmt.Errorf("the mark %q stands before the first word", text)
	}
	v.marks[last] = append(v.marks[last], text)
	v.sum.seps[text]++
	return nil
}

func (v *verseReader) close() {
	for i := range v.verse.Words {
		v.verse.Words[i].After = separator(v.marks[i], i == len(v.marks)-1)
	}
}

// separator is what is printed for the marks between two words: maqqef and sof
// pasuq join the word before, all others stand alone.
func separator(marks []string, end bool) string {
	var b strings.Builder
	joined := false
	for _, m := range marks {
		joined = m == "־"
		if !joined && m != "׃" {
			b.WriteByte(' ')
		}
		b.WriteString(m)
	}
	if !joined && !end {
		b.WriteByte(' ')
	}
	return b.String()
}

// variant reads a ketiv/qere note: its ketiv is taken out of the line, its
// qere comes in.
func (v *verseReader) variant() error {
	ketiv, haveKetiv := mashal.Ketiv{}, false
	var after []string // marks between the ketiv and the note belong after the qere
	for {
		tok, err := v.dec.Token()
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "catchWord":
				text, err := innerText(v.dec)
				if err != nil {
					return err
				}
				haveKetiv = true
				if ketiv.Text, after, err = v.takeBack(text); err != nil {
					return err
				}
			case "rdg":
				if attr(t, "type") != "x-qere" {
					return fmt.Errorf("unknown reading %q", attr(t, "type"))
				}
				ketiv.Qere.First = len(v.verse.Words) + 1
			default:
				if err := v.element(t); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if t.Name.Local != "note" {
				continue
			}
			ketiv.Qere.Last = len(v.verse.Words)
			if last := len(v.marks) - 1; last >= 0 {
				v.marks[last] = append(v.marks[last], after...)
			}
			v.verse.Ketiv = append(v.verse.Ketiv, ketiv)
			v.count(ketiv, haveKetiv)
			return nil
		}
	}
}

func (v *verseReader) count(k mashal.Ketiv, haveKetiv bool) {
	v.sum.groups++
	v.sum.qereWords += k.Qere.Last - k.Qere.First + 1
	if !haveKetiv {
		v.sum.noKetiv++
	}
	if k.Qere.Last < k.Qere.First {
		v.sum.noQere++
	}
	v.sum.ketivWords += len(strings.FieldsFunc(k.Text, func(r rune) bool { return r == ' ' || r == '־' }))
}

// takeBack removes the words that the catchWord names from the end of the line
// and gives them as they were written, and the marks after them. The two may
// differ by slashes.
func (v *verseReader) takeBack(catchWord string) (text string, after []string, err error) {
	bare := strings.NewReplacer("/", "", " ", "", "־", "").Replace
	words := v.verse.Words
	from := len(words)
	for from > 0 && len(bare(text)) < len(bare(catchWord)) {
		from--
		if from == len(words)-1 {
			text, after = words[from].Text, v.marks[from]
		} else {
			text = words[from].Text + separator(v.marks[from], false) + text
		}
	}
	if bare(text) != bare(catchWord) {
		return "", nil, fmt.Errorf("the note on %q does not follow that word", catchWord)
	}
	v.verse.Words, v.marks = slices.Clip(words[:from]), slices.Clip(v.marks[:from])
	return text, after, nil
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// innerText is all text up to the end of the element just begun. Large, small
// and suspended letters are elements of their own within words.
func innerText(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		tok, err := dec.Token()
		if err != nil {
			return "", err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			b.Write(t)
		}
	}
	return b.String(), nil
}

var bookByOSIS = func() map[string]mashal.Book {
	m := map[string]mashal.Book{}
	for b := mashal.Book(1); b.Valid(); b++ {
		m[b.OSIS()] = b
	}
	return m
}()

// osisRef reads "Gen.1.2". The verse need not exist in Hebrew numbering: the
// numbers may be the English ones.
func osisRef(s string) (mashal.Ref, error) {
	part := strings.Split(s, ".")
	if len(part) == 3 {
		book, ok := bookByOSIS[part[0]]
		chapter, errC := strconv.Atoi(part[1])
		verse, errV := strconv.Atoi(part[2])
		if ok && errC == nil && errV == nil {
			return mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: chapter}, Verse: verse}, nil
		}
	}
	return mashal.Ref{}, fmt.Errorf("%q is not an OSIS reference to a verse", s)
}
