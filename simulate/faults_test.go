package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/salvage"
)

// textFaults are the faults that leave the stream in order: the answer itself
// has to show them.
func textFaults() []llmsim.Fault {
	all := llmsim.FaultNames()
	return all[slices.Index(all, llmsim.Length) : slices.Index(all, llmsim.Mix)+1]
}

// A spoiler serves answers with one fault, without a network.
type spoiler struct {
	server *llmsim.Server
	log    strings.Builder
}

func newSpoiler(t *testing.T, a *Answers, faults string) *spoiler {
	t.Helper()
	parsed, err := llmsim.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	s := &spoiler{}
	if s.server, err = llmsim.New(llmsim.Config{Answer: a.Answer, Faults: parsed, Log: &s.log}); err != nil {
		t.Fatal(err)
	}
	return s
}

// ask gives the text of the answer to a prompt, whatever it is worth, and the
// fault that it suffered.
func (s *spoiler) ask(t *testing.T, model string, r llm.Request) (string, llmsim.Fault) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"model": model, "messages": []any{
		map[string]string{"role": "system", "content": r.System}, map[string]string{"role": "user", "content": prompt(r)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.log.Reset()
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/chat/completions", strings.NewReader(string(body))))
	var answer struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Choices) != 1 {
		t.Fatalf("%s: %v", w.Body, err)
	}
	entries, err := llmsim.ReadLog(strings.NewReader(s.log.String()))
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	return answer.Choices[0].Message.Content, entries[0].Fault
}

// A toll is what a fault does to answers, in verses.
type toll struct {
	answers, struck int
	right, lost     int
	worded          int // read with other wording than was said, but of the same figures
	unmarked        int // of them, without a remark in the report
	wrong           int // read with other figures than were said
	shown           int // read with a figure that is marked as not in the verse
}

// A piece of text that is lost or comes twice within a sentence may leave a
// sentence, and pieces that changed places may even take a figure with them. No
// decoder can see that, so a few verses may be read otherwise than they were
// said: with other wording, or with other figures.
const (
	mostWorded   = .001
	mostUnmarked = .0005
	mostWrong    = .0001
)

// TestFaultsShow spoils answers for figures in every way and reads them as
// annotate does: what is lost is named, and next to nothing is read that was
// not said.
func TestFaultsShow(t *testing.T) {
	t.Parallel()
	a, err := New(recordedFolder(t), false, 1)
	if err != nil {
		t.Fatal(err)
	}
	const each = 2 // answers for each chapter and fault
	var table strings.Builder
	fmt.Fprintf(&table, "Ezekiel 15-34, %d answers a chapter; verses\n\n%-18s %6s %6s %6s %6s %6s\n", each, "fault", "right", "lost", "worded", "wrong", "shown")
	type dialogue struct {
		chapter  *mashal.ChapterText
		verses   []int
		question llm.Request
		said     []mashal.Result
	}
	var dialogues []dialogue
	for number := 15; number <= 34; number++ {
		d := dialogue{chapter: chapterText(t, fmt.Sprint("Ezekiel ", number))}
		d.verses = allVerses(d.chapter)
		d.question = annotate.DetectionRequest(d.chapter, d.verses)
		good, err := a.Answer(asked(d.question))
		if err != nil {
			t.Fatal(err)
		}
		if d.said, _, err = annotate.Decode(d.chapter, d.verses, []byte(good)); err != nil || len(d.said) != len(d.verses) {
			t.Fatalf("%s: %d verses, %v", d.chapter.Chapter, len(d.said), err)
		}
		dialogues = append(dialogues, d)
	}
	right, worded, unmarked, wrong := 0, 0, 0, 0
	for _, fault := range textFaults() {
		s := newSpoiler(t, a, string(fault)+"=1")
		var sum toll
		for _, d := range dialogues {
			for n := range each {
				text, struck := s.ask(t, fmt.Sprint("model-", n), d.question)
				sum.answers++
				if struck == fault {
					sum.struck++
				}
				read, report, err := annotate.Decode(d.chapter, d.verses, []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				sum.count(t, fault, d.said, read, report)
			}
		}
		if sum.struck != sum.answers {
			t.Errorf("%s strikes %d answers of %d", fault, sum.struck, sum.answers)
		}
		if sum.lost+sum.shown == 0 && !slices.Contains([]llmsim.Fault{llmsim.NoComma, llmsim.NoBrace, llmsim.Fence, llmsim.Concat}, fault) {
			t.Errorf("%s does no harm", fault)
		}
		fmt.Fprintf(&table, "%-18s %6d %6d %6d %6d %6d\n", fault, sum.right, sum.lost, sum.worded, sum.wrong, sum.shown)
		right += sum.right
		worded += sum.worded
		unmarked += sum.unmarked
		wrong += sum.wrong
	}
	golden(t, "testdata/faults.golden", table.String())
	// Words that are only odd are kept, and the report marks the verse.
	t.Logf("of %d verses %d are read with other wording, %d of them without a mark, and %d wrong", right, worded, unmarked, wrong)
	if float64(unmarked) > mostUnmarked*float64(right) || float64(worded) > mostWorded*float64(right) || float64(wrong) > mostWrong*float64(right) {
		t.Errorf("of %d verses %d are read with other wording, %d of them without a mark, and %d wrong, want at most %g %%, %g %% and %g %%",
			right, worded, unmarked, wrong, 100*mostWorded, 100*mostUnmarked, 100*mostWrong)
	}
}

// golden compares got with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what it was (-want +got); if that is right, run the test with -update:\n%s", path, diff)
	}
}

// count adds what was read of one answer.
func (c *toll) count(t *testing.T, fault llmsim.Fault, said, got []mashal.Result, report *salvage.Report) {
	t.Helper()
	read := map[int]mashal.Result{}
	for _, r := range got {
		read[r.Verse] = r
	}
	for _, s := range said {
		o, asked := report.Outcome(s.Verse)
		r, ok := read[s.Verse]
		if sound := o.State == salvage.Recovered || o.State == salvage.Mended || o.State == salvage.Adapted; !asked || sound != ok {
			t.Errorf("%s: verse %d is read (%t), and reported as %s", fault, s.Verse, ok, o.State)
		}
		if !ok && o.State != salvage.Missing && o.Reason == "" {
			t.Errorf("%s: verse %d is %s, and nothing says why", fault, s.Verse, o.State)
		}
		switch {
		case !ok:
			c.lost++
		case cmp.Equal(s, r):
			c.right++
		case cmp.Equal(unworded(s), unworded(r)):
			c.worded++
			if o.Remark == "" {
				c.unmarked++
			}
		case fault == llmsim.ForeignHebrew && slices.ContainsFunc(r.Figures, func(f mashal.Figure) bool { return f.Span.Grounding == mashal.Unanchored }):
			c.shown++
		default:
			c.wrong++
			t.Logf("%s: verse %d is read as it was not said (-said +read):\n%s", fault, s.Verse, cmp.Diff(s, r))
		}
	}
}

// unworded is a result without its free text.
func unworded(r mashal.Result) mashal.Result {
	r.Deliberation = ""
	r.Figures = slices.Clone(r.Figures)
	for i := range r.Figures {
		f := &r.Figures[i]
		f.Explanation, f.Speaker, f.Purpose = "", "", ""
		f.Target.Specific, f.Vehicle.Specific, f.Ground.Specific, f.Posture.Specific = "", "", "", ""
	}
	return r
}

// A player is a model that gives what a spoiler serves, and the truth from its
// third answer on.
type player struct {
	t     *testing.T
	s     *spoiler
	a     *Answers
	model string
	asked int
	hits  int // answers that were spoiled
}

func (p *player) Name() string { return "player" }

func (p *player) Stream(_ context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	p.asked++
	var answer string
	var err error
	if p.asked > 2 {
		answer, err = p.a.Answer(asked(req))
	} else {
		var struck llmsim.Fault
		if answer, struck = p.s.ask(p.t, p.model, req); struck != "" {
			p.hits++
		}
	}
	if err == nil {
		err = text([]byte(answer))
	}
	return llm.Response{Model: req.Model, End: "stop"}, err
}

// TestFaultsShowInVerdicts spoils answers for verdicts on the figures of Ezekiel 15-34:
// after asking again they are those of answers that were not.
func TestFaultsShowInVerdicts(t *testing.T) {
	t.Parallel()
	a, err := New("", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	verdicts, reworded := 0, 0
	for _, fault := range textFaults() {
		s := newSpoiler(t, a, string(fault)+"=1")
		hits := 0
		for number := 15; number <= 34; number++ {
			ch := chapterText(t, fmt.Sprint("Ezekiel ", number))
			results := found(t, ch)
			judgements := func(model annotate.Model) map[int]mashal.Judgement {
				v, err := annotate.NewValidator(annotate.Config{Models: []annotate.Model{model}})
				if err != nil {
					t.Fatal(err)
				}
				all := map[int]mashal.Judgement{}
				if err := v.Validate(t.Context(), ch, results, annotate.Session{}, func(j mashal.Judgement) error {
					all[j.Verse] = j
					if j.Failure != nil {
						t.Errorf("%s: %s:%d: %s", fault, ch.Chapter, j.Verse, j.Failure.Reason)
					}
					return nil
				}); err != nil {
					t.Errorf("%s: %s: %v", fault, ch.Chapter, err)
				}
				return all
			}
			spoiled := &player{t: t, s: s, a: a, model: "spoiled"}
			said := judgements(annotate.Model{Provider: &player{t: t, a: a, asked: 2}, Name: "m"})
			read := judgements(annotate.Model{Provider: spoiled, Name: "m"})
			hits += spoiled.hits
			for verse, want := range said {
				got := read[verse]
				verdicts += len(want.Verdicts)
				if cmp.Equal(want, got) {
					continue
				}
				if !cmp.Equal(want, got, cmpopts.IgnoreFields(mashal.Verdict{}, "Reason")) {
					t.Errorf("%s: %s:%d (-said +read):\n%s", fault, ch.Chapter, verse, cmp.Diff(want, got))
				}
				reworded++
			}
		}
		if hits == 0 != (fault == llmsim.ForeignHebrew) { // no words are numbered there
			t.Errorf("%s strikes %d answers", fault, hits)
		}
	}
	// They are short: a loss more often takes a whole sentence, or leaves an odd word, which
	// is kept.
	t.Logf("%d reasons of %d are read otherwise", reworded, verdicts)
	if float64(reworded) > 2*mostWorded*float64(verdicts) {
		t.Errorf("%d reasons of %d are read otherwise", reworded, verdicts)
	}
}
