package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mashal"
	"mashal/ledger"
)

// manifestFile is manifest.json: what a run was asked, with what, and what
// came of it. Top-level names are the predecessor's.
type manifestFile struct {
	RunID           string            `json:"run_id"`
	PipelineVersion string            `json:"pipeline_version"`
	StartedAt       time.Time         `json:"started_at"`
	CompletedAt     time.Time         `json:"completed_at"`
	Configuration   manifestSettings  `json:"configuration"`
	Results         manifestResults   `json:"results"`
	Chapters        []manifestChapter `json:"chapters_processed"`
	ModelsUsed      []string          `json:"models_used"`
	Cost            float64           `json:"cost"` // US dollars, as far as it is known; rules cost nothing
	Spend           manifestSpend     `json:"spend"`
	Validation      *manifestCoverage `json:"validation"` // null if nobody was to validate
}

// manifestSpend is what models used and cost: in all, for each purpose, and by
// model.
type manifestSpend struct {
	manifestTokens
	PerVerse  float64                           `json:"cost_per_verse"`
	PerFigure float64                           `json:"cost_per_figure"`
	Purposes  map[ledger.Purpose]manifestTokens `json:"by_purpose"`
	Models    map[string]manifestTokens         `json:"by_model"`
	Chapters  []manifestChapterSpend            `json:"by_chapter"`
}

// manifestChapterSpend is what one chapter used and cost, for all purposes.
type manifestChapterSpend struct {
	Book    string `json:"book"`
	Chapter int    `json:"chapter"`
	manifestTokens
}

type manifestTokens struct {
	Requests  int     `json:"requests"`
	Failed    int     `json:"failed_requests"`
	Estimated int     `json:"requests_with_estimated_tokens"`
	Unpriced  int     `json:"requests_of_unknown_cost"`
	Input     int64   `json:"input_tokens"`
	Cached    int64   `json:"cached_input_tokens"`
	Written   int64   `json:"cache_write_tokens"`
	Output    int64   `json:"output_tokens"`
	Reasoning int64   `json:"reasoning_tokens"`
	Cost      float64 `json:"cost"`
}

func tokensOf(s ledger.Spend) manifestTokens {
	return manifestTokens{
		Requests: s.Requests, Failed: s.Failed, Estimated: s.Estimated, Unpriced: s.Unpriced,
		Input: s.Usage.Input, Cached: s.Usage.CachedInput, Written: s.Usage.CacheWrite, Output: s.Usage.Output, Reasoning: s.Usage.Reasoning,
		Cost: s.Cost.USD(),
	}
}

// manifestCoverage is how much of what was found has been judged, counted from
// the verdicts.
type manifestCoverage struct {
	Validator   string                  `json:"validator"`
	Version     string                  `json:"validator_version"`
	Figures     int                     `json:"figures"`
	Judged      int                     `json:"figures_validated"`
	Types       int                     `json:"types"`
	Verdicts    int                     `json:"types_validated"`
	Decisions   map[mashal.Decision]int `json:"decisions"`
	Unvalidated int                     `json:"verses_not_validated"`
}

type manifestSettings struct {
	Command   string            `json:"command"`
	Selection string            `json:"selection"`
	Annotator string            `json:"annotator"`
	Version   string            `json:"annotator_version"`
	Mark      string            `json:"annotator_fingerprint"`
	Workers   int               `json:"workers"`
	Settings  map[string]string `json:"settings"`
}

type manifestResults struct {
	Outcome        string               `json:"outcome"`
	Verses         map[mashal.State]int `json:"verses"`
	AlreadyDone    int                  `json:"verses_already_done"`
	Figures        int                  `json:"figures"`
	FiguresByType  map[mashal.Type]int  `json:"figures_by_type"`
	Seconds        float64              `json:"seconds"`
	ChapterSeconds float64              `json:"chapter_seconds"`       // the sum of what the workers took
	Efficiency     float64              `json:"parallel_efficiency"`   // chapter_seconds / (workers × seconds)
	LongestFirst   float64              `json:"longest_first_seconds"` // the bound
	BoundRatio     float64              `json:"seconds_to_bound"`
	WAL            map[string]int64     `json:"wal_high_water_bytes"`
}

type manifestChapter struct {
	Book    string  `json:"book"`
	Chapter int     `json:"chapter"`
	Worker  int     `json:"worker"`
	Start   float64 `json:"start"` // seconds since the run began
	Seconds float64 `json:"seconds"`
	Outcome string  `json:"outcome"`
	Verses  int     `json:"verses"`
	Figures int     `json:"figures"`
	Purpose string  `json:"purpose"`
}

func (r *Report) manifestFile() manifestFile {
	m := manifestFile{
		RunID: r.Run.ID, PipelineVersion: r.Run.Version, StartedAt: r.Run.Started, CompletedAt: r.Run.Ended,
		Configuration: manifestSettings{
			Command: ShellLine(r.Run.Command), Selection: r.Run.Selection, Annotator: r.Run.Annotator.Name,
			Version: r.Run.Annotator.Version, Mark: r.Run.Annotator.Fingerprint, Workers: r.Run.Workers, Settings: r.Run.Settings,
		},
		Results: manifestResults{
			Outcome: string(r.Run.Outcome), Verses: map[mashal.State]int{}, AlreadyDone: r.Run.AlreadyDone,
			Figures: r.Totals.Figures, FiguresByType: map[mashal.Type]int{},
			Seconds: seconds(r.Wall), ChapterSeconds: seconds(r.Busy), Efficiency: ratio(r.Efficiency),
			LongestFirst: seconds(r.LongestFirst), BoundRatio: ratio(r.BoundRatio),
			WAL: map[string]int64{"ledger": r.LedgerWAL, "concordance": r.ConcordanceWAL},
		},
		Chapters: []manifestChapter{}, ModelsUsed: []string{},
	}
	m.Spend.manifestTokens = tokensOf(r.Total(""))
	m.Cost = m.Spend.Cost
	if done := r.Totals.Verses[mashal.Done]; done > 0 {
		m.Spend.PerVerse = m.Cost / float64(done)
	}
	if r.Totals.Figures > 0 {
		m.Spend.PerFigure = m.Cost / float64(r.Totals.Figures)
	}
	m.Spend.Purposes, m.Spend.Models = map[ledger.Purpose]manifestTokens{}, map[string]manifestTokens{}
	byModel := map[string]ledger.Spend{}
	m.Spend.Chapters = []manifestChapterSpend{}
	for i := 0; i < len(r.Spent); {
		ch, sum := r.Spent[i].Chapter, ledger.Spend{}
		for ; i < len(r.Spent) && r.Spent[i].Chapter == ch; i++ {
			sum.Add(r.Spent[i].Spend)
		}
		m.Spend.Chapters = append(m.Spend.Chapters, manifestChapterSpend{ch.Book.Name(), ch.Number, tokensOf(sum)})
	}
	for _, s := range r.Spent {
		m.Spend.Purposes[s.Purpose] = tokensOf(r.Total(s.Purpose))
		sum := byModel[s.Model]
		sum.Add(s.Spend)
		byModel[s.Model] = sum
	}
	for model, sum := range byModel {
		m.Spend.Models[model] = tokensOf(sum)
		m.ModelsUsed = append(m.ModelsUsed, model)
	}
	if slices.Sort(m.ModelsUsed); len(m.ModelsUsed) == 0 {
		m.ModelsUsed = append(m.ModelsUsed, r.Run.Annotator.Name)
	}
	if v := r.Run.Validator; v.Name != "" {
		c := r.Coverage
		m.Validation = &manifestCoverage{
			Validator: v.Name, Version: v.Version, Figures: c.Figures, Judged: c.Judged, Types: c.Types, Verdicts: c.Verdicts,
			Decisions: c.Decisions, Unvalidated: len(r.Unvalidated),
		}
	}
	for _, s := range mashal.States {
		m.Results.Verses[s] = r.Totals.Verses[s]
	}
	for _, t := range mashal.Types {
		m.Results.FiguresByType[t] = r.Totals.Types[t]
	}
	for _, a := range r.Attempts {
		m.Chapters = append(m.Chapters, manifestChapter{
			Book: a.Chapter.Book.Name(), Chapter: a.Chapter.Number, Worker: a.Worker, Start: seconds(a.Started.Sub(r.Run.Started)),
			Seconds: seconds(a.Ended.Sub(a.Started)), Outcome: string(a.Outcome), Verses: a.Verses, Figures: a.Figures,
			Purpose: string(a.Purpose),
		})
	}
	return m
}

// seconds are to the microsecond, as times are in the ledger: 1.275, where a
// sum of floats has 1.2749999999999999.
func seconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e6 }

func ratio(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// write leaves the run's reports in its folder, each whole or not at all.
func (r *Report) write(dir string, retry func(mashal.Selection) []string) error {
	var bars []Bar
	for _, a := range r.Attempts {
		bars = append(bars, Bar{
			Worker: a.Worker, Chapter: a.Chapter, Validation: a.Purpose == ledger.Validation, Start: a.Started.Sub(r.Run.Started), End: a.Ended.Sub(r.Run.Started),
			Outcome: a.Outcome, Label: count(a.Verses, "verse") + ", " + count(a.Figures, "figure"),
		})
	}
	title := fmt.Sprintf("%s by %s: %s, %s", r.Run.Selection, r.Run.Annotator.Name, count(r.Run.Workers, "worker"), round(r.Wall))
	if len(bars) > 0 {
		title += fmt.Sprintf(", efficiency %.0f %%", 100*r.Efficiency)
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"failures.json", func(w io.Writer) error { return writeJSON(w, r.FailuresFile(retry)) }},
		{"manifest.json", func(w io.Writer) error { return writeJSON(w, r.manifestFile()) }},
		{"timeline.svg", func(w io.Writer) error { return WriteTimeline(w, title, r.Run.Workers, r.Wall, bars) }},
	} {
		var content bytes.Buffer
		if err := file.write(&content); err != nil {
			return fmt.Errorf("make %s: %w", file.name, err)
		}
		if err := writeWhole(filepath.Join(dir, file.name), content.Bytes()); err != nil {
			return &mashal.Error{Op: "write the run's report", Err: plainPathError(err), Hint: "The ledger has everything that the report would say."}
		}
	}
	return nil
}

func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

func writeWhole(path string, content []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, content, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}
