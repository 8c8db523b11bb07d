package corpus

import (
	"strings"

	"mashal"
)

// A decoder reads the verses of one chapter in order: at is where the next
// verse begins, ref the verse read last.
type decoder struct {
	*Corpus
	at      place
	ketivs  int // where those of the chapter end
	ref     mashal.Ref
	buf     []byte
	offsets []int
}

func (c *Corpus) decoder(ch mashal.Chapter) *decoder {
	i := c.index(ch)
	return &decoder{Corpus: c, at: c.chapter[i], ketivs: c.chapter[i+1].ketiv, ref: mashal.Ref{Chapter: ch}}
}

// decode reads a whole chapter. Its words stand in one slice and its glosses
// in another, of which each verse has a part.
func (c *Corpus) decode(ch mashal.Chapter) *mashal.ChapterText {
	d := c.decoder(ch)
	end := c.chapter[c.index(ch)+1]
	words := make([]mashal.Word, end.word-d.at.word)
	glosses := make([]mashal.EnglishWord, end.gloss-d.at.gloss)
	text := &mashal.ChapterText{Chapter: ch, Verses: make([]mashal.Verse, ch.Verses())}
	for i := range text.Verses {
		w, g := d.words(), d.glosses()
		d.verse(&text.Verses[i], words[:w:w], glosses[:g:g])
		words, glosses = words[w:], glosses[g:]
	}
	return text
}

// words and glosses are how many the next verse has.
func (d *decoder) words() int   { return int(d.parts[verseWords][d.at.verse]) }
func (d *decoder) glosses() int { return int(d.parts[verseGlosses][d.at.verse]) }

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
	d.at.gloss += d.glosses()
	d.at.english += u16(p[verseEnglish], d.at.verse)
	d.at.verse++
}

// verse reads the next verse into v, with room for its words and glosses.
func (d *decoder) verse(v *mashal.Verse, words []mashal.Word, glosses []mashal.EnglishWord) {
	start := d.at
	d.skip()
	p := &d.parts
	v.Ref = d.ref
	v.Words = words
	d.readWords(start, words)
	v.Ketiv = d.readKetivs(start)
	v.English = p[englishText][start.english:d.at.english]
	v.Status = mashal.EnglishStatus(p[verseStatus][start.verse])
	v.EnglishWords = glosses
	end := 0
	for i := range glosses {
		n := start.gloss + i
		begin := end + int(p[glossGap][n])
		end = begin + int(p[glossLength][n])
		glosses[i] = mashal.EnglishWord{Start: begin, End: end, Hebrew: int(p[glossWord][n])}
	}
}

// readWords makes one string of all words of the verse, those of several
// segments with and without slashes, and cuts the words out of it.
func (d *decoder) readWords(at place, words []mashal.Word) {
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

func (d *decoder) readKetivs(at place) []mashal.Ketiv {
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
