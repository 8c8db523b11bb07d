// Package fonts has the Hebrew font that the program carries, for pages that the explorer
// serves and for files that stand alone. tools/fonts makes it.
package fonts

import (
	"embed"
	"encoding/base64"
	"strings"
	"sync"
	"unicode"
)

// Files has hebrew.woff2: the letters, points and accents of a Hebrew serif.
//
//go:embed hebrew.woff2
var Files embed.FS

// Hebrew is the family of the font in stylesheets.
const Hebrew = "Mashal Hebrew"

// Face returns a rule of a stylesheet that contains the font, for files that have Hebrew and are
// shown on machines without Hebrew fonts. It is about 26 kB long.
var Face = sync.OnceValue(func() string {
	data, err := Files.ReadFile("hebrew.woff2")
	if err != nil {
		panic(err) // it is embedded
	}
	return `@font-face { font-family: "` + Hebrew + `"; src: url("data:font/woff2;base64,` + base64.StdEncoding.EncodeToString(data) +
		`") format("woff2"); unicode-range: U+034F, U+0590-05FF, U+200C-200F, U+20AA, U+25CC, U+FB1D-FB4F; }`
})

// FaceFor returns Face if the text has Hebrew, else "".
func FaceFor(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
		return Face()
	}
	return ""
}
