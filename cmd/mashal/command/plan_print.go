package command

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"mashal"
	"mashal/forecast"
	"mashal/llm"
	"mashal/report"
)

// spendHeader has the column names of spendRow.
const spendHeader = "requests\ttokens in\tcached\ttokens out\tcost"

// spendRow returns requests, tokens and cost as cells of a table.
func spendRow(s mashal.Spend) string {
	cost := s.Cost.String()
	if s.Unpriced > 0 {
		cost = "unknown"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", report.Grouped(int64(s.Calls)), report.Grouped(s.Tokens.Input),
		report.Grouped(s.Tokens.CachedInput), report.Grouped(s.Tokens.Output), cost)
}

// compare prints the plans of several models side by side.
func (c *planCommand) compare(plans []*forecast.Plan, selection mashal.Selection) error {
	fmt.Fprintf(c.stdout, "%s: %s; %s, passages of %s\n\n", selection, count(selection.Verses(), "verse"), c.sending(), c.passageSize())
	err := c.table(func(w io.Writer) {
		fmt.Fprintf(w, "model\tverses\t%s\ttime\tmeasured on\n", spendHeader)
		for _, p := range plans {
			on := "assumed"
			if n := p.Basis.Detection.Measured; n > 0 {
				on = count(n, "verse")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Annotator.Name, report.Grouped(int64(p.Total.Verses)), spendRow(p.Total.Spend()), about(p.Time), on)
		}
	})
	if err != nil {
		return err
	}
	validation := "Each model also validates the figures that it finds."
	switch c.validator {
	case "":
	case noValidator:
		validation = "The figures are not validated."
	default:
		validation = "The figures are validated by " + c.validator + "."
	}
	_, err = fmt.Fprintf(c.stdout, "\n%s For models without measurements, reasoning comes on top and\n"+
		"can cost more than everything else. mashal plan SELECTION --annotator MODEL prints the basis of a plan.\n", validation)
	return err
}

// sending returns how requests are sent: in batches, or by how many workers.
func (c *planCommand) sending() string {
	if c.batch {
		return "in batches"
	}
	return count(c.workers, "worker")
}

// eachRead says how often each passage is read, if that is more than once.
func (c *planCommand) eachRead() string {
	if c.votes <= 1 {
		return ""
	}
	return fmt.Sprintf(", each read %d times", c.votes)
}

// passageSize returns the length of a passage in words.
func (c *planCommand) passageSize() string {
	if c.passage == 0 {
		return "a chapter"
	}
	return "about " + count(c.passage, "verse") + c.eachRead()
}

// detail prints the plan of one model by book, and its basis.
func (c *planCommand) detail(p *forecast.Plan, prices *llm.Prices, budget mashal.Money) error {
	what := []string{count(p.Total.Verses, "verse") + " to annotate"}
	if p.Total.ToValidate > 0 {
		what = append(what, "the figures of "+count(p.Total.ToValidate, "verse")+" to validate")
	}
	fmt.Fprintf(c.stdout, "%s in %s; %s already done\n", strings.Join(what, ", "), count(p.Total.Chapters, "chapter"), count(p.AlreadyDone, "verse"))
	if len(p.Books) == 0 {
		_, err := fmt.Fprintln(c.stdout, "nothing is left to do")
		return err
	}
	fmt.Fprintf(c.stdout, "%s; %s, passages of %s\n\n", roles(p), c.sending(), c.passageSize())
	err := c.table(func(w io.Writer) {
		fmt.Fprintf(w, "book\tchapters\tverses\t%s\n", spendHeader)
		row := func(name string, b forecast.Book) {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", name, b.Chapters, report.Grouped(int64(b.Verses+b.ToValidate)), spendRow(b.Spend()))
		}
		for _, b := range p.Books {
			row(b.Book.Name(), b)
		}
		if len(p.Books) > 1 {
			row("all", p.Total)
		}
		fmt.Fprintf(w, "  detection\t\t\t%s\n", spendRow(p.Total.Detection))
		fmt.Fprintf(w, "  validation\t\t\t%s\n", spendRow(p.Total.Validation))
	})
	if err != nil {
		return err
	}
	takes := "about " + about(p.Time)
	if c.batch {
		takes = fmt.Sprintf("at most %.0f h; a batch of figures, and then one of verdicts, are answered within a day each, and mostly much sooner", p.Time.Hours())
	}
	fmt.Fprintf(c.stdout, "\ntime: %s\n%s", takes, c.costLines(p, budget))
	_, err = fmt.Fprintf(c.stdout, "\nbasis of the plan:\n%s", c.basisLines(p, prices))
	return err
}

// roles returns which model finds the figures and which one validates them.
func roles(p *forecast.Plan) string {
	switch p.Validator.Name {
	case "":
		return p.Annotator.Name + " finds the figures, which are not validated"
	case p.Annotator.Name:
		return p.Annotator.Name + " finds and validates the figures"
	}
	return p.Annotator.Name + " finds the figures, " + p.Validator.Name + " validates them"
}

// costLines returns the expected cost and the smallest budget that suffices.
func (c *planCommand) costLines(p *forecast.Plan, budget mashal.Money) string {
	spend := p.Total.Spend()
	if spend.Unpriced > 0 {
		return "cost: unknown, because no price is known for the model; --prices FILE adds one, and --budget needs one\n"
	}
	least := ceilCents(p.Budget.Amount)
	reserved := "the requests in flight"
	if c.batch {
		reserved = "a whole batch"
	}
	s := fmt.Sprintf("cost: about %s; the smallest sufficient budget is --budget %s, because the highest cost of %s is reserved", spend.Cost, dollars(least), reserved)
	if p.SpentBefore > 0 {
		s += fmt.Sprintf(" and %s were spent on the same work before", p.SpentBefore)
	}
	if budget > 0 && budget < least {
		s += fmt.Sprintf("; with %s the run is expected to stop early", budget)
	}
	return s + "\n"
}

// ceilCents rounds an amount up to whole cents.
func ceilCents(m mashal.Money) mashal.Money {
	const cent = mashal.Dollar / 100
	return (m + cent - 1) / cent * cent
}

func dollars(m mashal.Money) string { return fmt.Sprintf("%.2f", m.USD()) }

// basisLines returns what a plan is based on, one fact a line.
func (c *planCommand) basisLines(p *forecast.Plan, prices *llm.Prices) string {
	var lines strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&lines, "  "+format+"\n", args...) }
	b, reasoningKnown := p.Basis, true
	for _, part := range []struct {
		purpose, per string
		requests     int
		pace         forecast.Pace
	}{
		{"detection", "verse", p.Total.Detection.Calls, b.Detection},
		{"validation", "verse with figures", p.Total.Validation.Calls, b.Validation},
	} {
		if part.requests > 0 {
			line("%s: %s", part.purpose, paceText(part.pace, part.per))
			reasoningKnown = reasoningKnown && part.pace.Measured > 0
		}
	}
	if p.Total.Validation.Calls > 0 && p.Total.Verses > 0 {
		line("%.0f %% of the verses have figures (%s); a validator is shown %.0f tokens for each of these (%s)",
			100*b.FigurativeShare, source(b.FigurativeMeasured), b.FigureTokens, source(b.FigureTokensMeasured))
	}
	for i, name := range []string{p.Annotator.Name, p.Validator.Name} {
		if m, err := llm.ParseModel(llm.WithAddress(name)); err == nil && (i == 0 || name != p.Annotator.Name) {
			if price, ok := prices.Find(m.Vendor, m.Name, 0); ok {
				factor := ""
				if c.batch {
					factor = fmt.Sprintf(", in batches %g times as much", price.Batch)
				}
				line("price of %s on %s: $%g for a million input tokens, $%g cached, $%g output%s", name, price.AsOf.Format(time.DateOnly), price.Input, price.Cached, price.Output, factor)
			}
		}
	}
	if c.batch {
		line("nothing is read from the vendor's cache: when a batch is answered is unknown")
	} else {
		line("the vendor caches prompts for five minutes")
	}
	if !reasoningKnown {
		line("no reasoning tokens: they come on top and can cost more than everything else, so plan again after a first chapter")
	}
	line("no failures: requests that are made again come on top")
	return lines.String()
}

// paceText returns what a model is expected to write, how fast, and how that is
// known.
func paceText(p forecast.Pace, per string) string {
	rate := "the rest at once"
	if p.SecondsPerToken > 0 {
		rate = fmt.Sprintf("then %.0f tokens/s", 1/p.SecondsPerToken)
	}
	if p.Measured == 0 {
		return fmt.Sprintf("%.0f output tokens per %s (%s); %.0f s to the first text, %s (assumed)", p.OutputTokens, per, source(0), p.FirstText.Seconds(), rate)
	}
	return fmt.Sprintf("%.0f output tokens per %s and %.0f of reasoning, %.1f s to the first text, %s, %.2f input tokens counted by the vendor for one of ours (%s)",
		p.OutputTokens, per, p.ReasoningTokens, p.FirstText.Seconds(), rate, p.InputFactor, source(p.Measured))
}

// source returns where a number of the basis is from.
func source(verses int) string {
	if verses == 0 {
		return "from recorded answers for Ezekiel 21-30"
	}
	return "measured on " + count(verses, "verse")
}

// about formats a duration, rounded to minutes: "2 h 05 min".
func about(d time.Duration) string {
	switch minutes := int(math.Round(d.Minutes())); {
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	default:
		return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
	}
}
