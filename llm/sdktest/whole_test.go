package sdktest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	sdkopenai "github.com/openai/openai-go/v3"
	sdkresponses "github.com/openai/openai-go/v3/responses"
	"google.golang.org/genai"

	"mashal/llm/llmsim"
)

// A whole is an answer that is not streamed.
type whole struct {
	text, end        string
	input, output    int64
	reasoning        int64
	refusalOrBlocked string
}

// wholes returns functions that ask for such an answer with each protocol.
func (c sdks) wholes(ctx context.Context) map[llmsim.Protocol]func(prompt string, most int64) (whole, error) {
	return map[llmsim.Protocol]func(string, int64) (whole, error){
		llmsim.Chat: func(prompt string, most int64) (whole, error) {
			r, err := c.openai.Chat.Completions.New(ctx, sdkopenai.ChatCompletionNewParams{
				Model: "m", MaxCompletionTokens: sdkopenai.Int(most), Messages: []sdkopenai.ChatCompletionMessageParamUnion{sdkopenai.UserMessage(prompt)},
			})
			if err != nil {
				return whole{}, err
			}
			m := r.Choices[0]
			return whole{m.Message.Content, m.FinishReason, r.Usage.PromptTokens, r.Usage.CompletionTokens, r.Usage.CompletionTokensDetails.ReasoningTokens, m.Message.Refusal}, nil
		},
		llmsim.Responses: func(prompt string, most int64) (whole, error) {
			r, err := c.openai.Responses.New(ctx, sdkresponses.ResponseNewParams{
				Model: "m", MaxOutputTokens: sdkopenai.Int(most), Input: sdkresponses.ResponseNewParamsInputUnion{OfString: sdkopenai.String(prompt)},
			})
			if err != nil {
				return whole{}, err
			}
			refusal := ""
			if len(r.Output) > 0 && len(r.Output[0].Content) > 0 {
				refusal = r.Output[0].Content[0].Refusal
			}
			return whole{r.OutputText(), string(r.Status) + r.IncompleteDetails.Reason, r.Usage.InputTokens, r.Usage.OutputTokens, r.Usage.OutputTokensDetails.ReasoningTokens, refusal}, nil
		},
		llmsim.Messages: func(prompt string, most int64) (whole, error) {
			r, err := c.anthropic.Messages.New(ctx, sdkanthropic.MessageNewParams{
				Model: "m", MaxTokens: most, Messages: []sdkanthropic.MessageParam{sdkanthropic.NewUserMessage(sdkanthropic.NewTextBlock(prompt))},
			})
			if err != nil {
				return whole{}, err
			}
			text := ""
			for _, b := range r.Content {
				text += b.Text
			}
			return whole{text, string(r.StopReason), r.Usage.InputTokens, r.Usage.OutputTokens, r.Usage.OutputTokensDetails.ThinkingTokens, r.StopDetails.Explanation}, nil
		},
		llmsim.Gemini: func(prompt string, most int64) (whole, error) {
			r, err := c.gemini.Models.GenerateContent(ctx, "m", genai.Text(prompt), &genai.GenerateContentConfig{MaxOutputTokens: int32(most)})
			if err != nil {
				return whole{}, err
			}
			if r.PromptFeedback != nil {
				return whole{refusalOrBlocked: string(r.PromptFeedback.BlockReason)}, nil
			}
			if len(r.Candidates) == 0 {
				return whole{}, fmt.Errorf("no candidates in %+v", r)
			}
			u := r.UsageMetadata
			return whole{r.Text(), string(r.Candidates[0].FinishReason), int64(u.PromptTokenCount), int64(u.CandidatesTokenCount + u.ThoughtsTokenCount), int64(u.ThoughtsTokenCount), ""}, nil
		},
	}
}

// TestInOnePiece checks answers of the simulator that are not streamed, with and
// without faults.
func TestInOnePiece(t *testing.T) {
	s := start(t, llmsim.Config{Reasoning: 5})
	tokens := llmsim.Tokens(chapter) + 5
	for p, ask := range s.sdks(t).wholes(t.Context()) {
		good := map[llmsim.Protocol]string{llmsim.Chat: "stop", llmsim.Responses: "completed", llmsim.Messages: "end_turn", llmsim.Gemini: "STOP"}[p]
		if got, err := ask("Ezekiel 21", 9000); err != nil || got != (whole{chapter, good, llmsim.Tokens("Ezekiel 21"), tokens, 5, ""}) {
			t.Errorf("%s: %+v, %v", p, got, err)
		}
		short := map[llmsim.Protocol]string{llmsim.Chat: "length", llmsim.Responses: "incompletemax_output_tokens", llmsim.Messages: "max_tokens", llmsim.Gemini: "MAX_TOKENS"}[p]
		if got, err := ask("Ezekiel 21", 20); err != nil || got.end != short || llmsim.Tokens(got.text) != 15 || got.output != 20 {
			t.Errorf("%s, at most 20 tokens: %+v, %v", p, got, err)
		}
	}
	for _, e := range s.entries(t) {
		if e.Stream || !e.Finished {
			t.Errorf("logged %+v", e)
		}
	}
	for fault, wantErr := range map[string]bool{"refusal": false, "cut": true, "end": true, "malformed": true, "error-event": true, "overloaded": true} {
		faults, err := llmsim.ParseFaults(fault + "=1")
		check(t, err)
		s := start(t, llmsim.Config{Faults: faults})
		for p, ask := range s.sdks(t).wholes(t.Context()) {
			got, err := ask("Ezekiel 21", 9000)
			if (err != nil) != wantErr || !wantErr && (got.text != "" || got.refusalOrBlocked == "") {
				t.Errorf("%s, %s: %+v, %v", p, fault, got, err)
			}
		}
	}
}

// TestModels checks that the SDKs list the simulator's models.
func TestModels(t *testing.T) {
	s := start(t, llmsim.Config{})
	c := s.sdks(t)
	if page, err := c.openai.Models.List(t.Context()); err != nil || len(page.Data) == 0 || !strings.HasPrefix(page.Data[0].ID, "mashal-simulate/gpt-") {
		t.Errorf("openai: %+v, %v", page, err)
	}
	if page, err := c.anthropic.Models.List(t.Context(), sdkanthropic.ModelListParams{}); err != nil || len(page.Data) == 0 || !strings.HasPrefix(page.Data[0].ID, "mashal-simulate/claude-") {
		t.Errorf("anthropic: %+v, %v", page, err)
	}
	if page, err := c.gemini.Models.List(t.Context(), nil); err != nil || len(page.Items) == 0 || !strings.HasPrefix(page.Items[0].Name, "models/mashal-simulate/gemini-") {
		t.Errorf("gemini: %+v, %v", page, err)
	}
}
