package index

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// Verses returns a page of verses, in the order of the canon, of books or of
// the age of their language.
//
// They are the verses with figures that were found, each with these figures. If
// the filter has Outcomes, they are the verses with one of these in a chosen
// reading; verses without figures must meet the conditions that verses can
// meet: selection, genres, periods, Hebrew, English and lemma.
func (m *Matches) Verses(ctx context.Context, p Page) (*VersePage, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	set := m.verseSet()
	page := &VersePage{Total: set.Count(), Figures: m.total, Verses: []VerseEntry{}}
	all, err := versesIn(set, p.Order)
	if err != nil {
		return nil, err
	}
	all = all[min(p.Offset, len(all)):]
	all = all[:min(p.Limit, len(all))]
	for _, v := range all {
		page.Verses = append(page.Verses, VerseEntry{Ref: refOf(v), States: []VerseState{}, Figures: []Figure{}})
	}
	if err := m.snapshot.fillVerses(ctx, page.Verses, m.readings, m.rows, p); err != nil {
		return nil, concordance.Explain("search the concordance", err)
	}
	return page, nil
}

// VerseTotal returns the number of verses that Verses returns on all pages.
func (m *Matches) VerseTotal() int { return m.verseSet().Count() }

// A VersePage is a page of verses.
type VersePage struct {
	Total   int          `json:"total"`   // verses on all pages
	Figures int          `json:"figures"` // found, on all pages
	Verses  []VerseEntry `json:"verses"`
}

// A VerseEntry is a verse with its states in the chosen readings.
type VerseEntry struct {
	Ref     mashal.Ref   `json:"-"`
	States  []VerseState `json:"states"`             // in each chosen reading of its chapter
	Figures []Figure     `json:"figures"`            // found
	LeftOut int          `json:"left_out,omitempty"` // figures of the readings of a ChapterView that do not count: suggestions and conventional ones
}

// A VerseState is the state of a verse in one reading.
type VerseState struct {
	Reading      int64                `json:"reading"`
	State        mashal.State         `json:"state"`                    // not run, done or failed
	Outcome      mashal.Outcome       `json:"outcome"`                  // figures, none found, not marked, failed or not run
	Kind         mashal.AnnotatorKind `json:"kind"`                     // of the annotator
	Figures      int                  `json:"figures"`                  // found by the annotator
	Failure      string               `json:"failure,omitempty"`        // one word for programs
	Reason       string               `json:"failure_reason,omitempty"` // a sentence for people
	Deliberation string               `json:"deliberation,omitempty"`
	At           string               `json:"at,omitempty"` // UTC, "2006-01-02 15:04:05"
}

// findVerses returns the verses that Verses returns on all pages.
func (m *Matches) findVerses() bitset.Set {
	wanted := m.filter.Outcomes
	if len(wanted) == 0 {
		return m.versesFound()
	}
	set := bitset.New(len(m.snapshot.firstRow))
	if slices.Contains(wanted, mashal.WithFigures) {
		set.Or(m.versesFound())
	}
	m.chosen.eachState(func(verse int, state verseState, kind mashal.AnnotatorKind) {
		if slices.Contains(wanted, state.outcome(kind)) && state != verseFigures && state != verseNotRun && m.verses.Has(verse) {
			set.Add(verse)
		}
	})
	if slices.Contains(wanted, mashal.NoneLeft) {
		left := bitset.New(len(m.snapshot.firstRow))
		for row, types := range m.snapshot.figures.final {
			if types != 0 && m.readings.Has(int(m.snapshot.figures.reading[row])) {
				left.Add(int(m.snapshot.figures.verse[row]))
			}
		}
		m.chosen.eachState(func(verse int, state verseState, _ mashal.AnnotatorKind) {
			if state == verseFigures && m.verses.Has(verse) && !left.Has(verse) {
				set.Add(verse)
			}
		})
	}
	if slices.Contains(wanted, mashal.WasNotRun) {
		run := bitset.New(len(m.snapshot.firstRow))
		m.chosen.eachState(func(verse int, state verseState, _ mashal.AnnotatorKind) {
			if state != verseNotRun {
				run.Add(verse)
			}
		})
		for verse := range m.verses.All() {
			if !run.Has(verse) {
				set.Add(verse)
			}
		}
	}
	return set
}

// outcome returns the outcome of a verse in a reading of an annotator of the kind.
func (s verseState) outcome(kind mashal.AnnotatorKind) mashal.Outcome {
	switch s {
	case verseNone:
		return kind.Silence()
	case verseFigures:
		return mashal.WithFigures
	case verseFailed:
		return mashal.HasFailed
	}
	return mashal.WasNotRun
}

// fillVerses adds to each verse its states in the given readings, and its
// figures among the given rows, without their verses.
func (s *Snapshot) fillVerses(ctx context.Context, verses []VerseEntry, readings, rows bitset.Set, p Page) error {
	var list []int
	for i := range verses {
		first, end := s.rowsOf(verses[i].Ref.Ordinal())
		for row := first; row < end; row++ {
			if rows.Has(row) {
				list = append(list, row)
			}
		}
	}
	p.NoLines = true
	hits, err := s.hits(ctx, list, p)
	if err != nil {
		return err
	}
	for i := range verses {
		own := 0
		for own < len(hits) && hits[own].Ref == verses[i].Ref {
			own++
		}
		verses[i].Figures = slices.Grow(verses[i].Figures, own)
		for _, h := range hits[:own] {
			verses[i].Figures = append(verses[i].Figures, *h.Figure)
		}
		hits = hits[own:]
	}
	return s.addStates(ctx, verses, readings, p)
}

// addStates adds to each verse its states in the given readings.
func (s *Snapshot) addStates(ctx context.Context, verses []VerseEntry, readings bitset.Set, p Page) error {
	type key struct{ reading, verse int64 }
	places := map[key][2]int{}
	asked := [][2]int64{}
	for i := range verses {
		v := &verses[i]
		span := s.chapters[v.Ref.Chapter]
		for n := span[0]; n < span[1]; n++ {
			if !readings.Has(n) {
				continue
			}
			r := s.readings[n]
			state := VerseState{Reading: r.info.ID, State: mashal.NotRun, Outcome: mashal.WasNotRun, Kind: r.info.Kind}
			if is := r.states[v.Ref.Verse-1]; p.Brief && is.done() {
				state.State, state.Outcome = mashal.Done, is.outcome(r.info.Kind)
			} else if !p.Brief || is == verseFailed {
				k := key{r.info.ID, int64(v.Ref.Ordinal())}
				places[k] = [2]int{i, len(v.States)}
				asked = append(asked, [2]int64{k.reading, k.verse})
			}
			v.States = append(v.States, state)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	deliberation := `s.deliberation`
	if p.Traditional {
		deliberation = `COALESCE(s.deliberation_traditional, s.deliberation)`
	}
	return concordance.Each(ctx, s.file.db.Read(), func(scan func(...any) error) error {
		var k key
		var state VerseState
		var failure, reason, deliberation sql.NullString
		if err := scan(&k.reading, &k.verse, &state.State, &state.Figures, &failure, &reason, &deliberation, &state.At); err != nil {
			return err
		}
		state.Reading, state.Failure, state.Reason, state.Deliberation = k.reading, failure.String, reason.String, deliberation.String
		into := &verses[places[k][0]].States[places[k][1]]
		state.Kind, state.Outcome = into.Kind, into.Kind.OutcomeOf(state.State, state.Figures)
		*into = state
		return nil
	}, `SELECT s.reading, s.verse, s.state, s.figures, s.failure_kind, s.failure_reason, `+deliberation+`, s.at
		FROM json_each(?) j CROSS JOIN verse_reading s
		ON s.reading = json_extract(j.value, '$[0]') AND s.verse = json_extract(j.value, '$[1]')`, jsonOf(asked))
}

// A ChapterView is a chapter with some of its readings.
type ChapterView struct {
	Chapter   mashal.Chapter `json:"-"`
	Available []ReadingInfo  `json:"available"` // all readings of the chapter, the default one first
	Shown     []ReadingInfo  `json:"shown"`     // in the order of the ids given
	Verses    []VerseEntry   `json:"verses"`    // all of the chapter; with a state in, and the figures of, each reading shown
}

// Chapter returns the readings of a chapter with the given ids, or the default
// one if none is given. In a chapter without readings, verses have no states.
// Figures that do not count are left out. An id of no reading of the chapter is a *mashal.FieldError.
func (s *Snapshot) Chapter(ctx context.Context, ch mashal.Chapter, traditional bool, readings ...int64) (*ChapterView, error) {
	return s.chapter(ctx, ch, Page{Traditional: traditional}, readings)
}

// ChapterBrief is Chapter without what a Page leaves out if it is brief.
func (s *Snapshot) ChapterBrief(ctx context.Context, ch mashal.Chapter, traditional bool, readings ...int64) (*ChapterView, error) {
	return s.chapter(ctx, ch, Page{Traditional: traditional, Brief: true}, readings)
}

func (s *Snapshot) chapter(ctx context.Context, ch mashal.Chapter, p Page, readings []int64) (*ChapterView, error) {
	if !ch.Valid() {
		return nil, mashal.NewFieldError("chapter", ch.String(), "", "Chapters and verses are numbered as in the Hebrew Bible.", "there is no %s", ch)
	}
	view := &ChapterView{Chapter: ch, Available: s.ReadingsOf(ch), Shown: []ReadingInfo{}}
	if len(readings) == 0 && len(view.Available) > 0 && view.Available[0].Default {
		readings = []int64{view.Available[0].ID}
	}
	shown := bitset.New(len(s.readings))
	for _, id := range readings {
		n, ok := s.byID[id]
		if !ok || s.readings[n].info.Chapter != ch {
			return nil, mashal.NewFieldError("readings", texts([]int64{id})[0], "", "A reading may have been dropped by a new build.", "there is no reading %d of %s", id, ch)
		}
		if !shown.Has(n) {
			view.Shown = append(view.Shown, s.readings[n].info)
		}
		shown.Add(n)
	}
	rows := bitset.New(s.figures.len())
	for v := 1; v <= ch.Verses(); v++ {
		ref := mashal.Ref{Chapter: ch, Verse: v}
		view.Verses = append(view.Verses, VerseEntry{Ref: ref, States: []VerseState{}, Figures: []Figure{}})
		first, end := s.rowsOf(ref.Ordinal())
		for row := first; row < end; row++ {
			switch {
			case !shown.Has(int(s.figures.reading[row])):
			case s.figures.standing[row] == mashal.Claimed:
				rows.Add(row)
			default:
				view.Verses[v-1].LeftOut++
			}
		}
	}
	if err := s.fillVerses(ctx, view.Verses, shown, rows, p); err != nil {
		return nil, concordance.Explain("read "+ch.String(), err)
	}
	return view, nil
}

// A VerseLine is a verse in one of the chosen readings, or in none of them.
type VerseLine struct {
	Ref     mashal.Ref
	Words   int            // Hebrew words of the verse
	Reading *ReadingInfo   // nil if no chosen reading has the chapter
	Outcome mashal.Outcome // of the verse in the reading, whatever the conditions on figures
	Figures int            // of the reading, found, with a type left after all verdicts
	Types   []mashal.Type  // of these figures, after all verdicts
	Failure mashal.Failure // if the verse failed
	At      string         // when the verse was done or failed: UTC, "2006-01-02 15:04:05"
}

// EachVerse calls fn for the verses that meet the conditions on verses: selection, genres,
// periods, words and lemma. If the filter has Outcomes, it calls fn for the verses that
// Verses lists. A verse with several chosen readings has a line for each. The
// order is one of VerseOrders. It fails with ErrChanged if a reading was
// replaced since the snapshot was made.
func (m *Matches) EachVerse(ctx context.Context, order Order, fn func(*VerseLine) error) error {
	set := m.verses
	if len(m.filter.Outcomes) > 0 {
		set = m.verseSet()
	}
	verses, err := versesIn(set, order)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(verses, portion) {
		lines := m.verseLines(part)
		if err := m.snapshot.addWork(ctx, lines); err != nil {
			return concordance.Explain("read the verses", err)
		}
		for i := range lines {
			if err := fn(&lines[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// TypesLeftOut returns the types of the figures that count and that the conditions on figures
// leave out, in the verses that meet those on verses. That no figure of these types was found in
// a verse says nothing of the verse.
func (m *Matches) TypesLeftOut() []mashal.Type {
	var left typeSet
	figures := m.snapshot.figures
	for row, types := range figures.final {
		if figures.standing[row] == mashal.Claimed && m.readings.Has(int(figures.reading[row])) && m.verses.Has(int(figures.verse[row])) && !m.rows.Has(row) {
			left |= types
		}
	}
	return left.list()
}

// versesIn returns the verses of a set, by ordinal, in an order of verses.
func versesIn(set bitset.Set, order Order) ([]int, error) {
	var all []int
	switch order {
	case "", ByCanon:
		all = slices.Collect(set.All())
	case ByBook:
		for _, b := range booksByName {
			for v, end := bookVerses(b); v < end; v++ {
				if set.Has(v) {
					all = append(all, v)
				}
			}
		}
	case ByDate:
		of := divisions[ByPeriods]().of
		all = slices.SortedStableFunc(set.All(), func(a, b int) int { return cmp.Compare(of[a], of[b]) })
	default:
		return nil, oneOf("order", "order of verses", string(order), texts(VerseOrders))
	}
	return all, nil
}

// VerseOrders lists the orders of verses.
var VerseOrders = []Order{ByCanon, ByBook, ByDate}

// verseLines returns the lines of verses without what only the file has.
func (m *Matches) verseLines(verses []int) []VerseLine {
	s := m.snapshot
	lines := make([]VerseLine, 0, len(verses))
	for _, verse := range verses {
		ref := refOf(verse)
		firstWord, endWord := s.lexicon.Verse(verse)
		line := VerseLine{Ref: ref, Words: endWord - firstWord, Outcome: mashal.WasNotRun}
		before := len(lines)
		span := s.chapters[ref.Chapter]
		for n := span[0]; n < span[1]; n++ {
			if !m.readings.Has(n) {
				continue
			}
			r := s.readings[n]
			of := line
			of.Reading, of.Outcome = &r.info, r.states[ref.Verse-1].outcome(r.info.Kind)
			var found typeSet
			left := false
			first, end := s.rowsOf(verse)
			for row := first; row < end; row++ {
				if int(s.figures.reading[row]) != n {
					continue
				}
				left = left || s.figures.standing[row] == mashal.Claimed && s.figures.final[row] != 0
				if m.rows.Has(row) && s.figures.final[row] != 0 {
					of.Figures++
					found |= s.figures.final[row]
				}
			}
			if of.Types = found.list(); of.Outcome == mashal.WithFigures && !left {
				of.Outcome = mashal.NoneLeft
			}
			lines = append(lines, of)
		}
		if len(lines) == before {
			lines = append(lines, line)
		}
	}
	return lines
}

// addWork adds when verses were done, and why they failed.
func (s *Snapshot) addWork(ctx context.Context, lines []VerseLine) error {
	type key struct{ reading, verse int64 }
	at := map[key]int{}
	asked := [][2]int64{}
	for i := range lines {
		if l := &lines[i]; l.Reading != nil {
			k := key{l.Reading.ID, int64(l.Ref.Ordinal())}
			at[k] = i
			asked = append(asked, [2]int64{k.reading, k.verse})
		}
	}
	found := 0
	err := concordance.Each(ctx, s.file.db.Read(), func(scan func(...any) error) error {
		var k key
		var revision int64
		var kind, reason, when sql.NullString
		if err := scan(&k.reading, &k.verse, &revision, &kind, &reason, &when); err != nil {
			return err
		}
		if s.readings[s.byID[k.reading]].revision != revision {
			return ErrChanged
		}
		found++
		l := &lines[at[k]]
		l.Failure, l.At = mashal.Failure{Kind: kind.String, Reason: reason.String}, when.String
		return nil
	}, `SELECT r.id, json_extract(j.value, '$[1]'), r.revision, s.failure_kind, s.failure_reason, s.at
		FROM json_each(?) j CROSS JOIN reading r ON r.id = json_extract(j.value, '$[0]')
		LEFT JOIN verse_reading s ON s.reading = r.id AND s.verse = json_extract(j.value, '$[1]')`, jsonOf(asked))
	if err == nil && found < len(asked) {
		err = ErrChanged
	}
	return err
}

// LemmasOf returns the lemma of each word of a figure's word ranges ("3-5,8") in a verse, in
// the order of the words.
func (s *Snapshot) LemmasOf(ref mashal.Ref, words string) ([]*lexicon.Lemma, error) {
	verse := ref.Ordinal()
	span, err := s.lexicon.ParseSpan(int64(verse), words)
	if err != nil {
		return nil, err
	}
	var list []*lexicon.Lemma
	first, _ := s.lexicon.Verse(verse)
	for _, r := range span {
		for _, id := range s.lexicon.LemmasOf(first+int(r.First)-1, first+int(r.Last)) {
			list = append(list, s.lexicon.Lemma(id))
		}
	}
	return list, nil
}
