package reference

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mashal"
	"mashal/nearest"
)

// groupNames are the names of groups of books besides Name.
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

// Names of the books in two parts, without "1" and "2", or א and ב.
var (
	samuel     = []string{"Sam", "Sa", "Sm", "Shmuel", "Shemuel", "שמואל", "שמו", "שמ", "ש"}
	kings      = []string{"Kgs", "Kin", "Ki", "Kg", "Kngs", "Melakhim", "Melachim", "מלכים", "מלכ", "מל", "מ"}
	chronicles = []string{"Chr", "Chron", "Chro", "Ch", "Divrei Hayamim", "Divre Hayamim", "Paralipomena", "דברי הימים", "דבהי", "דבה", "דהי", "דה"}
)

// otherNames are the names of books besides OSIS, Name and Hebrew: the
// abbreviations of SBL, Chicago and common Bible software, Hebrew names in
// Latin letters, and Hebrew abbreviations.
var otherNames = map[mashal.Book][]string{
	1:  {"Ge", "Gn", "Bereshit", "Bereishit", "בר", "ברא"},
	2:  {"Ex", "Exo", "Shemot", "Shmot", "שמ"},
	3:  {"Le", "Lv", "Levit", "Vayikra", "Wayyiqra", "ויק", "וי"},
	4:  {"Nu", "Nm", "Nb", "Bamidbar", "Bemidbar", "במד", "במ"},
	5:  {"Dt", "De", "Deu", "Devarim", "Dvarim", "דב", "דבר"},
	6:  {"Jos", "Jsh", "Yehoshua", "יהו", "יהוש"},
	7:  {"Jdg", "Jgs", "Jg", "Jdgs", "Shofetim", "Shoftim", "שפטים", "שופ", "שפ"},
	12: {"Is", "Yeshayahu", "Yeshaya", "ישעיה", "ישע", "יש"},
	13: {"Je", "Jr", "Yirmeyahu", "Yirmiyahu", "ירמיה", "ירמ", "יר"},
	14: {"Eze", "Ezk", "Yehezkel", "Yechezkel", "Yehezqel", "יחז", "יח"},
	15: {"Ho", "Hoshea", "הוש", "הו"},
	16: {"Jl", "Joe", "Yoel", "יוא"},
	17: {"Am", "עמו", "עמ"},
	18: {"Ob", "Oba", "Obd", "Ovadiah", "Ovadyah", "עבדיה", "עוב"},
	19: {"Jon", "Jnh", "Yonah", "יונ"},
	20: {"Mi", "Mc", "Micha", "Mikhah", "מיכ", "מי"},
	21: {"Na", "Nachum", "נח"},
	22: {"Hb", "Habakuk", "Havakuk", "חב"},
	23: {"Zep", "Zp", "Zephania", "Tzefaniah", "Zefaniah", "צפ"},
	24: {"Hg", "Chaggai", "Hagai", "חג"},
	25: {"Zec", "Zc", "Zekhariah", "Zekharyah", "זכר", "זכ"},
	26: {"Ml", "Malakhi", "מלאכ"},
	27: {"Psalm", "Pss", "Psa", "Psm", "Pslm", "Tehillim", "Tehilim", "תהילים", "תהל", "תה"},
	28: {"Pr", "Pro", "Prv", "Mishlei", "Mishle", "משל", "מש"},
	29: {"Jb", "Iyov", "Iyyov", "איו", "אי"},
	30: {"Song of Solomon", "Canticles", "Canticle of Canticles", "Canticle", "Cant", "Ct", "Songs", "Song of Song", "Sg", "SS", "SoS", "So", "Shir Hashirim", "שהש", "שיהש", "שיר"},
	31: {"Ru", "Rt", "Rth", "רו"},
	32: {"La", "Lm", "Eikhah", "Eicha", "Ekhah", "איכ"},
	33: {"Qohelet", "Qoheleth", "Kohelet", "Koheleth", "Qoh", "Qo", "Koh", "Eccles", "Ecc", "Ec", "קהל", "קה"},
	34: {"Est", "Es", "Ester", "אסת", "אס"},
	35: {"Da", "Dn", "דנ"},
	36: {"Ezr", "Esra", "עזר", "עז"},
	37: {"Ne", "Nechemiah", "Nechemyah", "נחמ"},
}

// A namedSpan is one name, folded, with what it stands for.
type namedSpan struct {
	key  string
	span mashal.BookRange
	long bool // the name is of several words, so a space in it parts nothing
}

// spans has every known name, by its folded form.
var spans = func() map[string]namedSpan {
	m := map[string]namedSpan{}
	add := func(name string, s mashal.BookRange) {
		key, words := foldName(name)
		if known, ok := m[key]; ok {
			known.long = known.long || words > 1
			m[key] = known
			return
		}
		m[key] = namedSpan{key, s, words > 1}
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
}()

// fullNames are the names in full, in canonical order, from which a beginning
// is completed and a slip is corrected.
var fullNames = func() []namedSpan {
	var names []namedSpan
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for _, name := range []string{b.Name(), b.Hebrew()} {
			key, words := foldName(name)
			names = append(names, namedSpan{key, mashal.BookRange{First: b, Last: b}, words > 1})
		}
	}
	return names
}()

// shortestBeginning is how many letters of a name must be there for the rest
// to be understood.
const shortestBeginning = 4

// findSpan gives what a name stands for: a known name, or the beginning of one
// book's full name. Words that together happen to spell a name, such as "Gen
// Es", are none.
func findSpan(name string) (mashal.BookRange, bool) {
	key, words := foldName(name)
	if s, ok := spans[key]; ok && (words == 1 || s.long) {
		return s.span, true
	}
	// "IKings" and "IISam", which foldName cannot tell from a name in I.
	if rest := strings.TrimLeft(key, "i"); words == 1 && len(rest) < len(key) && len(key)-len(rest) <= 2 {
		if s, ok := spans[fmt.Sprintf("%d %s", len(key)-len(rest), rest)]; ok {
			return s.span, true
		}
	}
	if utf8.RuneCountInString(key) < shortestBeginning {
		return mashal.BookRange{}, false
	}
	var found mashal.BookRange
	for _, n := range fullNames {
		if !strings.HasPrefix(n.key, key) || words > 1 && !n.long {
			continue
		}
		if found.First != 0 && found != n.span {
			return mashal.BookRange{}, false
		}
		found = n.span
	}
	return found, found.First != 0
}

// ParseBook finds the book that goes by a name: in English, Hebrew (pointed or
// not), as an OSIS code or a common abbreviation, in any case and spacing. The
// error is of code Usage and suggests the nearest names.
func ParseBook(name string) (mashal.Book, error) {
	fail := func(err error, hint string, nearest ...string) (mashal.Book, error) {
		return 0, &mashal.Error{Code: mashal.Usage, Op: "read the book " + quote(name), Err: err, Hint: hint, Nearest: nearest}
	}
	if err := checkInput(name); err != nil {
		return fail(err, howToNameBooks)
	}
	if key, _ := foldName(name); key == "" {
		return fail(errors.New("it is empty"), howToNameBooks)
	}
	span, ok := findSpan(name)
	if !ok {
		near := nearestBooks(name)
		var single []string
		for _, n := range near {
			if s, ok := findSpan(n); ok && s.IsBook() {
				single = append(single, n)
			}
		}
		return fail(errors.New("there is no such book in the Hebrew Bible"), suggest(near), single...)
	}
	if !span.IsBook() {
		var of []string
		if span.Last-span.First < mostNearest {
			for b := span.First; b <= span.Last; b++ {
				of = append(of, b.Name())
			}
		}
		return fail(fmt.Errorf("it is the name of several books, %s to %s", span.First, span.Last), "Name one of them.", of...)
	}
	return span.First, nil
}

const howToNameBooks = "Name a book as in Ezekiel, Ezek, 1 Kings or יחזקאל, or a part of the Bible such as Torah, the Twelve or all."

// CompleteBook lists the names of books and of groups that begin as prefix
// does, in canonical order with groups last: Hebrew names for a prefix in
// Hebrew, else English ones. It serves shell completion.
func CompleteBook(prefix string) []string {
	key, _ := foldName(prefix)
	begins := func(name string) bool {
		folded, _ := foldName(name)
		return strings.HasPrefix(folded, key) || strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
	}
	hebrew := strings.ContainsFunc(key, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) })
	var names []string
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		name := b.Name()
		if hebrew {
			name = b.Hebrew()
		}
		if begins(name) || begins(b.OSIS()) {
			names = append(names, name)
		}
	}
	for _, g := range mashal.BookGroups {
		if !g.Divided && !hebrew && begins(g.Name) {
			names = append(names, g.Name)
		}
	}
	return names
}

// mostNearest is how many names are offered in place of one at most.
const mostNearest = 4

// nearestBooks is the books and groups whose names are nearest to a name; none
// if no name is near, or so many that none of them is likely.
func nearestBooks(name string) []string {
	var known, shown []string
	consider := func(name, as string) {
		folded, _ := foldName(name)
		known, shown = append(known, folded), append(shown, as)
	}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		consider(b.Name(), b.Name())
		consider(b.Hebrew(), b.Hebrew())
		for _, other := range otherNames[b] {
			if utf8.RuneCountInString(other) >= shortestBeginning {
				consider(other, b.Name())
			}
		}
	}
	for _, g := range mashal.BookGroups {
		consider(g.Name, g.Name)
	}
	key, _ := foldName(name)
	var names []string
	for _, i := range nearest.Indexes(key, known) {
		if !slices.Contains(names, shown[i]) {
			names = append(names, shown[i])
		}
	}
	if len(names) > mostNearest {
		return nil
	}
	return names
}

// suggest is a hint that names what is nearest, or says how to name a book.
func suggest(nearest []string) string {
	switch n := len(nearest); n {
	case 0:
		return howToNameBooks
	case 1:
		return "Did you mean " + nearest[0] + "?"
	default:
		return "Did you mean " + strings.Join(nearest[:n-1], ", ") + " or " + nearest[n-1] + "?"
	}
}
