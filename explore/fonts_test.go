package explore_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/andybalholm/brotli"

	"mashal"
	"mashal/corpus"
	"mashal/markup"
)

// TestFontsCoverText checks that the embedded fonts have a glyph for each
// character of the verses, in Hebrew, transliteration and English.
func TestFontsCoverText(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	hebrew, latin := map[rune]string{}, map[rune]string{} // to a place that has the character
	note := func(in map[rune]string, at, s string) {
		for _, r := range s {
			if in[r] == "" {
				in[r] = at
			}
		}
	}
	verses := 0
	for _, ch := range allChapters() {
		chapter, err := text.Chapter(ch)
		if err != nil {
			t.Fatal(err)
		}
		for i := range chapter.Verses {
			v := &chapter.Verses[i]
			at := v.Ref.OSIS()
			verses++
			note(latin, at, v.English)
			for _, traditional := range []bool{false, true} {
				style := markup.Style{Script: "accents", Traditional: traditional}
				note(hebrew, at, strings.Join(markup.HebrewPieces(v, style), ""))
				note(latin, at, strings.Join(markup.TranslitPieces(v, style), ""))
			}
			for _, k := range v.Ketiv {
				note(hebrew, at, k.Text)
			}
		}
	}
	if verses != 23_213 {
		t.Errorf("the text has %d verses", verses)
	}
	// The rest of the block in use, which annotators and readers may write.
	note(hebrew, "the Hebrew block", "\u05a2\u05aa\u05ba\u05bf\u05c7\u05f0\u05f1\u05f2\u05f3\u05f4")
	for r := '\u0591'; r <= '\u05ea'; r++ {
		if r <= '\u05c7' || r >= '\u05d0' {
			note(hebrew, "the Hebrew block", string(r))
		}
	}
	for face, need := range map[string]map[rune]string{"hebrew": hebrew, "serif": latin, "serif-italic": latin, "serif-bold": latin} {
		has := characters(t, face)
		for _, r := range slices.Sorted(maps.Keys(need)) {
			if !has[r] && !unicode.IsSpace(r) {
				t.Errorf("%s.woff2 has no glyph for %q (%U) of %s", face, r, r, need[r])
			}
		}
	}
}

func allChapters() (list []mashal.Chapter) {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			list = append(list, mashal.Chapter{Book: b, Number: n})
		}
	}
	return list
}

// TestFontsPlaceMarks checks that the Hebrew font has the tables that place
// points and accents, and that the files name their licence and not the
// reserved names of the fonts that they were made from.
func TestFontsPlaceMarks(t *testing.T) {
	tables := woff2(t, "hebrew")
	for _, tag := range []string{"GDEF", "GPOS", "GSUB"} {
		if len(tables[tag]) == 0 {
			t.Errorf("hebrew.woff2 has no table %s", tag)
		}
	}
	if !bytes.Contains(tables["GPOS"], []byte("mark")) || !bytes.Contains(tables["GSUB"], []byte("ccmp")) {
		t.Error("hebrew.woff2 lacks the features mark or ccmp")
	}
	for _, face := range []string{"hebrew", "serif", "serif-italic", "serif-bold"} {
		names := strings.ReplaceAll(string(woff2(t, face)["name"]), "\x00", "") // UTF-16 of ASCII
		for _, want := range []string{"SIL Open Font License", "Mashal"} {
			if !strings.Contains(names, want) {
				t.Errorf("the names in %s.woff2 do not have %q", face, want)
			}
		}
	}
}

// characters returns the characters that an embedded font has a glyph for.
func characters(t *testing.T, face string) map[rune]bool {
	t.Helper()
	has := map[rune]bool{}
	cmap := woff2(t, face)["cmap"]
	word := func(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	for i := range word(cmap, 2) {
		sub := cmap[binary.BigEndian.Uint32(cmap[4+8*i+4:]):]
		if word(sub, 0) != 4 { // all our characters are in the basic plane
			continue
		}
		n := word(sub, 6) / 2
		for s := range n {
			last, first := word(sub, 14+2*s), word(sub, 16+2*n+2*s)
			delta, offset := word(sub, 16+4*n+2*s), word(sub, 16+6*n+2*s)
			for c := first; c <= last && c != 0xffff; c++ {
				glyph := c + delta
				if offset != 0 {
					if glyph = word(sub, 16+6*n+2*s+offset+2*(c-first)); glyph != 0 {
						glyph += delta
					}
				}
				if glyph&0xffff != 0 {
					has[rune(c)] = true
				}
			}
		}
	}
	if len(has) == 0 {
		t.Fatalf("%s.woff2 has no table of characters in format 4", face)
	}
	return has
}

// knownTags are the first tags of the table directory of WOFF 2.0 that are
// named by their index (https://www.w3.org/TR/WOFF2/#table_dir_format).
var knownTags = strings.Fields("cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB")

// woff2 returns the tables of an embedded font that are stored as they are.
func woff2(t *testing.T, face string) map[string][]byte {
	t.Helper()
	path := "web/static/fonts/" + face + ".woff2"
	if face == "hebrew" {
		path = "../fonts/hebrew.woff2"
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(file[:4]) != "wOF2" {
		t.Fatalf("%s is no WOFF 2.0 file", face)
	}
	at := 48
	number := func() (n int) { // UIntBase128
		for {
			b := file[at]
			at++
			n = n<<7 | int(b&0x7f)
			if b&0x80 == 0 {
				return n
			}
		}
	}
	type entry struct {
		tag  string
		size int
	}
	var directory []entry
	for range binary.BigEndian.Uint16(file[12:]) {
		flags := file[at]
		at++
		tag := fmt.Sprint(flags & 0x3f)
		if flags&0x3f == 0x3f {
			tag = string(file[at : at+4])
			at += 4
		} else if int(flags&0x3f) < len(knownTags) {
			tag = knownTags[flags&0x3f]
		}
		size, version := number(), flags>>6
		if outline := tag == "glyf" || tag == "loca"; outline != (version != 0) {
			size = number()
		}
		directory = append(directory, entry{tag, size})
	}
	packed := int(binary.BigEndian.Uint32(file[20:]))
	data, err := io.ReadAll(brotli.NewReader(bytes.NewReader(file[at : at+packed])))
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]byte{}
	for _, e := range directory {
		tables[e.tag], data = data[:e.size], data[e.size:]
	}
	return tables
}
