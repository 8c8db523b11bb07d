package annotate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"mashal"
)

// Encode says results as a model would that answers DetectionRequest, so that
// Decode reads them back: what a simulated model answers, and what a recorded
// response comes to in this form. An upper level that is not in the vocabulary
// becomes some category of it, always the same for the same text. The form has
// no place for a span's score or a figure's source. Results that failed cannot
// be said.
func Encode(results []mashal.Result) ([]byte, error) {
	verses := make([]verseAnswer, len(results))
	for i := range results {
		r := &results[i]
		if r.Failure != nil {
			return nil, fmt.Errorf("write an answer: verse %d failed: %s", r.Verse, r.Failure.Reason)
		}
		verses[i] = verseAnswer{r.Verse, r.Deliberation, make([]figureAnswer, len(r.Figures))}
		for k := range r.Figures {
			verses[i].Figures[k] = answerOf(&r.Figures[k])
		}
	}
	return compact(verses)
}

// EncodeVerdicts says judgements as a model would that answers
// ValidationRequest. The reason given is that of a figure's first verdict.
func EncodeVerdicts(judgements []mashal.Judgement) ([]byte, error) {
	verses := make([]verdictAnswer, len(judgements))
	for i, j := range judgements {
		if j.Failure != nil {
			return nil, fmt.Errorf("write an answer: the validation of verse %d failed: %s", j.Verse, j.Failure.Reason)
		}
		verses[i].Verse = j.Verse
		for k, verdicts := range j.Verdicts {
			if len(verdicts) == 0 {
				return nil, fmt.Errorf("write an answer: figure %d of verse %d has no verdict", k+1, j.Verse)
			}
			judged := judgedAnswer{Why: verdicts[0].Reason}
			for _, v := range verdicts {
				judged.Is = append(judged.Is, decided(v))
			}
			verses[i].Figures = append(verses[i].Figures, judged)
		}
	}
	return compact(verses)
}

// TypeCodes are the short names by which answers call the types, in the order
// of mashal.Types.
func TypeCodes() []string { return allTypeCodes() }

// verseAnswer and figureAnswer are written as figureForm has it: names and
// their order are the form's.
type verseAnswer struct {
	Verse        int            `json:"verse"`
	Deliberation string         `json:"deliberation"`
	Figures      []figureAnswer `json:"figures"`
}

type figureAnswer struct {
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

// verdictAnswer and judgedAnswer are written as verdictForm has it.
type verdictAnswer struct {
	Verse   int            `json:"verse"`
	Figures []judgedAnswer `json:"figures"`
}

type judgedAnswer struct {
	Is  []string `json:"is"`
	Why string   `json:"why"`
}

func answerOf(f *mashal.Figure) figureAnswer {
	a := figureAnswer{
		Words:  make([][2]int, len(f.Span.Ranges)),
		Target: f.Target.Specific, TargetIs: codeFor(Kinds, f.Target.Category),
		Vehicle: f.Vehicle.Specific, VehicleIs: codeFor(Kinds, f.Vehicle.Category),
		Ground: f.Ground.Specific, GroundIs: codeFor(Grounds, f.Ground.Category),
		Posture: f.Posture.Specific, PostureIs: codeFor(Postures, f.Posture.Category),
		Explanation: f.Explanation, Speaker: f.Speaker, Purpose: f.Purpose, Confidence: f.Confidence,
	}
	for _, t := range f.Types {
		a.Types = append(a.Types, typeCodes[t])
	}
	if slices.Contains(codesOf(Subtypes), f.Subtype) {
		a.Types = append(a.Types, f.Subtype)
	}
	for i, w := range f.Span.Ranges {
		a.Words[i] = [2]int{w.First, w.Last}
	}
	return a
}

// codeFor is the code of a category, none for none. The free text of a
// response that knew no codes is given one all the same, so that the answer is
// as long as a model's; it says nothing of the text.
func codeFor(l List, category string) string {
	all := codesOf(l)
	if category == "" {
		return none
	}
	if slices.Contains(all, category) {
		return category
	}
	h := fnv.New32a()
	h.Write([]byte(category))
	return all[int(h.Sum32()%uint32(len(all)))]
}

// decided is the code of what a verdict says the words are.
func decided(v mashal.Verdict) string {
	switch v.Decision {
	case mashal.Valid:
		return typeCodes[v.Type]
	case mashal.Reclassified:
		return typeCodes[v.To]
	}
	return none
}

// compact writes verses as JSON on one line, with nothing escaped that need not
// be.
func compact(verses any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"verses": verses}); err != nil {
		return nil, fmt.Errorf("write an answer: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
