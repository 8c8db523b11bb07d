package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"strings"
	"testing"

	"mashal/hebrew"
)

// swordModuleOf returns a module of one block with the given entries.
func swordModuleOf(t *testing.T, keys, texts []string) *swordDictionary {
	t.Helper()
	place := func(index []byte, from, size int) []byte {
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(index, uint32(from)), uint32(size))
	}
	block := binary.LittleEndian.AppendUint32(nil, uint32(len(texts)))
	at := 4 + 8*len(texts)
	for _, text := range texts {
		block = place(block, at, len(text)+1)
		at += len(text) + 1
	}
	for _, text := range texts {
		block = append(append(block, text...), 0)
	}
	var compressed bytes.Buffer
	w := zlib.NewWriter(&compressed)
	if _, err := w.Write(block); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d := &swordDictionary{block: compressed.Bytes(), blockIndex: place(nil, 0, compressed.Len())}
	for i, key := range keys {
		record := place([]byte(key+"\r\n"), 0, i)
		d.index = place(d.index, len(d.data), len(record))
		d.data = append(d.data, record...)
	}
	return d
}

const spirit = `<entryFree n="7307">
	<orth>רוּח</orth><lb/>
	<orth rend="bold" type="trans">rûach</orth>
	<pron rend="italic">roo'-akh</pron><lb/>
	<def>From <ref target="StrongsHebrew:7306">H7306</ref>; <hi rend="italic">wind</hi>; by resemblance <hi rend="italic">{breath}</hi> that {is} a sensible exhalation; figuratively <hi rend="italic">{life}</hi> <hi rend="italic">anger</hi>6<lb/> <hi rend="italic">unsubstantiality</hi>: - {air} {anger} X {cool} spirit ({[-ual]}) wind (-y).</def>
</entryFree>`

func TestSwordDictionary(t *testing.T) {
	d := swordModuleOf(t, []string{"00001", "07307"}, []string{`<orth>אב</orth> <orth rend="bold" type="trans">'âb</orth> <def>A primitive word;<lb/> <hi rend="italic">father</hi>: - father.</def>`, spirit})
	texts, err := d.entries()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := strongsEntries(texts)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if got, want := strings.Join(entries[7307].candidates(), " "), hebrew.NoAccents("רוּחַ"); got != want {
		t.Errorf("citation form %s, want %s", got, want)
	}
	l := &lemmaForms{words: 10, english: map[string]int{"spirit": 5, "wind": 3, "air": 0}}
	if got, want := entries[7307].gloss(l), "spirit, wind"; got != want {
		t.Errorf("gloss %q, want %q", got, want)
	}
	if got, want := entries[7307].gloss(&lemmaForms{words: 10}), "wind, breath, life, anger"; got != want {
		t.Errorf("gloss without a translation %q, want %q", got, want)
	}
}

// TestSwordDictionaryRefusesDamage cuts off each file of a module.
func TestSwordDictionaryRefusesDamage(t *testing.T) {
	for name, cut := range map[string]func(*swordDictionary){
		"data":        func(d *swordDictionary) { d.data = d.data[:len(d.data)-1] },
		"block index": func(d *swordDictionary) { d.blockIndex = d.blockIndex[:7] },
		"block":       func(d *swordDictionary) { d.block = d.block[:9] },
		"entry":       func(d *swordDictionary) { d.data[len(d.data)-4] = 9 },
	} {
		d := swordModuleOf(t, []string{"00001", "07307"}, []string{"a", spirit})
		cut(d)
		if _, err := d.entries(); err == nil {
			t.Errorf("a module whose %s is damaged is read", name)
		}
	}
	if _, err := strongsEntries(map[string]string{"00001": "<orth>אב</orth>"}); err == nil {
		t.Error("an entry without a transliteration is read")
	}
}

func TestPoint(t *testing.T) {
	for _, test := range []struct{ spelling, latin, want string }{
		{"אב", "'âb", "אָב"},
		{"רוּח", "rûach", "רוּחַ"},
		{"בּרא", "bârâ'", "בָּרָא"},
		{"צבּר", "tsibbûr", "צִבֻּר"},
		{"שׁמים", "shâmayim", "שָׁמַיִם"},
		{"אלהים", "'ĕlôhîym", "אֱלֹהִים"},
		{"עולה", "‛ôlâh", "עוֹלָה"},
		{"אבטּיח", "'ăbaţţîyach", "אֲבַטִּיחַ"},
		{"דּרך", "derek", "דֶּרֶךְ"},
		{"נרדּ", "nêrd", "נֵרְדְּ"},
		{"חוּה", "chavvâh", "חַוָּה"},
		{"מחנה־דן", "machănêh-dân", "מַחֲנֵה־דָן"},
		{"חצר סוּסה", "chătsar sûsâh", "חֲצַר סוּסָה"},
		{"ירוּשׁלם", "yərûshâlaim", "יְרוּשָׁלִַם"},
		{"שׂים", "ώîym", "שִׂים"},
	} {
		if got, ok := point(test.spelling, test.latin, false); !ok || got != hebrew.NoAccents(test.want) {
			t.Errorf("%s %s gives %s, %t; want %s", test.spelling, test.latin, got, ok, test.want)
		}
	}
	if got, ok := point("אב", "ben", true); ok {
		t.Errorf("a transliteration of another word gives %s", got)
	}
}

func TestGloss(t *testing.T) {
	for _, test := range []struct {
		def  string
		l    lemmaForms
		want string
	}{
		{`From H7306; <hi rend="bold">delight:</hi> - {desire} pleasure.`, lemmaForms{words: 3}, "delight"},
		{`A primitive root; to <hi rend="italic">swallow</hi>: - X {assuredly} {banquet} drink ({-er} {-ing}) surely.`, lemmaForms{words: 9, verbs: 9, english: map[string]int{"drink": 8}}, "to drink"},
		{`From H1; <hi rend="italic">drawn out</hi>;<lb/> <hi rend="italic">{Mosheh}</hi> the Israelitish <hi rend="bold">lawgiver:</hi> - Moses.`, lemmaForms{words: 9, names: 9}, "Moses, the Israelitish lawgiver"},
		{`(Chaldee); corresponding to H3: - fruit.`, lemmaForms{words: 1}, "fruit"},
		{`From H1; the <hi rend="italic">face</hi> (as the part that <hi rend="italic">turns</hi>): - {countenance} edge.`, lemmaForms{words: 1}, "face"},
	} {
		var e strongsEntry
		e.meaning, e.usage = definition(test.def)
		if got := e.gloss(&test.l); got != test.want {
			t.Errorf("%q has the gloss %q, want %q", test.def, got, test.want)
		}
	}
}
