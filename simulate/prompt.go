package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mashal"
	"mashal/annotate"
	"mashal/reference"
)

// A question is the content of a prompt.
type question struct {
	chapter mashal.Chapter
	verses  []int      // ascending
	figures [][]figure // to be judged, for each of verses; nil if the prompt asks for figures
	long    bool       // figures were shown in the long form, which wants verdicts in it
}

// A figure is a figure to be judged.
type figure struct {
	types       []mashal.Type
	description string // its line of the prompt without its number
}

var (
	figuresLine  = regexp.MustCompile(`^Annotate (.+?)\.?$`)
	verdictsLine = regexp.MustCompile(`^Judge the figures of (.+?)\.?$`)
	verseList    = regexp.MustCompile(`^verses? (\d[\d, and-]*) of (.+)$`)
	verseLine    = regexp.MustCompile(`^v(\d+)(?: .*)?$`)
	figureLine   = regexp.MustCompile(`^([a-z]{3}(?:,[a-z]{3})*): (.+)$`)
	longLine     = regexp.MustCompile(`^v(\d+) figure (\d+): ([a-z, ]+)(; words .+)$`)
)

var errNotAsked = errors.New(`the prompt does not end in "Annotate verses 1-5 of Ezekiel 21.", nor in "Judge the figures of ..." with the figures`)

// A shownFigure is a line of a prompt that shows a figure to be judged.
type shownFigure struct {
	verse, number string // number is "" where figures have none
	types         []string
	description   string
}

// parsePrompt parses the end of a prompt of package annotate: "Annotate verses 3-9
// and 12 of Ezekiel 21.", or "Judge the figures of" such verses, followed by the
// figures. These are a line for each verse and one for each of its figures, and in
// earlier versions a line for each figure that names its verse. The text above it,
// such as the chapter, is ignored.
func parsePrompt(prompt string) (question, error) {
	lines := strings.Split(strings.TrimSpace(prompt), "\n")
	var figures []shownFigure // the last first
	var unplaced int          // figures at the end of figures whose verse is not known yet
	long := false
	for _, line := range slices.Backward(lines) {
		line = strings.TrimSpace(line)
		if m := longLine.FindStringSubmatch(line); m != nil && unplaced == 0 {
			long = true
			figures = append(figures, shownFigure{m[1], m[2], strings.Split(m[3], ", "), "v" + m[1] + ": " + m[3] + m[4]})
			continue
		}
		if m := figureLine.FindStringSubmatch(line); m != nil {
			unplaced++
			figures = append(figures, shownFigure{types: strings.Split(m[1], ","), description: m[1] + ": " + m[2]})
			continue
		}
		if m := verseLine.FindStringSubmatch(line); m != nil && unplaced > 0 {
			for i := len(figures) - unplaced; i < len(figures); i++ {
				figures[i].verse, figures[i].description = m[1], "v"+m[1]+" "+figures[i].description
			}
			unplaced = 0
			continue
		}
		if m := figuresLine.FindStringSubmatch(line); m != nil && figures == nil {
			return parseVerses(m[1])
		}
		if m := verdictsLine.FindStringSubmatch(line); m != nil && figures != nil && unplaced == 0 {
			q, err := parseVerses(m[1])
			if err != nil {
				return q, err
			}
			q.long = long
			slices.Reverse(figures)
			return q, q.setFigures(figures)
		}
		if line != "" {
			break
		}
	}
	return question{}, errNotAsked
}

// parseVerses parses "verses 3-9 and 12 of Ezekiel 21", "Ezekiel 21:3-9" or
// "Ezekiel 21". The verses must be of one chapter and in ascending order.
func parseVerses(s string) (question, error) {
	list := verseList.FindStringSubmatch(s)
	if list != nil {
		s = list[2]
	}
	selection, err := reference.ParseSelection([]string{s})
	if err != nil {
		return question{}, err
	}
	if len(selection) != 1 || list != nil && !selection[0].IsWhole() {
		return question{}, fmt.Errorf("%q is not one chapter", s)
	}
	p := selection[0]
	ranges := []mashal.WordRange{{First: p.First, Last: p.Last}}
	if list != nil {
		ranges, err = mashal.ParseRanges(strings.NewReplacer(" and ", ",", " ", "").Replace(list[1]))
		if err != nil {
			return question{}, fmt.Errorf("%q is not a list of verses such as 3-9 and 12", list[1])
		}
	}
	q := question{chapter: p.Chapter}
	for _, r := range ranges {
		if n := len(q.verses); r.Last > p.Verses() || n > 0 && r.First <= q.verses[n-1] {
			return question{}, fmt.Errorf("%s has %d verses: %s is not an ascending list of them", p.Chapter, p.Verses(), list[1])
		}
		for v := r.First; v <= r.Last; v++ {
			q.verses = append(q.verses, v)
		}
	}
	return q, nil
}

// setFigures sets the figures of the question. Each verse must have a figure,
// numbered from 1 if at all, and no other verse may.
func (q *question) setFigures(figures []shownFigure) error {
	codes := annotate.TypeCodes()
	q.figures = make([][]figure, len(q.verses))
	i := 0
	for _, shown := range figures {
		if i+1 < len(q.verses) && shown.verse == fmt.Sprint(q.verses[i+1]) {
			i++
		}
		number := fmt.Sprint(len(q.figures[i]) + 1)
		if shown.verse != fmt.Sprint(q.verses[i]) || shown.number != "" && shown.number != number {
			return fmt.Errorf("figure %s of verse %s is not in order", cmp.Or(shown.number, number), shown.verse)
		}
		f := figure{description: shown.description}
		for _, code := range shown.types {
			k := slices.Index(codes, code)
			if k < 0 {
				return fmt.Errorf("figure %s of verse %s has the unknown type %q", number, shown.verse, code)
			}
			f.types = append(f.types, mashal.Types[k])
		}
		q.figures[i] = append(q.figures[i], f)
	}
	if k := slices.IndexFunc(q.figures, func(of []figure) bool { return of == nil }); k >= 0 {
		return fmt.Errorf("the prompt has no figure of verse %d", q.verses[k])
	}
	return nil
}
