package llmsim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"mashal/llm"
	"mashal/llm/llmsim"
)

// TestRefusals checks the kind of error that each vendor's client makes of each
// fault of the request and of the account, and that Capabilities leaves out what is
// refused, after which the request is answered.
func TestRefusals(t *testing.T) {
	// Have no such parameter, or read no other form of the answer.
	lacks := map[llmsim.Fault][]llmsim.Protocol{
		llmsim.NoSystem:  {llmsim.Responses, llmsim.Messages},
		llmsim.NoOptions: {llmsim.Responses, llmsim.Gemini},
		llmsim.NoStream:  {llmsim.Messages, llmsim.Gemini},
	}
	for fault, want := range map[llmsim.Fault]struct {
		kind    llm.Kind
		leftOut llm.Parameters
	}{
		llmsim.NoSchema:      {llm.BadRequest, llm.ParamSchema},
		llmsim.NoSchemaQuiet: {llm.BadRequest, llm.ParamSchema},
		llmsim.NoSchemaError: {llm.ServerError, llm.ParamSchema},
		llmsim.NoLimit:       {llm.BadRequest, llm.ParamLimit},
		llmsim.NoTemperature: {llm.BadRequest, llm.ParamTemperature},
		llmsim.NoEffort:      {llm.BadRequest, llm.ParamEffort},
		llmsim.NoSystem:      {llm.BadRequest, llm.ParamSystem},
		llmsim.NoOptions:     {llm.BadRequest, llm.ParamUsage | llm.ParamCache},
		llmsim.NoStream:      {llm.BadRequest, llm.ParamStream},
		llmsim.ContextFull:   {llm.TooLarge, 0},
		llmsim.TooLarge:      {llm.TooLarge, 0},
		llmsim.PromptBlocked: {llm.Refused, 0},
		llmsim.OutOfCredit:   {llm.Quota, 0},
		llmsim.DailyLimit:    {llm.Quota, 0},
		llmsim.UnknownModel:  {llm.UnknownModel, 0},
		llmsim.ModelError:    {llm.UnknownModel, 0},
		llmsim.NotServed:     {llm.Auth, 0},
		llmsim.ContentCode:   {llm.Refused, 0},
		llmsim.NoSuchPath:    {llm.WrongAddress, 0},
	} {
		for _, p := range protocols {
			t.Run(fmt.Sprint(fault, " ", p), func(t *testing.T) {
				s := faulty(t, string(fault), llmsim.Config{})
				client := s.client(t, p)
				zero := 0.0
				whole := llm.Request{
					Model: "m", System: "Annotate.", Prompt: "Ezekiel 21", MaxOutput: 20_000, Temperature: &zero, Effort: llm.EffortLow,
					Schema: &llm.Schema{Name: "s", JSON: json.RawMessage(`{"type":"object"}`)},
				}
				c := llm.NewCapabilities(llm.Abilities{}, 0)
				var kinds []llm.Kind
				for range 12 {
					req := c.Prepare(whole)
					r := ask(t.Context(), client, req)
					again := c.Learn(req, r.resp, r.err)
					kinds = append(kinds, llm.KindOf(r.err))
					if !again && !c.Unsettled() {
						break
					}
				}
				if slices.Contains(lacks[fault], p) {
					if kinds[0] != llm.KindNone {
						t.Errorf("got %v", kinds)
					}
					return
				}
				if kinds[0] != want.kind || want.leftOut == 0 && len(kinds) > 1 {
					t.Errorf("got %v, want %s", kinds, want.kind)
				}
				known := c.Known()
				switch {
				case want.leftOut == 0 && known.Refused != 0, want.leftOut != 0 && kinds[len(kinds)-1] != llm.KindNone, len(kinds) > 4:
					t.Errorf("got %v; %s", kinds, known)
				case known.MaxOutput == 8192 && fault == llmsim.NoLimit:
				case known.Refused != known.Refused&want.leftOut || want.leftOut != 0 && known.Refused == 0:
					t.Errorf("%s is left out, want %s; %v", known.Refused, want.leftOut, kinds)
				}
				for i, e := range s.entries(t) {
					if refused := kinds[i] != llm.KindNone; refused != (e.Fault == fault) {
						t.Errorf("logged %+v", e)
					}
				}
			})
		}
	}
}
