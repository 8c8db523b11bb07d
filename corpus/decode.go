package corpus

import (
	"strings"

	"mashal"
)

// A decoder decodes the verses of one chapter in order.
type decoder struct {
	*Corpus
	at      position   // of the next verse
	ketivs  int        // the end of the chapter's ketivs
	ref     mashal.Ref // the last verse decoded or skipped
	buf     []byte
	offsets []int
}

// decoder returns a decoder for the verses of a chapter.
func (c *Corpus) decoder(ch mashal.Chapter) *decoder {
	i := c.index(ch)
	return &decoder{Corpus: c, at: c.positions[i], ketivs: c.positions[i+1].ketiv, ref: mashal.Ref{Chapter: ch}}
}

// decode decodes a whole chapter. All its words share one array, and all its English
// words another, to save allocations.
func (c *Corpus) decode(ch mashal.Chapter) *mashal.ChapterText {
	d := c.decoder(ch)
	end := c.positions[c.index(ch)+1]
	words := make([]mashal.Word, end.word-d.at.word)
	english := make([]mashal.EnglishWord, end.englishWord-d.at.englishWord)
	text := &mashal.ChapterText{Chapter: ch, Verses: make([]mashal.Verse, ch.Verses())}
	for i := range text.Verses {
		w, e := d.words(), d.englishWords()
		d.verse(&text.Verses[i], words[:w:w], english[:e:e])
		words, english = words[w:], english[e:]
	}
	return text
}

// words returns the number of words of the next verse.
func (d *decoder) words() int { return int(d.parts[verseWords][d.at.verse]) }

// englishWords returns the number of English words of the next verse.
func (d *decoder) englishWords() int { return int(d.parts[verseEnglishWords][d.at.verse]) }

// skip moves to the end of the next verse.
func (d *decoder) skip() {
	p := &d.parts
	for range d.words() {
		d.at.hebrew += int(p[wordLength][d.at.word])
		d.at.word++
	}
	d.ref.Verse++
	for d.at.ketiv < d.ketivs && int(p[ketivVerse][d.at.ketiv]) == d.ref.Verse {
		d.at.ketivText += int(p[ketivLength][d.at.ketiv])
		d.at.ketiv++
	}
	d.at.englishWord += d.englishWords()
	d.at.english += u16(p[verseEnglish], d.at.verse)
	d.at.verse++
}

// verse decodes the next verse into v. words and english are slices of the lengths
// that the verse has.
func (d *decoder) verse(v *mashal.Verse, words []mashal.Word, english []mashal.EnglishWord) {
	start := d.at
	d.skip()
	p := &d.parts
	v.Ref = d.ref
	v.Words = words
	d.readWords(start, words)
	v.Ketiv = d.readKetivs(start)
	v.English = p[englishText][start.english:d.at.english]
	v.Status = mashal.EnglishStatus(p[verseStatus][start.verse])
	v.EnglishWords = english
	end := 0
	for i := range english {
		n := start.englishWord + i
		begin := end + int(p[englishGap][n])
		end = begin + int(p[englishLength][n])
		english[i] = mashal.EnglishWord{Start: begin, End: end, Hebrew: int(p[englishHebrew][n])}
	}
}

// readWords decodes the words of a verse. It builds one string that holds each word,
// with slashes and, if it has several segments, also without. The words share that
// string.
func (d *decoder) readWords(at position, words []mashal.Word) {
	p := &d.parts
	buf, offsets := d.buf[:0], d.offsets[:0]
	for i := range words {
		n := int(p[wordLength][at.word+i])
		coded := p[hebrewText][at.hebrew : at.hebrew+n]
		at.hebrew += n
		offsets = append(offsets, len(buf))
		buf = appendHebrew(buf, coded)
		offsets = append(offsets, len(buf))
		if strings.IndexByte(coded, '/') >= 0 {
			for _, c := range buf[offsets[2*i]:] {
				if c != '/' {
					buf = append(buf, c)
				}
			}
		}
	}
	d.buf, d.offsets = buf, append(offsets, len(buf))
	text := string(buf)
	for i := range words {
		n := at.word + i
		from, slashed, to := d.offsets[2*i], d.offsets[2*i+1], d.offsets[2*i+2]
		w := &words[i]
		w.Segments = text[from:slashed]
		w.Text = w.Segments
		if slashed < to {
			w.Text = text[slashed:to]
		}
		w.Lemma = d.lemmas[u16(p[wordLemma], n)]
		w.Morph = d.morphs[u16(p[wordMorph], n)]
		w.After = d.afters[p[wordAfter][n]]
	}
	if len(words) > 0 {
		words[len(words)-1].After = d.ends[p[wordAfter][at.word+len(words)-1]]
	}
}

// readKetivs decodes the ketivs of the verse that begins at a position. The decoder is
// at its end.
func (d *decoder) readKetivs(at position) []mashal.Ketiv {
	if at.ketiv == d.at.ketiv {
		return nil
	}
	p := &d.parts
	ketivs := make([]mashal.Ketiv, 0, d.at.ketiv-at.ketiv)
	for ; at.ketiv < d.at.ketiv; at.ketiv++ {
		n := int(p[ketivLength][at.ketiv])
		first := int(p[ketivFirst][at.ketiv])
		ketivs = append(ketivs, mashal.Ketiv{
			Text: string(appendHebrew(nil, p[ketivText][at.ketivText:at.ketivText+n])),
			Qere: mashal.WordRange{First: first, Last: first + int(p[ketivQere][at.ketiv]) - 1},
		})
		at.ketivText += n
	}
	return ketivs
}
