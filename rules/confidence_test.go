package rules_test

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/evaluate"
)

// minConfidence is the confidence that a rule needs for each of its types.
const minConfidence = .6

// A model turns evidence into confidences. The confidence of a claim is the mean of a
// beta distribution: the prior of its type, updated by what the references found.
//
// The prior has the weight of strength places, so a claim seen right six times of six is
// not certain. Its mean is the share of all claims of the type, less optimism.
//
// The notes have one type where the silver annotation often has two, and name fewer
// metaphors. Their share of a claim is converted, on the scale of log odds, by the
// difference between the two references over all claims of the type. A note then counts
// as noteWeight places.
type model struct{ strength float64 }

// noteWeight is the weight of a note in places. Notes have the evidence on books that
// the rules were not made on, but they were made for another purpose, and the conversion
// is coarse. At this weight four notes count as much as one place.
const noteWeight = .25

// optimism is subtracted from the log odds of a prior. The rules were made on the books
// of the silver annotation, and kept because they did well there. On other books version
// 1.0 reached .74 where .83 was stated.
const optimism = .54

// prior holds the shares of right places over all claims of a type.
type prior struct{ silver, notes float64 }

// estimate is the confidence of a claim, the lower end of its 95 % interval, and the
// evidence it rests on.
type estimate struct {
	confidence, lower float64
	silver, notes     hits
	converted         float64 // the share of the notes, on the scale of the silver annotation
}

// priors returns the prior of each type, from all books but one.
func priors(collected map[claim]*evidence, without mashal.Book) map[mashal.Type]prior {
	silver, notes := map[mashal.Type]hits{}, map[mashal.Type]hits{}
	for c, e := range collected {
		s, n := e.without(without)
		silver[c.typ], notes[c.typ] = silver[c.typ].plus(s), notes[c.typ].plus(n)
	}
	var allSilver, allNotes hits
	for typ := range silver {
		allSilver, allNotes = allSilver.plus(silver[typ]), allNotes.plus(notes[typ])
	}
	shares := map[mashal.Type]prior{}
	for typ := range silver {
		shares[typ] = prior{share(silver[typ], allSilver), share(notes[typ], allNotes)}
	}
	return shares
}

// share returns the share of right places of a type, shrunk to that of all types: a book
// may have few places of a type.
func share(h, all hits) float64 {
	return (float64(h.right) + typeStrength*float64(all.right)/float64(all.all)) / (float64(h.all) + typeStrength)
}

// typeStrength is the number of places that all types add to one.
const typeStrength = 40

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// estimate returns the confidence of a claim from the evidence of all books but one.
func (m model) estimate(e *evidence, p prior, without mashal.Book) estimate {
	a, b, est := m.posterior(e, p, without)
	n := a + b
	est.confidence = a / n
	est.lower = evaluate.Wilson(est.confidence, n).Low
	return est
}

// posterior returns the parameters of the beta distribution of a claim.
func (m model) posterior(e *evidence, p prior, without mashal.Book) (right, wrong float64, est estimate) {
	silver, notes := e.without(without)
	noted := (float64(notes.right) + 2*p.notes) / (float64(notes.all) + 2)
	expected := logistic(logit(p.silver) - optimism)
	est = estimate{silver: silver, notes: notes, converted: logistic(logit(noted) + logit(expected) - logit(p.notes))}
	weight := noteWeight * float64(notes.all)
	right = m.strength*expected + float64(silver.right) + weight*est.converted
	return right, m.strength + float64(silver.all) + weight - right, est
}

// silverBooks returns the books that the silver annotation reads.
func (r *references) silverBooks() []mashal.Book {
	books := map[mashal.Book]bool{}
	for ref := range r.silver.Read {
		books[ref.Book] = true
	}
	return slices.Sorted(maps.Keys(books))
}

// fit returns the model under which the notes of each book are most likely, given those
// of the other books (beta-binomial). The rules were not made on the notes, so these
// show how much rules of one type differ.
func fit(collected map[claim]*evidence) model {
	best, bestLikelihood := model{}, math.Inf(-1)
	for _, strength := range []float64{2, 4, 6, 8, 12, 16, 32} {
		likelihood := 0.0
		for book := mashal.Book(1); book.Valid(); book++ {
			shares := priors(collected, book)
			for _, c := range slices.SortedFunc(maps.Keys(collected), compareClaims) {
				h, mean := collected[c].notes[book], shares[c.typ].notes
				_, n := collected[c].without(book)
				a, b := strength*mean+float64(n.right), strength*(1-mean)+float64(n.all-n.right)
				likelihood += logBeta(a+float64(h.right), b+float64(h.all-h.right)) - logBeta(a, b)
			}
		}
		if likelihood > bestLikelihood {
			best, bestLikelihood = model{strength}, likelihood
		}
	}
	return best
}

// logBeta returns the logarithm of the beta function.
func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

// follows returns the school that supports a claim: silver, notes, or both. A reference
// supports it if the share there, shrunk and converted, reaches minConfidence.
func (m model) follows(e *estimate) string {
	silver := (m.strength*minConfidence + float64(e.silver.right)) / (m.strength + float64(e.silver.all))
	switch {
	case e.silver.all == 0 && e.notes.all == 0:
		return "its type"
	case e.silver.all == 0:
		return "notes"
	case e.notes.all == 0 || e.converted < minConfidence:
		return "silver"
	case silver < minConfidence:
		return "notes"
	}
	return "both"
}

// TestConfidence compares confidence.yaml, and the report of what the references say
// of each rule, with what is measured. With -update it writes them.
func TestConfidence(t *testing.T) {
	r := readReferences(t)
	collected := r.collect()
	m := fit(collected)
	golden(t, "../confidence.yaml", measuredFile(t, m, collected))
	golden(t, "confidence.golden", r.reliability(m, collected))
}

// measuredFile returns the generated rule file with the confidences that ship.
func measuredFile(t *testing.T, m model, collected map[claim]*evidence) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "# Generated by \"make confidence\". The confidence of each rule and type, and the lower end")
	fmt.Fprintln(&b, "# of its 95 % interval; how often each reference agrees; and the school that the rule")
	fmt.Fprintln(&b, "# follows. README.md, \"How confidence is measured\", explains them.")
	fmt.Fprintf(&b, "mashal: 1\nversion: %q\n\nmeasured:\n", version(t))
	shares := priors(collected, 0)
	for _, rule := range defaults(t).Rules() {
		fmt.Fprintf(&b, "  %s:\n", rule.ID)
		for _, typ := range rule.Types {
			e := collected[claim{rule.ID, typ}]
			if e == nil {
				t.Errorf("%s matches nowhere", rule.ID)
				e = &evidence{}
			}
			est := m.estimate(e, shares[typ], 0)
			if est.confidence < minConfidence {
				t.Errorf("%s should not mark %s: its confidence is %.2f (silver %d/%d, notes %d/%d)", rule.ID, typ, est.confidence,
					est.silver.right, est.silver.all, est.notes.right, est.notes.all)
			}
			fmt.Fprintf(&b, "    %s: {confidence: %.2f, lower: %.2f, follows: %s, silver: %d/%d, notes: %d/%d}\n", typ, est.confidence, est.lower,
				m.follows(&est), est.silver.right, est.silver.all, est.notes.right, est.notes.all)
		}
	}
	return b.Bytes()
}

// version returns the version that the rule files state.
func version(t *testing.T) string {
	v, _, _ := strings.Cut(defaults(t).Version(), "+")
	return v
}

// reliability returns the report: what is stated of a book from the other books, against
// what is observed there.
func (r *references) reliability(m model, collected map[claim]*evidence) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Confidence of the rules, stated from other books and observed (make confidence writes this file).\n")
	fmt.Fprintf(&b, "The prior of a type weighs %g places, a note %g.\n", m.strength, noteWeight)
	for _, book := range r.silverBooks() {
		fmt.Fprintf(&b, "\n%s, from the books without it\n", book)
		shares := priors(collected, book)
		var stated reliability
		for _, c := range slices.SortedFunc(maps.Keys(collected), compareClaims) {
			if h := collected[c].silver[book]; h.all > 0 {
				stated.add(c.typ, m.estimate(collected[c], shares[c.typ], book).confidence, h)
			}
		}
		stated.write(&b)
	}
	shares := priors(collected, 0)
	var shipped reliability
	for _, c := range slices.SortedFunc(maps.Keys(collected), compareClaims) {
		shipped.add(c.typ, m.estimate(collected[c], shares[c.typ], 0).confidence, hits{0, len(places()[c.rule])})
	}
	fmt.Fprintf(&b, "\nThe whole Bible, as shipped: %d claims, %d places, stated %.3f\n", shipped.all.claims, shipped.all.all, shipped.all.stated/float64(shipped.all.all))
	return b.Bytes()
}

// reliability compares what is stated with what is observed, by band and by type.
type reliability struct {
	bands  [5]band
	byType map[mashal.Type]*band
	all    band
	below  int // claims whose 95 % interval is wholly below minConfidence
}

// add adds a claim: its type, the confidence that is stated, and what is observed.
func (r *reliability) add(typ mashal.Type, stated float64, observed hits) {
	if r.byType == nil {
		r.byType = map[mashal.Type]*band{}
	}
	if r.byType[typ] == nil {
		r.byType[typ] = &band{}
	}
	r.bands[min(4, max(0, int(stated*10)-5))].add(stated, observed)
	r.byType[typ].add(stated, observed)
	r.all.add(stated, observed)
	if n := float64(observed.all); evaluate.Wilson(float64(observed.right)/n, n).High < minConfidence {
		r.below++
	}
}

// write writes a line for each band and type.
func (r *reliability) write(to *bytes.Buffer) {
	for i := range r.bands {
		r.bands[i].write(to, [...]string{"below .60", ".60 to .70", ".70 to .80", ".80 to .90", ".90 to 1"}[i])
	}
	for _, typ := range mashal.Types {
		if b := r.byType[typ]; b != nil {
			b.write(to, string(typ))
		}
	}
	r.all.write(to, "all")
	fmt.Fprintf(to, "  claims with a 95 %% interval wholly below %.1f: %d of %d\n", minConfidence, r.below, r.all.claims)
}

// band sums up the places whose stated confidence is in a range.
type band struct {
	claims int
	stated float64
	hits
}

func (b *band) add(stated float64, h hits) {
	b.claims++
	b.stated += stated * float64(h.all)
	b.hits = b.plus(h)
}

func (b *band) write(to *bytes.Buffer, name string) {
	if b.all == 0 {
		return
	}
	stated, observed := b.stated/float64(b.all), float64(b.right)/float64(b.all)
	fmt.Fprintf(to, "  %-16s %3d claims %5d places  stated %.3f  observed %.3f  difference %+.3f\n", name, b.claims, b.all, stated, observed, stated-observed)
}
