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
	"mashal/rules"
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
//
// The figures of one book are alike: it has one subject, and the model that annotated it
// read it in one way. A book that has n places of a type therefore counts as
// n*(1+books)/(n+books) places in the share of the type, the effective size of a sample of
// one cluster (Kish 1965, "Survey Sampling", 8.2). Without that, the 19 idioms of one book
// decided what is stated of all idioms of another.
type model struct{ strength, books float64 }

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
func (m model) priors(collected map[claim]*evidence, without mashal.Book) map[mashal.Type]prior {
	books, notes := map[mashal.Type]map[mashal.Book]hits{}, map[mashal.Type]hits{}
	for c, e := range collected {
		_, n := e.without(without)
		notes[c.typ] = notes[c.typ].plus(n)
		if books[c.typ] == nil {
			books[c.typ] = map[mashal.Book]hits{}
		}
		for b, h := range e.silver {
			if b != without {
				books[c.typ][b] = books[c.typ][b].plus(h)
			}
		}
	}
	var allSilver, allNotes hits
	for typ := range notes {
		allNotes = allNotes.plus(notes[typ])
		for _, h := range books[typ] {
			allSilver = allSilver.plus(h)
		}
	}
	shares := map[mashal.Type]prior{}
	for typ := range notes {
		var right, all float64
		for _, book := range slices.Sorted(maps.Keys(books[typ])) {
			if h := books[typ][book]; h.all > 0 {
				n := m.effective(h.all)
				right, all = right+n*h.share(), all+n
			}
		}
		shares[typ] = prior{shrunk(right, all, allSilver.share()), shrunk(float64(notes[typ].right), float64(notes[typ].all), allNotes.share())}
	}
	return shares
}

// effective returns the number of independent places that n places of one book are worth.
func (m model) effective(n int) float64 { return float64(n) * (1 + m.books) / (float64(n) + m.books) }

// shrunk returns the share of right places of a type, shrunk to that of all types: a book
// may have few places of a type.
func shrunk(right, all, ofAll float64) float64 {
	return (right + typeStrength*ofAll) / (all + typeStrength)
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

// strengths are the values that fit tries.
var strengths = []float64{2, 4, 6, 8, 12, 16, 32}

// fit returns the model under which the notes of each book are most likely, given those
// of the other books (beta-binomial). The rules were not made on the notes, so these
// show how much rules of one type differ, and how much books do.
func fit(collected map[claim]*evidence) model {
	byType := map[claim]*evidence{}
	for c, e := range collected {
		sum := byType[claim{typ: c.typ}]
		if sum == nil {
			sum = &evidence{notes: map[mashal.Book]hits{}}
			byType[claim{typ: c.typ}] = sum
		}
		for book, h := range e.notes {
			sum.notes[book] = sum.notes[book].plus(h)
		}
	}
	var m model
	m.strength = likeliest(func(strength float64, mean prior, h, others hits) float64 {
		return betaBinomial(strength*mean.notes+float64(others.right), strength*(1-mean.notes)+float64(others.all-others.right), h)
	}, collected)
	m.books = likeliest(func(strength float64, mean prior, h, _ hits) float64 {
		return betaBinomial(strength*mean.notes, strength*(1-mean.notes), h)
	}, byType)
	return m
}

// likeliest returns the strength under which the notes h of all claims and books are most
// likely, given the share of their type and the notes of the same claim on other books.
func likeliest(likelihood func(strength float64, mean prior, h, others hits) float64, collected map[claim]*evidence) float64 {
	order := slices.SortedFunc(maps.Keys(collected), compareClaims)
	sums := make([]float64, len(strengths))
	for book := mashal.Book(1); book.Valid(); book++ {
		shares := model{}.priors(collected, book)
		for _, c := range order {
			_, others := collected[c].without(book)
			for i, strength := range strengths {
				sums[i] += likelihood(strength, shares[c.typ], collected[c].notes[book], others)
			}
		}
	}
	return strengths[slices.Index(sums, slices.Max(sums))]
}

// betaBinomial returns the logarithm of the likelihood of h, less its binomial
// coefficient, if the share of right places has a beta distribution.
func betaBinomial(a, b float64, h hits) float64 {
	return logBeta(a+float64(h.right), b+float64(h.all-h.right)) - logBeta(a, b)
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
	golden(t, "../confidence.yaml", measuredFile(t, m, collected, 0))
	golden(t, "confidence.golden", r.reliability(t, m, collected))
}

// measuredFile returns the generated rule file with the confidences from all books but
// one. Without book 0 it is the file that ships.
func measuredFile(t *testing.T, m model, collected map[claim]*evidence, without mashal.Book) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "# Generated by \"make confidence\". The confidence of each rule and type, and the lower end")
	fmt.Fprintln(&b, "# of its 95 % interval; how often each reference agrees; and the school that the rule")
	fmt.Fprintln(&b, "# follows. README.md, \"How confidence is measured\", explains them.")
	fmt.Fprintf(&b, "mashal: 1\nversion: %q\n\nmeasured:\n", version(t))
	shares := m.priors(collected, without)
	for _, rule := range defaults(t).Rules() {
		fmt.Fprintf(&b, "  %s:\n", rule.ID)
		for _, typ := range rule.Types {
			e := collected[claim{rule.ID, typ}]
			if e == nil {
				t.Errorf("%s matches nowhere", rule.ID)
				e = &evidence{}
			}
			est := m.estimate(e, shares[typ], without)
			if without == 0 && est.confidence < minConfidence {
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
func (r *references) reliability(t *testing.T, m model, collected map[claim]*evidence) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Confidence of the rules, stated from other books and observed (make confidence writes this file).\n")
	fmt.Fprintf(&b, "The prior of a type weighs %g places, a note %g, and the places of a type in one book at most %g.\n", m.strength, noteWeight, 1+m.books)
	fmt.Fprintln(&b, "\nFigures that count, as readers see them: matched one to one with the silver annotation, regardless of type")
	for _, book := range r.silverBooks() {
		sum := r.figures(t, m, collected, book)
		sum.line(&b, book.String(), fmt.Sprintf("%5d figures", sum.all))
	}
	fmt.Fprintln(&b, "\nShares of the notes of each of the 35 books, stated from the notes of the others")
	sum := m.notes(collected)
	sum.line(&b, "all books", fmt.Sprintf("%5d notes", sum.all))
	fmt.Fprintln(&b, "\nPlaces of single rules. Several can mark one figure, and each is right then: more than one in the figures above.")
	for _, book := range r.silverBooks() {
		fmt.Fprintf(&b, "\n%s, from the books without it\n", book)
		shares := m.priors(collected, book)
		var stated reliability
		for _, c := range slices.SortedFunc(maps.Keys(collected), compareClaims) {
			if h := collected[c].silver[book]; h.all > 0 {
				stated.add(c.typ, m.estimate(collected[c], shares[c.typ], book).confidence, h)
			}
		}
		stated.write(&b)
	}
	shares := m.priors(collected, 0)
	var shipped reliability
	for _, c := range slices.SortedFunc(maps.Keys(collected), compareClaims) {
		shipped.add(c.typ, m.estimate(collected[c], shares[c.typ], 0).confidence, hits{0, len(places()[c.rule])})
	}
	fmt.Fprintf(&b, "\nThe whole Bible, as shipped: %d claims, %d places, stated %.3f\n", shipped.all.claims, shipped.all.all, shipped.all.stated/float64(shipped.all.all))
	return b.Bytes()
}

// figures returns what is stated of the figures of a book from all other books, and how
// many of them the silver annotation has. Only figures that count are compared, each with
// one figure of the annotation at most: this is what readers see.
func (r *references) figures(t *testing.T, m model, collected map[claim]*evidence, book mashal.Book) *band {
	set, err := rules.Load("without a book", append(ruleFiles(t, "confidence.yaml"), append([]byte("---\n"), measuredFile(t, m, collected, book)...)...))
	if err != nil {
		t.Fatal(err)
	}
	a := set.Annotator(text().Version())
	sum := &band{}
	chapters := map[mashal.Chapter]map[int][]mashal.Figure{}
	for _, ref := range slices.SortedFunc(maps.Keys(r.silver.Read), mashal.Ref.Compare) {
		if ref.Book != book {
			continue
		}
		if chapters[ref.Chapter] == nil {
			chapters[ref.Chapter] = annotate(t, a, ref.Chapter)
		}
		found := slices.DeleteFunc(chapters[ref.Chapter][ref.Verse], func(f mashal.Figure) bool { return !f.Counts() })
		matches := evaluate.MatchAll(r.silver.Figures[ref], found)
		for i := range found {
			h := hits{0, 1}
			if slices.ContainsFunc(matches, func(m evaluate.Match) bool { return m.Predicted == i }) {
				h.right = 1
			}
			sum.add(found[i].Confidence, h)
		}
	}
	return sum
}

// notes returns what share of the notes on the places of a claim have its type, stated for
// each book from the notes on the others, against what the notes of the book say.
func (m model) notes(collected map[claim]*evidence) *band {
	sum := &band{}
	for book := mashal.Book(1); book.Valid(); book++ {
		shares := m.priors(collected, book)
		for _, c := range slices.SortedFunc(maps.Keys(collected), compareClaims) {
			h := collected[c].notes[book]
			_, others := collected[c].without(book)
			sum.add((m.strength*shares[c.typ].notes+float64(others.right))/(m.strength+float64(others.all)), h)
		}
	}
	return sum
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
	b.line(to, name, fmt.Sprintf("%3d claims %5d places", b.claims, b.all))
}

// line writes a line with the counts in words of its own.
func (b *band) line(to *bytes.Buffer, name, counts string) {
	if b.all == 0 {
		return
	}
	stated, observed := b.stated/float64(b.all), float64(b.right)/float64(b.all)
	fmt.Fprintf(to, "  %-16s %s  stated %.3f  observed %.3f  difference %+.3f\n", name, counts, stated, observed, stated-observed)
}
