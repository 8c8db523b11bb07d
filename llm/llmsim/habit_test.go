package llmsim_test

import (
	"fmt"
	"strings"
	"testing"

	"mashal/llm"
	"mashal/llm/llmsim"
)

// TestHabits checks what each vendor's client makes of the ways in which other
// servers send an answer.
func TestHabits(t *testing.T) {
	for fault, want := range map[llmsim.Fault]llm.Kind{
		llmsim.ThinkTags: llm.KindNone, llmsim.ThinkUnopened: llm.KindNone, llmsim.ThinkAfter: llm.KindNone, llmsim.DraftUnmarked: llm.KindNone, llmsim.Harmony: llm.KindNone,
		llmsim.HarmonyBare: llm.KindNone, llmsim.Unstreamed: llm.KindNone, llmsim.Lines: llm.KindNone, llmsim.DataComments: llm.KindNone,
		llmsim.BareLines: llm.KindNone, llmsim.NoUsage: llm.KindNone, llmsim.OnlyReasoning: llm.OnlyReasoning, llmsim.LoginPage: llm.NotAnAPI,
	} {
		for _, p := range protocols {
			t.Run(fmt.Sprint(fault, " ", p), func(t *testing.T) {
				s := faulty(t, string(fault), llmsim.Config{})
				r := ask(t.Context(), s.client(t, p), question("Ezekiel 21"))
				if got := llm.KindOf(r.err); got != want {
					t.Fatalf("got %v (%v), want %v", got, r.err, want)
				}
				if want == llm.KindNone && !strings.Contains(r.text, chapter) {
					t.Errorf("text is %q", r.text)
				}
				if want != llm.KindNone && r.text != "" {
					t.Errorf("text is %q of an answer that has none", r.text)
				}
				if counted := fault != llmsim.NoUsage || p != llmsim.Chat; want == llm.KindNone && r.resp.Usage.Reported != counted {
					t.Errorf("usage is %+v", r.resp.Usage)
				}
			})
		}
	}
}
