package lexicon_test

import (
	"strings"
	"testing"
	"unicode"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// TestFullSpelling types every lemma of the text as modern Hebrew spells it
// without points, after the rules of the Academy of the Hebrew Language, and
// counts the lemmas that are found and the words that are found besides.
func TestFullSpelling(t *testing.T) {
	type form struct {
		letters, full string
	}
	l := textLexicon()
	var forms []string // by word: letters
	best := make([]map[string]int, l.NumLemmas())
	shape := map[string]form{} // by pointed form
	n := 0
	for ch := range text().Chapters() {
		for i := range ch.Verses {
			for w := range ch.Verses[i].Words {
				word := &ch.Verses[i].Words[w]
				id := l.LemmaOf(n)
				n++
				forms = append(forms, hebrew.Letters(word.Text))
				if strings.Contains(word.Lemma, "/") || strings.Count(word.Segments, "/") > 0 || !isNameOrNoun(word) {
					continue
				}
				if best[id] == nil {
					best[id] = map[string]int{}
				}
				pointed := hebrew.NoAccents(word.Text)
				best[id][pointed]++
				if _, ok := shape[pointed]; !ok {
					shape[pointed] = form{letters: hebrew.Letters(word.Text), full: fullSpelling(pointed)}
				}
			}
		}
	}
	lemmas, fuller, foundBefore, found, hits, wrong := 0, 0, 0, 0, 0, 0
	var missed []string
	for id, counts := range best {
		pointed, most := "", 0
		for p, c := range counts {
			if c > most || c == most && p < pointed {
				pointed, most = p, c
			}
		}
		if most == 0 {
			continue
		}
		f := shape[pointed]
		lemmas++
		if f.full == f.letters {
			continue
		}
		fuller++
		if !l.PhraseStarts([]string{f.full}, true).Empty() {
			foundBefore++ // something is spelt so
		}
		number := baseNumber(l.Lemma(lexicon.LemmaID(id)).Strong)
		has := false
		for w := range l.PhraseStarts([]string{f.full}, false).All() {
			hits++
			same := baseNumber(l.Lemma(l.LemmaOf(w)).Strong) == number
			has = has || same
			if !same && forms[w] != f.letters && forms[w] != f.full && !strings.HasSuffix(forms[w], f.letters) && !strings.HasSuffix(forms[w], f.full) {
				wrong++
			}
		}
		if has {
			found++
		} else {
			missed = append(missed, pointed+" "+f.full)
		}
	}
	t.Logf("%d lemmas; the full spelling of %d is fuller than the text's: of them, %d are spelt so somewhere, %d are found (%.1f %%); of %d words found, %d (%.1f %%) are of other lemmas in other letters",
		lemmas, fuller, foundBefore, found, 100*float64(found)/float64(fuller), hits, wrong, 100*float64(wrong)/float64(hits))
	t.Logf("not found: %s", strings.Join(missed[:min(len(missed), 60)], ", "))
	if 100*found < 99*fuller || 100*wrong > 2*hits {
		t.Errorf("found %d of %d, %d of %d words are wrong", found, fuller, wrong, hits)
	}
}

func isNameOrNoun(w *mashal.Word) bool {
	return len(w.Morph) > 1 && strings.IndexByte("NVA", w.Morph[1]) >= 0
}

// baseNumber returns a Strong's number without its letters.
func baseNumber(strong string) string {
	return strings.TrimRightFunc(strong, func(r rune) bool { return !unicode.IsDigit(r) })
}

// fullSpelling returns the letters of a pointed word in modern full spelling.
func fullSpelling(pointed string) string {
	type letter struct {
		r     rune
		marks string
	}
	var letters []letter
	for _, r := range pointed {
		if r >= 'א' && r <= 'ת' {
			letters = append(letters, letter{r: r})
		} else if len(letters) > 0 {
			letters[len(letters)-1].marks += string(r)
		}
	}
	const vowels = "ְֱֲֳִֵֶַָֹֺֻ"
	at := func(i int) letter {
		if i < 0 || i >= len(letters) {
			return letter{}
		}
		return letters[i]
	}
	vowel := func(i int) bool { return strings.ContainsAny(at(i).marks, vowels) }
	mater := func(i int) bool {
		l := at(i)
		switch {
		case i <= 0 || i >= len(letters):
			return false
		case l.r == 'ו':
			return !vowel(i-1) && (strings.Contains(l.marks, "ֹ") || strings.Contains(l.marks, "ּ") && !vowel(i))
		case l.r == 'י':
			return !vowel(i) && !strings.Contains(l.marks, "ּ") && strings.ContainsAny(at(i-1).marks, "ִֵֶ")
		}
		return false
	}
	var b strings.Builder
	for i, l := range letters {
		b.WriteRune(l.r)
		if mater(i) {
			continue
		}
		inner := i > 0 && i+1 < len(letters)
		next := at(i + 1)
		switch {
		case l.r == 'ו' && inner && !mater(i+1) && !strings.ContainsAny(l.marks, "ֹֻ"):
			b.WriteRune('ו')
		case l.r == 'י' && inner && !mater(i+1) && !mater(i-1) && vowel(i) && !strings.ContainsAny(l.marks, "ְ") && len(letters) > 3:
			b.WriteRune('י')
		}
		silent := next.r == 'א' && !vowel(i+1) || next.r == 'ה' && i+2 == len(letters)
		switch {
		case strings.ContainsAny(l.marks, "ֹֺ") && i+1 < len(letters) && !silent, strings.Contains(l.marks, "ֻ"):
			b.WriteRune('ו')
		case strings.Contains(l.marks, "ִ") && vowel(i+1) && !strings.Contains(next.marks, "ְ") && l.r != 'י' && next.r != 'י' && !mater(i+1):
			b.WriteRune('י')
		}
	}
	return b.String()
}

func TestSpellings(t *testing.T) {
	count := func(typed string) int {
		words := lexicon.HebrewWords(lexicon.TypedHebrew(typed))
		if len(words) != 1 {
			t.Fatalf("%q has the words %q", typed, words)
		}
		return textLexicon().PhraseStarts(words, false).Count()
	}
	for _, test := range []struct {
		typed, same string // what finds the same words; "" for nothing
		least       int
	}{
		{"אלוהים", "אֱלֹהִ֑ים", 1100},
		{"אלוקים", "אלקים", 1100},
		{"אלהימ", "אלהים", 1100},
		{"והאלוהים", "והאלהים", 5},
		{"כוהן", "", 400},
		{"גיבור", "גִּבּוֹר", 60},
		{"אוהל", "", 230},
		{"ירושלים", "", 600},
		{"ירושליים", "", 600},
		{"אישה", "", 200},
		{"בוקר", "", 200},
		{"שופטים", "שׁוֹפְטִים", 15},
		{"חוכמה", "", 90},
		{"צוהריים", "צָהֳרַיִם", 20},
		{"ה׳", "יהוה", 6000},
		{"ה'", "יהוה", 6000},
		{"לה'", "ליהוה", 500},
		{"יי", "יהוה", 6000},
		{"צבקות", "צבקות", 280},
	} {
		got := count(test.typed)
		want := got
		if test.same != "" {
			want = count(test.same)
		}
		if got != want || got < test.least {
			t.Errorf("%s: %d words, %s %d, want %d or more", test.typed, got, test.same, want, test.least)
		}
	}
	for typed, most := range map[string]int{ // false friends
		"איש": 1700, "אש": 400, "בין": 450, "קל": 260, "בת": 260, "אות": 90, "שיר": 120,
	} {
		if got := count(typed); got > most || got == 0 {
			t.Errorf("%s: %d words, want at most %d", typed, got, most)
		}
	}
	if got := count("הוצא"); got == 0 { // the ketiv of Genesis 8:17
		t.Error("the ketiv הוצא is not found")
	}
	if l := textLexicon(); !l.VersesWith(l.PhraseStarts([]string{"הוצא"}, false), 1).Has(mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 8}, Verse: 17}.Ordinal()) {
		t.Error("the ketiv of Genesis 8:17 is not found there")
	}
}

func TestEnglishVerses(t *testing.T) {
	count := func(words ...string) int { return textLexicon().EnglishVerses(words, false).Count() }
	psalm23 := mashal.Ref{Chapter: mashal.Chapter{Book: 27, Number: 23}, Verse: 1}.Ordinal()
	for _, phrase := range []string{"the lord is my shepherd", "yahweh is my shepherd", "jehovah is my shepherd"} {
		if !textLexicon().EnglishVerses(strings.Fields(phrase), false).Has(psalm23) {
			t.Errorf("%q is not found in Psalm 23:1", phrase)
		}
	}
	if a, b := count("wolf"), count("wolves"); a != b || a == 0 {
		t.Errorf("wolf %d, wolves %d", a, b)
	}
	if a, b := count("ear"), count("ear*"); a == 0 || b < 5*a { // earth, early
		t.Errorf("ear %d, ear* %d", a, b)
	}
}
