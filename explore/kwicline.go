package explore

import (
	"html/template"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/markup"
)

// lineUp sets the key of a line and the context before and after it. The key links
// to the card of its figure or, for a word outside figures, to the verse. Words of the
// figure outside the key are marked.
func lineUp(req *web.Request, row *kwicRow, verse *mashal.Verse, o *index.Occurrence, marks []markup.Mark, order index.KWICOrder) {
	pieces := markup.HebrewPieces(verse, req.View.Style())
	if len(o.Words) == 0 {
		row.Unplaced = true
		row.After = markup.MarkUp(pieces[:min(len(pieces), 2*contextWords)], nil)
		return
	}
	key := keyPieces(o)
	switch part := pieces[key.First : key.Last+1]; {
	case row.Use != mashal.Figurative:
		row.Key = markup.Join(`<a class="`, useClass(row.Use), `" href="`, row.Href, `">`, strings.Join(part, ""), `</a>`)
	default:
		row.Key = markup.MarkUp(part, markup.Within(marks, key.First, key.Last))
	}
	for i := range marks {
		marks[i].Href = "" // only the key is a link
	}
	from, to := max(0, key.First-2*contextWords), min(len(pieces), key.Last+1+2*contextWords)
	nearBefore, nearAfter := key.First, key.Last+1 // bounds of the word by which lines are sorted
	switch {
	case order == index.KWICByLeft && key.First > 0:
		nearBefore -= 2
	case order == index.KWICByRight && key.Last+2 < to:
		nearAfter += 2
	}
	stretch := func(from, end int, near bool) template.HTML {
		if from >= end {
			return ""
		}
		html := markup.MarkUp(pieces[from:end], markup.Within(marks, from, end-1))
		if near {
			html = `<b class="near">` + html + `</b>`
		}
		return html
	}
	row.Before = stretch(from, nearBefore, false) + stretch(nearBefore, key.First, true)
	row.After = stretch(key.Last+1, nearAfter, true) + stretch(nearAfter, to, false)
}

// keyPieces returns the range of pieces from the first word of the key to the last.
func keyPieces(o *index.Occurrence) mashal.WordRange {
	ranges := markup.HebrewRanges(o.Words)
	return mashal.WordRange{First: ranges[0].First, Last: ranges[len(ranges)-1].Last}
}

// lineEnglish sets the English of a line. It marks the words that translate its
// figures or its key.
func lineEnglish(req *web.Request, row *kwicRow, verse *mashal.Verse, o *index.Occurrence) {
	english := markup.NewEnglishText(verse, req.View.Style())
	var marks []markup.Mark
	var places [][]markup.Stretch
	for i := range row.Figures {
		f := &row.Figures[i]
		marks = append(marks, markup.Mark{Types: f.Types})
		places = append(places, english.Place(f.EnglishPlace, f.ranges()))
	}
	if row.Use != mashal.Figurative {
		marks = append(marks, markup.Mark{})
		places = append(places, english.Place("", o.Words))
	}
	pieces, ranges := english.Pieces(places)
	for i := range marks {
		marks[i].Ranges = ranges[i]
	}
	row.EnglishLanes = markup.LayOut(marks)
	row.English = markup.MarkUp(pieces, marks)
}

// firstWord returns the first word number of the key, or 0 if its span is unknown.
func firstWord(o *index.Occurrence) int {
	if len(o.Words) == 0 {
		return 0
	}
	return o.Words[0].First
}
