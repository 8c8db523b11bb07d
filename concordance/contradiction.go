package concordance

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mashal"
)

// A Finding is called with each fault that is found: where it is, and what it is.
type Finding func(place, says string)

// A Checked counts what was compared.
type Checked struct{ Verses, Readings, Figures int }

// CheckText compares the file with the text that it was made of: the words of verses, the
// quotations of figures with the words that they stand on, and the number of figures. It
// changes nothing, and sees one state of the file while another process writes it.
func (c *Concordance) CheckText(ctx context.Context, texts Texts, found Finding) (n Checked, err error) {
	err = c.view(ctx, func(tx *sql.Tx) error {
		verses := map[int64]*verseText{}
		chapters, err := chaptersWithText(ctx, tx)
		if err != nil {
			return err
		}
		for _, ch := range chapters {
			text, err := texts.Chapter(ch)
			if err != nil {
				found(ch.String(), "there is no such chapter in the text")
				continue
			}
			of := map[int]*verseText{}
			for i := range text.Verses {
				t := newVerseText(&text.Verses[i])
				of[text.Verses[i].Verse], verses[t.id] = t, t
			}
			n.Verses += len(text.Verses)
			first := int64(ch.FirstOrdinal())
			if err := compareRows(ctx, tx, textRows(text, of), "id", first, first+int64(len(text.Verses))-1, "the text", func(key, says string) {
				found(verseName(key), says)
			}); err != nil {
				return err
			}
		}
		if n.Figures, err = checkFigures(ctx, tx, verses, found); err != nil {
			return err
		}
		return checkCounts(ctx, tx, found)
	})
	return n, Explain("verify the concordance "+c.db.Path(), err)
}

// A Comparison states how a file is compared with its source.
type Comparison struct {
	Ahead         bool // the source is being written, and may have what the file lacks
	RevisionsOnly bool // the rows are those of another version of the program
}

// CheckSource compares the readings of the file with those of its source, row by row.
// Readings that one has and the other lacks are found too.
func (c *Concordance) CheckSource(ctx context.Context, src Source, texts Texts, how Comparison, found Finding) (n Checked, err error) {
	err = c.view(ctx, func(tx *sql.Tx) error {
		d := &Difference{}
		var err error
		if d.Follows, err = follows(ctx, tx); err != nil {
			return err
		}
		held, err := heldReadings(ctx, tx)
		if err == nil {
			err = d.compare(ctx, src, held)
		}
		if err != nil {
			return err
		}
		if d.Another() {
			found("all readings", fmt.Sprintf("they are of another ledger, whose first run is %s; that of this ledger is %s", orNone(d.Follows), orNone(d.Ledger)))
			return nil
		}
		for _, h := range d.Lost {
			found(h.String(), "the ledger lacks it, or has an older state of it")
		}
		for _, h := range d.Gone {
			found(h.String(), "it was forgotten in the ledger, and is still in the concordance")
		}
		skip := map[int64]bool{}
		for _, h := range slices.Concat(d.Lost, d.Gone) {
			skip[h.ID] = true
		}
		in := map[int64]bool{}
		for _, h := range held {
			in[h.ID] = true
		}
		for _, id := range d.Missing {
			skip[id] = true
			if how.Ahead {
				continue
			}
			says := "the concordance has an older state of it"
			if !in[id] {
				says = "the concordance lacks it"
			}
			found(fmt.Sprintf("reading %d", id), says)
		}
		for _, h := range held {
			if skip[h.ID] {
				continue
			}
			if n.Readings++; how.RevisionsOnly {
				continue
			}
			r, err := src.Reading(ctx, h.ID)
			if err != nil {
				return err
			}
			if r.Revision != h.Revision {
				continue // it was changed meanwhile
			}
			if err := compareReading(ctx, tx, r, h, texts, found); err != nil {
				return err
			}
		}
		return nil
	})
	return n, Explain("compare the concordance "+c.db.Path()+" with its ledger", err)
}

func orNone(run string) string {
	if run == "" {
		return "unknown"
	}
	return run
}

// view runs fn in a transaction that only reads.
func (c *Concordance) view(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := c.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	return fn(tx)
}

// chaptersWithText returns the chapters whose text is in the file.
func chaptersWithText(ctx context.Context, q Querier) (list []mashal.Chapter, err error) {
	err = Each(ctx, q, func(scan func(...any) error) error {
		var ch mashal.Chapter
		err := scan(&ch.Book, &ch.Number)
		list = append(list, ch)
		return err
	}, `SELECT DISTINCT book, chapter FROM verse ORDER BY book, chapter`)
	return list, err
}

// verseName returns the reference of a verse by its id.
func verseName(key string) string {
	id, err := strconv.Atoi(key)
	if err != nil {
		return "verse " + key
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			ch := mashal.Chapter{Book: b, Number: n}
			if first := ch.FirstOrdinal(); first <= id && id < first+ch.Verses() {
				return mashal.Ref{Chapter: ch, Verse: id - first + 1}.String()
			}
		}
	}
	return "verse " + key
}

// checkFigures compares the quotations of all figures with the words of their verses.
func checkFigures(ctx context.Context, q Querier, verses map[int64]*verseText, found Finding) (n int, err error) {
	cited := map[string]int{} // figures on the same words of a verse in a reading
	err = Each(ctx, q, func(scan func(...any) error) error {
		var id, reading, verse, ordinal int64
		var citation, words, grounding, inHebrew, forms, place, english, englishPlace string
		var score float64
		var types int
		if err := scan(&id, &reading, &verse, &ordinal, &citation, &words, &grounding, &score, &inHebrew, &forms, &place, &english, &englishPlace, &types); err != nil {
			return err
		}
		n++
		at := fmt.Sprintf("figure %s of reading %d", citation, reading)
		t := verses[verse]
		if t == nil {
			found(at, "its verse is not in the text")
			return nil
		}
		if want := reading*PerReading + int64(t.verse.Verse)*PerVerse + ordinal; id != want {
			found(at, fmt.Sprintf("its id is %d, not %d", id, want))
		}
		if types == 0 {
			found(at, "it has no type")
		}
		ranges, err := mashal.ParseRanges(words)
		span := mashal.Span{Ranges: ranges, Grounding: mashal.Grounding(grounding), Score: score}
		if err == nil {
			err = span.Validate(len(t.verse.Words))
		}
		if err != nil {
			found(at, err.Error())
			return nil
		}
		where := t.verse.OSIS() + "!" + span.String()
		if words == "" {
			where = t.verse.OSIS() + "!u"
		}
		key := fmt.Sprintf("%d %s", reading, where)
		if cited[key]++; cited[key] > 1 {
			where += fmt.Sprintf("~%d", cited[key])
		}
		if citation != where {
			found(at, "it stands on the words of "+where)
		}
		if want := quote(t.verse, ranges); inHebrew != want {
			found(at, fmt.Sprintf("it quotes %q, and its words are %q", inHebrew, want))
		}
		if got := cutPlace(t.hebrew, place); got != inHebrew {
			found(at, fmt.Sprintf("it quotes %q, and its place in the verse has %q", inHebrew, got))
		}
		if want := t.formsOf(ranges); forms != want {
			found(at, fmt.Sprintf("its forms are %q, not %q", forms, want))
		}
		if got := cutPlace(t.verse.English, englishPlace); englishPlace != "" && got != english {
			found(at, fmt.Sprintf("its English is %q, and its place in the verse has %q", english, got))
		}
		return nil
	}, `SELECT f.id, f.reading, f.verse, f.ordinal, f.citation, f.words, f.grounding, f.score, f.hebrew, f.hebrew_forms, f.hebrew_place, f.english, f.english_place,
	(SELECT count(*) FROM figure_type t WHERE t.figure = f.id) FROM figure f ORDER BY f.id`)
	return n, err
}

// cutPlace returns the text of character ranges, from 1.
func cutPlace(text, place string) string {
	ranges, err := mashal.ParseRanges(place)
	if err != nil {
		return ""
	}
	runes := []rune(text)
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		if r.Last > len(runes) {
			return ""
		}
		parts[i] = string(runes[r.First-1 : r.Last])
	}
	return strings.Join(parts, gap)
}

// checkCounts compares the stored numbers of figures with the figures, and looks for
// chapters without a current reading.
func checkCounts(ctx context.Context, tx *sql.Tx, found Finding) error {
	standing, err := HasStanding(ctx, tx)
	if err != nil {
		return err
	}
	counts := `f.standing = 'claimed'`
	if !standing {
		counts = `(f.subtype IS NULL OR f.subtype NOT IN ('suggestion', 'conventional'))`
	}
	err = Each(ctx, tx, func(scan func(...any) error) error {
		var reading, verse, figures, counted int64
		if err := scan(&reading, &verse, &figures, &counted); err != nil {
			return err
		}
		found(fmt.Sprintf("%s in reading %d", verseName(strconv.FormatInt(verse, 10)), reading), fmt.Sprintf("its number of figures is %d, and it has %d that count", figures, counted))
		return nil
	}, `SELECT * FROM (SELECT s.reading, s.verse, s.figures, (SELECT count(*) FROM figure f WHERE f.reading = s.reading AND f.verse = s.verse AND `+counts+`) AS counted FROM verse_reading s)
WHERE figures <> counted`)
	if err != nil {
		return err
	}
	return Each(ctx, tx, func(scan func(...any) error) error {
		var ch mashal.Chapter
		var chosen, current int64
		if err := scan(&ch.Book, &ch.Number, &chosen, &current); err != nil {
			return err
		}
		found(ch.String(), fmt.Sprintf("reading %d is current, and reading %d should be", current, chosen))
		return nil
	}, `
SELECT book, chapter, chosen, coalesce(now, 0) FROM (
	SELECT c.book, c.chapter,
		(SELECT r.id FROM reading r WHERE r.book = c.book AND r.chapter = c.chapter AND `+notSimulated+`
			ORDER BY r.run = (SELECT value FROM meta WHERE key = $1) DESC, r.rank DESC, r.id DESC LIMIT 1) AS chosen,
		(SELECT r.id FROM reading r WHERE r.book = c.book AND r.chapter = c.chapter AND r.current) AS now
	FROM (SELECT DISTINCT book, chapter FROM reading) c)
WHERE chosen IS NOT now`, metaCurrent)
}

// compareReading compares the rows of a reading with those that Put would write.
func compareReading(ctx context.Context, tx *sql.Tx, r *mashal.Reading, h Held, texts Texts, found Finding) error {
	text, err := texts.Chapter(r.Chapter)
	if err == nil {
		err = check(r, text)
	}
	if err != nil {
		found(h.String(), err.Error())
		return nil
	}
	of := map[int]*verseText{}
	for i := range r.Verses {
		if v := &r.Verses[i]; len(v.Figures) > 0 {
			of[v.Verse] = newVerseText(&text.Verses[v.Verse-1])
		}
	}
	for _, rows := range append([]*rows{readingRows(r)}, verseRows(r, of)...) {
		column, first, last := "figure", r.ID*PerReading, (r.ID+1)*PerReading-1
		switch rows.table() {
		case "reading":
			column, first, last = "id", r.ID, r.ID
		case "verse_reading":
			column, first, last = "reading", r.ID, r.ID
		case "figure":
			column = "id"
		}
		err := compareRows(ctx, tx, rows, column, first, last, "the ledger", func(key, says string) {
			found(h.String(), rows.table()+" "+key+": "+says)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// table returns the name of the table of rows.
func (r *rows) table() string {
	return strings.Fields(strings.TrimPrefix(r.into, "INSERT INTO "))[0]
}

// names returns the columns of rows.
func (r *rows) names() []string {
	_, list, _ := strings.Cut(r.into, "(")
	list, _, _ = strings.Cut(list, ")")
	names := strings.Split(list, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// keyColumns are the tables whose rows have two columns as a key; others have one.
var keyColumns = map[string]int{"verse_reading": 2, "figure_type": 2, "figure_tag": 2, "verdict": 2}

// compareRows compares rows that should be in a table with those that are there, of a
// range of a column.
func compareRows(ctx context.Context, q Querier, want *rows, column string, first, last int64, source string, found Finding) error {
	names, keys := want.names(), max(1, keyColumns[want.table()])
	expected := map[string][]string{}
	for row := range slices.Chunk(want.args, want.columns) {
		values := make([]string, len(row))
		for i, v := range row {
			values[i] = valueText(v)
		}
		expected[strings.Join(values[:keys], " ")] = values
	}
	err := Each(ctx, q, func(scan func(...any) error) error {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := scan(into...); err != nil {
			return err
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = valueText(v)
		}
		key := strings.Join(texts[:keys], " ")
		row, ok := expected[key]
		if !ok {
			found(key, "it is not in "+source)
			return nil
		}
		delete(expected, key)
		for i := range row {
			if row[i] != texts[i] {
				found(key, fmt.Sprintf("%s is %s, and by %s it is %s", names[i], brief(texts[i]), source, brief(row[i])))
			}
		}
		return nil
	}, `SELECT `+strings.Join(names, ", ")+` FROM `+want.table()+` WHERE `+column+` BETWEEN $1 AND $2`, first, last)
	for _, key := range slices.Sorted(maps.Keys(expected)) {
		found(key, "it is missing")
	}
	return err
}

// valueText returns a value as a text that is the same for what is written and what is
// read.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}

// brief returns the beginning of a value.
func brief(s string) string {
	const enough = 60
	if utf8.RuneCountInString(s) > enough {
		s = string([]rune(s)[:enough]) + "…"
	}
	return strconv.Quote(s)
}
