package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mashal"
	"mashal/annotate"
	"mashal/reference"
)

// A demand is what a prompt asks for.
type demand struct {
	chapter mashal.Chapter
	verses  []int     // ascending
	claims  [][]claim // the figures to judge, of each of verses; nil if figures are asked for
}

// A claim is a figure to be judged.
type claim struct {
	types []mashal.Type
	said  string // all that is said of it, but for its number
}

var (
	figuresLine  = regexp.MustCompile(`^Annotate (.+?)\.?$`)
	verdictsLine = regexp.MustCompile(`^Judge the figures of (.+?)\.?$`)
	verseList    = regexp.MustCompile(`^verses? (\d[\d, and-]*) of (.+)$`)
	claimLine    = regexp.MustCompile(`^(v(\d+)) figure (\d+): ([a-z, ]+)(; words .+)$`)
)

var errNotAsked = errors.New(`the prompt does not end in "Annotate verses 1-5 of Ezekiel 21.", nor in "Judge the figures of ..." with the figures`)

// asked reads what a prompt asks for from its last lines, as the templates of
// package annotate write them: "Annotate verses 3-9 and 12 of Ezekiel 21.", or
// "Judge the figures of" such verses with a line for each figure after it. What
// stands above, such as the chapter, says nothing, whatever it says.
func asked(prompt string) (demand, error) {
	lines := strings.Split(strings.TrimSpace(prompt), "\n")
	var figures [][]string // from the last
	for _, line := range slices.Backward(lines) {
		line = strings.TrimSpace(line)
		if m := claimLine.FindStringSubmatch(line); m != nil {
			figures = append(figures, m)
			continue
		}
		if m := figuresLine.FindStringSubmatch(line); m != nil && figures == nil {
			return askedVerses(m[1])
		}
		if m := verdictsLine.FindStringSubmatch(line); m != nil && figures != nil {
			d, err := askedVerses(m[1])
			if err != nil {
				return d, err
			}
			slices.Reverse(figures)
			return d, d.claim(figures)
		}
		if line != "" {
			break
		}
	}
	return demand{}, errNotAsked
}

// askedVerses reads "verses 3-9 and 12 of Ezekiel 21", "Ezekiel 21:3-9" or
// "Ezekiel 21".
func askedVerses(s string) (demand, error) {
	list := verseList.FindStringSubmatch(s)
	if list != nil {
		s = list[2]
	}
	selection, err := reference.ParseSelection([]string{s})
	if err != nil {
		return demand{}, err
	}
	if len(selection) != 1 || list != nil && !selection[0].IsWhole() {
		return demand{}, fmt.Errorf("%q is not one chapter", s)
	}
	p := selection[0]
	ranges := []mashal.WordRange{{First: p.First, Last: p.Last}}
	if list != nil {
		ranges, err = mashal.ParseRanges(strings.NewReplacer(" and ", ",", " ", "").Replace(list[1]))
		if err != nil {
			return demand{}, fmt.Errorf("%q are not verses such as 3-9 and 12", list[1])
		}
	}
	d := demand{chapter: p.Chapter}
	for _, r := range ranges {
		if n := len(d.verses); r.Last > p.Verses() || n > 0 && r.First <= d.verses[n-1] {
			return demand{}, fmt.Errorf("%s of %d verses does not have the verses %s in this order", p.Chapter, p.Verses(), list[1])
		}
		for v := r.First; v <= r.Last; v++ {
			d.verses = append(d.verses, v)
		}
	}
	return d, nil
}

// claim takes the figures that stand under a demand for verdicts, as claimLine
// finds them. There must be some of each verse and of no other, numbered in
// order.
func (d *demand) claim(figures [][]string) error {
	codes := annotate.TypeCodes()
	d.claims = make([][]claim, len(d.verses))
	i := 0
	for _, m := range figures {
		if i+1 < len(d.verses) && m[2] == fmt.Sprint(d.verses[i+1]) {
			i++
		}
		if m[2] != fmt.Sprint(d.verses[i]) || m[3] != fmt.Sprint(len(d.claims[i])+1) {
			return fmt.Errorf("figure %s of verse %s is not the one to be judged next", m[3], m[2])
		}
		c := claim{said: m[1] + ": " + m[4] + m[5]}
		for code := range strings.SplitSeq(m[4], ", ") {
			k := slices.Index(codes, code)
			if k < 0 {
				return fmt.Errorf("figure %s of verse %s is said to be %q, which is no type", m[3], m[2], code)
			}
			c.types = append(c.types, mashal.Types[k])
		}
		d.claims[i] = append(d.claims[i], c)
	}
	if k := slices.IndexFunc(d.claims, func(of []claim) bool { return of == nil }); k >= 0 {
		return fmt.Errorf("no figure of verse %d is given to be judged", d.verses[k])
	}
	return nil
}
