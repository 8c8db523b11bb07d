package annotate_test

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate"
)

// shortTypes are the names of the types in answers.
var shortTypes = map[mashal.Type]string{
	mashal.Metaphor: "met", mashal.Simile: "sim", mashal.Personification: "per", mashal.Idiom: "idi",
	mashal.Hyperbole: "hyp", mashal.Metonymy: "mty", mashal.Other: "oth",
}

// An answeredVerse is a verse as a model answers it.
type answeredVerse struct {
	Verse        int              `json:"verse"`
	Deliberation string           `json:"deliberation"`
	Figures      []answeredFigure `json:"figures"`
}

type answeredFigure struct {
	Types       []string `json:"types"`
	Words       [][2]int `json:"words"`
	Target      string   `json:"target"`
	TargetIs    string   `json:"t"`
	Vehicle     string   `json:"vehicle"`
	VehicleIs   string   `json:"v"`
	Ground      string   `json:"ground"`
	GroundIs    string   `json:"g"`
	Posture     string   `json:"posture"`
	PostureIs   string   `json:"p"`
	Explanation string   `json:"explanation"`
	Speaker     string   `json:"speaker"`
	Purpose     string   `json:"purpose"`
	Confidence  float64  `json:"confidence"`
}

// express says a result as a model would. Recorded categories are free text;
// each is given a code of the list, always the same for the same text.
func express(r mashal.Result) answeredVerse {
	a := answeredVerse{Verse: r.Verse, Deliberation: r.Deliberation, Figures: []answeredFigure{}}
	for _, f := range r.Figures {
		o := answeredFigure{
			Words: [][2]int{}, Explanation: f.Explanation, Speaker: f.Speaker, Purpose: f.Purpose, Confidence: f.Confidence,
			Target: f.Target.Specific, TargetIs: codeFor(annotate.Kinds, f.Target),
			Vehicle: f.Vehicle.Specific, VehicleIs: codeFor(annotate.Kinds, f.Vehicle),
			Ground: f.Ground.Specific, GroundIs: codeFor(annotate.Grounds, f.Ground),
			Posture: f.Posture.Specific, PostureIs: codeFor(annotate.Postures, f.Posture),
		}
		for _, t := range f.Types {
			o.Types = append(o.Types, shortTypes[t])
		}
		if f.Subtype != "" {
			o.Types = append(o.Types, f.Subtype)
		}
		for _, w := range f.Span.Ranges {
			o.Words = append(o.Words, [2]int{w.First, w.Last})
		}
		a.Figures = append(a.Figures, o)
	}
	return a
}

func codeFor(l annotate.List, t mashal.Tag) string {
	all := annotate.Categories(l)
	if i := slices.IndexFunc(all, func(c annotate.Category) bool { return c.Code == t.Category }); i >= 0 {
		return all[i].Code
	}
	h := fnv.New32a()
	h.Write([]byte(t.Category))
	return all[int(h.Sum32())%len(all)].Code
}

// answer is a whole response with the verses given.
func answer(t testing.TB, results ...mashal.Result) []byte {
	t.Helper()
	verses := make([]answeredVerse, len(results))
	for i, r := range results {
		verses[i] = express(r)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"verses": verses}); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// A recording is a recorded response, and what it says.
type recording struct {
	name    string
	chapter *mashal.ChapterText
	bytes   []byte
	results []mashal.Result
}

// recordings reads recorded responses by a pattern of their names. Of chapters
// recorded more than once all are given.
func recordings(t testing.TB, pattern string) []recording {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(needs(t, "recorded"), pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recordings %s: %v", pattern, err)
	}
	var all []recording
	for _, path := range paths {
		part := strings.Split(filepath.Base(path), "_")
		number, err := strconv.Atoi(part[1])
		if err != nil {
			t.Fatal(err)
		}
		r := recording{name: filepath.Base(path), chapter: chapter(t, bookNamed(t, part[0]), number)}
		if r.bytes, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		if r.results, _, err = annotate.DecodeRecorded(r.chapter, allVerses(r.chapter), r.bytes); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func allVerses(ch *mashal.ChapterText) []int {
	verses := make([]int, len(ch.Verses))
	for i := range verses {
		verses[i] = i + 1
	}
	return verses
}
