package annotate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"mashal"
)

// Encode returns results as a model answers a DetectionRequest, so that Decode
// decodes them: for simulated models, and to measure recorded answers in this form.
// A category that is not in the vocabulary is replaced by one that is, always the
// same for the same text. The form has no score of a span and no source of a
// figure. It fails for results that have failed.
func Encode(results []mashal.Result) ([]byte, error) {
	long, err := longAnswers(results)
	if err != nil {
		return nil, err
	}
	verses := make([]compactVerse, len(long))
	for i, v := range long {
		verses[i] = compactVerse{v.Verse, v.Deliberation, make([]compactFigure, len(v.Figures))}
		for k := range v.Figures {
			verses[i].Found[k] = v.Figures[k].compact()
		}
	}
	return oneLineJSON(verses)
}

// EncodeLong returns results in the long form, which Decode decodes too. Prompts of
// earlier versions asked for it.
func EncodeLong(results []mashal.Result) ([]byte, error) {
	verses, err := longAnswers(results)
	if err != nil {
		return nil, err
	}
	return oneLineJSON(verses)
}

// longAnswers returns results in the long form.
func longAnswers(results []mashal.Result) ([]verseAnswer, error) {
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
	return verses, nil
}

// EncodeVerdicts returns judgements as a model answers a ValidationRequest. Each
// figure has the reason of its first verdict.
func EncodeVerdicts(judgements []mashal.Judgement) ([]byte, error) {
	long, err := longVerdicts(judgements)
	if err != nil {
		return nil, err
	}
	verses := make([]compactVerdicts, len(long))
	for i, v := range long {
		verses[i].Verse = v.Verse
		for _, f := range v.Figures {
			verses[i].Is = append(verses[i].Is, strings.Join(f.Is, ",")+": "+f.Why)
		}
	}
	return oneLineJSON(verses)
}

// EncodeLongVerdicts returns judgements in the long form, which prompts of earlier
// versions asked for.
func EncodeLongVerdicts(judgements []mashal.Judgement) ([]byte, error) {
	verses, err := longVerdicts(judgements)
	if err != nil {
		return nil, err
	}
	return oneLineJSON(verses)
}

// longVerdicts returns judgements in the long form.
func longVerdicts(judgements []mashal.Judgement) ([]verdictAnswer, error) {
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
	return verses, nil
}

// TypeCodes returns the codes of the types in answers, in the order of mashal.Types.
func TypeCodes() []string { return allTypeCodes() }

// verseAnswer and figureAnswer have the names and the order of the long form.
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

// verdictAnswer and judgedAnswer have the names and the order of the long form of
// verdicts.
type verdictAnswer struct {
	Verse   int            `json:"verse"`
	Figures []judgedAnswer `json:"figures"`
}

type judgedAnswer struct {
	Is  []string `json:"is"`
	Why string   `json:"why"`
}

// answerOf returns a figure in the long form.
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
