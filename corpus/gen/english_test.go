package main

import (
	"strings"
	"testing"

	"mashal"
)

func TestEnglishText(t *testing.T) {
	tests := []struct{ name, osis, title, text string }{
		{"words lose their tags", `<w lemma="strong:H7225">In</w> the <w lemma="strong:H7225">beginning</w>, God`, "", "In the beginning, God"},
		{"lines become spaces", `<l level="1"/>Yahweh, how!<l eID="1"/><l level="2"/>Many <l eID="2"/>`, "", "Yahweh, how! Many"},
		{"a note is replaced by a space", `the Lord,<note placement="foot"><reference>3:19 </reference>Adonai</note><w>is</w>`, "", "the Lord, is"},
		{"no space between a note and punctuation", `in God<note>x</note>.” <note>y</note>`, "", "in God.”"},
		{"no space between an opening quote and a note", `“<note>x</note>Lift`, "", "“Lift"},
		{"the title of a psalm is separate", `<title canonical="true" type="psalm">A Psalm by David.</title> <l/>Yahweh`, "A Psalm by David.", "Yahweh"},
		{"the name of a stanza is dropped", `<title canonical="true" type="psalm">ALEPH</title> <l/>Blessed`, "", "Blessed"},
		{"headings are dropped", `<title>BOOK 1</title> Blessed`, "", "Blessed"},
		{"speakers are dropped", `<speaker>Beloved</speaker> Let him`, "", "Let him"},
		{"Selah is kept", `holy hill.<l eID="1"/> <l type="selah"/>Selah.<l eID="2"/>`, "", "holy hill. Selah."},
		{"a list that ends elsewhere", `<list> <item>Of the sons</item>`, "", "Of the sons"},
		{"a list that began elsewhere", `Of the sons</item> </list>`, "", "Of the sons"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := englishText(tt.osis)
			if err != nil {
				t.Fatal(err)
			}
			if v.title != tt.title || v.text != tt.text {
				t.Errorf("title %q, text %q; want %q, %q", v.title, v.text, tt.title, tt.text)
			}
		})
	}
	if _, err := englishText("<unheard>of</unheard>"); err == nil {
		t.Error("unknown markup gives no error")
	}
}

func TestTagsStandAtTheirWords(t *testing.T) {
	v, err := englishText(`Let <w lemma="strong:H0216">light</w><note>x</note><w lemma="strong:H1961">be</w>`)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.tags) != 2 || v.tags[strings.Index(v.text, "light")] != "0216" || v.tags[strings.Index(v.text, "be")] != "1961" {
		t.Errorf("%q has the tags %v", v.text, v.tags)
	}
}

func TestEnglishVerses(t *testing.T) {
	const imp = "$$$[ Testament 1 Heading ]\n<milestone/>\n$$$I Kings 0:0\nheading\n$$$I Kings 1:1\nNow\n$$$Song of Solomon 1:1\nThe Song\n$$$Tobit 1:1\nThe book\n"
	verses, err := englishVerses(strings.NewReader(imp))
	if err != nil {
		t.Fatal(err)
	}
	if len(verses) != 2 {
		t.Fatalf("%d verses, want 2: %v", len(verses), verses)
	}
	for s, want := range map[string]string{"1Kgs.1.1": "Now", "Song.1.1": "The Song"} {
		ref, err := osisRef(s)
		if err != nil {
			t.Fatal(err)
		}
		if verses[ref] == nil || verses[ref].text != want {
			t.Errorf("%s is %v, want %q", s, verses[ref], want)
		}
	}
}

func TestEnglishWords(t *testing.T) {
	for english, want := range map[string]string{
		"“I will.” He didn’t,":    "I|will|He|didn’t",
		"Yahweh’s twenty-one—and": "Yahweh’s|twenty-one|and",
		"the sons’ ‘wives’ -":     "the|sons|wives",
		"":                        "",
	} {
		var words []string
		for _, g := range englishWords(english) {
			words = append(words, english[g.Start:g.End])
		}
		if got := strings.Join(words, "|"); got != want {
			t.Errorf("the words of %q are %s, want %s", english, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	for _, forms := range []string{"king kings king’s", "walk walked walking walks", "city cities", "love loved loves", "run running runs"} {
		words := strings.Fields(forms)
		for _, w := range words {
			if stem(w) != stem(words[0]) {
				t.Errorf("the stem of %s is %s, but that of %s is %s", w, stem(w), words[0], stem(words[0]))
			}
		}
	}
}

func TestMorphemes(t *testing.T) {
	tests := []struct{ lemma, morph, want string }{
		{"b/7225", "HR/Ncfsa", "b 7225"},
		{"1121 a", "HNcmpc", "1121 a construct"},
		{"c/559", "HC/Vqw3ms", "c 559 V3ms"},
		{"1285", "HNcfsc/Sp1cs", "1285 Sp1cs"},
		{"b/776", "HRd/Ncbsa", "b 776 d"},
		{"5162", "AVpp3ms", "5162 V3ms"},
		{"7462 a", "HVqrmsa", "7462 a"},
	}
	for _, tt := range tests {
		got := strings.Join(morphemes(&mashal.Word{Lemma: tt.lemma, Morph: tt.morph}), " ")
		if got != tt.want {
			t.Errorf("morphemes of %s %s are %q, want %q", tt.lemma, tt.morph, got, tt.want)
		}
	}
}
