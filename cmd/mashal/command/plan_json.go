package command

import (
	"mashal"
	"mashal/forecast"
	"mashal/llm"
)

// The objects of `mashal plan --json`. Costs are in US dollars, and absent where no
// price is known. docs/models.md describes the fields.
type (
	plannedModel struct {
		Annotator   string        `json:"annotator"`
		Validator   string        `json:"validator,omitempty"`
		Workers     int           `json:"workers"`
		Passage     int           `json:"passage"`
		Votes       int           `json:"votes"` // readings of each passage
		Batch       bool          `json:"batch"`
		AlreadyDone int           `json:"already_done"`
		Seconds     float64       `json:"seconds"`
		SpentBefore float64       `json:"spent_before"`
		Budget      *float64      `json:"budget,omitempty"`
		PriceOf     string        `json:"price_as_of,omitempty"`
		Basis       planBasis     `json:"basis"`
		Books       []plannedBook `json:"books"`
		plannedBook
	}
	plannedBook struct {
		Book       string `json:"book,omitempty"`
		Chapters   int    `json:"chapters"`
		Verses     int    `json:"verses"`
		ToValidate int    `json:"to_validate"`
		plannedSpend
		Detection  plannedSpend `json:"detection"`
		Validation plannedSpend `json:"validation"`
	}
	plannedSpend struct {
		Requests  int      `json:"requests"`
		Input     int64    `json:"input_tokens"`
		Cached    int64    `json:"cached_input_tokens"`
		Output    int64    `json:"output_tokens"`
		Reasoning int64    `json:"reasoning_tokens"`
		Cost      *float64 `json:"cost,omitempty"`
	}
	planBasis struct {
		Detection  paceBasis `json:"detection"`
		Validation paceBasis `json:"validation"`
		Judged     float64   `json:"share_judged"`
		JudgedOn   int       `json:"share_judged_measured_on"`
	}
	paceBasis struct {
		Measured  int     `json:"measured_on"`
		Text      float64 `json:"output_tokens_per_verse"`
		Reasoning float64 `json:"reasoning_tokens_per_verse"`
		Counted   float64 `json:"input_tokens_per_estimated"`
		FirstText float64 `json:"seconds_to_first_text"`
		PerToken  float64 `json:"seconds_per_token"`
	}
)

// objects returns plans as they are printed.
func (c *planCommand) objects(plans []*forecast.Plan, prices *llm.Prices) []plannedModel {
	list := make([]plannedModel, len(plans))
	for i, p := range plans {
		o := plannedModel{
			Annotator: p.Annotator.Name, Validator: p.Validator.Name, Workers: c.workers, Passage: c.passage, Votes: c.votes, Batch: c.batch, AlreadyDone: p.AlreadyDone,
			Seconds: p.Time.Seconds(), SpentBefore: p.SpentBefore.USD(), Books: []plannedBook{}, plannedBook: bookObject(p.Total, ""),
			Basis: planBasis{paceObject(p.Basis.Detection), paceObject(p.Basis.Validation), p.Basis.FigurativeShare, p.Basis.FigurativeMeasured},
		}
		if p.Budget.State != mashal.CostUnknown {
			usd := ceilCents(p.Budget.Amount).USD()
			o.Budget = &usd
		}
		if m, err := llm.ParseModel(llm.WithAddress(p.Annotator.Name)); err == nil {
			if price, ok := prices.Find(m.Vendor, m.Name, 0); ok {
				o.PriceOf = price.AsOf.Format("2006-01-02")
			}
		}
		for _, b := range p.Books {
			o.Books = append(o.Books, bookObject(b, b.Book.Name()))
		}
		list[i] = o
	}
	return list
}

func bookObject(b forecast.Book, name string) plannedBook {
	return plannedBook{name, b.Chapters, b.Verses, b.ToValidate, spendObject(b.Spend()), spendObject(b.Detection), spendObject(b.Validation)}
}

func spendObject(s mashal.Spend) plannedSpend {
	o := plannedSpend{Requests: s.Calls, Input: s.Tokens.Input, Cached: s.Tokens.CachedInput, Output: s.Tokens.Output, Reasoning: s.Tokens.Reasoning}
	if s.Unpriced == 0 {
		usd := s.Cost.USD()
		o.Cost = &usd
	}
	return o
}

func paceObject(p forecast.Pace) paceBasis {
	return paceBasis{p.Measured, p.OutputTokens, p.ReasoningTokens, p.InputFactor, p.FirstText.Seconds(), p.SecondsPerToken}
}
