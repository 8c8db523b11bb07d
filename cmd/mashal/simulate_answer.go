package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"mashal"
	"mashal/corpus"
	"mashal/llm/llmsim"
	"mashal/rules"
)

// answers are what the simulated model knows: what the rules find, or recorded
// responses.
type answers struct {
	text     *corpus.Corpus
	rules    *rules.Annotator
	recorded map[mashal.Chapter]string // the file of the latest response for a chapter; nil to answer by the rules
}

// recordedName is Ezekiel_21_20251224_222533.json: book, chapter, date, time.
var recordedName = regexp.MustCompile(`^(.+)_(\d+)_\d{8}_\d{6}\.json$`)

func newAnswers(folder string) (*answers, error) {
	text, err := corpus.Open()
	if err != nil {
		return nil, err
	}
	set, err := rules.Default()
	if err != nil {
		return nil, err
	}
	a := &answers{text: text, rules: set.Annotator(text.Version())}
	if folder == "" {
		return a, nil
	}
	entries, err := os.ReadDir(folder) // in the order of names, so that of one chapter the latest comes last
	if err != nil {
		return nil, fmt.Errorf("read recorded responses: %w", err)
	}
	a.recorded = map[mashal.Chapter]string{}
	for _, e := range entries {
		name := recordedName.FindStringSubmatch(e.Name())
		if name == nil {
			continue
		}
		selection, err := mashal.ParseSelection([]string{strings.ReplaceAll(name[1], "_", " ") + " " + name[2]})
		if err != nil || len(selection) != 1 {
			return nil, fmt.Errorf("the recorded response %s is not of one chapter", e.Name())
		}
		a.recorded[selection[0].Chapter] = filepath.Join(folder, e.Name())
	}
	if len(a.recorded) == 0 {
		return nil, mashal.Usagef("mashal simulate --help", "%s has no recorded responses such as Ezekiel_21_20251224_222533.json", folder)
	}
	return a, nil
}

// answer answers for the verses that the prompt asks for.
func (a *answers) answer(r llmsim.Request) (string, error) {
	chapter, verses, err := asked(r.Prompt)
	if err != nil {
		return "", err
	}
	if a.recorded != nil {
		return a.replay(chapter, verses)
	}
	return a.annotate(chapter, verses)
}

// replay gives the recorded response: as it is for the whole chapter, of
// others the objects of the verses asked for, which are as they were.
func (a *answers) replay(chapter mashal.Chapter, verses map[int]bool) (string, error) {
	file, ok := a.recorded[chapter]
	if !ok {
		return "", fmt.Errorf("no response for %s is recorded", chapter)
	}
	response, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the recorded response for %s: %w", chapter, err)
	}
	var objects []json.RawMessage
	if len(verses) == chapter.Verses() || json.Unmarshal(response, &objects) != nil {
		return string(response), nil // what is broken cannot be taken apart
	}
	var kept []string
	for _, object := range objects {
		var head struct{ Verse int }
		if json.Unmarshal(object, &head) == nil && verses[head.Verse] {
			kept = append(kept, "\n  "+string(object))
		}
	}
	return "[" + strings.Join(kept, ",") + "\n]", nil
}

// A recordedVerse and a recordedFigure are the form of the recorded responses.
type recordedVerse struct {
	Verse        int              `json:"verse"`
	Reference    string           `json:"reference"`
	Deliberation string           `json:"deliberation"`
	Instances    []recordedFigure `json:"instances"`
}

type recordedFigure struct {
	Figurative      yesNo    `json:"figurative_language"`
	Metaphor        yesNo    `json:"metaphor"`
	Simile          yesNo    `json:"simile"`
	Personification yesNo    `json:"personification"`
	Idiom           yesNo    `json:"idiom"`
	Hyperbole       yesNo    `json:"hyperbole"`
	Metonymy        yesNo    `json:"metonymy"`
	Other           yesNo    `json:"other"`
	Hebrew          string   `json:"hebrew_text"`
	English         string   `json:"english_text"`
	Target          []string `json:"target"`
	Vehicle         []string `json:"vehicle"`
	Ground          []string `json:"ground"`
	Posture         []string `json:"posture"`
	Explanation     string   `json:"explanation"`
	Confidence      float64  `json:"confidence"`
	Speaker         string   `json:"speaker"`
	Purpose         string   `json:"purpose"`
}

// A yesNo is "yes" or "no".
type yesNo bool

// MarshalJSON writes it as the recorded responses do.
func (f yesNo) MarshalJSON() ([]byte, error) {
	if f {
		return []byte(`"yes"`), nil
	}
	return []byte(`"no"`), nil
}

// annotate gives what the rules find, in the form of the recorded responses.
func (a *answers) annotate(chapter mashal.Chapter, verses map[int]bool) (string, error) {
	text, err := a.text.Chapter(chapter)
	if err != nil {
		return "", err
	}
	found := []recordedVerse{}
	err = a.rules.Annotate(context.Background(), text, mashal.Whole(chapter).Numbers(), func(r mashal.Result) error {
		if !verses[r.Verse] {
			return nil
		}
		verse := &text.Verses[r.Verse-1]
		v := recordedVerse{Verse: r.Verse, Reference: verse.String(), Deliberation: r.Deliberation, Instances: []recordedFigure{}}
		for i := range r.Figures {
			v.Instances = append(v.Instances, recordFigure(verse, &r.Figures[i]))
		}
		found = append(found, v)
		return nil
	})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(found)
	return b.String(), err
}

func recordFigure(verse *mashal.Verse, f *mashal.Figure) recordedFigure {
	hebrew := make([]string, len(f.Span.Ranges))
	for i, r := range f.Span.Ranges {
		hebrew[i] = verse.HebrewOf(r)
	}
	return recordedFigure{
		Figurative: true, Metaphor: yesNo(f.Is(mashal.Metaphor)), Simile: yesNo(f.Is(mashal.Simile)), Personification: yesNo(f.Is(mashal.Personification)),
		Idiom: yesNo(f.Is(mashal.Idiom)), Hyperbole: yesNo(f.Is(mashal.Hyperbole)), Metonymy: yesNo(f.Is(mashal.Metonymy)), Other: yesNo(f.Is(mashal.Other)),
		Hebrew: strings.Join(hebrew, " ... "), English: verse.EnglishOf(f.Span),
		Target: f.Target.Levels(), Vehicle: f.Vehicle.Levels(), Ground: f.Ground.Levels(), Posture: f.Posture.Levels(),
		Explanation: f.Explanation, Confidence: f.Confidence, Speaker: f.Speaker, Purpose: f.Purpose,
	}
}

var (
	// reference is what may be a book and a chapter, with or without verses.
	reference = regexp.MustCompile(`(?:[1-3] )?\p{Lu}\p{L}+(?: of [A-Z][a-z]+)? \d+(?::\d+(?:[-–]\d+)?)?`)
	// verseList is a list of verses that stands before its chapter.
	verseList = regexp.MustCompile(`(?i)\bverses? (\d[\d,\s–-]*(?:and [\d–-]+ )?)of $`)
	number    = regexp.MustCompile(`\d+|[-–]`)
)

// asked reads from a prompt which verses it asks for: those of the chapter it
// names last, in one of the forms "Ezekiel 21", "Ezekiel 21:5-10" and "verses
// 5-7, 9 of Ezekiel 21".
func asked(prompt string) (mashal.Chapter, map[int]bool, error) {
	places := reference.FindAllStringIndex(prompt, -1)
	for i := len(places) - 1; i >= 0; i-- {
		from, to := places[i][0], places[i][1]
		selection, err := mashal.ParseSelection([]string{prompt[from:to]})
		if err != nil || len(selection) != 1 {
			continue
		}
		p := selection[0]
		verses := map[int]bool{}
		list := verseList.FindStringSubmatch(prompt[max(0, from-2000):from])
		if list == nil {
			for v := p.First; v <= p.Last; v++ {
				verses[v] = true
			}
			return p.Chapter, verses, nil
		}
		last, ranged := 0, false
		for _, item := range number.FindAllString(list[1], -1) {
			n, err := strconv.Atoi(item)
			if err != nil {
				ranged = true
				continue
			}
			if n < 1 || n > p.Verses() {
				return p.Chapter, nil, fmt.Errorf("%s has no verse %d", p.Chapter, n)
			}
			for v := last + 1; ranged && v < n; v++ {
				verses[v] = true
			}
			verses[n], last, ranged = true, n, false
		}
		return p.Chapter, verses, nil
	}
	return mashal.Chapter{}, nil, errors.New(`the prompt names no chapter, such as "Ezekiel 21"`)
}
