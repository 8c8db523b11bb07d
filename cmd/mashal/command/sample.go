package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"mashal"
	"mashal/corpus"
	"mashal/forecast"
	"mashal/ledger"
	"mashal/pipeline"
	"mashal/report"
	"mashal/rules"
)

// A sampleEvent is the last event of annotate --sample. docs/events.md describes it.
type (
	sampleEvent struct {
		Event    string         `json:"event"` // "sample"
		Passages int            `json:"passages"`
		Of       int            `json:"passages_of_selection"`
		Verses   int            `json:"verses"`
		OfVerses int            `json:"verses_of_selection"`
		Seed     uint64         `json:"seed"`
		Spent    float64        `json:"spent"`
		Cost     *estimateEvent `json:"cost,omitempty"`
		Input    *estimateEvent `json:"input_tokens,omitempty"`
		Output   *estimateEvent `json:"output_tokens,omitempty"`
		Rates    []rateEvent    `json:"rates"`
	}
	estimateEvent struct {
		Total float64  `json:"total"`
		Low   *float64 `json:"low,omitempty"`
		High  *float64 `json:"high,omitempty"`
	}
	rateEvent struct {
		Annotator string              `json:"annotator"`
		Verses    int                 `json:"verses"`
		Figures   int                 `json:"figures"`
		ByType    map[mashal.Type]int `json:"figures_by_type"`
	}
)

// A sampleRun is a run over a sample of the selection.
type sampleRun struct {
	forecast.Sample
	whole    mashal.Selection // from which it is drawn
	selected mashal.Selection // what is drawn
	seed     uint64
}

// drawSample replaces the selection of a run by a sample of it. For a run that begins
// anew, it draws from the same selection as before.
func (a *annotateCommand) drawSample(cfg *pipeline.Config) *sampleRun {
	if a.sampled != nil {
		cfg.Selection = a.sampled.whole
	}
	s := &sampleRun{forecast.DrawSample(cfg.Selection, cfg.Annotator.Passages, a.sample, a.seed), cfg.Selection, nil, a.seed}
	s.selected = s.Selection(s.whole)
	cfg.Selection = s.selected
	cfg.Settings["sample"] = fmt.Sprintf("%d of %d passages of %s, seed %d", len(s.Passages), s.Of, s.whole, s.seed)
	return s
}

// reportSample prints what the whole selection would cost and how the figures of the
// sample compare with those of the rules and of other annotators.
func (a *annotateCommand) reportSample(ctx context.Context, cfg *pipeline.Config, show progress) (err error) {
	store, err := a.ledgerIfAny(ctx)
	if store == nil || err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	o := observer{ledger: store, text: cfg.Text, run: a.sampled, annotator: cfg.Annotator.Identity()}
	if err := o.observe(ctx); err != nil {
		return fmt.Errorf("report on the sample: %w", err)
	}
	e := o.event()
	switch show := show.(type) {
	case *events:
		show.write(e)
		return show.Close()
	case noProgress:
		return nil
	}
	return a.printSample(e)
}

// An observer collects what the passages of a sample took and what was found there.
type observer struct {
	ledger    *ledger.Ledger
	text      *corpus.Corpus
	run       *sampleRun
	annotator mashal.Annotator

	passages            int // whose verses have all come to an end
	verses              int
	spent               mashal.Money // on these
	unpriced            bool
	cost, input, output []forecast.Observation
	rates               []rateEvent // the annotator's, the rules', others'
}

// observe collects the data of all passages that are done.
func (o *observer) observe(ctx context.Context) error {
	set, err := rules.Default()
	if err != nil {
		return err
	}
	matcher := set.Annotator(o.text.Version())
	o.rates = []rateEvent{{Annotator: o.annotator.Name}, {Annotator: matcher.Identity().Name}}
	if o.annotator.Kind.Matcher() {
		o.rates = o.rates[:1]
	}
	for _, p := range o.run.Passages {
		var verses []int
		for _, part := range (&forecast.Sample{Passages: []mashal.Passage{p}}).Selection(o.run.whole) {
			verses = append(verses, part.Numbers()...)
		}
		ended, err := o.observeReadings(ctx, p.Chapter, verses)
		if err != nil {
			return err
		}
		if !ended || o.annotator.Kind.Matcher() {
			continue
		}
		text, err := o.text.Chapter(p.Chapter)
		if err != nil {
			return err
		}
		if err := matcher.Annotate(ctx, text, verses, func(r mashal.Result) error {
			o.rates[1].count(r.Figures)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// observeReadings counts the figures that the readings of a chapter have in a
// passage, and what the annotator's took. It reports whether the annotator has come
// to an end there; otherwise it counts nothing.
func (o *observer) observeReadings(ctx context.Context, ch mashal.Chapter, verses []int) (ended bool, err error) {
	ids, err := o.ledger.ChapterReadings(ctx, ch)
	if err != nil {
		return false, err
	}
	var readings []*mashal.Reading
	for _, id := range ids {
		r, err := o.ledger.Reading(ctx, id)
		if err != nil {
			return false, err
		}
		if r.Annotator.Fingerprint == o.annotator.Fingerprint {
			if len(r.Results(verses)) < len(verses) {
				return false, nil
			}
			readings = slices.Insert(readings, 0, r)
			ended = true
			continue
		}
		readings = append(readings, r)
	}
	if !ended {
		return false, nil
	}
	if err := o.observeCalls(ctx, readings[0].ID, verses); err != nil {
		return false, err
	}
	for i, r := range readings {
		if i > 0 && r.Annotator.Kind == mashal.ByRules && !o.annotator.Kind.Matcher() {
			continue // they are counted on the whole sample
		}
		rate := &o.rates[0]
		if i > 0 {
			rate = o.rateOf(r.Annotator.Name)
		}
		for _, result := range r.Results(verses) {
			if result.Failure == nil {
				rate.count(result.Figures)
			}
		}
	}
	return true, nil
}

// observeCalls adds what the calls for a passage of a reading took.
func (o *observer) observeCalls(ctx context.Context, reading int64, verses []int) error {
	calls, err := o.ledger.ReadingCalls(ctx, reading)
	if err != nil {
		return err
	}
	var cost, input, output float64
	for _, c := range calls {
		if len(c.Verses) == 0 || !slices.Contains(verses, c.Verses[0]) {
			continue
		}
		o.unpriced = o.unpriced || c.Cost.State == mashal.CostUnknown
		o.spent += c.Cost.Amount
		cost += c.Cost.Amount.USD()
		input += float64(c.Tokens.Input)
		output += float64(c.Tokens.Output)
	}
	o.passages++
	o.verses += len(verses)
	o.cost = append(o.cost, forecast.Observation{Verses: len(verses), Amount: cost})
	o.input = append(o.input, forecast.Observation{Verses: len(verses), Amount: input})
	o.output = append(o.output, forecast.Observation{Verses: len(verses), Amount: output})
	return nil
}

// rateOf returns the rates of another annotator.
func (o *observer) rateOf(name string) *rateEvent {
	for i := range o.rates[1:] { // another version of the annotator has its name
		if o.rates[1+i].Annotator == name {
			return &o.rates[1+i]
		}
	}
	o.rates = append(o.rates, rateEvent{Annotator: name})
	return &o.rates[len(o.rates)-1]
}

// count adds the figures of a verse.
func (r *rateEvent) count(figures []mashal.Figure) {
	if r.ByType == nil {
		r.ByType = map[mashal.Type]int{}
	}
	r.Verses++
	r.Figures += len(figures)
	for _, f := range figures {
		for _, t := range f.Types {
			r.ByType[t]++
		}
	}
}

// event returns the event of what was observed.
func (o *observer) event() sampleEvent {
	e := sampleEvent{
		Event: "sample", Passages: o.passages, Of: o.run.Of, Verses: o.verses, OfVerses: o.run.Verses, Seed: o.run.seed,
		Spent: o.spent.USD(), Rates: o.rates,
	}
	total := func(observed []forecast.Observation) *estimateEvent {
		t := o.run.EstimateTotal(observed)
		if math.IsNaN(t.Total) {
			return nil
		}
		e := &estimateEvent{Total: t.Total}
		if !math.IsNaN(t.Low) {
			e.Low, e.High = &t.Low, &t.High
		}
		return e
	}
	e.Input, e.Output = total(o.input), total(o.output)
	if !o.unpriced {
		e.Cost = total(o.cost)
	}
	return e
}

// printSample prints the event for people.
func (a *annotateCommand) printSample(e sampleEvent) error {
	fmt.Fprintf(a.stdout, "\nsample: %s of %s, with %s of %s, seed %d\n", report.Grouped(int64(e.Passages)), count(e.Of, "passage"),
		report.Grouped(int64(e.Verses)), count(e.OfVerses, "verse"), e.Seed)
	if e.Passages == 0 {
		_, err := fmt.Fprintln(a.stdout, "no passage of it has come to an end")
		return err
	}
	usd := func(x float64) string { return mashal.Money(math.Round(x * float64(mashal.Dollar))).String() }
	tokens := func(x float64) string { return report.Grouped(int64(math.Round(x))) + " tokens" }
	for _, row := range []struct {
		what   string
		total  *estimateEvent
		format func(float64) string
	}{{"cost", e.Cost, usd}, {"input", e.Input, tokens}, {"output", e.Output, tokens}} {
		switch {
		case row.total == nil:
			fmt.Fprintf(a.stdout, "%s of the whole selection: unknown, because no price is known for a model\n", row.what)
		case row.total.Low == nil:
			fmt.Fprintf(a.stdout, "%s of the whole selection: about %s; one passage is too few for an interval\n", row.what, row.format(row.total.Total))
		default:
			fmt.Fprintf(a.stdout, "%s of the whole selection: about %s (95 %% interval: %s to %s)\n",
				row.what, row.format(row.total.Total), row.format(*row.total.Low), row.format(*row.total.High))
		}
	}
	fmt.Fprintf(a.stdout, "%s of it is spent already: the sample is not requested again when the whole is annotated\n\n", usd(e.Spent))
	err := a.table(func(w io.Writer) {
		fmt.Fprint(w, "figures per 100 verses\tverses\tall")
		for _, t := range mashal.Types {
			fmt.Fprint(w, "\t", t)
		}
		fmt.Fprintln(w)
		for _, r := range e.Rates {
			if r.Verses == 0 {
				continue
			}
			per := func(n int) float64 { return 100 * float64(n) / float64(r.Verses) }
			fmt.Fprintf(w, "%s\t%s\t%.1f", r.Annotator, report.Grouped(int64(r.Verses)), per(r.Figures))
			for _, t := range mashal.Types {
				fmt.Fprintf(w, "\t%.1f", per(r.ByType[t]))
			}
			fmt.Fprintln(w)
		}
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "\nThe whole: %s\n", report.ShellLine(a.command([]string{a.sampled.whole.String()}, false)))
	return err
}
