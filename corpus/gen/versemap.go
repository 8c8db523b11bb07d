package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"mashal"
)

// A verseMap gives the English verses that correspond to a Hebrew one, for
// those that differ. The four pairs that divide a verse in its middle are in
// divided, which says where.
type verseMap map[mashal.Ref][]mashal.Ref

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

// A piece is an English verse, or what of it stands before or from a phrase.
type piece struct{ verse, before, from string }

// divided are the verses at whose borders the two traditions cut the text
// differently. The verse map names half of them; where in the English the
// border falls is ours to say.
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

// shared are pairs of Hebrew verses that one English verse translates.
var shared = map[string]bool{
	"Num.25.19": true, "Num.26.1": true,
	"1Sam.20.42": true, "1Sam.21.1": true,
	"1Chr.12.4": true, "1Chr.12.5": true,
}

// An englisher finds the English of Hebrew verses and remembers what it used.
type englisher struct {
	verses map[mashal.Ref]*englishVerse
	m      verseMap
	used   map[mashal.Ref]bool
}

// english sets the verse's English and its status, and gives the Strong's tags
// of the English by byte; tags are nil where they cannot be trusted: they were
// made by pairing equal numbers, so they are wrong wherever these differ.
func (e *englisher) english(v *mashal.Verse) (map[int]string, error) {
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
		// Where verse 2 or 3 of a psalm is the English verse 1, what precedes
		// it is the title: all of it at verse 1, even if it has two verses.
		switch start := e.startOfPsalm(first); {
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
			return moved(ev.tags, len(v.English)-len(ev.text)), nil
		case v.Verse == 1:
			v.Status, v.English = mashal.EnglishTitle, e.verses[first].title
			if v.English == "" {
				return nil, fmt.Errorf("%s is a title, but its English has none", v.Ref)
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
		return nil, fmt.Errorf("%s has a title", v.Ref)
	}
	v.English = ev.text
	if to[0] != v.Ref || v.Status != mashal.EnglishWhole {
		return nil, nil
	}
	return ev.tags, nil
}

// startOfPsalm is the verse that the English verse 1 translates.
func (e *englisher) startOfPsalm(first mashal.Ref) int {
	start := 1
	for n := 2; n <= 3; n++ {
		if to := e.m[mashal.Ref{Chapter: first.Chapter, Verse: n}]; len(to) == 1 && to[0] == first {
			start = n
		}
	}
	return start
}

func (e *englisher) use(ref mashal.Ref) (*englishVerse, error) {
	ev := e.verses[ref]
	if ev == nil {
		return nil, fmt.Errorf("there is no English verse %s", ref)
	}
	e.used[ref] = true
	return ev, nil
}

func (e *englisher) join(v *mashal.Verse, pieces []piece) error {
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
			return fmt.Errorf("%s is not divided at %q", ref, p.before+p.from)
		}
		parts = append(parts, strings.TrimSpace(ev.text[from:to]))
	}
	v.English = strings.Join(parts, " ")
	return nil
}

func moved(tags map[int]string, by int) map[int]string {
	if by == 0 {
		return tags
	}
	m := make(map[int]string, len(tags))
	for at, tag := range tags {
		m[at+by] = tag
	}
	return m
}
