package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
)

// spendCells are the heads of what spendRow writes.
const spendCells = "requests\ttokens in\tcached\ttokens out\tcost"

func spendRow(s ledger.Spend) string {
	cost := s.Cost.String()
	if s.Unpriced > 0 {
		cost = "unknown"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", pipeline.Grouped(int64(s.Requests)), pipeline.Grouped(s.Usage.Input),
		pipeline.Grouped(s.Usage.CachedInput), pipeline.Grouped(s.Usage.Output), cost)
}

// compare prints plans side by side.
func (c *plan) compare(plans []*pipeline.Plan, selection mashal.Selection) error {
	fmt.Fprintf(c.stdout, "%s: %s; by %s at once, in passages of %s\n\n", selection, count(selection.Verses(), "verse"), count(c.workers, "worker"), c.passageSize())
	err := c.table(func(w io.Writer) {
		fmt.Fprintf(w, "model\tverses\t%s\ttime\tmeasured on\n", spendCells)
		for _, p := range plans {
			on := "nothing yet"
			if n := p.Experience.Detection.Verses; n > 0 {
				on = count(n, "verse")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Detector.Name, pipeline.Grouped(int64(p.Total.Verses)), spendRow(p.Total.Spend()), about(p.Time), on)
		}
	})
	if err != nil {
		return err
	}
	judge := "Whoever finds the figures judges them too."
	switch c.validator {
	case "":
	case noValidator:
		judge = "Nobody judges the figures."
	default:
		judge = "The figures are judged by " + c.validator + "."
	}
	_, err = fmt.Fprintf(c.stdout, "\n%s Of models that nothing was measured of, reasoning comes on top and can cost more\n"+
		"than all else; mashal plan SELECTION --annotator MODEL says what a plan rests on.\n", judge)
	return err
}

func (c *plan) passageSize() string {
	if c.passage == 0 {
		return "a chapter"
	}
	return "about " + count(c.passage, "verse")
}

// detail prints one plan, and what it rests on.
func (c *plan) detail(p *pipeline.Plan, prices *llm.Prices, budget mashal.Money) error {
	what := []string{count(p.Total.Verses, "verse") + " to read"}
	if p.Total.ToValidate > 0 {
		what = append(what, "the figures of "+count(p.Total.ToValidate, "verse")+" to judge")
	}
	fmt.Fprintf(c.stdout, "%s in %s; %s done already\n", strings.Join(what, ", "), count(p.Total.Chapters, "chapter"), count(p.AlreadyDone, "verse"))
	if len(p.Books) == 0 {
		_, err := fmt.Fprintln(c.stdout, "nothing is left to do, and nothing to pay")
		return err
	}
	fmt.Fprintf(c.stdout, "%s; %s at once, passages of %s\n\n", whoDoes(p), count(c.workers, "worker"), c.passageSize())
	err := c.table(func(w io.Writer) {
		fmt.Fprintf(w, "book\tchapters\tverses\t%s\n", spendCells)
		row := func(name string, b pipeline.PlannedBook) {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", name, b.Chapters, pipeline.Grouped(int64(b.Verses+b.ToValidate)), spendRow(b.Spend()))
		}
		for _, b := range p.Books {
			row(b.Book.Name(), b)
		}
		if len(p.Books) > 1 {
			row("all", p.Total)
		}
		fmt.Fprintf(w, "  to find figures\t\t\t%s\n", spendRow(p.Total.Detection))
		fmt.Fprintf(w, "  to judge them\t\t\t%s\n", spendRow(p.Total.Validation))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "\ntime: about %s\n%s", about(p.Time), costLines(p, budget))
	_, err = fmt.Fprintf(c.stdout, "\nThis rests on\n%s", c.grounds(p, prices))
	return err
}

// whoDoes says who finds figures and who judges them.
func whoDoes(p *pipeline.Plan) string {
	switch p.Judge.Name {
	case "":
		return p.Detector.Name + " finds, nobody judges"
	case p.Detector.Name:
		return p.Detector.Name + " finds and judges"
	}
	if p.Detector.Kind == mashal.ByRules {
		return "rules find, " + p.Judge.Name + " judges"
	}
	return p.Detector.Name + " finds, " + p.Judge.Name + " judges"
}

// costLines say what is to be paid, and the budget that does.
func costLines(p *pipeline.Plan, budget mashal.Money) string {
	spend := p.Total.Spend()
	if spend.Unpriced > 0 {
		return "cost: unknown, because no price is listed for the model; --prices FILE gives one, and without one no --budget can be kept\n"
	}
	least := ceilCents(p.Budget.Amount)
	s := fmt.Sprintf("cost: about %s; --budget %s would just do, because what requests under way could cost at most is set aside", spend.Cost, dollars(least))
	if p.SpentBefore > 0 {
		s += fmt.Sprintf(" and %s were spent on this before", p.SpentBefore)
	}
	if budget > 0 && budget < least {
		s += fmt.Sprintf("; with %s it is expected to stop before its end", budget)
	}
	return s + "\n"
}

// ceilCents is an amount rounded up to whole cents.
func ceilCents(m mashal.Money) mashal.Money {
	const cent = mashal.Dollar / 100
	return (m + cent - 1) / cent * cent
}

func dollars(m mashal.Money) string { return fmt.Sprintf("%.2f", m.USD()) }

// grounds are what a plan rests on, a line each.
func (c *plan) grounds(p *pipeline.Plan, prices *llm.Prices) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	e, reasoned := p.Experience, true
	for _, part := range []struct {
		purpose, per string
		requests     int
		pace         pipeline.Pace
	}{
		{"to find figures", "verse", p.Total.Detection.Requests, e.Detection},
		{"to judge them", "verse with figures", p.Total.Validation.Requests, e.Validation},
	} {
		if part.requests > 0 {
			line("%s: %s", part.purpose, paceText(part.pace, part.per))
			reasoned = reasoned && part.pace.Verses > 0
		}
	}
	if p.Total.Validation.Requests > 0 && p.Total.Verses > 0 {
		line("of the verses %.0f %% have figures (%s), which take %.0f tokens each to show (%s)", 100*e.Judged, basis(e.JudgedOn), e.Shown, basis(e.ShownOn))
	}
	for i, name := range []string{p.Detector.Name, p.Judge.Name} {
		if m, err := llm.ParseModel(name); err == nil && (i == 0 || name != p.Detector.Name) {
			if price, ok := prices.Find(m.Vendor, m.Name, 0); ok {
				line("the price of %s on %s: $%g for a million tokens in, $%g cached, $%g out", name, price.AsOf.Format(time.DateOnly), price.Input, price.Cached, price.Output)
			}
		}
	}
	line("the vendor's cache: what is sent again within five minutes is read from it")
	if !reasoned {
		line("no reasoning, which comes on top and can cost more than all else: plan again after a first chapter")
	}
	line("nothing failing: what is asked again comes on top")
	return b.String()
}

// paceText says what a model is expected to write, how fast, and how that is
// known.
func paceText(p pipeline.Pace, per string) string {
	rate := "the rest at once"
	if p.PerToken > 0 {
		rate = fmt.Sprintf("then %.0f tokens/s", 1/p.PerToken)
	}
	if p.Verses == 0 {
		return fmt.Sprintf("%.0f tokens out a %s (%s); %.0f s to the first, %s (assumed)", p.Text, per, basis(0), p.FirstText.Seconds(), rate)
	}
	return fmt.Sprintf("%.0f tokens out a %s and %.0f of reasoning, %.1f s to the first, %s, and %.2f tokens in counted for one of our count (%s)",
		p.Text, per, p.Reasoning, p.FirstText.Seconds(), rate, p.Counted, basis(p.Verses))
}

// basis says where a figure is from.
func basis(verses int) string {
	if verses == 0 {
		return "as recorded of Ezekiel 21-30"
	}
	return "measured on " + count(verses, "verse")
}

// about is a duration as people say it.
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
