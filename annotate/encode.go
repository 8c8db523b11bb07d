package annotate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"mashal"
)

// Encode returns results as a model answers a DetectionRequest, so that Decode
// decodes them: for simulated models, and to measure recorded answers in this form.
// A category that is not in the vocabulary is replaced by one that is, always the
// same for the same text. The form has no score of a span and no source of a
// figure. It fails for results that have failed.
func Encode(results []mashal.Result) ([]byte, error) {
	verses := make([]verseAnswer, len(results))
	for i := range results {
		r := &results[i]
		if r.Failure != nil {
			return nil, fmt.Errorf("encode an answer: verse %d failed: %s", r.Verse, r.Failure.Reason)
		}
		verses[i] = verseAnswer{r.Verse, r.Deliberation, make([]figureAnswer, len(r.Figures))}
		for k := range r.Figures {
			verses[i].Figures[k] = answerOf(&r.Figures[k])
		}
	}
	return oneLineJSON(verses)
}

// EncodeVerdicts returns judgements as a model answers a ValidationRequest. Each
// figure has the reason of its first verdict.
func EncodeVerdicts(judgements []mashal.Judgement) ([]byte, error) {
	verses := make([]verdictAnswer, len(judgements))
	for i, j := range judgements {
		if j.Failure != nil {
			return nil, fmt.Errorf("encode an answer: the validation of verse %d failed: %s", j.Verse, j.Failure.Reason)
		}
		verses[i].Verse = j.Verse
		for k, verdicts := range j.Verdicts {
			if len(verdicts) == 0 {
				return nil, fmt.Errorf("encode an answer: figure %d of verse %d has no verdict", k+1, j.Verse)
			}
			judged := judgedAnswer{Why: verdicts[0].Reason}
			for _, v := range verdicts {
				judged.Is = append(judged.Is, verdictCode(v))
			}
			verses[i].Figures = append(verses[i].Figures, judged)
		}
	}
	return oneLineJSON(verses)
}

// TypeCodes returns the codes of the types in answers, in the order of mashal.Types.
func TypeCodes() []string { return allTypeCodes() }

// verseAnswer and figureAnswer have the names and the order of figureForm.
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

// verdictAnswer and judgedAnswer have the names and the order of verdictForm.
type verdictAnswer struct {
	Verse   int            `json:"verse"`
	Figures []judgedAnswer `json:"figures"`
}

type judgedAnswer struct {
	Is  []string `json:"is"`
	Why string   `json:"why"`
}

// answerOf returns a figure in figureForm.
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

// codeFor returns the code of a category, and none for "". A category that has no
// code gets one by its hash, so that the answer is as long as a model's; that code
// has no meaning.
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

// verdictCode returns the code of a verdict: the type that the words have, or none.
func verdictCode(v mashal.Verdict) string {
	switch v.Decision {
	case mashal.Valid:
		return typeCodes[v.Type]
	case mashal.Reclassified:
		return typeCodes[v.To]
	}
	return none
}

// oneLineJSON returns verses as JSON on one line, with <, > and & unescaped.
func oneLineJSON(verses any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"verses": verses}); err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
