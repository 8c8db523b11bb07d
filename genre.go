package mashal

// A Genre is the main kind of writing of a chapter.
type Genre string

// The genres.
const (
	Narrative   Genre = "narrative"
	Law         Genre = "law"
	Prophecy    Genre = "prophecy"
	Poetry      Genre = "poetry" // psalms, songs, laments, blessings
	Wisdom      Genre = "wisdom"
	Apocalyptic Genre = "apocalyptic"
)

// Genres lists all genres, in the order of their first chapters except poetry.
var Genres = []Genre{Narrative, Law, Prophecy, Poetry, Wisdom, Apocalyptic}

// GenreOf returns the genre of a chapter: that of its book, or of the larger
// part of the chapter if it differs from its book. Chapters are not divided, so
// a song of a few verses in a narrative counts as narrative.
func GenreOf(ch Chapter) Genre {
	for _, e := range genreExceptions[ch.Book.OSIS()] {
		if e.first <= ch.Number && ch.Number <= e.last {
			return e.genre
		}
	}
	return genres[ch.Book]
}

// genres are the genres of whole books.
var genres = func() (list [Books + 1]Genre) {
	for b := Book(1); b <= Books; b++ {
		switch b.OSIS() {
		case "Lev", "Deut":
			list[b] = Law
		case "Isa", "Jer", "Ezek", "Hos", "Joel", "Amos", "Obad", "Mic", "Nah", "Hab", "Zeph", "Hag", "Zech", "Mal":
			list[b] = Prophecy
		case "Ps", "Song", "Lam":
			list[b] = Poetry
		case "Prov", "Job", "Eccl":
			list[b] = Wisdom
		default:
			list[b] = Narrative
		}
	}
	return list
}()

// genreExceptions are chapters of another genre than their book: the songs and
// blessings in the narratives, the laws in Exodus and Numbers, the stories in
// the prophets and in Leviticus, the visions of Daniel.
var genreExceptions = map[string][]struct {
	first, last int
	genre       Genre
}{
	"Gen":  {{49, 49, Poetry}},
	"Exod": {{15, 15, Poetry}, {20, 23, Law}, {25, 31, Law}, {34, 40, Law}},
	"Lev":  {{8, 10, Narrative}},
	"Num":  {{1, 10, Law}, {15, 15, Law}, {18, 19, Law}, {23, 24, Poetry}, {26, 30, Law}, {34, 36, Law}},
	"Deut": {{1, 3, Narrative}, {32, 33, Poetry}, {34, 34, Narrative}},
	"Judg": {{5, 5, Poetry}},
	"2Sam": {{22, 22, Poetry}},
	"Isa":  {{36, 39, Narrative}},
	"Jer":  {{26, 29, Narrative}, {32, 32, Narrative}, {34, 45, Narrative}, {52, 52, Narrative}},
	"Dan":  {{7, 12, Apocalyptic}},
}
