package fonts_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"mashal/fonts"
)

// TestFace checks that the rule has the whole font, and only for text in Hebrew.
func TestFace(t *testing.T) {
	if got := fonts.FaceFor("Psalms, 3 figures"); got != "" {
		t.Errorf("English text has %d bytes of a font", len(got))
	}
	face := fonts.FaceFor("figures of תהלים")
	_, rest, _ := strings.Cut(face, "base64,")
	data, err := base64.StdEncoding.DecodeString(rest[:strings.Index(rest, `"`)])
	file, fileErr := fonts.Files.ReadFile("hebrew.woff2")
	if err != nil || fileErr != nil || string(data) != string(file) || !strings.HasPrefix(string(data), "wOF2") {
		t.Errorf("%v, %v, %d bytes", err, fileErr, len(data))
	}
	if strings.ContainsAny(face, "<>&") {
		t.Error("the rule cannot stand in a document as it is")
	}
}
