package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"mashal"
)

// A verseMap maps Hebrew verses to the corresponding English verses, where the numbers
// differ. Verses that are divided in the middle are in divided instead.
type verseMap map[mashal.Ref][]mashal.Ref

// readVerseMap reads the verse map of the Open Scriptures Hebrew Bible.
func readVerseMap(r io.Reader) (verseMap, error) {
	var doc struct {
		Book []struct {
			Verse []struct {
				WLC string `xml:"wlc,attr"`
				KJV string `xml:"kjv,attr"`
			} `xml:"verse"`
		} `xml:"book"`
	}
	if err := xml.NewDecoder(r).Decode(&doc); err != nil {
		return nil, err
	}
	m, entries := verseMap{}, 0
	for _, b := range doc.Book {
		for _, v := range b.Verse {
			hebrew, _, _ := strings.Cut(v.WLC, "!")
			english, _, _ := strings.Cut(v.KJV, "!")
			h, err := osisRef(hebrew)
			if err != nil {
				return nil, err
			}
			e, err := osisRef(english)
			if err != nil {
				return nil, err
			}
			m[h] = append(m[h], e)
			entries++
		}
	}
	if entries != 1978 {
		return nil, fmt.Errorf("the verse map has %d entries, not 1978", entries)
	}
	return m, nil
}

// A piece is an English verse, or its part before a phrase or from a phrase.
type piece struct{ verse, before, from string }

// divided lists the English of verses that begin or end inside an English verse. The
// verse map has half of these verses. It does not have the phrases at which they are
// divided.
var divided = map[string][]piece{
	"1Kgs.18.33": {{"1Kgs.18.33", "He said, “Fill four jars", ""}},
	"1Kgs.18.34": {{"1Kgs.18.33", "", "He said, “Fill four jars"}, {"1Kgs.18.34", "", ""}},
	"1Kgs.20.2":  {{"1Kgs.20.2", "and said to him", ""}},
	"1Kgs.20.3":  {{"1Kgs.20.2", "", "and said to him"}, {"1Kgs.20.3", "", ""}},
	"1Kgs.22.21": {{"1Kgs.22.21", "", ""}, {"1Kgs.22.22", "He said, ‘I will go out", ""}},
	"1Kgs.22.22": {{"1Kgs.22.22", "", "He said, ‘I will go out"}},
	"1Kgs.22.43": {{"1Kgs.22.43", "However, the high places", ""}},
	"1Kgs.22.44": {{"1Kgs.22.43", "", "However, the high places"}},
	"Isa.63.19":  {{"Isa.63.19", "", ""}, {"Isa.64.1", "", ""}},
	"Ps.13.6":    {{"Ps.13.5", "", ""}, {"Ps.13.6", "", ""}},
}

// shared lists the pairs of Hebrew verses that one English verse translates.
var shared = map[string]bool{
	"Num.25.19": true, "Num.26.1": true,
	"1Sam.20.42": true, "1Sam.21.1": true,
	"1Chr.12.4": true, "1Chr.12.5": true,
}

// An englishFinder finds the English of Hebrew verses. It records which English verses
// were used.
type englishFinder struct {
	verses map[mashal.Ref]*englishVerse
	m      verseMap
	used   map[mashal.Ref]bool
}

// english sets the English of a verse and its status. It returns the Strong's tags of
// the English, by byte offset. The tags are nil if the verse has different numbers in
// the two texts, because the tags were made by pairing verses of equal numbers.
func (e *englishFinder) english(v *mashal.Verse) (map[int]string, error) {
	if pieces, ok := divided[v.OSIS()]; ok {
		v.Status = mashal.EnglishPartial
		return nil, e.join(v, pieces)
	}
	if shared[v.OSIS()] {
		v.Status = mashal.EnglishShared
	}
	to := []mashal.Ref{v.Ref}
	if mapped, ok := e.m[v.Ref]; ok {
		to = mapped
	}
	if len(to) != 1 {
		return nil, fmt.Errorf("%s has %d English verses", v.Ref, len(to))
	}
	if first := (mashal.Ref{Chapter: v.Chapter, Verse: 1}); v.Book.OSIS() == "Ps" && to[0] == first {
		// If verse 2 or 3 of a psalm is the English verse 1, the verses before it
		// are the title. Verse 1 gets all of the title's English.
		switch start := e.firstVerseOfPsalm(first); {
		case v.Verse >= start:
			ev, err := e.use(first)
			if err != nil {
				return nil, err
			}
			if start > 1 {
				v.English = ev.text
				return nil, nil
			}
			v.English = strings.TrimSpace(ev.title + " " + ev.text)
			return shiftTags(ev.tags, len(v.English)-len(ev.text)), nil
		case v.Verse == 1:
			v.Status, v.English = mashal.EnglishTitle, e.verses[first].title
			if v.English == "" {
				return nil, fmt.Errorf("%s is a title, but the English has no title", v.Ref)
			}
			return nil, nil
		}
		v.Status = mashal.EnglishNone
		return nil, nil
	}
	ev, err := e.use(to[0])
	if err != nil {
		return nil, err
	}
	if ev.title != "" && v.Book.OSIS() != "Ps" {
		return nil, fmt.Errorf("the English of %s has an unexpected title", v.Ref)
	}
	v.English = ev.text
	if to[0] != v.Ref || v.Status != mashal.EnglishWhole {
		return nil, nil
	}
	return ev.tags, nil
}

// firstVerseOfPsalm returns the number of the Hebrew verse that the English verse 1 of a
// psalm translates.
func (e *englishFinder) firstVerseOfPsalm(first mashal.Ref) int {
	start := 1
	for n := 2; n <= 3; n++ {
		if to := e.m[mashal.Ref{Chapter: first.Chapter, Verse: n}]; len(to) == 1 && to[0] == first {
			start = n
		}
	}
	return start
}

// use returns an English verse and records that it was used.
func (e *englishFinder) use(ref mashal.Ref) (*englishVerse, error) {
	ev := e.verses[ref]
	if ev == nil {
		return nil, fmt.Errorf("there is no English verse %s", ref)
	}
	e.used[ref] = true
	return ev, nil
}

// join sets the English of a verse to the given pieces.
func (e *englishFinder) join(v *mashal.Verse, pieces []piece) error {
	var parts []string
	for _, p := range pieces {
		ref, err := osisRef(p.verse)
		if err != nil {
			return err
		}
		ev, err := e.use(ref)
		if err != nil {
			return err
		}
		from, to := 0, len(ev.text)
		if p.from != "" {
			from = strings.Index(ev.text, p.from)
		}
		if p.before != "" {
			to = strings.Index(ev.text, p.before)
		}
		if from < 0 || to < 0 {
			return fmt.Errorf("the English of %s lacks the phrase %q", ref, p.before+p.from)
		}
		parts = append(parts, strings.TrimSpace(ev.text[from:to]))
	}
	v.English = strings.Join(parts, " ")
	return nil
}

// shiftTags returns the tags with their byte offsets increased by a number.
func shiftTags(tags map[int]string, by int) map[int]string {
	if by == 0 {
		return tags
	}
	m := make(map[int]string, len(tags))
	for at, tag := range tags {
		m[at+by] = tag
	}
	return m
}
