package hebrew_test

import (
	"regexp"
	"strings"
	"testing"

	"mashal/corpus"
	"mashal/hebrew"
)

func TestTraditionalEnglish(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"in the day that Yahweh God made the earth", "in the day that the LORD God made the earth"},
		{"Yahweh said to Moses", "The LORD said to Moses"},
		{"He went. Yahweh said", "He went. The LORD said"},
		{"He said, “Go.” Yahweh heard.", "He said, “Go.” The LORD heard."},
		{"He said, “Yahweh lives.”", "He said, “The LORD lives.”"},
		{"says Yahweh.", "says the LORD."},
		{"the word of Yahweh’s prophet", "the word of the LORD’s prophet"},
		{"Yahweh’s voice is on the waters.", "The LORD’s voice is on the waters."},
		{"says the Lord Yahweh.", "says the Lord GOD."},
		{"the Lord Yahweh’s Spirit", "the Lord GOD’s Spirit"},
		{"Therefore the Lord, Yahweh of Armies, says", "Therefore the Lord, the LORD of Armies, says"},
		{"the Lord Yahweh of Armies", "the Lord GOD of Armies"},
		{"Yahweh of Armies is with us.", "The LORD of Armies is with us."},
		{"Praise Yah!", "Praise the LORD!"},
		{"for Yah, Yahweh, is my strength", "for the LORD GOD, is my strength"},
		{"I won’t see Yah, Yah in the land", "I won’t see the LORD, the LORD in the land"},
		{"that Yah God might dwell there", "that the LORD God might dwell there"},
		{"Heal me, O Yahweh, and I will be healed.", "Heal me, O LORD, and I will be healed."},
		{"To you, Yahweh, I lift up my soul.", "To you, LORD, I lift up my soul."},
		{"How long, Yahweh? Will you forget me", "How long, LORD? Will you forget me"},
		{"Arise, Yahweh! Save me, my God!", "Arise, LORD! Save me, my God!"},
		{"He said, “Hear, Yahweh, the voice of Judah.", "He said, “Hear, LORD, the voice of Judah."},
		{"Yahweh, how my adversaries have increased!", "LORD, how my adversaries have increased!"},
		{"Yahweh, the God of Israel, says", "The LORD, the God of Israel, says"},
		{"know that I, Yahweh, have spoken", "know that I, the LORD, have spoken"},
		{"the God of my father Isaac, Yahweh, who said", "the God of my father Isaac, the LORD, who said"},
		{"proclaimed, “Yahweh! Yahweh, a merciful God", "proclaimed, “The LORD! The LORD, a merciful God"},
		{"fearful name, YAHWEH your God,", "fearful name, THE LORD your God,"},
		{"called “Yahweh Will Provide”.", "called “The LORD Will Provide”."},
		{"Yahaz and Yahwehist", "Yahaz and Yahwehist"},
		{"God Almighty, the Lord, the Mighty One", "God Almighty, the Lord, the Mighty One"},
		{"", ""},
	} {
		m := hebrew.MapTraditionalEnglish(test.text)
		if got := hebrew.TraditionalEnglish(test.text); got != test.want || m.Text != got {
			t.Errorf("%s:\n got %s\n and %s\nwant %s", test.text, got, m.Text, test.want)
		}
		checkEnglish(t, test.text)
	}
}

// TestTraditionalEnglishMap finds words of the result by their offsets in the
// original.
func TestTraditionalEnglishMap(t *testing.T) {
	s := "says the Lord Yahweh, for Yah, Yahweh, is great"
	m := hebrew.MapTraditionalEnglish(s)
	for _, word := range []string{"says", "Lord", "for", "is", "great"} {
		at := strings.Index(s, word)
		if got := m.Text[m.Offset(at):m.Offset(at+len(word))]; got != word {
			t.Errorf("the original offset of %s maps to %q", word, got)
		}
	}
	at := strings.Index(s, "Yahweh")
	if got := m.Text[m.Offset(at):m.Offset(at+len("Yahweh"))]; got != "GOD" {
		t.Errorf("the original offset of Yahweh maps to %q, want GOD", got)
	}
}

var englishNames = regexp.MustCompile(`\b(Yah|Yahweh|YAHWEH)\b`)

// checkEnglish checks that TraditionalEnglish is idempotent on s, and that the
// offsets of its map are consistent.
func checkEnglish(t *testing.T, s string) {
	t.Helper()
	m := hebrew.MapTraditionalEnglish(s)
	if again := hebrew.TraditionalEnglish(m.Text); again != m.Text {
		t.Errorf("%q becomes %q, which becomes %q", s, m.Text, again)
	}
	for i, before := 0, 0; i <= len(m.Text); i++ {
		at := m.Source(i)
		if at < before || at > len(s) || at < len(s) && m.Offset(at) > i {
			t.Errorf("%q: byte %d has the source %d, which has the offset %d", m.Text, i, at, m.Offset(at))
		}
		before = at
	}
}

func TestTraditionalEnglishOfTheBible(t *testing.T) {
	c, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	changed, doubled := 0, regexp.MustCompile(`\b(?:[Tt]he|[Aa]n?|O|Lord) [Tt]he LORD\b`)
	for ch := range c.Chapters() {
		for _, v := range ch.Verses {
			checkEnglish(t, v.English)
			got := hebrew.TraditionalEnglish(v.English)
			if englishNames.MatchString(got) || doubled.MatchString(got) {
				t.Errorf("%s: a name is left or an article is doubled: %s", v.Ref, got)
			}
			if got != v.English {
				changed++
			}
			if has := englishNames.MatchString(v.English); has != (got != v.English) {
				t.Errorf("%s: %s becomes %s: has a name %v, is changed %v", v.Ref, v.English, got, has, got != v.English)
			}
		}
	}
	if changed < 5000 {
		t.Errorf("only %d verses are changed, want 5000", changed)
	}
}

func FuzzTraditionalEnglish(f *testing.F) {
	f.Add("for Yah, Yahweh, is my strength, O Yahweh")
	f.Add("“Yahweh! Lord Yahweh’s YAHWEH")
	f.Add("Lord LORD, Yahweh\xff, I, Yahweh, the God")
	f.Fuzz(checkEnglish)
}
