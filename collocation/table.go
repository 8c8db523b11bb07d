package collocation

// A Table is the frequencies of two events in a sample of words: that a word is of a lemma,
// and that it stands near a keyword or in a figure. Both is at most Row and Column, and
// Row+Column-Both is at most All.
type Table struct {
	Both   int // words with both
	Row    int // words near keywords, or in figures
	Column int // words of the lemma
	All    int // words of the sample
}

// Expected returns the expected value of Both if the events are independent. It returns 0
// for an empty sample.
func (t Table) Expected() float64 {
	if t.All == 0 {
		return 0
	}
	return float64(t.Row) * float64(t.Column) / float64(t.All)
}

// cells returns the observed and the expected frequencies of the four combinations of the
// events.
func (t Table) cells() (observed, expected [4]float64) {
	row, column, all := float64(t.Row), float64(t.Column), float64(t.All)
	observed = [4]float64{float64(t.Both), float64(t.Row - t.Both), float64(t.Column - t.Both), float64(t.All - t.Row - t.Column + t.Both)}
	if t.All > 0 {
		expected = [4]float64{row * column / all, row * (all - column) / all, (all - row) * column / all, (all - row) * (all - column) / all}
	}
	return observed, expected
}
