package reference_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/reference"
)

func TestParseBook(t *testing.T) {
	for book, names := range map[string]string{
		"Gen":   "Genesis|genesis|GENESIS|Gen|Gen.|Gn|Ge|Bereshit|Genes|בראשית|בְּרֵאשִׁית|בר׳",
		"Exod":  "Exodus|Ex|Exo|Exod.|Shemot|שמות|שמ׳",
		"Deut":  "Deuteronomy|Dt|Deut|Devarim|דברים|the Book of Deuteronomy",
		"Josh":  "Joshua|Jos|Josh|יהושע",
		"Judg":  "Judges|Jgs|Judg|Jdg|שופטים|שפטים",
		"1Sam":  "1 Samuel|1Samuel|I Samuel|First Samuel|1st Samuel|1 Sam|1Sam|1 Sm|I Sam.|ISam|The First Book of Samuel|שמואל א|שמואל א׳|ש״א|שמ״א|ספר שמואל א",
		"2Sam":  "2 Samuel|II Samuel|IISam|Second Samuel|2nd Sam|שמואל ב|ש״ב",
		"1Kgs":  "1 Kings|I Kings|IKings|1Kgs|1 Kgs.|First Kings|1 Ki|מלכים א|מל״א|מ״א|first book of the kings",
		"2Kgs":  "2 Kings|II Kgs|2Kgs|מלכים ב",
		"Isa":   "Isaiah|Isa|Is|Is.|ישעיהו|ישעיה|ישע׳",
		"Jer":   "Jeremiah|Jer|ירמיהו|ירמיה",
		"Ezek":  "Ezekiel|Ezek|Ezk|Eze|Yeḥezqel|יחזקאל|יח׳|סֵפֶר יְחֶזְקֵאל",
		"Obad":  "Obadiah|Ob|Obad|עובדיה|עבדיה",
		"Hab":   "Habakkuk|Hab|חבקוק|Habak",
		"Ps":    "Psalms|Psalm|Ps|Pss|Psa|Tehillim|תהלים|תהילים|תְּהִלִּים",
		"Job":   "Job|Jb|איוב|Iyyov",
		"Song":  "Song of Songs|Song of Solomon|song  of songs|SongOfSongs|Song-of-Songs|Canticles|Cant|Song|שיר השירים|שיר־השירים|שה״ש|Song of",
		"Lam":   "Lamentations|Lam|איכה",
		"Eccl":  "Ecclesiastes|Qohelet|Qoheleth|Qōhelet|Qoh|Eccl|Kohelet|קהלת|קֹהֶלֶת",
		"Esth":  "Esther|Esth|Est|אסתר",
		"Ezra":  "Ezra|Ezr|עזרא",
		"2Chr":  "2 Chronicles|II Chron|2Chr|2 Chr.|Second Chronicles|דברי הימים ב|דה״ב|דבה״י ב|דִּבְרֵי הַיָּמִים ב",
		"Dan":   "Daniel|Dan|Dn|דניאל|דָנִיֵּאל|דניאל\u200F",
		"Zeph":  "Zephaniah|Zeph|Zep|צפניה|צף",
		"Nah":   "Nahum|Nah|נחום|נַח\u05BCוּם|\uFB40חום",
		"1Chr":  "1 Chronicles|1 Chronic",
		"Ruth":  "Ruth|Ru|רות",
		"Hos":   "Hosea|Hos|Ho|הושע",
		"Zech":  "Zechariah|Zech|זכריה",
		"Jonah": "Jonah|Jon|יונה",
	} {
		for name := range strings.SplitSeq(names, "|") {
			b, err := reference.ParseBook(name)
			if err != nil || b.OSIS() != book {
				t.Errorf("%q: got %s, error %v, want %s", name, b, err, book)
			}
		}
	}
}

// TestParseBookKnowsOwnNames checks that each book's own names give that book and
// no other one.
func TestParseBookKnowsOwnNames(t *testing.T) {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for _, name := range []string{b.OSIS(), b.Name(), b.Hebrew(), strings.ToUpper(b.Name()), strings.ReplaceAll(b.Name(), " ", "")} {
			if got, err := reference.ParseBook(name); got != b {
				t.Errorf("%q: got %s, error %v, want %s", name, got, err, b)
			}
		}
	}
}

func TestParseBookRefuses(t *testing.T) {
	for name, hint := range map[string]string{
		"":                       "Name a book as in",
		"Ezekial":                "Did you mean Ezekiel?",
		"Jeramiah":               "Did you mean Jeremiah?",
		"1 Kigns":                "Did you mean 1 Kings?",
		"Lamantations":           "Did you mean Lamentations?",
		"Qohelte":                "Did you mean Ecclesiastes?",
		"Samuel":                 "Name one of them.",
		"Torah":                  "Name one of them.",
		"Matthew":                "Name a book as in",
		"Gen Es":                 "",
		"3 Kings":                "",
		"Ezekiel 1":              "",
		"\xff":                   "Name a book as in",
		strings.Repeat("שמ", 99): "Name a book as in",
	} {
		b, err := reference.ParseBook(name)
		var e *mashal.Error
		if !errors.As(err, &e) || e.Code != mashal.Usage || !strings.Contains(e.Hint, hint) || b != 0 {
			t.Errorf("%q: got %s, error %v, hint %q, want a usage error with the hint %q", name, b, err, e.Hint, hint)
		}
	}
}

func TestParseBookOffers(t *testing.T) {
	for name, want := range map[string][]string{
		"Ezekial": {"Ezekiel"}, "Qohelte": {"Ecclesiastes"}, "יחזקעל": {"יחזקאל"}, "Zechaniah": {"Zephaniah", "Zechariah"},
		"Kings": {"1 Kings", "2 Kings"}, "Torah": nil, "Matthew": nil, "": nil,
	} {
		_, err := reference.ParseBook(name)
		var e *mashal.Error
		if !errors.As(err, &e) || !slices.Equal(e.Nearest, want) {
			t.Errorf("%q: error %v suggests %q, want %q", name, err, e.Nearest, want)
		}
	}
}

func TestCompleteBook(t *testing.T) {
	for prefix, want := range map[string][]string{
		"Ez":    {"Ezekiel", "Ezra"},
		"eze":   {"Ezekiel"},
		"1 k":   {"1 Kings"},
		"1K":    {"1 Kings"},
		"II":    nil,
		"Song ": {"Song of Songs"},
		"nev":   {"Nevi'im"},
		"t":     {"Torah", "the Twelve"},
		"the t": {"Torah", "the Twelve"},
		"יו":    {"יואל", "יונה"},
		"יְח":   {"יחזקאל"},
		"xyz":   nil,
	} {
		if got := reference.CompleteBook(prefix); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", prefix, got, want)
		}
	}
	all := reference.CompleteBook("")
	if len(all) != mashal.Books+8 {
		t.Errorf("the empty prefix completes to %d names: %q", len(all), all)
	}
	for _, name := range all {
		if _, err := reference.ParseSelection([]string{name}); err != nil {
			t.Errorf("completion %s does not parse: %v", name, err)
		}
	}
}
