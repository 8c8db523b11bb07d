package annotate_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mashal"
	"mashal/hebrew"
)

// A writer writes about a verse as models and scholars do: prose, labels and notes
// with quotations, transliterations, repetitions, references and every mark that occurs
// in them. All of it is sound, however odd it looks.
type writer struct {
	*rand.Rand
	verse *mashal.Verse
}

func pick[T any](w *writer, list []T) T { return list[w.IntN(len(list))] }

// one returns true once in n times.
func (w *writer) one(n int) bool { return w.IntN(n) == 0 }

// prose returns sentences.
func (w *writer) prose() string {
	var b strings.Builder
	for i := range 1 + w.IntN(4) {
		if i > 0 {
			b.WriteString(pick(w, []string{" ", " ", " ", " ", "  ", "\n", "\n\n", "\n- ", "\r\n", "\u2028", "\n\t• ", " — ", " / "}))
		}
		s := w.sentence()
		if w.one(12) {
			s = strings.ToLower(s)
		}
		b.WriteString(s)
		b.WriteString(pick(w, []string{".", ".", ".", ".", ".", "", "!", "?", "…", "...", ". . .", ";", ":", ",", "?!", ".)", ".”", ".’", ".'", "¹.", ".²", ".[3]", " —", "‑"}))
	}
	s := b.String()
	if w.one(40) {
		s = pick(w, []string{" ", "\n", "\u00a0", "\u200f"}) + s
	}
	if w.one(40) {
		s += pick(w, []string{" ", "\n", "  ", "\u200e"})
	}
	return s
}

// label returns a short text, such as a tag.
func (w *writer) label() string {
	switch w.IntN(6) {
	case 0:
		return w.slot()
	case 1:
		return w.slot() + pick(w, []string{" / ", "/", ", ", " – ", " → ", " = ", "; ", " and ", " vs. ", " + ", " ~ ", " > "}) + w.slot()
	case 2:
		return w.english(5)
	case 3:
		return w.english(3) + " (" + w.slot() + ")"
	case 4:
		return pick(w, []string{"", "", " ", "  ", "-", "“", "…", "(", "the ", "'", "*", "–"}) + w.english(4) + pick(w, []string{"", "", ".", " ", ",", ":", "…", ")", "?", "*", "”", "'"})
	}
	return w.repeated()
}

// sentence fills the slots of a sentence.
func (w *writer) sentence() string {
	s := pick(w, sentences)
	for strings.Contains(s, "@") {
		s = strings.Replace(s, "@", strings.ReplaceAll(w.slot(), "@", ""), 1)
	}
	return s
}

// sentences have @ for what is spoken of.
var sentences = []string{
	"The phrase @ (lit. @) is a well-known idiom", "Here @ stands for @", "@", "@ — @ — @", "cf. @; so also @ (v. 3), pace @",
	"In @ the verb @ is used of God, i.e. of @; see BDB s.v. @", "I considered @ but took it as literal: no simile, no metaphor, no hyperbole",
	"Either (a) @ or (b) @; (1) @, (2) @ and (3) @", "1) @ 2) @ 4) @", "The LXX has @, the MT @, and 4QIsa^c @", "As @ says, “@ (‘@’)”", "Read @ with the qere, not @",
	"@/@ is a word-pair, e.g., @ // @", "**@** is _not_ a *figure* of `@`", "God is called @: @ carries @ as a load", "@, @ and @ form a tricolon",
	"The root √@ (G-stem) → @ (D-stem) → @", "“@”, ‘@’, «@», „@“, ‹@›, '@', \"@\", `@' and ``@''", "(@) [@] {@} <@> ⟨@⟩ ⟦@⟧ ‹@", "@ ≈ @ ≠ @; @ < @ ≤ @",
	"See https://example.org/?q=@&v=3#n_1 and a.b at example", "The prophets’ words, the kings' and 'tis said ’twas so: @", "Note the ring of @ ... @ ... @", "If @ then @ else @; x = @^2 / 3%",
	"§ 119 h, † @, ‡ @, ¶ @, ※ @, ✓ @, № 7, 5′ 3″, ½ @, 3 × 4 = 12, ±2, 40°, €3, £5, $7, 50%, #@, &c.", "the ‘@ is unclosed", "(the bracket @ is unclosed", "a closing ) @ bracket ] too many”",
	"m. sg. abs. of @, n. f. with 3 m. s. suff., a v. in the Qal", "no space,after @,punctuation;here.and there(@)", "vers. 3 is like that. but @ is lower. so ends it", "Smith(2001:44)and McCarter,deVaux,LaSor @",
	"Sitz im Leben, pars pro toto, figura etymologica, constructio ad sensum, similitudo: @", "The first a b c of d e f: @", "ch. 3:4–5a.7b, 9ff., vv. 10-12; pp. 3–7, n. 5, ca. 587 B.C.E., 1,000,000 and 3.14: @",
	"| @ | @ |\n|---|---|\n| 1 | 2 |", "1. @\n2. @\n\n   - @", "Q: @?! A: @!!", "\\textit{@} and \\u05D0, C:\\temp\\@", "emoji 👍🏽 🕊️ @ 🦁", "hen\u00addia\u00addys with soft hyphens, zero\u200bwidth, no\u2060break, ﬁne ligatures: @",
}

// slot returns a word or a quotation of any kind.
func (w *writer) slot() string {
	switch w.IntN(14) {
	case 0, 1, 2:
		return w.quoted(w.english(8))
	case 3, 4:
		return w.quoted(w.hebrew(w.span()))
	case 5:
		return w.quoted(w.transliteration())
	case 6:
		return w.hebrew(w.span()) + pick(w, []string{" (", " [", " = ", "/", " – ", ", ", "-", "‑", "+", ": ", " ‘"}) + w.transliteration() + pick(w, []string{")", "]", "", " ‘" + w.english(2) + "’"})
	case 7:
		return w.repeated()
	case 8:
		return pick(w, foreignWords)
	case 9:
		return w.switched()
	case 10:
		return w.bracketed()
	case 11:
		return pick(w, references)
	case 12:
		return w.pseudo()
	}
	return w.english(12)
}

// quoted puts a text in quotation marks of some style, sometimes only at one end.
func (w *writer) quoted(s string) string {
	before, after, _ := strings.Cut(pick(w, quotationMarks), "@")
	return before + s + after
}

// quotationMarks have @ for what is quoted.
var quotationMarks = strings.Split("@ @ '@' ‘@’ “@” \"@\" «@» „@“ ‚@‘ ‹@› (@) [@] *@* _@_ **@** <i>@</i> `@` `@' ״@״ ⸢@⸣ “‘@’” '@ @” ‘@ ...@... …@… ⌜@ \u2067@\u2069 \u202b@\u202c &@& \\\"@\\\"", " ")

// english returns up to n successive words of the verse's English, or general words.
func (w *writer) english(n int) string {
	words := strings.Fields(w.verse.English)
	if len(words) == 0 || w.one(4) {
		words = scholarly
	}
	n = min(len(words), 1+w.IntN(n))
	at := w.IntN(len(words) - n + 1)
	return strings.Join(words[at:at+n], " ")
}

var scholarly = strings.Fields(`the divine anger is a consuming fire metaphor metonymy for judgement upon nations anthropomorphism of personified
	Zion as widow hendiadys merismus re-creation well-being covenant-loyalty steadfast-love semi-poetic Yahwistic deutero-Isaianic non-literal pre-exilic
	hyperbolically overstated dead lexicalised figure tenor vehicle ground LORD YHWH JHWH Lord's El-Shaddai Baal-zebub Maher-shalal-hash-baz Nebuchadrezzar oracles
	Masoretes' enjambement naïve façade Qoheleth Ben Sira's rôle coördinate cooperates understanding standing under plunder outstanding`)

// span returns some words of the verse: a few, or all.
func (w *writer) span() string {
	words := w.verse.Words
	if len(words) == 0 {
		return "אב"
	}
	if w.one(12) {
		return w.verse.Hebrew()
	}
	n := min(len(words), 1+w.IntN(6))
	at := w.IntN(len(words) - n + 1)
	var b strings.Builder
	for i, word := range words[at : at+n] {
		b.WriteString(word.Text)
		if i < n-1 {
			b.WriteString(word.After)
		}
	}
	return b.String()
}

// hebrew writes Hebrew in one of the forms in which it occurs.
func (w *writer) hebrew(s string) string {
	s = pick(w, hebrewForms)(s)
	switch w.IntN(16) {
	case 0:
		s = strings.NewReplacer("יהוה", pick(w, divineNames), "יְהוָ֖ה", pick(w, divineNames), "יְהוָה", pick(w, divineNames)).Replace(s)
	case 1:
		s = strings.ReplaceAll(s, "־", pick(w, []string{"-", " ", "–", "‑", " ־ "}))
	case 2:
		s = strings.Replace(s, " ", pick(w, []string{" ... ", " … ", "…", " & ", " [...] ", " (...) ", " / ", " | ", " ׀ ", "  ", " , ", "\n"}), 1)
	case 3:
		s += pick(w, []string{"׃", " ׃", "׃ פ", " ס", ":", "׃׃", "׆", "\u200f", "\u05c0", "¹", "ᵃ", "*", "?", "׳", "״"})
	case 4:
		for _, k := range w.verse.Ketiv {
			s = pick(w, []string{"[" + k.Text + "] (" + s + ")", k.Text + "/" + s, "(כ׳ " + k.Text + ", ק׳ " + s + ")", k.Text + "* " + s, "**" + k.Text})
		}
	case 5:
		s = pick(w, []string{"\u200f", "\u202b", "\u2067", "\ufeff", ""}) + s + pick(w, []string{"\u200e", "\u202c", "\u2069", "", "\u200d"})
	case 6:
		s = pick(w, []string{"ה־", "־", "ו", "ה׳ ", "ד׳ ", "ב", "…", "אדני ", pick(w, divineNames) + " ", "ָ ", "־ִים ", "◌ָ ", " ְ "}) + s
	case 7:
		if r := []rune(s); len(r) > 3 { // a letter or suffix in brackets inside the word
			at := 1 + w.IntN(len(r)-2)
			if unicode.IsLetter(r[at]) {
				s = string(r[:at]) + pick(w, []string{"(", "[", "⟨", "/", "+", "-"}) + string(r[at]) + pick(w, []string{")", "]", "⟩", "", "", ""}) + string(r[at+1:])
			}
		}
	}
	return s
}

var hebrewForms = []func(string) string{
	func(s string) string { return s }, hebrew.Canonical, hebrew.NoAccents, hebrew.NoPoints, hebrew.Letters,
	norm.NFC.String, norm.NFD.String, norm.NFKC.String, norm.NFKD.String,
	strings.NewReplacer("שׁ", "שׁ", "שׂ", "שׂ", "בּ", "בּ", "וֹ", "וֹ", "לֹא", "לֹא", "אַ", "אַ").Replace,
	func(s string) string { // the marks in another order
		r := []rune(s)
		for i := 1; i < len(r); i++ {
			if unicode.IsMark(r[i]) && unicode.IsMark(r[i-1]) && r[i] != r[i-1] && r[i] != 0x34f {
				r[i], r[i-1] = r[i-1], r[i]
				i++
			}
		}
		return string(r)
	},
	func(s string) string { return strings.ReplaceAll(s, "\u05bd", "\u034f\u05bd") },
	hebrew.TraditionalProse,
}

// divineNames have their points also on vav, and as they are read.
var divineNames = []string{
	"יְהֹוָה", "יְהוָה", "יְהוִה", "יֱהֹוִה", "יֱהֹוִֽה", "יְהֺוָה", "יְהוֺה", "יַהְוֶה", "יְהֶוֱה", "יהוֲה", "יהו\u05bcה", "ײ", "ה׳", "ה'", "יי", "יְיָ", "הַשֵּׁם", "אֲדֹנָי", "אֱלֹקִים", "יָהּ", "י־הוה", "י-ה-ו-ה", "𐤉𐤄𐤅𐤄", "ה\u0307׳",
}

// transliteration writes words of the verse in Latin letters, in one of many styles.
func (w *writer) transliteration() string {
	s := hebrew.Transliterate(hebrew.NoAccents(w.span()))
	if w.one(2) {
		s = academic(hebrew.NoAccents(w.span()))
	}
	switch w.IntN(14) {
	case 0:
		s = strings.NewReplacer("ʾ", "‘", "ʿ", "’", "ʼ", "’").Replace(s)
	case 1:
		s = strings.NewReplacer("ʾ", "'", "ʿ", "`", "ʼ", "'").Replace(s)
	case 2:
		s = strings.NewReplacer("ʾ", "ˀ", "ʿ", "ˤ").Replace(s)
	case 3:
		s = norm.NFD.String(s)
	case 4:
		s = strings.Map(func(r rune) rune {
			if unicode.IsMark(r) || r == 'ʾ' || r == 'ʿ' {
				return -1
			}
			return r
		}, norm.NFD.String(s))
	case 5:
		s = strings.NewReplacer("b", "β", "g", "γ", "d", "δ", "e", "ε", "t", "θ", "k", "χ").Replace(s)
	case 6:
		s = strings.ToUpper(s)
	case 7:
		s = strings.NewReplacer("e", "ᵉ", "a", "ᵃ", "ō", "ô", "h", "(h)").Replace(s)
	case 8: // Michigan-Claremont
		s = strings.NewReplacer("š", "$", "ṣ", "C", "ṭ", "+", "ʾ", ")", "ʿ", "(", "ś", "&", "ḥ", "X", "ə", ":", "ē", "\"", "ô", "OW").Replace(s)
	case 9: // a prefix, a part in brackets, a superscript
		s = pick(w, []string{"wa-", "wə-", "ha", "(ha)", "bə(h)", "[wa]", "u·", "l=", "ki"}) + s + pick(w, []string{"", "(m)", "-ka", "*", "²", "ᵃ", "(ī)m", "s", "'s", "’s"})
	case 10:
		s = strings.ReplaceAll(s, "a", "a"+pick(w, []string{"‘", "’", "'", "ʾ", "ʿ", "`", "ˈ", "."}))
	case 11: // emphasis on a syllable
		if r := []rune(s); len(r) > 4 {
			s = string(r[:2]) + strings.ToUpper(string(r[2:4])) + string(r[4:])
		}
	}
	return s
}

var academicLetters = strings.NewReplacer("א", "ʾ", "ב", "b", "ג", "g", "ד", "d", "ה", "h", "ו", "w", "ז", "z", "ח", "ḥ", "ט", "ṭ", "י", "y", "כ", "k", "ך", "k", "ל", "l", "מ", "m", "ם", "m", "נ", "n", "ן", "n",
	"ס", "s", "ע", "ʿ", "פ", "p", "ף", "p", "צ", "ṣ", "ץ", "ṣ", "ק", "q", "ר", "r", "שׁ", "š", "שׂ", "ś", "ש", "š", "ת", "t", "\u05b0", "ə", "\u05b1", "ĕ", "\u05b2", "ă", "\u05b3", "ŏ", "\u05b4", "i", "\u05b5", "ē",
	"\u05b6", "e", "\u05b7", "a", "\u05b8", "ā", "\u05b9", "ō", "\u05ba", "ō", "\u05bb", "u", "\u05bc", "", "\u05bd", "", "\u05bf", "̄", "־", "-", "׃", "", "\u05c7", "o")

// academic writes each letter and point by itself.
func academic(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x590 && r < 0x600 {
			return -1
		}
		return r
	}, academicLetters.Replace(s))
}

// repeated returns something that repeats a sound, a word or a phrase on purpose.
func (w *writer) repeated() string {
	x, sep := w.english(1), pick(w, []string{" ", ", ", " and ", "-", "—", "; ", "! ", " — ", ", yes, ", "/"})
	switch w.IntN(9) {
	case 0:
		return x + sep + x
	case 1:
		return x + sep + x + sep + x
	case 2:
		x = w.english(5)
		return x + sep + x + sep
	case 3:
		x = w.hebrew(w.span())
		if r := []rune(x); len(r) > 40 {
			x = string(r[:40])
		}
		return x + pick(w, []string{" ", "־", ", ", " ו", "׀ "}) + x
	case 4:
		return pick(w, []string{"un", "out", "be", "over", "a", "s", "re", "in"}) + x + " " + x + " " + pick(w, []string{"", x + "ing", x + "s", x})
	case 5:
		x = strings.TrimFunc(w.transliteration(), unicode.IsSpace)
		if i := strings.IndexAny(x, " -"); i > 0 {
			x = x[:i]
		}
		return x + pick(w, []string{" ", "-", "", " wə", " u"}) + x
	case 6:
		return pick(w, []string{
			"holy, holy, holy", "vanity of vanities", "day by day", "ṣaw lāṣāw ṣaw lāṣāw qaw lāqāw qaw lāqāw", "צַו לָצָו צַו לָצָו קַו לָקָו קַו לָקָו", "my God, my God", "comfort, comfort my people", "tohu wabohu",
			"רָחֹק רָחֹק", "חֲרַבְרֹת", "סְחַרְחַר", "פְּקַחְקוֹחַ", "יְפֵיפִיָּה", "Mene, mene, tekel, upharsin", "a man, a plan, a canal: Panama", "גַּלְגַּל", "galgal galgal", "blah blah blah blah blah blah blah blah", "ha ha ha ha ha ha ha", "…………………………", "------------------------", "=====  =====  =====",
			"rock and rock and rocks", "fall and call and come", "plunder under", "righteousness, unrighteousness, righteousness, and", "bar-bar-bar-barbarian", "Babylon is fallen, is fallen", "O Absalom, my son, my son Absalom! O Absalom, my son, my son!", "word for word for word",
		})
	case 7:
		return x + pick(w, []string{"ing ", "ed ", "s, "}) + x + "ing " + x
	}
	y := w.english(3)
	return x + " " + y + ", " + y + " " + x
}

var foreignWords = []string{
	"λόγος", "Ναβουχοδονοσορ", "ἐν ἀρχῇ ἦν ὁ λόγος", "ὁ ὤν", "in principio creavit Deus caelum et terram", "ܡܠܬܐ", "ܒܪܫܝܬ ܐܝܬܘܗܝ ܗܘܐ ܡܠܬܐ", "كَلْب", "šarru rabû", "ʿnt", "𒀭𒌓", "𐎁𐎓𐎍", "Gattungsgeschichte", "mise en abyme",
	"Lebensgefühl", "élan vital", "чаша", "神の言葉", "聖經כתוב", "ⲁⲛⲟⲕ", "ሰላም", "देव", "Vg. et spiritus Dei ferebatur super aquas", "ὡς αὐτός/הוא", "pneuma/πνεῦμα", "Tg. Ps.-J. מֵימְרָא", "κύριος-formula", "Ἰερουσαλήμ’s", "αʹ σʹ θʹ", "𝔊 𝔖 𝔙 𝔐", "SamP ࠉࠄࠅࠄ", "Ϲοφία",
}

var references = []string{
	"v. 3", "vv. 3–5", "3:4b", "Isa 40:1–2, 3a", "Ezek. 16:52", "Ps 23[22]:1", "8:23 (Heb. 9:1)", "H3068", "Strong’s H7307/G4151", "GKC §133l", "IBHS 14.5", "HALOT, 2:747", "1QIsaᵃ XXXIII, 4", "4Q175", "BHS app. crit. ad loc.", "(so NJPS)", "n. 12", "[1]", "¹²", "ibid., 33-34", "Gen. R. 1:1; b. Ber. 7a", "loc. cit.", "s.v. ‘rûaḥ’", "2 Chr 36:9 ~ 2 Kgs 24:8", "q.v.", "#4", "1st c. C.E.", "e.g.", "i.e.,", "viz.", "sc.", "et al.", "Cf.", "contra Smith (1999a, 12n3)",
}

// switched returns a word that begins and ends in different scripts.
func (w *writer) switched() string {
	h := hebrew.NoAccents(w.verse.Words[w.IntN(len(w.verse.Words))].Text)
	return pick(w, []string{
		"the " + h + "s", h + "'s", h + "’s", "ה-LORD", "ha-" + h, "pre-" + h, h + "-clause", "waw+" + h, "two כs", "the כ/ב-prefix", h + "=" + w.english(1), w.english(1) + h, h + w.english(1), "(" + h + ")s", "√" + h, h + "₁", h + "²", "x" + h, "י\"י", "√פקד-G", "ב+inf.", "כַּf",
	})
}

// bracketed returns a word with brackets or marks inside it.
func (w *writer) bracketed() string {
	x := []rune(strings.Trim(w.english(1), ".,;:!?\"'“”‘’()"))
	if len(x) < 4 {
		x = []rune("daughters")
	}
	at := 1 + w.IntN(len(x)-2)
	m := pick(w, [][2]string{{"(", ")"}, {"[", "]"}, {"<", ">"}, {"⟨", "⟩"}, {"/", ""}, {"'", ""}, {"’", ""}, {"‘", ""}, {"-", ""}, {"·", ""}, {"*", "*"}, {"_", ""}, {"\u00ad", ""}, {"(", ""}, {"", ")"}, {"ʾ", ""}, {"ʿ", ""}, {"\u200b", ""}, {"…", ""}, {".", "."}, {",", ""}, {"|", ""}})
	end := at + 1 + w.IntN(len(x)-at)
	return string(x[:at]) + m[0] + string(x[at:end]) + m[1] + string(x[end:])
}

// pseudo returns a word of random syllables, as an unknown name or transliteration is.
func (w *writer) pseudo() string {
	var b strings.Builder
	for range 1 + w.IntN(5) {
		b.WriteString(pick(w, strings.Fields("b d g h k l m n p q r s t v y z sh kh ts ʾ ʿ ḥ ṣ ṭ š ś ch ph th bh")))
		b.WriteString(pick(w, strings.Fields("a e i o u ā ē ī ō ū ə ĕ ă ŏ â ê î ô û ah eh ai ei")))
		b.WriteString(pick(w, []string{"", "", "l", "m", "n", "r", "s", "t", "k", "’", "‘"}))
	}
	s := b.String()
	if r := []rune(s); w.one(3) {
		s = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return fmt.Sprint(s, pick(w, []string{"", "", "-", "ite", "im", "s", "’s"}))
}
