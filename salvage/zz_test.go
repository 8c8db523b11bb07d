package salvage_test

import (
	"golang.org/x/text/unicode/norm"
	"mashal/corpus"
	"mashal/hebrew"
	"mashal/salvage"
	"strings"
	"testing"
	"unicode"
)

func TestZZ(t *testing.T) {
	n := 0
	ch, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	for c := range ch.Chapters() {
		for i := range c.Verses {
			v := &c.Verses[i]
			h := v.Hebrew()
			for name, s := range map[string]string{"h": h, "nfc": norm.NFC.String(h), "nfd": norm.NFD.String(h), "nfkd": norm.NFKD.String(h), "noacc": hebrew.NoAccents(h), "letters": hebrew.Letters(h), "en": v.English, "tr": hebrew.Transliterate(hebrew.NoAccents(h)), "tru": strings.ToLower(plain(hebrew.Transliterate(h)))} {
				n++
				if err := salvage.CheckProse(s); err != nil {
					t.Log(c.Chapter, v.Verse, name, err)
				}
			}
		}
	}
	t.Log(n)
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) || r == 0x2be || r == 0x2bf {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}
