package corpus_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
)

var update = flag.Bool("update", false, "write the golden files")

// sample lists verses from all books, among them every kind of verse that is treated
// specially.
var sample = strings.Fields(`Gen.1.1 Gen.30.11 Gen.35.22 Exod.2.5 Lev.11.42 Num.10.36 Num.25.19 Deut.6.4 Deut.32.2
	Josh.1.8 Judg.18.30 Judg.20.13 1Sam.9.1 1Sam.21.1 2Sam.5.2 1Kgs.18.34 2Kgs.4.1 Isa.5.1 Isa.63.19 Jer.48.44 Jer.51.3
	Ezek.1.4 Ezek.48.16 Hos.14.6 Joel.4.13 Amos.5.24 Obad.1.1 Jonah.2.6 Mic.4.14 Nah.1.1 Hab.3.19 Zeph.1.15 Hag.1.1 Zech.2.9 Mal.3.20
	Ps.3.1 Ps.13.6 Ps.23.1 Ps.51.1 Ps.51.2 Ps.119.105 Prov.25.11 Job.41.12 Song.4.1 Ruth.1.1 Lam.1.1 Eccl.12.6 Esth.8.9
	Dan.2.31 Ezra.4.9 Neh.7.68 1Chr.12.5 2Chr.36.23`)

func TestSampleVerses(t *testing.T) {
	var b strings.Builder
	for _, s := range sample {
		render(&b, verse(t, s))
	}
	golden := filepath.Join("testdata", "verses.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() == string(want) {
		return
	}
	got, lines := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(got), len(lines)) {
		if got[i] != lines[i] {
			t.Fatalf("line %d of %s is\n%s\nbut the text gives\n%s", i+1, golden, lines[i], got[i])
		}
	}
	t.Fatalf("%s has %d lines, but the text gives %d", golden, len(lines), len(got))
}

// render writes a verse in the format of the golden file.
func render(b *strings.Builder, v *mashal.Verse) {
	fmt.Fprintf(b, "%s\n%s\n", v.OSIS(), v.Hebrew())
	for i, w := range v.Words {
		english := v.EnglishOf(mashal.ExactSpan(mashal.WordRange{First: i + 1, Last: i + 1}))
		fmt.Fprintf(b, "\t%d\t%s\t%s\t%s\t%s\n", i+1, w.Segments, w.Lemma, w.Morph, english)
	}
	for _, k := range v.Ketiv {
		fmt.Fprintf(b, "\tketiv %q, qere %d-%d\n", k.Text, k.Qere.First, k.Qere.Last)
	}
	fmt.Fprintf(b, "%d: %s\n\n", v.Status, v.English)
}
