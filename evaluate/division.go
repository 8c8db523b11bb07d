package evaluate

import "mashal"

// A Division divides the text into parts, such as books, genres or periods.
type Division struct {
	By string                  // "book", "genre", "period"
	Of func(mashal.Ref) string // the part of a verse
}

// A Part is the measures of one part of the text. Its intervals are by bootstrap over the
// chapters of the part; alpha u has none there.
type Part struct {
	By       string `json:"by"`
	Name     string `json:"name"`
	Verses   int    `json:"verses"`
	Chapters int    `json:"chapters"`
	Rows     []Row  `json:"rows"`
}

// measure measures the parts in the order of their first verses.
func (d *Division) measure(pairs []Pair, words func(mashal.Ref) int, o Options) (parts []Part) {
	at := map[string]int{}
	var of [][]Pair
	for i := range pairs {
		name := d.Of(pairs[i].Ref)
		n, ok := at[name]
		if !ok {
			n = len(parts)
			at[name] = n
			parts, of = append(parts, Part{By: d.By, Name: name}), append(of, nil)
		}
		if k := len(of[n]); k == 0 || of[n][k-1].Ref.Chapter != pairs[i].Ref.Chapter {
			parts[n].Chapters++
		}
		of[n] = append(of[n], pairs[i])
	}
	o.Gamma, o.countsOnly = false, true
	for n := range parts {
		parts[n].Verses = len(of[n])
		parts[n].Rows = measureRows(of[n], words, o)
	}
	return parts
}
