package tzafun

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
)

// An Importer is an annotator of the pipeline whose answers are recordings. It
// records them in the ledger as answers that cost nothing, so that they can be
// decoded again.
type Importer struct {
	identity mashal.Annotator
	answers  Recordings
}

var _ pipeline.Annotator = (*Importer)(nil)

// NewImporter returns an importer with the name of an annotator. Its fingerprint is
// a hash of everything that can change the figures: the answers and the text.
func NewImporter(name string, text *corpus.Corpus, answers Recordings) (*Importer, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, name, text.Version())
	for _, ch := range slices.SortedFunc(maps.Keys(answers), mashal.Chapter.Compare) {
		list, err := answers[ch].Answers(name)
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			fmt.Fprintln(sum, ch, len(a.Answer))
			sum.Write(a.Answer)
		}
	}
	mark := hex.EncodeToString(sum.Sum(nil))
	return &Importer{
		identity: mashal.Annotator{Name: name, Kind: mashal.ByModel, Version: "recorded " + mark[:8], Fingerprint: mark},
		answers:  answers,
	}, nil
}

// Selection returns the chapters for which there are answers.
func (i *Importer) Selection() (s mashal.Selection) {
	for _, ch := range slices.SortedFunc(maps.Keys(i.answers), mashal.Chapter.Compare) {
		s = append(s, mashal.Whole(ch))
	}
	return s
}

// Identity returns the annotator under whose name the answers are imported.
func (i *Importer) Identity() mashal.Annotator { return i.identity }

// Passages returns the verses as one passage.
func (i *Importer) Passages(verses []int) [][]int { return [][]int{verses} }

// Annotate records the answers for the chapter of a task, and emits their results.
func (i *Importer) Annotate(ctx context.Context, t *pipeline.Task, emit func(mashal.Result) error) error {
	r := i.answers[t.Chapter.Chapter]
	answers, err := r.Answers(i.identity.Name)
	if err != nil {
		return err
	}
	for n := range answers {
		_, report, err := answers[n].Decode(t.Chapter, answers[n].Verses, answers[n].Answer)
		if err != nil {
			return err
		}
		if err := record(ctx, t.Recorder, r.files[n].path(), &answers[n], annotate.DamageOf(report, nil)); err != nil {
			return err
		}
	}
	results, err := annotate.Reread(t.Chapter, t.Verses, answers, 1)
	if err != nil {
		return err
	}
	for _, result := range results {
		if err := emit(result); err != nil {
			return err
		}
	}
	return nil
}

// record records an answer of a file with the verses that it lacks or holds damaged,
// under the time at which it was made.
func record(ctx context.Context, requests *ledger.Recorder, path string, a *annotate.RecordedAnswer, damage []mashal.Damage) error {
	call, err := requests.Begin(ctx, mashal.Request{
		Key: "import " + path, Purpose: mashal.Detection, Verses: a.Verses, Model: a.Model,
		Prompt: "imported from " + path, Settings: map[string]string{"form": Form}, At: a.At,
	})
	if err != nil {
		return err
	}
	if _, err := call.Write(a.Answer); err != nil {
		return err
	}
	return call.End(ctx, llm.Response{Cost: mashal.Cost{State: mashal.CostExact}}, damage, nil)
}
