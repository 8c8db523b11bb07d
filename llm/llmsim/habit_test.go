package llmsim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mashal/llm"
	"mashal/llm/llmsim"
)

// TestHabits checks what each vendor's client makes of the ways in which other
// servers send an answer.
func TestHabits(t *testing.T) {
	for fault, kind := range map[llmsim.Fault]llm.Kind{
		llmsim.ThinkTags: llm.KindNone, llmsim.ThinkUnopened: llm.KindNone, llmsim.ThinkAfter: llm.KindNone, llmsim.DraftUnmarked: llm.KindNone, llmsim.Harmony: llm.KindNone,
		llmsim.HarmonyBare: llm.KindNone, llmsim.Unstreamed: llm.KindNone, llmsim.Lines: llm.KindNone, llmsim.DataComments: llm.KindNone,
		llmsim.BareLines: llm.KindNone, llmsim.NoUsage: llm.KindNone, llmsim.OnlyReasoning: llm.OnlyReasoning, llmsim.LoginPage: llm.NotAnAPI,
		llmsim.AsChat: llm.KindNone, llmsim.AsResponses: llm.KindNone, llmsim.AsMessages: llm.KindNone, llmsim.AsGemini: llm.KindNone, llmsim.AsOllama: llm.KindNone,
		llmsim.AsCompletion: llm.KindNone, llmsim.AsText: llm.KindNone, llmsim.Wrapped: llm.KindNone, llmsim.List: llm.KindNone, llmsim.ToolCall: llm.KindNone,
		llmsim.FunctionCall: llm.KindNone, llmsim.MessageDeltas: llm.KindNone, llmsim.MessageSoFar: llm.KindNone, llmsim.ContentParts: llm.KindNone, llmsim.NoFinish: llm.Cut,
		llmsim.UnknownForm: llm.NotAnAPI, llmsim.Elsewhere: llm.NotAnAPI,
	} {
		for _, p := range protocols {
			t.Run(fmt.Sprint(fault, " ", p), func(t *testing.T) {
				s := faulty(t, string(fault), llmsim.Config{})
				r := ask(t.Context(), s.client(t, p), question("Ezekiel 21"))
				if got := llm.KindOf(r.err); got != kind {
					t.Fatalf("got %v (%v), want %v", got, r.err, kind)
				}
				if fault == llmsim.NoFinish {
					if e := new(llm.Error); !errors.As(r.err, &e) || !e.Ended || !strings.Contains(r.text, chapter) {
						t.Errorf("got %v with the text %q", r.err, r.text)
					}
					return
				}
				want, got := chapter, r.text
				if fault == llmsim.ToolCall && p == llmsim.Gemini { // its arguments are an object, in white space of its own
					got, want = strings.Join(strings.Fields(got), ""), compact(t, chapter)
				}
				if kind == llm.KindNone && !strings.Contains(got, want) {
					t.Errorf("text is %q", r.text)
				}
				if kind != llm.KindNone && r.text != "" {
					t.Errorf("text is %q of an answer that has none", r.text)
				}
				if counted := (fault != llmsim.NoUsage || p != llmsim.Chat) && fault != llmsim.AsText; kind == llm.KindNone && r.resp.Usage.Reported != counted {
					t.Errorf("usage is %+v", r.resp.Usage)
				}
			})
		}
	}
}

// TestStatedWaits checks that each vendor's client reads how long a refused request is
// to wait, wherever it stands.
func TestStatedWaits(t *testing.T) {
	waits := map[llmsim.Protocol]time.Duration{}
	for _, fault := range []llmsim.Fault{llmsim.RateLimited, llmsim.LimitHeader, llmsim.LimitBody} {
		for _, p := range protocols {
			s := faulty(t, string(fault)+"@20s", llmsim.Config{})
			r := ask(t.Context(), s.client(t, p), question("Ezekiel 21"))
			e := new(llm.Error)
			if !errors.As(r.err, &e) || e.Kind != llm.RateLimited || e.RetryAfter == 0 {
				t.Errorf("%s, %s: got %v", fault, p, r.err)
			}
			told := e.RetryAfter.Round(time.Millisecond)
			if waits[p] == 0 {
				waits[p] = told
			}
			if told != waits[p] {
				t.Errorf("%s, %s: told to wait %s, want %s", fault, p, told, waits[p])
			}
		}
	}
}

// compact returns a text of JSON without white space.
func compact(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(b.String()), "")
}
