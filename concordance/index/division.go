package index

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"mashal"
	"mashal/bitset"
	"mashal/reference"
)

// A Division is a way to divide the text into parts.
type Division string

// The divisions.
const (
	ByBooks    Division = "book"
	BySections Division = "section"
	ByGenres   Division = "genre"
	ByPeriods  Division = "period"
)

// Divisions lists all divisions.
var Divisions = []Division{ByBooks, BySections, ByGenres, ByPeriods}

// A division is a list of parts and the part of each verse.
type division struct {
	parts []part
	of    []int16   // by ordinal of the verse, its part; -1 for none
	runs  []partRun // the verses that have a part, in order
}

// A partRun is a range of consecutive verses of the same part, by ordinal. The end is
// exclusive. A division has few of them, so counts of a part sum up its runs.
type partRun struct{ part, first, end int }

// newDivision returns a division with the part of each verse.
func newDivision(parts []part, of []int16) *division {
	d := &division{parts: parts, of: of}
	for verse := 1; verse < len(of); verse++ {
		part := int(of[verse])
		if n := len(d.runs); n > 0 && d.runs[n-1].end == verse && d.runs[n-1].part == part {
			d.runs[n-1].end++
		} else if part >= 0 {
			d.runs = append(d.runs, partRun{part, verse, verse + 1})
		}
	}
	return d
}

type part struct{ name, label string }

// divide returns a division of parts; of returns the part of a chapter, or -1
// for none.
func divide(parts []part, of func(mashal.Chapter) int) *division {
	verses := make([]int16, 1, ordinals)
	for _, ch := range chapters {
		n := int16(of(ch))
		for range ch.Verses() {
			verses = append(verses, n)
		}
	}
	return newDivision(parts, verses)
}

// divisions are computed once, because the text is always the same.
var divisions = map[Division]func() *division{
	ByBooks: sync.OnceValue(func() *division {
		var parts []part
		for b := mashal.Book(1); b <= mashal.Books; b++ {
			parts = append(parts, part{b.OSIS(), b.Name()})
		}
		return divide(parts, func(ch mashal.Chapter) int { return int(ch.Book) - 1 })
	}),
	BySections: sync.OnceValue(func() *division {
		var parts []part
		for section := mashal.Torah; section <= mashal.Ketuvim; section++ {
			parts = append(parts, part{section.String(), section.String()})
		}
		return divide(parts, func(ch mashal.Chapter) int { return int(ch.Book.Section()) - 1 })
	}),
	ByGenres: sync.OnceValue(func() *division {
		var parts []part
		for _, g := range mashal.Genres {
			parts = append(parts, part{string(g), string(g)})
		}
		return divide(parts, func(ch mashal.Chapter) int { return slices.Index(mashal.Genres, mashal.GenreOf(ch)) })
	}),
	ByPeriods: dividePeriods,
}

// undivided is the whole text as one part.
var undivided = sync.OnceValue(func() *division { return divide([]part{{}}, func(mashal.Chapter) int { return 0 }) })

// chaptersOf divides a book into its chapters.
func chaptersOf(book mashal.Book) *division {
	var parts []part
	for n := 1; n <= book.Chapters(); n++ {
		parts = append(parts, part{strconv.Itoa(n), mashal.Chapter{Book: book, Number: n}.String()})
	}
	of := slices.Repeat([]int16{-1}, ordinals)
	first, end := bookVerses(book)
	for verse := first; verse < end; verse++ {
		of[verse] = int16(refOf(verse).Number - 1)
	}
	return newDivision(parts, of)
}

// A Period is a stage in the history of Biblical Hebrew. It is the age of the
// language of a text, not of the text, of the events it tells or of its book.
//
// The stages, and most of the placements, are those of Hornkohl, "Biblical
// Hebrew: Periodization", in: Encyclopedia of Hebrew Language and Linguistics
// (Brill 2013), and of Hurvitz, A Concise Lexicon of Late Biblical Hebrew
// (Brill 2014), as they are generally reported. The table in this file has not
// been compared with their printed lists and is coarser.
//
// Most scholars agree that the language changed in this way. Single placements
// are disputed, and some hold that the differences are of style as much as of
// age: Young, Rezetko and Ehrensvärd, Linguistic Dating of Biblical Texts
// (Equinox 2008). Periods are therefore for reading and counting; they are no
// evidence that one verse is older than another.
type Period string

// The periods, from the oldest.
const (
	Archaic      Period = "archaic"      // old poems in the Torah and in Judges
	Standard     Period = "standard"     // classical: the prose up to Kings, prophets of the monarchy
	Transitional Period = "transitional" // about the Babylonian exile and the return
	Late         Period = "late"         // of the Second Temple
	Undated      Period = "not dated"    // too disputed or too short to place, or Aramaic
)

// Periods lists all periods, the oldest first and Undated last.
var Periods = []Period{Archaic, Standard, Transitional, Late, Undated}

// PeriodOf returns the period of a verse, or Undated if there is no such verse.
func PeriodOf(ref mashal.Ref) Period {
	if !ref.Valid() {
		return Undated
	}
	return Periods[divisions[ByPeriods]().of[int64(ref.Ordinal())]]
}

// periods assigns selections to periods; later lines override earlier ones.
// Texts in none are not dated: Joel, Obadiah, Jonah, Job, Proverbs, Ruth, Song
// of Songs, and most Psalms.
var periods = []struct {
	period Period
	in     string // a selection
}{
	// Standard: Genesis to Kings as a whole, including layers that some hold to be
	// late, such as the priestly one, the last chapters of Kings, and lines of
	// verse within the stories.
	{Standard, "Genesis-2 Kings; Isaiah 1-39; Hosea; Amos; Micah; Nahum; Habakkuk; Zephaniah"},

	// Transitional: Haggai, Zechariah and Malachi as in Hornkohl; Hurvitz counts
	// them among the late texts.
	{Transitional, "Isaiah 40-66; Jeremiah; Ezekiel; Haggai; Zechariah 1-8; Malachi; Lamentations"},

	// Late: Ecclesiastes, the Hebrew of Daniel and Ezra, and the psalms that
	// Hurvitz found late by their language in Beyn lashon le-lashon (Bialik
	// 1972). Chronicles counts as late even where it repeats older books.
	{Late, "Ecclesiastes; Esther; Daniel; Ezra; Nehemiah; 1-2 Chronicles"},
	{Late, "Psalms 103; Psalms 117; Psalms 119; Psalms 124-125; Psalms 133; Psalms 144-145"},

	// Archaic: the poems that all lists have, without the prose around them.
	{Archaic, "Genesis 49:2-27; Exodus 15:1-18,21; Numbers 23:7-10,18-24; Numbers 24:3-9,15-24"},
	{Archaic, "Deuteronomy 32:1-43; Deuteronomy 33:2-29; Judges 5:2-31"},

	// Poems that only some lists have: the songs of Hannah and David, David's
	// lament and last words, Habakkuk's psalm. Psalms 18 and 68 are undated like
	// most psalms.
	{Undated, "1 Samuel 2:1-10; 2 Samuel 1:19-27; 2 Samuel 22; 2 Samuel 23:1-7; Habakkuk 3"},

	// Parts of prophets that are much disputed.
	{Undated, "Isaiah 24-27; Isaiah 34-35; Zechariah 9-14"},

	// Aramaic, which has its own history. It begins within Daniel 2:4.
	{Undated, "Jeremiah 10:11; Daniel 2:4-7:28; Ezra 4:8-6:18; Ezra 7:12-26"},
}

// Passages returns the verses of a period.
func (p Period) Passages() mashal.Selection {
	at := slices.Index(Periods, p)
	var passages []mashal.Passage
	for verse, of := range divisions[ByPeriods]().of {
		if verse > 0 && int(of) == at {
			ref := refOf(verse)
			passages = append(passages, mashal.Passage{Chapter: ref.Chapter, First: ref.Verse, Last: ref.Verse})
		}
	}
	return mashal.Select(passages...)
}

// dividePeriods returns the division by periods.
var dividePeriods = sync.OnceValue(func() *division {
	var parts []part
	for _, p := range Periods {
		parts = append(parts, part{string(p), string(p)})
	}
	of := slices.Repeat([]int16{int16(slices.Index(Periods, Undated))}, ordinals)
	for _, p := range periods {
		selection, err := reference.ParseSelection([]string{p.in})
		if err != nil {
			panic(fmt.Sprintf("periods: %v", err)) // of constants
		}
		at := int16(slices.Index(Periods, p.period))
		for _, passage := range selection {
			first := passage.Chapter.FirstOrdinal() + passage.First - 1
			for verse := first; verse < first+passage.Len(); verse++ {
				of[verse] = at
			}
		}
	}
	return newDivision(parts, of)
})

// ordinals is one more than the number of verses. Tables by ordinal have this
// length, because ordinals begin with 1.
var ordinals = mashal.Verses + 1

// chapters lists the chapters in the order of the canon.
var chapters = func() []mashal.Chapter {
	var list []mashal.Chapter
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			list = append(list, mashal.Chapter{Book: b, Number: n})
		}
	}
	return list
}()

// chapterOf has the index in chapters of each verse's chapter, by ordinal. Facets look
// up every figure, for which a search in chapters would take too long.
var chapterOf = func() []uint16 {
	of := make([]uint16, 1, ordinals) // there is no verse 0
	for i, ch := range chapters {
		for range ch.Verses() {
			of = append(of, uint16(i))
		}
	}
	return of
}()

// refOf returns the verse with an ordinal from 1.
func refOf(ordinal int) mashal.Ref {
	ch := chapters[chapterOf[ordinal]]
	return mashal.Ref{Chapter: ch, Verse: ordinal - ch.FirstOrdinal() + 1}
}

// bookVerses returns the ordinals of a book's verses. The end is exclusive.
func bookVerses(b mashal.Book) (first, end int) {
	last := mashal.Chapter{Book: b, Number: b.Chapters()}
	return mashal.Chapter{Book: b, Number: 1}.FirstOrdinal(), last.FirstOrdinal() + last.Verses()
}

// selectedVerses returns the verses of a selection, by ordinal.
func selectedVerses(selection mashal.Selection) (bitset.Set, error) {
	verses := bitset.New(ordinals)
	for _, p := range selection {
		if !p.Valid() || p.First < 1 || p.Last > p.Verses() {
			return nil, mashal.NewFieldError("selection", p.String(), "", "Chapters and verses are numbered as in the Hebrew Bible.", "there is no %s", p)
		}
		first := p.Chapter.FirstOrdinal() + p.First - 1
		verses.AddRange(first, first+p.Len())
	}
	return verses, nil
}
