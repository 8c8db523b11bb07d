package salvage_test

import (
	"fmt"
	"strings"
	"testing"

	"mashal/salvage"
)

// The draft of an answer, as a model thinks, and the answer.
var (
	draft  = `{"verses":[` + strings.ReplaceAll(one+","+two+","+three, "0.9", "0.1") + `]}`
	answer = `{"verses":[` + one + "," + two + "," + strings.Replace(three, "more", "MORE", 1) + `]}`
)

// reasonings are responses with a draft inside reasoning, in the ways of different
// models and servers. %[1]s is the draft and %[2]s the answer.
var reasonings = []string{
	"<think>\nFirst: %[1]s\nNo.\n</think>\n\n%[2]s",
	"<THINK>%[1]s</THINK>%[2]s",
	"<thinking effort=\"high\">%[1]s</thinking>%[2]s",
	"<thought>%[1]s</thought>\n```json\n%[2]s\n```",
	"<reasoning>%[1]s</reasoning><answer>%[2]s</answer>",
	"<thinking>Hm.</thinking><reflection>%[1]s</reflection><output>%[2]s</output>",
	"[THINK]%[1]s[/THINK]%[2]s",
	"◁think▷%[1]s◁/think▷%[2]s",
	"<|begin_of_thought|>%[1]s<|end_of_thought|><|begin_of_solution|>%[2]s<|end_of_solution|>",
	"<|START_THINKING|>%[1]s<|END_THINKING|><|START_RESPONSE|>%[2]s<|END_RESPONSE|>",
	"<seed:think>%[1]s</seed:think>%[2]s",
	"&lt;think&gt;%[1]s&lt;/think&gt;%[2]s",
	// The opening tag stands in the template of the prompt.
	"First: %[1]s\nNo.\n</think>\n\n%[2]s",
	"%[1]s</think>%[2]s",
	`{"verses":[` + `{"verse":1,"d":"cut off in the rea </think>%[2]s`,
	strings.TrimSuffix("%[1]s", "}") + "</think>%[2]s",
	// A draft, and thoughts about it.
	"<think>a</think>%[1]s<think>No.</think>%[2]s",
	"<think>I must close </think> well. %[1]s </think>%[2]s",
	"<think>I write <think> tags: %[1]s</think>%[2]s",
	"<think>%[1]s never closed <answer>%[2]s</answer>",
	// The answer comes first.
	"%[2]s<think>Was that right? %[1]s</think>",
	"%[2]s<think>Was that right? %[1]s",
	// Harmony, whole and in part.
	"<|channel|>analysis<|message|>Draft: %[1]s<|end|><|start|>assistant<|channel|>final<|message|>%[2]s<|return|>",
	"<|channel|>analysis<|message|>%[1]s<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>%[2]s",
	"<|start|>assistant<|channel|>commentary<|message|>%[1]s<|end|><|start|>assistant<|channel|>final<|message|>%[2]s",
	"%[1]s<|end|><|start|>assistant<|channel|>final<|message|>%[2]s",
	"<|channel|>analysis %[1]s<|channel|>final%[2]s",
	"analysis<|message|>%[1]s<|end|>assistantfinal<|message|>%[2]s",
	"analysisWe need JSON. %[1]sassistantfinal%[2]s",
	"analysisWe need JSON. %[1]s.assistantcommentaryHm.assistantfinal```json\n%[2]s```",
	"<|channel>thought\n%[1]s<channel|>%[2]s",
	"Here is my thought process:\n%[1]s\nHere is my response:\n%[2]s",
	"Thinking...\n%[1]s\n...done thinking.\n\n%[2]s",
}

// TestReasoning checks that only the answer is read, and that each piece of the
// response may end anywhere.
func TestReasoning(t *testing.T) {
	want, _, err := salvage.Decode(compact(), upTo(3), salvage.Limits{}, []byte(answer))
	if err != nil || len(want) != 3 {
		t.Fatalf("the answer alone has %d objects: %v", len(want), err)
	}
	for _, format := range reasonings {
		response := []byte(fmt.Sprintf(format, draft, answer))
		if !strings.Contains(format, "[1]") { // the draft is in the format
			response = []byte(strings.ReplaceAll(format, "%[2]s", answer))
		}
		for at := 0; at <= len(response); at++ {
			first := true
			events, report := split(t, compact(), upTo(3), response, func(rest int) int {
				if first && at > 0 {
					first = false
					return at
				}
				return rest
			})
			got := map[int]string{}
			for _, e := range events {
				got[e.Verse] = string(e.Object)
			}
			for _, w := range want {
				if got[w.Verse] != string(w.Object) {
					t.Fatalf("%s, cut at %d: verse %d is %q, want %q", response, at, w.Verse, got[w.Verse], w.Object)
				}
			}
			if report.Reasoning == 0 {
				t.Errorf("%s: no reasoning is reported", response)
			}
			if o, _ := report.Outcome(2); o.State != salvage.Recovered {
				t.Errorf("%s: verse 2 is %v: %s", response, o.State, o.Reason)
			}
			if o, _ := report.Outcome(1); o.Remark == "" {
				t.Errorf("%s: nothing says that verse 1 has a draft", response)
			}
		}
	}
}

// TestReasoningOnly checks that reasoning without an answer has no objects, and that
// the report says so.
func TestReasoningOnly(t *testing.T) {
	for _, format := range []string{"<think>%s", "<think>%s</think>\n", "%s</think>", "<|channel|>analysis<|message|>%s", "analysisI write %s"} {
		objects, report := final(t, compact(), upTo(3), []byte(fmt.Sprintf(format, draft)))
		if len(objects) > 0 || report.Reasoning == 0 || report.Count(salvage.Missing) != 3 {
			t.Errorf("%s: %d objects, report %+v", format, len(objects), report)
		}
	}
}

// TestMarksInText checks that a verse may mention the marks.
func TestMarksInText(t *testing.T) {
	for _, mark := range []string{"<think>", "</think>", "[THINK]", "assistantfinal", "<answer>", "<|channel|>final<|message|>"} {
		object := strings.Replace(two, "plain", "the tag "+mark+" in a text", 1)
		if got := states(t, compact(), upTo(3), "["+one+","+object+","+three+"]"); got != "rrr" {
			t.Errorf("%s: states %s, want rrr", mark, got)
		}
	}
}

// TestParts checks that parts of an answer between which a model thinks are one
// answer.
func TestParts(t *testing.T) {
	if got := states(t, compact(), upTo(3), "["+one+",<think>Now "+two+"?</think>"+two+","+three+"]"); got != "rrr" {
		t.Errorf("states %s, want rrr", got)
	}
}

// TestDraftWithoutMarks checks that of two documents in one answer the later one
// counts if there is prose between them, although nothing marks the first one as a
// draft. TestLaterDocument has documents without prose between them.
func TestDraftWithoutMarks(t *testing.T) {
	for _, format := range []string{
		"%s\nWait, better:\n%s",
		"**Thinking**\n%s\n**Final answer**\n```json\n%s\n```",
		"<details type=\"reasoning\"><summary>Thought</summary>%s</details>%s",
	} {
		want, _ := final(t, compact(), upTo(3), []byte(answer))
		got, report := final(t, compact(), upTo(3), []byte(fmt.Sprintf(format, draft, answer)))
		if len(got) != 3 {
			t.Fatalf("%s: %d objects, want 3", format, len(got))
		}
		for n, w := range want {
			if string(got[n].Object) != string(w.Object) {
				t.Errorf("%s: verse %d is %s, want %s", format, n, got[n].Object, w.Object)
			}
		}
		if o, _ := report.Outcome(1); o.State != salvage.Recovered || o.Remark == "" {
			t.Errorf("%s: verse 1 is %v, remark %q", format, o.State, o.Remark)
		}
	}
}
