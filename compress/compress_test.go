package compress_test

import (
	"strings"
	"testing"

	"mashal/compress"
)

var texts = map[string]string{
	"nothing":  "",
	"a letter": "a",
	"Hebrew":   strings.Repeat("יְהוָה רֹעִי לֹא אֶחְסָר ", 5000),
	"zeros":    strings.Repeat("\x00", 1<<20),
}

func TestUnpackGivesWhatWasPacked(t *testing.T) {
	for name, text := range texts {
		packed := compress.Pack([]byte(text))
		got, err := compress.Unpack(packed)
		if err != nil || string(got) != text {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestUnpackRefusesDamage(t *testing.T) {
	packed := compress.Pack([]byte(texts["Hebrew"]))
	for name, damaged := range map[string][]byte{
		"cut off":   packed[:len(packed)/2],
		"no frame":  []byte("not a frame"),
		"too large": compress.Pack(make([]byte, 65<<20)),
	} {
		if _, err := compress.Unpack(damaged); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
