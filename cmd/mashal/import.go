package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
)

// An importing is the flags of `mashal import`.
type importing struct {
	*program
	as string
}

func newImport(p *program) *cobra.Command {
	i := &importing{program: p}
	cmd := &cobra.Command{
		Use:   "import FOLDER",
		Short: "Take over what a model answered the predecessor",
		Long: `Take over the responses that the predecessor of this program recorded: files such
as Ezekiel_21_20251224_222533.json, one chapter each. Of several responses for a
chapter the latest sound object of each verse counts. They are grounded in the
text, and kept in the ledger with the figures read out of them, so that mashal
reparse can read them again. What a response lacks is named as failed.`,
		Example: `  mashal import responses --as openai:gpt-5.1`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return mashal.Usagef("mashal import responses", "mashal import needs one folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&i.as, "as", "predecessor", "what the annotator is to be called, such as the `model`")
	return cmd
}

func (i *importing) run(ctx context.Context, folder string) error {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	found, err := openRecordings(folder, text)
	if err != nil {
		return err
	}
	imported := &imported{as: i.as, text: text, responses: found}
	if err := imported.name(); err != nil {
		return err
	}
	var selection mashal.Selection
	for _, ch := range slices.SortedFunc(maps.Keys(found), mashal.Chapter.Compare) {
		selection = append(selection, mashal.Whole(ch))
	}
	command := append(slices.Clone(i.name), "import", folder, "--dir", i.dir, "--as", i.as)
	show := &lines{out: i.stdout, log: i.stderr}
	_, err = pipeline.Run(context.WithoutCancel(ctx), pipeline.Config{
		Folder: report.Folder(i.dir), LedgerAt: i.ledger, Text: text, Selection: selection, Annotator: imported,
		Workers: 1, Version: thisBuild().Version, Settings: map[string]string{"text": text.Version(), "imports": folder},
		Command: command, RetryCommand: func(mashal.Selection) []string { return command },
		Stop: ctx.Done(), Observe: show.Observe,
	})
	return errors.Join(err, show.Close())
}

// An imported is recorded responses as an annotator.
type imported struct {
	as        string
	text      *corpus.Corpus
	responses recordings
	identity  mashal.Annotator
}

// name makes a fingerprint of all that can change what is found: the bytes of
// the responses and the text they are grounded in.
func (i *imported) name() error {
	sum := sha256.New()
	fmt.Fprintln(sum, i.as, i.text.Version())
	for _, ch := range slices.SortedFunc(maps.Keys(i.responses), mashal.Chapter.Compare) {
		kept, err := i.responses[ch].kept(i.as, ch)
		if err != nil {
			return err
		}
		for _, k := range kept {
			fmt.Fprintln(sum, ch, len(k.Answer))
			sum.Write(k.Answer)
		}
	}
	mark := hex.EncodeToString(sum.Sum(nil))
	i.identity = mashal.Annotator{Name: i.as, Kind: mashal.ByModel, Version: "recorded " + mark[:8], Fingerprint: mark}
	return nil
}

func (i *imported) Identity() mashal.Annotator { return i.identity }

func (i *imported) Passages(verses []int) [][]int { return [][]int{verses} }

// Annotate keeps the responses for a chapter as answers that were had, and
// emits what they hold.
func (i *imported) Annotate(ctx context.Context, t *pipeline.Task, emit func(mashal.Result) error) error {
	ch := t.Chapter
	r := i.responses[ch.Chapter]
	kept, err := r.kept(i.as, ch.Chapter)
	if err != nil {
		return err
	}
	for n, k := range kept {
		if err := keep(ctx, t.Requests, r.paths[n], k); err != nil {
			return err
		}
	}
	results, err := annotate.Reread(ch, t.Verses, kept)
	if err != nil {
		return err
	}
	for _, r := range results {
		if err := emit(r); err != nil {
			return err
		}
	}
	return nil
}

// keep records a response as the answer to a request that cost nothing.
func keep(ctx context.Context, requests *ledger.Requests, path string, k annotate.RecordedAnswer) error {
	asking, err := requests.Begin(ctx, ledger.Request{
		Key: "import " + path, Purpose: mashal.Detection, Verses: k.Verses, Model: k.Model,
		Prompt: "imported from " + path, Settings: map[string]string{"form": string(k.Form)},
	})
	if err != nil {
		return err
	}
	if _, err := asking.Write(k.Answer); err != nil {
		return err
	}
	return asking.End(ctx, llm.Response{Cost: mashal.Cost{State: mashal.CostExact}}, nil, nil)
}
