package report

import (
	"math"
	"slices"
	"time"

	"mashal"
)

// manifestFile is the content of manifest.json: the settings of a run and what it
// did. The names at the top level are those of Tzafun's files.
type manifestFile struct {
	RunID           string            `json:"run_id"`
	PipelineVersion string            `json:"pipeline_version"`
	StartedAt       time.Time         `json:"started_at"`
	CompletedAt     time.Time         `json:"completed_at"`
	Configuration   manifestSettings  `json:"configuration"`
	Results         manifestResults   `json:"results"`
	Chapters        []manifestChapter `json:"chapters_processed"`
	ModelsUsed      []string          `json:"models_used"`
	Answered        []mashal.Answered `json:"answered"` // which models the servers named in their answers
	Cost            float64           `json:"cost"`     // US dollars, as far as it is known
	Spend           manifestSpend     `json:"spend"`
	Validation      *manifestCoverage `json:"validation"` // null if the run had no validator
}

// manifestSpend is what models used and cost: in all, by purpose, by model and by
// chapter.
type manifestSpend struct {
	mashal.Spend
	PerVerse  float64                         `json:"cost_per_verse"`
	PerFigure float64                         `json:"cost_per_figure"`
	Purposes  map[mashal.Purpose]mashal.Spend `json:"by_purpose"`
	Models    map[string]mashal.Spend         `json:"by_model"`
	Chapters  []manifestChapterSpend          `json:"by_chapter"`
}

// manifestChapterSpend is what a chapter used and cost, for all purposes.
type manifestChapterSpend struct {
	Book    string `json:"book"`
	Chapter int    `json:"chapter"`
	mashal.Spend
}

// manifestCoverage is how many of the figures found have been validated, counted
// from the verdicts.
type manifestCoverage struct {
	Validator string `json:"validator"`
	Version   string `json:"validator_version"`
	mashal.Coverage
	Unvalidated int `json:"verses_not_validated"`
}

type manifestSettings struct {
	Command   string            `json:"command"`
	Selection string            `json:"selection"`
	Annotator string            `json:"annotator"`
	Kind      string            `json:"annotator_kind"`
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
	ChapterSeconds float64              `json:"chapter_seconds"`       // the sum of what the workers worked
	WaitingSeconds float64              `json:"waiting_seconds"`       // the sum of what requests were held back
	Efficiency     float64              `json:"parallel_efficiency"`   // chapter_seconds / (workers × seconds)
	LongestFirst   float64              `json:"longest_first_seconds"` // the shortest time that the same work could take
	BoundRatio     float64              `json:"seconds_to_bound"`
	WAL            map[string]int64     `json:"wal_high_water_bytes"`
}

type manifestChapter struct {
	Book    string  `json:"book"`
	Chapter int     `json:"chapter"`
	Worker  int     `json:"worker"` // that began it
	Start   float64 `json:"start"`  // seconds since the run began
	Seconds float64 `json:"seconds"`
	Waiting float64 `json:"waiting_seconds"` // of these, while requests were held back
	Outcome string  `json:"outcome"`
	Verses  int     `json:"verses"`
	Figures int     `json:"figures"`
	Purpose string  `json:"purpose"`
}

// manifestFile returns the manifest of the run.
func (r *Report) manifestFile() manifestFile {
	m := manifestFile{
		RunID: r.Run.ID, PipelineVersion: r.Run.Version, StartedAt: r.Run.Started, CompletedAt: r.Run.Ended,
		Configuration: manifestSettings{
			Command: ShellLine(r.Run.Command), Selection: r.Run.Selection, Annotator: r.Run.Annotator.Name,
			Kind: string(r.Run.Annotator.Kind), Version: r.Run.Annotator.Version, Mark: r.Run.Annotator.Fingerprint, Workers: r.Run.Workers, Settings: r.Run.Settings,
		},
		Results: manifestResults{
			Outcome: string(r.Run.State), Verses: map[mashal.State]int{}, AlreadyDone: r.Run.AlreadyDone,
			Figures: r.Totals.Figures, FiguresByType: map[mashal.Type]int{},
			Seconds: seconds(r.Wall), ChapterSeconds: seconds(r.Worked), WaitingSeconds: seconds(r.Waited), Efficiency: fourDigits(r.Efficiency),
			LongestFirst: seconds(r.LongestFirst), BoundRatio: fourDigits(r.BoundRatio),
			WAL: map[string]int64{"ledger": r.LedgerWAL, "concordance": r.ConcordanceWAL},
		},
		Chapters: []manifestChapter{}, ModelsUsed: []string{}, Answered: r.Answered,
	}
	if m.Answered == nil {
		m.Answered = []mashal.Answered{}
	}
	m.Spend = r.manifestSpend()
	m.Cost = m.Spend.Cost.USD()
	for model := range m.Spend.Models {
		m.ModelsUsed = append(m.ModelsUsed, model)
	}
	if slices.Sort(m.ModelsUsed); len(m.ModelsUsed) == 0 {
		m.ModelsUsed = append(m.ModelsUsed, r.Run.Annotator.Name)
	}
	if v := r.Run.Validator; v.Name != "" {
		m.Validation = &manifestCoverage{Validator: v.Name, Version: v.Version, Coverage: r.Coverage, Unvalidated: len(r.Unvalidated)}
	}
	for _, s := range mashal.States {
		m.Results.Verses[s] = r.Totals.Verses[s]
	}
	for _, t := range mashal.Types {
		m.Results.FiguresByType[t] = r.Totals.Types[t]
	}
	for i := range r.Attempts {
		a := &r.Attempts[i]
		took := a.Ended.Sub(a.Started)
		m.Chapters = append(m.Chapters, manifestChapter{
			Book: a.Chapter.Book.Name(), Chapter: a.Chapter.Number, Worker: a.Worker, Start: seconds(a.Started.Sub(r.Run.Started)),
			Seconds: seconds(took), Waiting: seconds(took - workedOn(a)), Outcome: string(a.Outcome), Verses: a.Verses, Figures: a.Figures,
			Purpose: string(a.Purpose),
		})
	}
	return m
}

// manifestSpend adds up what models used and cost.
func (r *Report) manifestSpend() manifestSpend {
	m := manifestSpend{
		Spend: r.Total(""), Purposes: map[mashal.Purpose]mashal.Spend{}, Models: map[string]mashal.Spend{},
		Chapters: []manifestChapterSpend{},
	}
	if done := r.Totals.Verses[mashal.Done]; done > 0 {
		m.PerVerse = m.Cost.USD() / float64(done)
	}
	if r.Totals.Figures > 0 {
		m.PerFigure = m.Cost.USD() / float64(r.Totals.Figures)
	}
	for i := 0; i < len(r.Spent); {
		ch, sum := r.Spent[i].Chapter, mashal.Spend{}
		for ; i < len(r.Spent) && r.Spent[i].Chapter == ch; i++ {
			sum.Add(r.Spent[i].Spend)
		}
		m.Chapters = append(m.Chapters, manifestChapterSpend{ch.Book.Name(), ch.Number, sum})
	}
	byModel := map[string]mashal.Spend{}
	for _, s := range r.Spent {
		m.Purposes[s.Purpose] = r.Total(s.Purpose)
		sum := byModel[s.Model]
		sum.Add(s.Spend)
		byModel[s.Model] = sum
	}
	for model, sum := range byModel {
		m.Models[model] = sum
	}
	return m
}

// seconds returns a duration to the microsecond, as times are in the ledger: 1.275,
// where a sum of floats has 1.2749999999999999.
func seconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e6 }

// fourDigits rounds a ratio for people who read the file.
func fourDigits(x float64) float64 { return math.Round(x*1e4) / 1e4 }
