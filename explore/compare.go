package explore

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/evaluate"
	"mashal/explore/filters"
	"mashal/explore/web"
)

// A comparePage shows the figures of a chapter in two readings side by side, or in
// one reading before and after its verdicts.
type comparePage struct {
	Chapter    mashal.Chapter
	Prev, Next *mashal.Chapter
	A, B       *index.ReadingInfo // nil if the reading does not exist
	AskedA     string             // the requested annotator, if it has no reading of the chapter
	AskedB     string
	Readings   []index.ReadingInfo
	Verdicts   bool // compare A before and after its verdicts
	Detected   bool // show the types before all verdicts
	English    bool // show the English below the Hebrew
	Agreement  agreement
	Kinds      []kindLink
	Verses     []compareRow
	Steps      int       // number of differences listed
	Hidden     int       // number of verses without a pair of the selected kinds
	Card       *cardPage // nil if no figure is open
}

// A difference states how the figures of a pair differ.
type difference string

const (
	agrees      difference = "agree"
	typeDiffers difference = "type"
	spanDiffers difference = "span"
	onlyA       difference = "a" // only A has the figure
	onlyB       difference = "b"
)

// differences lists all values, agreement first.
var differences = []difference{agrees, typeDiffers, spanDiffers, onlyA, onlyB}

var differenceTitles = map[difference]web.Message{
	agrees: web.Msg("agree"), typeDiffers: web.Msg("type differs"), spanDiffers: web.Msg("words differ"), onlyA: web.Msg("only A"), onlyB: web.Msg("only B"),
}

// Says returns the name of the difference.
func (d difference) Says() web.Message { return differenceTitles[d] }

// A kindLink is a filter for pairs with one difference, with their number.
type kindLink struct {
	Kind     difference
	Pairs    int
	Selected bool
}

// A compareRow is a verse in both readings.
type compareRow struct {
	A, B     verseRow
	Compared bool // the verse is done in both readings
	LeftOut  int  // number of figures of both that do not count
	Pairs    []comparePair
}

// A comparePair is a figure of A and the matching figure of B, or a figure without
// a match.
type comparePair struct {
	Kinds    []difference
	A, B     *figureNote // nil if there is no match
	Overlap  int         // F1 of their words as a percentage
	Step     int         // number of the difference on the page, from 1; 0 if the figures agree
	Verdicts []mashal.Verdict
}

// None returns what is said of a verse in which neither reading has a figure. If one is a
// matcher's, nothing is said: its silence is no statement.
func (r *compareRow) None() web.Message {
	if r.LeftOut > 0 {
		return web.Msg("%d figures are left out: conventional ones and suggestions", r.LeftOut)
	}
	if r.A.Kind.Matcher() || r.B.Kind.Matcher() {
		return web.Msg("not marked")
	}
	return web.Msg("none found by either")
}

// Differs reports whether the figures of the pair differ.
func (p *comparePair) Differs() bool { return p.Kinds[0] != agrees }

// compare handles the page that compares two readings of a chapter.
func compare(req *web.Request) (*web.Page, error) {
	ch, err := web.ChapterOf(req)
	if err != nil {
		return nil, err
	}
	if path := comparePath(ch); req.View.Path != path {
		return &web.Page{Redirect: web.JoinQuery(path, req.View.Query.Encode())}, nil
	}
	a, b := req.Params.Text("a"), req.Params.Text("b")
	p := &comparePage{
		Chapter: ch, Prev: before(ch), Next: after(ch), English: req.Params.Flag("gloss"), Detected: req.Params.Flag("detected"),
		Verdicts: req.Params.Choice("by", "readings", "verdicts") == "verdicts",
	}
	kinds, card := filters.Chosen(req.Params, "kind", differences), readCardParams(req)
	switch {
	case p.Verdicts && b != "":
		req.Params.Refuse("b", b, "", web.Msg("by=verdicts compares one reading, a, with itself; b cannot be given."))
	case p.Verdicts && p.Detected:
		req.Params.Refuse("detected", "1", "0", web.Msg("by=verdicts compares the types before and after the verdicts; detected cannot be given."))
	}
	if err := req.Params.Check(); err != nil {
		return nil, err
	}
	title := web.Msg("Compare %s", ch)
	if req.Snapshot == nil {
		return &web.Page{Template: "compare", Title: title, Data: p}, nil
	}
	if p.Card, err = openCard(req, card); err != nil {
		return nil, err
	}
	p.Readings = req.Snapshot.ReadingsOf(ch)
	if err := chooseReadings(req, p, a, b); err != nil {
		return nil, err
	}
	if p.A == nil || p.B == nil {
		return &web.Page{Template: "compare", Title: title, Data: p}, nil
	}
	ids := []int64{p.A.ID, p.B.ID}
	if p.Verdicts {
		ids = ids[:1]
	}
	cv, err := req.Snapshot.Chapter(req.Context(), ch, req.View.Traditional, ids...)
	if err != nil {
		return nil, err
	}
	text, err := req.Text.Chapter(ch)
	if err != nil {
		return nil, err
	}
	compareVerses(req, p, cv, text, kinds)
	return &web.Page{Template: "compare", Title: title, Data: p, Live: p.Card != nil && req.Record != nil}, nil
}

// comparePath returns the path of the page that compares readings of a chapter.
func comparePath(ch mashal.Chapter) string {
	return "/compare/" + ch.Book.OSIS() + "/" + strconv.Itoa(ch.Number)
}

// chooseReadings sets the readings A and B of the page. Parameters a and b are the
// ID of a reading or an annotator, whose latest reading is used. Without them A is
// the current reading, and B is the best reading by another annotator or, if there
// is none, another reading by the same one.
func chooseReadings(req *web.Request, p *comparePage, a, b string) error {
	var err error
	if p.A, err = readingNamed(req, p, "a", a); err != nil {
		return err
	}
	if p.B, err = readingNamed(req, p, "b", b); err != nil {
		return err
	}
	if p.A == nil && a != "" {
		p.AskedA = a
	}
	if p.B == nil && b != "" {
		p.AskedB = b
	}
	if p.A == nil && a == "" {
		p.A = bestReading(p.Readings, p.B)
	}
	switch {
	case p.Verdicts:
		p.B = p.A
	case p.B == nil && b == "":
		p.B = bestReading(p.Readings, p.A)
	case p.A != nil && p.B != nil && p.A.ID == p.B.ID:
		req.Params.Refuse("b", b, "", web.Msg("Both sides are reading %d; choose two different readings.", int(p.A.ID)))
	}
	return req.Params.Check()
}

// readingNamed returns the reading of the chapter with the ID or annotator in a
// parameter. It returns nil if the parameter is empty or if the annotator has not
// annotated the chapter.
func readingNamed(req *web.Request, p *comparePage, param, value string) (*index.ReadingInfo, error) {
	if value == "" {
		return nil, nil
	}
	id, err := strconv.ParseInt(value, 10, 64)
	for i := range p.Readings {
		if r := &p.Readings[i]; err == nil && r.ID == id || err != nil && r.Annotator == value && r.Latest {
			return r, nil
		}
	}
	if err == nil {
		req.Params.Refuse(param, value, "", web.Msg("There is no reading %s of %s.", value, p.Chapter))
		return nil, req.Params.Check()
	}
	return nil, requireAnnotator(req, param, value)
}

// bestReading returns the reading to compare with other. Readings by another
// annotator take precedence, then the default one, then the latest, then the rank
// of the annotator's kind.
func bestReading(readings []index.ReadingInfo, other *index.ReadingInfo) *index.ReadingInfo {
	var best *index.ReadingInfo
	worth := func(r *index.ReadingInfo) int {
		n := r.Kind.Rank()
		if other != nil && r.Annotator != other.Annotator {
			n += 100
		}
		if r.Default {
			n += 50
		}
		if r.Latest {
			n += 10
		}
		return n
	}
	for i := range readings {
		r := &readings[i]
		if other != nil && r.ID == other.ID {
			continue
		}
		if best == nil || worth(r) > worth(best) {
			best = r
		}
	}
	return best
}

// compareVerses matches the figures of all verses and fills the page with the pairs
// of the selected kinds.
func compareVerses(req *web.Request, p *comparePage, cv *index.ChapterView, text *mashal.ChapterText, kinds []difference) {
	counts := map[difference]int{}
	var pairs []evaluate.Pair
	for i := range cv.Verses {
		entry := &cv.Verses[i]
		row, a, b := newCompareRow(req, p, cv, entry, &text.Verses[i])
		row.LeftOut = entry.LeftOut
		if row.Compared {
			pairs = append(pairs, evaluate.Pair{Ref: entry.Ref, Reference: a, Predicted: b})
		}
		wanted := len(kinds) == 0
		row.Pairs = slices.DeleteFunc(row.Pairs, func(pair comparePair) bool {
			for _, k := range pair.Kinds {
				counts[k]++
			}
			return len(kinds) > 0 && !slices.ContainsFunc(pair.Kinds, func(k difference) bool { return slices.Contains(kinds, k) })
		})
		for j := range row.Pairs {
			wanted = true
			if row.Pairs[j].Differs() {
				p.Steps++
				row.Pairs[j].Step = p.Steps
			}
		}
		if !wanted {
			p.Hidden++
			continue
		}
		p.Verses = append(p.Verses, row)
	}
	for _, k := range differences {
		p.Kinds = append(p.Kinds, kindLink{k, counts[k], slices.Contains(kinds, k)})
	}
	p.Agreement = newAgreement(evaluate.Compare(slices.Values(pairs)))
}

// newCompareRow returns a verse with its matched figures in both readings. It also
// returns the figures of each reading, from which the agreement is computed.
func newCompareRow(req *web.Request, p *comparePage, cv *index.ChapterView, entry *index.VerseEntry, verse *mashal.Verse) (row compareRow, a, b []mashal.Figure) {
	states := map[int64]index.VerseState{}
	for _, s := range entry.States {
		states[s.Reading] = s
	}
	side := func(letter string, r *index.ReadingInfo, detected bool) (verseRow, []mashal.Figure) {
		s := states[r.ID]
		row := verseRow{Ref: entry.Ref, Status: verse.Status, Outcome: cmp.Or(s.Outcome, mashal.WasNotRun), Kind: r.Kind, Failure: s.Reason}
		var list []mashal.Figure
		for _, f := range entry.Figures {
			if detected {
				f.Types = f.Detected
			}
			if f.Reading != r.ID || len(f.Types) == 0 {
				continue // verdicts removed all types
			}
			note := figureNote{
				Figure: f, Href: figureURL(req, f.Citation, cv, f.Reading),
				MarkID: letter + strconv.Itoa(verse.Verse) + "." + strconv.Itoa(len(row.Figures)+1),
				Open:   p.Card.isOf(f.ID),
			}
			row.Figures = append(row.Figures, note)
			list = append(list, mashal.Figure{Types: f.Types, Span: mashal.Span{Ranges: note.ranges(), Grounding: f.Grounding}})
		}
		markHebrew(req, &row, verse)
		if p.English {
			markEnglish(req, &row, verse)
		}
		return row, list
	}
	row.A, a = side("a", p.A, p.Detected || p.Verdicts)
	row.B, b = side("b", p.B, p.Detected)
	row.Compared = row.A.Done() && row.B.Done()
	switch {
	case !row.Compared:
	case p.Verdicts:
		row.Pairs = byIdentity(row.A.Figures, row.B.Figures)
	default:
		row.Pairs = byOverlap(row.A.Figures, row.B.Figures, evaluate.MatchAll(a, b))
	}
	return row, a, b
}

// byOverlap pairs figures according to matches, in the order of the text.
func byOverlap(a, b []figureNote, matches []evaluate.Match) []comparePair {
	var pairs []comparePair
	usedA, usedB := map[int]bool{}, map[int]bool{}
	for _, m := range matches {
		usedA[m.Reference], usedB[m.Predicted] = true, true
		pairs = append(pairs, newPair(&a[m.Reference], &b[m.Predicted], percent(int(1000*m.F1), 1000)))
	}
	for i := range a {
		if !usedA[i] {
			pairs = append(pairs, newPair(&a[i], nil, 0))
		}
	}
	for i := range b {
		if !usedB[i] {
			pairs = append(pairs, newPair(nil, &b[i], 0))
		}
	}
	sortPairs(pairs)
	return pairs
}

// byIdentity pairs the figures of one reading before and after its verdicts.
func byIdentity(before, after []figureNote) []comparePair {
	var pairs []comparePair
	kept := map[int64]*figureNote{}
	for i := range after {
		kept[after[i].ID] = &after[i]
	}
	for i := range before {
		pair := newPair(&before[i], kept[before[i].ID], 100)
		pair.Verdicts = before[i].Verdicts
		pairs = append(pairs, pair)
	}
	sortPairs(pairs)
	return pairs
}

// newPair returns the pair of a and b, one of which may be nil, with its
// differences.
func newPair(a, b *figureNote, overlap int) comparePair {
	pair := comparePair{A: a, B: b, Overlap: overlap}
	switch {
	case b == nil:
		pair.Kinds = []difference{onlyA}
	case a == nil:
		pair.Kinds = []difference{onlyB}
	default:
		if !slices.Equal(a.Types, b.Types) {
			pair.Kinds = append(pair.Kinds, typeDiffers)
		}
		if a.Words != b.Words {
			pair.Kinds = append(pair.Kinds, spanDiffers)
		}
		if pair.Kinds == nil {
			pair.Kinds = []difference{agrees}
		}
	}
	return pair
}

// sortPairs sorts pairs by their first word. Pairs without a known span come last.
func sortPairs(pairs []comparePair) {
	place := func(p *comparePair) int {
		f := p.A
		if f == nil {
			f = p.B
		}
		first, _, _ := strings.Cut(strings.ReplaceAll(f.Words, ",", "-"), "-")
		n, err := strconv.Atoi(first)
		if err != nil {
			return 1 << 10
		}
		return n
	}
	slices.SortStableFunc(pairs, func(a, b comparePair) int { return cmp.Compare(place(&a), place(&b)) })
}

// compareURL returns the address of the same comparison for another chapter. It
// replaces reading IDs, which belong to one chapter, by annotators.
func compareURL(s *web.Scope, p *comparePage, ch *mashal.Chapter) string {
	q := s.ListQuery()
	for name, r := range map[string]*index.ReadingInfo{"a": p.A, "b": p.B} {
		if _, err := strconv.ParseInt(q.Get(name), 10, 64); err == nil && r != nil {
			q.Set(name, r.Annotator) // an ID belongs to one chapter
		}
	}
	return web.Address(comparePath(*ch), q)
}

// readingURL returns the address of this comparison with another reading as A or B.
func readingURL(s *web.Scope, side string, r index.ReadingInfo) string {
	if r.Latest {
		return s.With(side, r.Annotator)
	}
	return s.With(side, strconv.FormatInt(r.ID, 10))
}
