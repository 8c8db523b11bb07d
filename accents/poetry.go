package accents

import "mashal"

// A stretch is consecutive verses of a book, from chapter and verse to chapter
// and verse, inclusive.
type stretch struct{ chapter, verse, lastChapter, lastVerse int }

// whole is all of a book.
var whole = []stretch{{1, 1, 999, 999}}

// poetry lists the verses of each book that editions set in lines, and prose
// the verses within them that are not. They follow the common layout of
// editions such as Biblia Hebraica Stuttgartensia: whole books, the songs in the
// narratives, and of the prophets what is not narrative or speech in prose. The
// limits of some are disputed. Sayings of a line within a narrative are left out.
var poetry = map[string][]stretch{
	"Gen":   {{4, 23, 4, 24}, {9, 25, 9, 27}, {25, 23, 25, 23}, {27, 27, 27, 29}, {27, 39, 27, 40}, {49, 2, 49, 27}},
	"Exod":  {{15, 1, 15, 18}, {15, 21, 15, 21}},
	"Num":   {{6, 24, 6, 26}, {21, 27, 21, 30}, {23, 7, 23, 10}, {23, 18, 23, 24}, {24, 3, 24, 9}, {24, 15, 24, 24}},
	"Deut":  {{32, 1, 32, 43}, {33, 2, 33, 29}},
	"Judg":  {{5, 2, 5, 31}},
	"1Sam":  {{2, 1, 2, 10}},
	"2Sam":  {{1, 19, 1, 27}, {3, 33, 3, 34}, {22, 2, 22, 51}, {23, 1, 23, 7}},
	"2Kgs":  {{19, 21, 19, 28}},
	"Isa":   whole,
	"Jer":   whole,
	"Ezek":  {{19, 1, 19, 14}, {27, 3, 27, 9}, {27, 25, 27, 36}, {28, 2, 28, 10}, {28, 12, 28, 19}, {31, 2, 31, 9}, {32, 2, 32, 8}},
	"Hos":   {{2, 4, 2, 25}, {4, 1, 14, 10}},
	"Joel":  whole,
	"Amos":  whole,
	"Obad":  whole,
	"Jonah": {{2, 3, 2, 10}},
	"Mic":   whole,
	"Nah":   whole,
	"Hab":   whole,
	"Zeph":  whole,
	"Zech":  {{9, 1, 11, 3}, {13, 7, 13, 9}},
	"Ps":    whole,
	"Prov":  whole,
	"Job":   {{3, 2, 42, 6}},
	"Song":  whole,
	"Lam":   whole,
	"Eccl":  {{1, 2, 1, 9}, {3, 1, 3, 8}, {7, 1, 7, 14}, {11, 9, 12, 8}},
	"Dan":   {{2, 20, 2, 23}},
	"1Chr":  {{16, 8, 16, 36}},
}

var prose = map[string][]stretch{
	"Isa": {
		{6, 1, 6, 8}, {7, 1, 7, 6}, {7, 10, 8, 8}, {19, 16, 20, 6}, {36, 1, 37, 21}, {37, 36, 38, 9}, {38, 21, 39, 8},
	},
	"Jer": {
		{1, 1, 1, 3},
		{3, 6, 3, 18},
		{7, 1, 8, 3},
		{11, 1, 11, 14},
		{13, 1, 13, 14},
		{14, 11, 14, 16},
		{16, 1, 16, 15},
		{17, 19, 18, 12},
		{19, 1, 20, 6},
		{21, 1, 21, 10},
		{22, 1, 22, 5},
		{23, 25, 29, 32},
		{32, 1, 45, 5},
		{51, 59, 52, 34},
	},
	"Joel": {{4, 4, 4, 8}},
	"Amos": {{7, 10, 7, 17}},
}

// InLines reports whether a verse is poetry that is set in lines.
func InLines(r mashal.Ref) bool {
	within := func(list []stretch) bool {
		for _, s := range list {
			after := r.Number > s.chapter || r.Number == s.chapter && r.Verse >= s.verse
			if after && (r.Number < s.lastChapter || r.Number == s.lastChapter && r.Verse <= s.lastVerse) {
				return true
			}
		}
		return false
	}
	return within(poetry[r.Book.OSIS()]) && !within(prose[r.Book.OSIS()])
}
