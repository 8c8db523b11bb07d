package annotate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
	"mashal/salvage"
)

// A fake is a model that knows what to answer and does so as its script says.
type fake struct {
	name   string
	answer func(verses []int) []byte // the true answer
	script []fault                   // of the first requests, in order; then it behaves
	piece  int                       // bytes a delta; 0 gives all at once

	mu    sync.Mutex
	asked [][]int // verses, by request
	reqs  []llm.Request
}

// A fault changes an answer and how it ends.
type fault func(verses []int, answer []byte) ([]byte, error)

func (f *fake) Name() string { return f.name }

func (f *fake) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	if err := req.Validate(); err != nil {
		return llm.Response{}, err
	}
	verses := versesIn(req.Prompt)
	f.mu.Lock()
	n := len(f.asked)
	f.asked, f.reqs = append(f.asked, verses), append(f.reqs, req)
	f.mu.Unlock()
	said, end := f.answer(verses), error(nil)
	if n < len(f.script) && f.script[n] != nil {
		said, end = f.script[n](verses, said)
	}
	piece := f.piece
	if piece == 0 {
		piece = max(1, len(said))
	}
	for part := range slices.Chunk(said, piece) {
		if err := ctx.Err(); err != nil {
			return llm.Response{}, err
		}
		if err := text(part); err != nil {
			return llm.Response{}, fmt.Errorf("stream: %w", err)
		}
	}
	return llm.Response{Model: req.Model, End: "stop", Usage: mashal.Tokens{Input: 10, Output: int64(len(said)), Reported: true}}, end
}

// requests is what was asked for, as "1-24 3".
func (f *fake) requests() string {
	all := make([]string, len(f.asked))
	for i, verses := range f.asked {
		ranges := make([]mashal.WordRange, len(verses))
		for k, v := range verses {
			ranges[k] = mashal.WordRange{First: v, Last: v}
		}
		all[i] = mashal.ExactSpan(ranges...).String()
	}
	return strings.Join(all, " ")
}

var asksFor = regexp.MustCompile(`verses? ([0-9, and-]+) of`)

// versesIn reads the verses that a prompt asks for.
func versesIn(prompt string) []int {
	list := strings.NewReplacer(" and ", ",", " ", "").Replace(asksFor.FindStringSubmatch(prompt)[1])
	ranges, err := mashal.ParseRanges(list)
	if err != nil {
		panic(err)
	}
	var verses []int
	for _, r := range ranges {
		for v := r.First; v <= r.Last; v++ {
			verses = append(verses, v)
		}
	}
	return verses
}

// The faults.

func fails(kind llm.Kind) fault {
	return func(_ []int, _ []byte) ([]byte, error) { return nil, &llm.Error{Kind: kind} }
}

// refuses refuses requests for any of the verses.
func refuses(refused ...int) fault {
	return func(verses []int, answer []byte) ([]byte, error) {
		if slices.ContainsFunc(refused, func(v int) bool { return slices.Contains(verses, v) }) {
			return nil, &llm.Error{Kind: llm.Refused}
		}
		return answer, nil
	}
}

// names refuses requests for any of the verses, with a reason.
func names(reason string, refused ...int) fault {
	return func(verses []int, answer []byte) ([]byte, error) {
		if _, err := refuses(refused...)(verses, answer); err != nil {
			return nil, &llm.Error{Kind: llm.Refused, Err: errors.New(reason)}
		}
		return answer, nil
	}
}

// promptRefused is a filter that refuses every prompt.
func promptRefused([]int, []byte) ([]byte, error) {
	return nil, &llm.Error{Kind: llm.Refused, Status: 400, OfPrompt: true}
}

// quoted says the answer as a text in JSON.
func quoted(_ []int, answer []byte) ([]byte, error) {
	text, err := json.Marshal(string(answer))
	return text, err
}

// cutAfter says the given verses and half of the next.
func cutAfter(kind llm.Kind, verses int) fault {
	return func(_ []int, answer []byte) ([]byte, error) {
		heads := regexp.MustCompile(`\{"verse":`).FindAllIndex(answer, -1)
		at := heads[verses][0]
		next := len(answer)
		if verses+1 < len(heads) {
			next = heads[verses+1][0]
		}
		return answer[:(at+next)/2], &llm.Error{Kind: kind}
	}
}

// without leaves a verse out.
func without(verse int) fault {
	return func(_ []int, answer []byte) ([]byte, error) {
		return []byte(regexp.MustCompile(fmt.Sprintf(`\{"verse":%d,.*?\]\},?(\{"verse"|\]\})`, verse)).ReplaceAllString(string(answer), "$1")), nil
	}
}

// replaced replaces a string in the object of a verse.
func replaced(verse int, old, new string) fault {
	return func(_ []int, answer []byte) ([]byte, error) {
		at := bytes.Index(answer, []byte(`{"verse":`+strconv.Itoa(verse)+","))
		if at < 0 {
			return answer, nil
		}
		return append(answer[:at:at], bytes.Replace(answer[at:], []byte(old), []byte(new), 1)...), nil
	}
}

// again says a verse once more at the end, otherwise.
func again(verse int) fault {
	return func(_ []int, answer []byte) ([]byte, error) {
		other := fmt.Sprintf(`,{"verse":%d,"notes":"On second thought.","found":[]}]}`, verse)
		return slices.Concat(bytes.TrimSuffix(answer, []byte("]}")), []byte(other)), nil
	}
}

func says(s string) fault {
	return func([]int, []byte) ([]byte, error) { return []byte(s), nil }
}

// always is a fault of every request.
func always(f fault) []fault { return slices.Repeat([]fault{f}, 100) }

// A memory is a Recorder that keeps everything and finds what has ended.
type memory struct {
	mu    sync.Mutex
	calls []*memorised
}

type memorised struct {
	memory *memory
	mashal.Request
	mashal.Answer
	report *salvage.Report
	ended  bool
}

func (m *memory) Find(_ context.Context, q mashal.Request) (*mashal.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, known := range m.calls {
		if known.ended && known.Key == q.Key && known.Repeat == q.Repeat {
			return &known.Answer, nil
		}
	}
	return nil, nil
}

func (m *memory) Begin(_ context.Context, q mashal.Request) (annotate.Recording, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, &memorised{memory: m, Request: q})
	return m.calls[len(m.calls)-1], nil
}

func (m *memorised) Write(p []byte) (int, error) {
	m.Text = append(m.Text, p...)
	return len(p), nil
}

func (m *memorised) Flush(context.Context) error { return nil }

func (m *memorised) End(ctx context.Context, _ llm.Response, report *salvage.Report, err error) error {
	m.memory.mu.Lock()
	defer m.memory.mu.Unlock()
	m.report, m.Err, m.ended = report, err, true
	return ctx.Err()
}

// countWaits returns a Session.Wait that appends to waits instead of waiting.
func countWaits(waits *[]time.Duration) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
}

// truth is invented results for a chapter: each verse that is divisible by
// three has no figure, every other has one on its first words.
func truth(ch *mashal.ChapterText) []mashal.Result {
	var all []mashal.Result
	for v := range ch.Verses {
		r := mashal.Result{Verse: v + 1, Deliberation: fmt.Sprintf("Weighed number %d.", v+1)}
		if r.Verse%3 != 0 {
			f := mashal.Figure{
				Types: []mashal.Type{mashal.Metaphor, mashal.Hyperbole}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 2}),
				Target: mashal.Tag{Specific: "the one", Category: "rule", Domain: "society"}, Vehicle: mashal.Tag{Specific: "the other", Category: "animal", Domain: "nature"},
				Ground: mashal.Tag{Specific: "their force", Category: "force", Domain: "action"}, Posture: mashal.Tag{Specific: "a threat", Category: "threat", Domain: "judgement"},
				Explanation: "It is spoken of so.", Confidence: .7, Speaker: "someone", Purpose: "to warn", Source: "fake:model",
			}
			f.English = ch.Verses[v].EnglishOf(f.Span)
			r.Figures = append(r.Figures, f)
		}
		all = append(all, r)
	}
	return all
}

// knowing is a fake that answers with the truth.
func knowing(t testing.TB, name string, all []mashal.Result, script ...fault) *fake {
	return &fake{name: name, script: script, answer: func(verses []int) []byte {
		var some []mashal.Result
		for _, v := range verses {
			some = append(some, all[v-1])
		}
		return answer(t, some...)
	}}
}

// drafted says another answer first, between an opening and a closing mark.
func drafted(opening, closing string) fault {
	return func(_ []int, answer []byte) ([]byte, error) {
		return []byte(opening + draftOf(answer) + closing + string(answer)), nil
	}
}

// onlyDraft says an answer within marks of reasoning, and nothing else.
func onlyDraft(_ []int, answer []byte) ([]byte, error) {
	return []byte(draftOf(answer) + "\n</think>\n"), nil
}

// draftOf returns an answer in other words.
func draftOf(answer []byte) string {
	return regexp.MustCompile(`"(notes|deliberation)": *"`).ReplaceAllString(string(answer), `${0}Draft: `)
}

// cutPrompt says the true answer to a prompt that the server had cut.
func cutPrompt(_ []int, answer []byte) ([]byte, error) {
	return answer, &llm.Error{Kind: llm.PromptCut, Err: errors.New("the server kept 4096 of 9000 tokens: raise its context")}
}
