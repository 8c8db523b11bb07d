package explore

import (
	"html/template"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/explore/web"
	"mashal/markup"
)

// contextWords is the number of words of context on each side of a page that asks for no
// other. The browser clips what does not fit.
const contextWords = 14

// contextOf returns the pieces of a verse that are shown: the key with a number of words of
// context on each side, or all if the number is 0.
func contextOf(key mashal.WordRange, pieces, words int) (from, to int) {
	if words == 0 {
		return 0, pieces
	}
	return max(0, key.First-2*words), min(pieces, key.Last+1+2*words)
}

// lineUp sets the key of a line and the context before and after it. The key links
// to the card of its figure or, for a word outside figures, to the verse. Words of the
// figure outside the key are marked, and words by which the lines are sorted.
func lineUp(req *web.Request, row *kwicRow, verse *mashal.Verse, o *index.Occurrence, marks []markup.Mark, q *filters.KWICQuery) {
	pieces := markup.HebrewPieces(verse, req.View.Style())
	words := q.Context
	if words == 0 {
		words = contextWords
	}
	if len(o.Words) == 0 {
		row.Unplaced = true
		row.After = markup.MarkUp(pieces[:min(len(pieces), 2*words)], nil)
		return
	}
	key := keyPieces(o)
	switch part := pieces[key.First : key.Last+1]; {
	case row.Use != mashal.Figurative:
		row.Key = markup.Join(`<a class="`, useClass(row.Use), `" href="`, row.Href, `"><mark>`, strings.Join(part, ""), `</mark></a>`)
	default:
		row.Key = markup.MarkWith(part, markup.Within(marks, key.First, key.Last), markup.Options{Found: within(markup.HebrewRanges(o.Words), key.First)})
	}
	for i := range marks {
		marks[i].Href = "" // only the key is a link
	}
	from, to := contextOf(key, len(pieces), words)
	near := sortedPieces(key, q.Orders())
	stretch := func(from, end int) template.HTML {
		var html template.HTML
		for from < end {
			next := from + 1
			for next < end && slices.Contains(near, next) == slices.Contains(near, from) {
				next++
			}
			part := markup.MarkUp(pieces[from:next], markup.Within(marks, from, next-1))
			if slices.Contains(near, from) {
				part = `<b class="near">` + part + `</b>`
			}
			html += part
			from = next
		}
		return html
	}
	row.Before, row.After = stretch(from, key.First), stretch(key.Last+1, to)
}

// sortedPieces returns the pieces of the context that are the words by which lines are sorted.
func sortedPieces(key mashal.WordRange, orders []index.KWICOrder) (pieces []int) {
	for _, order := range orders {
		switch order {
		case index.KWICByLeft, index.KWICByLeft1:
			pieces = append(pieces, key.First-2)
		case index.KWICByLeft2:
			pieces = append(pieces, key.First-4)
		case index.KWICByLeft3:
			pieces = append(pieces, key.First-6)
		case index.KWICByRight, index.KWICByRight1:
			pieces = append(pieces, key.Last+2)
		case index.KWICByRight2:
			pieces = append(pieces, key.Last+4)
		case index.KWICByRight3:
			pieces = append(pieces, key.Last+6)
		}
	}
	return pieces
}

// within returns ranges renumbered from a first piece.
func within(ranges []mashal.WordRange, first int) []mashal.WordRange {
	list := make([]mashal.WordRange, len(ranges))
	for i, r := range ranges {
		list[i] = mashal.WordRange{First: r.First - first, Last: r.Last - first}
	}
	return list
}

// keyPieces returns the range of pieces from the first word of the key to the last.
func keyPieces(o *index.Occurrence) mashal.WordRange {
	ranges := markup.HebrewRanges(o.Words)
	return mashal.WordRange{First: ranges[0].First, Last: ranges[len(ranges)-1].Last}
}

// lineEnglish sets the English of a line. It marks the words that translate its figures and
// its key.
func lineEnglish(req *web.Request, row *kwicRow, verse *mashal.Verse, o *index.Occurrence, of index.KWICKey) {
	english := markup.NewEnglishText(verse, req.View.Style())
	var marks []markup.Mark
	var places [][]markup.Stretch
	for i := range row.Figures {
		f := &row.Figures[i]
		marks = append(marks, markup.Mark{Types: f.Types})
		places = append(places, english.Place(f.EnglishPlace, f.ranges()))
	}
	if of == index.KeyLemma || len(places) == 0 {
		places = append(places, english.Place("", o.Words)) // of the key
	} else {
		places = append(places, places[0])
	}
	pieces, ranges := english.Pieces(places)
	for i := range marks {
		marks[i].Ranges = ranges[i]
	}
	row.EnglishLanes = markup.LayOut(marks)
	row.English = markup.MarkWith(pieces, marks, markup.Options{Found: ranges[len(ranges)-1]})
}

// firstWord returns the first word number of the key, or 0 if its span is unknown.
func firstWord(o *index.Occurrence) int {
	if len(o.Words) == 0 {
		return 0
	}
	return o.Words[0].First
}
