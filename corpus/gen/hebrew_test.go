package main

import (
	"strings"
	"testing"

	"mashal"
)

// readGenesis reads Genesis 1:1 from the markup of a verse.
func readGenesis(t *testing.T, verse string) (*mashal.Verse, error) {
	t.Helper()
	sum := totals{seps: map[string]int{}, lemmas: map[string]bool{}, bases: map[string]bool{}, morphs: map[string]bool{}}
	verses, err := hebrewVerses(strings.NewReader(`<osis><verse osisID="Gen.1.1">`+verse+`</verse></osis>`), 1, &sum)
	if err != nil {
		return nil, err
	}
	for _, v := range verses {
		return v, nil
	}
	t.Fatal("hebrewVerses returned no verse")
	return nil, nil
}

func TestHebrewVerses(t *testing.T) {
	const (
		a, b, c = `<w lemma="1" morph="H">א</w>`, `<w lemma="2" morph="H">ב/ב</w>`, `<w lemma="3" morph="H">ג</w>`
		maqqef  = `<seg type="x-maqqef">־</seg>`
		paseq   = `<seg type="x-paseq">׀</seg>`
		sof     = `<seg type="x-sof-pasuq">׃</seg>`
		samekh  = `<seg type="x-samekh">ס</seg>`
		qere    = `<rdg type="x-qere"><w lemma="4" morph="H">קר</w></rdg>`
	)
	note := func(inner string) string { return `<note type="variant">` + inner + `</note>` }
	tests := []struct{ name, xml, hebrew, ketiv string }{
		{"words and marks", a + maqqef + b + paseq + c + sof + samekh, "א־בב ׀ ג׃ ס", ""},
		{"a mark inside", a + samekh + b + sof, "א ס בב׃", ""},
		{"a letter of its own size", `<w lemma="1" morph="H">א<seg type="x-large">ב</seg>ג</w>` + sof, "אבג׃", ""},
		{"notes are dropped", a + `<note>about <catchWord>א</catchWord></note>` + b, "א בב", ""},
		{"qere for ketiv", a + b + note(`<catchWord>ב/ב</catchWord>`+qere) + c, "א קר ג", "בב 2"},
		{"the note lacks the slash", a + b + note(`<catchWord>בב</catchWord>`+qere) + c, "א קר ג", "בב 2"},
		{"the mark before the ketiv stays", a + maqqef + b + note(`<catchWord>בב</catchWord>`+qere) + c, "א־קר ג", "בב 2"},
		{"the mark after the ketiv follows the qere", a + b + maqqef + note(`<catchWord>בב</catchWord>`+qere) + c, "א קר־ג", "בב 2"},
		{"two words written", a + b + maqqef + c + note(`<catchWord>בב־ג</catchWord>`+qere) + sof, "א קר׃", "בב־ג 2"},
		{"nothing written", a + note(qere) + c, "א קר ג", " 2"},
		{"nothing read", a + b + note(`<catchWord>בב</catchWord><rdg type="x-qere"/>`) + c, "א ג", "בב 2-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := readGenesis(t, tt.xml)
			if err != nil {
				t.Fatal(err)
			}
			ketiv := ""
			for _, k := range v.Ketiv {
				ketiv += k.Text + " " + k.Qere.String()
			}
			if v.Hebrew() != tt.hebrew || ketiv != tt.ketiv {
				t.Errorf("text %q with ketiv %q, want %q with %q", v.Hebrew(), ketiv, tt.hebrew, tt.ketiv)
			}
		})
	}
	for name, xml := range map[string]string{
		"a note on another word":  a + note(`<catchWord>ג</catchWord>`+qere),
		"a mark before all words": maqqef + a,
		"an unknown element":      a + `<x/>`,
		"an unknown reading":      a + note(`<rdg type="x-other"/>`),
		"an unclosed word":        `<w>א`,
	} {
		if v, err := readGenesis(t, xml); err == nil {
			t.Errorf("%s is accepted as %s, want an error", name, v.Hebrew())
		}
	}
}
