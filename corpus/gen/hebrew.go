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

// totals counts the contents of the Hebrew source, so that check can compare them with
// those of the known source.
type totals struct {
	verses, elements, words, qereWords, ketivWords, groups, noKetiv, noQere int
	seps                                                                    map[string]int
	lemmas, bases, morphs                                                   map[string]bool
	aramaic                                                                 int
}

// hebrewVerses reads the verses of one OSIS book of the Open Scriptures Hebrew Bible and
// adds them to sum. The words of the verses are the qere. The source does not mark the
// ketiv: it is the words before the note of a variant, which quotes them in its
// catchWord.
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
					return nil, fmt.Errorf("the file of %s has the verse %s", book, ref)
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

// A verseReader reads one verse.
type verseReader struct {
	dec   *xml.Decoder
	sum   *totals
	verse *mashal.Verse
	marks [][]string // the punctuation marks after each word
}

// element reads a child element of the verse or of a variant.
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

// word reads a word element and appends the word to the verse.
func (v *verseReader) word(t xml.StartElement) error {
	text, err := innerText(v.dec)
	if err != nil {
		return err
	}
	v.sum.add(attr(t, "lemma"), attr(t, "morph"))
	v.verse.Words = append(v.verse.Words, mashal.Word{
		Text: strings.ReplaceAll(text, "/", ""), Segments: text, Lemma: attr(t, "lemma"), Morph: attr(t, "morph"),
	})
	v.marks = append(v.marks, nil)
	return nil
}

// add counts a word of the qere or ketiv.
func (s *totals) add(lemma, morph string) {
	s.elements++
	s.lemmas[lemma] = true
	s.bases[strings.TrimSuffix(lemma[strings.LastIndexByte(lemma, '/')+1:], "+")] = true
	s.morphs[morph] = true
	if strings.HasPrefix(morph, "A") {
		s.aramaic++
	}
}

// mark reads a punctuation mark and records it after the last word.
func (v *verseReader) mark() error {
	text, err := innerText(v.dec)
	if err != nil {
		return err
	}
	last := len(v.marks) - 1
	if last < 0 {
		return fmt.Errorf("mark %q before the first word", text)
	}
	v.marks[last] = append(v.marks[last], text)
	v.sum.seps[text]++
	return nil
}

// close ends the verse: it sets the After of each word from the recorded marks.
func (v *verseReader) close() {
	for i := range v.verse.Words {
		v.verse.Words[i].After = separator(v.marks[i], i == len(v.marks)-1)
	}
}

// separator returns the text for the marks after a word. There is no space before maqqef
// and sof pasuq. end tells whether the word is the last of the verse.
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

// variant reads the note of a variant. It removes the words of the ketiv from the verse
// and appends those of the qere.
func (v *verseReader) variant() error {
	ketiv, haveKetiv := mashal.Ketiv{}, false
	var after []string // the marks between the ketiv and the note, which belong after the qere
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
				if ketiv.Text, after, err = v.removeKetiv(text); err != nil {
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

// count adds the words of a ketiv and of its qere to the totals.
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

// removeKetiv removes the words that catchWord quotes from the end of the verse. It
// returns their text and the marks after them. The quotation can have other slashes
// than the words.
func (v *verseReader) removeKetiv(catchWord string) (text string, after []string, err error) {
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
		return "", nil, fmt.Errorf("the note on %q does not follow these words", catchWord)
	}
	v.verse.Words, v.marks = slices.Clip(words[:from]), slices.Clip(v.marks[:from])
	return text, after, nil
}

// attr returns the value of an attribute, or "".
func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// innerText returns the text of the current element and its children. Large, small and
// suspended letters of a word are children.
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

// osisRef parses a reference such as "Gen.1.2". It does not check that the verse exists,
// because it can be in English numbering.
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
