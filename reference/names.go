package reference

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mashal"
)

// groupNames lists further names of groups of books, by BookGroup.Name.
var groupNames = map[string][]string{
	"all":             {"Tanakh", "Tanak", "Tenakh", "Bible", "Hebrew Bible", "Old Testament", "everything", "תנך", "מקרא", "הכל"},
	"Torah":           {"Pentateuch", "Law", "Chumash", "Humash", "תורה", "חומש"},
	"Nevi'im":         {"Prophets", "Nebiim", "Neviim", "נביאים"},
	"Ketuvim":         {"Writings", "Ketubim", "Kethuvim", "Kethubim", "Hagiographa", "כתובים"},
	"Latter Prophets": {"Later Prophets", "Neviim Aharonim", "Neviim Acharonim", "נביאים אחרונים"},
	"Former Prophets": {"Early Prophets", "Earlier Prophets", "Neviim Rishonim", "נביאים ראשונים"},
	"the Twelve":      {"Minor Prophets", "Twelve Prophets", "Twelve Minor Prophets", "Dodekapropheton", "Trei Asar", "תרי עשר"},
	"Megillot":        {"Megilloth", "Five Megillot", "Scrolls", "Five Scrolls", "Festival Scrolls", "Hamesh Megillot", "מגילות", "מגלות", "חמש מגילות"},
	"Samuel":          samuel,
	"Kings":           kings,
	"Chronicles":      chronicles,
}

// Names of the books in two parts, without the ordinals "1" and "2" or א and ב.
var (
	samuel     = []string{"Sam", "Sa", "Sm", "Shmuel", "Shemuel", "שמואל", "שמו", "שמ", "ש"}
	kings      = []string{"Kgs", "Kin", "Kön", "Könige", "Ki", "Kg", "Kngs", "Melakhim", "Melachim", "מלכים", "מלכ", "מל", "מ"}
	chronicles = []string{"Chr", "Chron", "Chronik", "Chro", "Ch", "Divrei Hayamim", "Divre Hayamim", "Paralipomena", "דברי הימים", "דבהי", "דבה", "דהי", "דה"}
)

// otherNames lists further names of books, besides OSIS, Name and Hebrew: the
// abbreviations of SBL, Chicago, USFM and common Bible software, German and French
// names, Hebrew names in Latin letters, and Hebrew abbreviations.
var otherNames = map[mashal.Book][]string{
	1:  {"Genèse", "Ge", "Gn", "Bereshit", "Bereishit", "בר", "ברא"},
	2:  {"Ex", "Exo", "Shemot", "Shmot", "שמ"},
	3:  {"Le", "Lv", "Levit", "Vayikra", "Wayyiqra", "ויק", "וי"},
	4:  {"Nu", "Nm", "Nb", "Bamidbar", "Bemidbar", "במד", "במ"},
	5:  {"Dt", "De", "Deu", "Devarim", "Dvarim", "דב", "דבר"},
	6:  {"Jos", "Jsh", "Yehoshua", "יהו", "יהוש"},
	7:  {"Ri", "Richter", "Juges", "Jdg", "Jgs", "Jg", "Jdgs", "Shofetim", "Shoftim", "שפטים", "שופ", "שפ"},
	12: {"Jes", "Jesaja", "Isaïe", "Ésaïe", "Is", "Yeshayahu", "Yeshaya", "ישעיה", "ישע", "יש"},
	13: {"Jérémie", "Je", "Jr", "Yirmeyahu", "Yirmiyahu", "ירמיה", "ירמ", "יר"},
	14: {"Hes", "Hesekiel", "Ézéchiel", "Eze", "Ezk", "Yehezkel", "Yechezkel", "Yehezqel", "יחז", "יח"},
	15: {"Osée", "Ho", "Hoshea", "הוש", "הו"},
	16: {"JOL", "Jl", "Joe", "Yoel", "יוא"},
	17: {"AMO", "Am", "עמו", "עמ"},
	18: {"Abdias", "Ob", "Oba", "Obd", "Ovadiah", "Ovadyah", "עבדיה", "עוב"},
	19: {"Jon", "Jnh", "Yonah", "יונ"},
	20: {"Michée", "Mi", "Mc", "Micha", "Mikhah", "מיכ", "מי"},
	21: {"NAM", "Na", "Nachum", "נח"},
	22: {"Hb", "Habakuk", "Havakuk", "חב"},
	23: {"Zep", "Zp", "Zephania", "Tzefaniah", "Zefaniah", "צפ"},
	24: {"Aggée", "Hg", "Chaggai", "Hagai", "חג"},
	25: {"Sach", "Sacharja", "Zacharie", "Zec", "Zc", "Zekhariah", "Zekharyah", "זכר", "זכ"},
	26: {"Ml", "Malakhi", "מלאכ"},
	27: {"Psalm", "Pss", "Psa", "Psm", "Pslm", "Tehillim", "Tehilim", "תהילים", "תהל", "תה"},
	28: {"Spr", "Sprüche", "Proverbes", "Pr", "Pro", "Prv", "Mishlei", "Mishle", "משל", "מש"},
	29: {"Hiob", "Ijob", "Hi", "Jb", "Iyov", "Iyyov", "איו", "אי"},
	30: {"SNG", "Hld", "Hoheslied", "Hohelied", "Song of Solomon", "Canticles", "Canticle of Canticles", "Canticle", "Cant", "Ct", "Songs", "Song of Song", "Sg", "SS", "SoS", "So", "Shir Hashirim", "שהש", "שיהש", "שיר"},
	31: {"RUT", "Ru", "Rt", "Rth", "רו"},
	32: {"Klgl", "Klagelieder", "La", "Lm", "Eikhah", "Eicha", "Ekhah", "איכ"},
	33: {"Prediger", "Pred", "Qohelet", "Qoheleth", "Kohelet", "Koheleth", "Qoh", "Qo", "Koh", "Eccles", "Ecc", "Ec", "קהל", "קה"},
	34: {"Est", "Es", "Ester", "אסת", "אס"},
	35: {"Da", "Dn", "דנ"},
	36: {"Ezr", "Esra", "עזר", "עז"},
	37: {"Ne", "Nechemiah", "Nechemyah", "נחמ"},
}

// A bookName is a name of one book or of a group of books.
type bookName struct {
	key    string // the name as returned by foldName
	books  mashal.BookRange
	spaced bool // whether the name has several words, so that input for it may contain spaces
}

// knownNames maps the key of every known name to its books.
var knownNames = sync.OnceValue(func() map[string]bookName {
	m := map[string]bookName{}
	add := func(name string, s mashal.BookRange) {
		key, words := foldName(name)
		if known, ok := m[key]; ok {
			known.spaced = known.spaced || words > 1
			m[key] = known
			return
		}
		m[key] = bookName{key, s, words > 1}
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for _, name := range append([]string{b.OSIS(), b.Name(), b.Hebrew()}, otherNames[b]...) {
			add(name, mashal.BookRange{First: b, Last: b})
		}
	}
	for _, g := range mashal.BookGroups {
		for _, name := range append([]string{g.Name}, groupNames[g.Name]...) {
			add(name, g.Books)
		}
	}
	for _, g := range mashal.BookGroups {
		if !g.Divided {
			continue
		}
		for _, name := range append([]string{g.Name}, groupNames[g.Name]...) {
			for i, ordinal := range []string{"1", "2"} {
				b := g.Books.First + mashal.Book(i)
				add(ordinal+" "+name, mashal.BookRange{First: b, Last: b})
				if r, _ := utf8.DecodeRuneInString(name); unicode.Is(unicode.Hebrew, r) {
					add(name+" "+hebrewNumeral(i+1), mashal.BookRange{First: b, Last: b})
				}
			}
		}
	}
	return m
})

// fullNames lists the full names of all books, in canonical order. An
// unambiguous prefix of one is accepted as a name.
var fullNames = sync.OnceValue(func() []bookName {
	var names []bookName
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for _, name := range []string{b.Name(), b.Hebrew()} {
			key, words := foldName(name)
			names = append(names, bookName{key, mashal.BookRange{First: b, Last: b}, words > 1})
		}
	}
	return names
})

// minPrefix is the number of letters from which a prefix of a full name is
// accepted.
const minPrefix = 4

// findBooks returns the book or group with the given name. The name is a known
// name or an unambiguous prefix of a book's full name. Several words that spell
// a name of one word, such as "Gen Es", are rejected.
func findBooks(name string) (mashal.BookRange, bool) {
	key, words := foldName(name)
	if s, ok := knownNames()[key]; ok && (words == 1 || s.spaced) {
		return s.books, true
	}
	// foldName leaves the ordinal in "IKings" and "IISam", because other names
	// begin with I.
	if rest := strings.TrimLeft(key, "i"); words == 1 && len(rest) < len(key) && len(key)-len(rest) <= 2 {
		if s, ok := knownNames()[fmt.Sprintf("%d %s", len(key)-len(rest), rest)]; ok {
			return s.books, true
		}
	}
	if utf8.RuneCountInString(key) < minPrefix {
		return mashal.BookRange{}, false
	}
	var found mashal.BookRange
	for _, n := range fullNames() {
		if !strings.HasPrefix(n.key, key) || words > 1 && !n.spaced {
			continue
		}
		if found.First != 0 && found != n.books {
			return mashal.BookRange{}, false
		}
		found = n.books
	}
	return found, found.First != 0
}
