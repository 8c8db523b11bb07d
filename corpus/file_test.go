package corpus_test

import (
	"strings"
	"testing"

	"mashal"
	"mashal/corpus"
)

// TestEncodeIsTheInverse checks that Encode makes the embedded file from its text.
func TestEncodeIsTheInverse(t *testing.T) {
	names, _, _ := strings.Cut(open().Version(), " sha256:")
	made, err := corpus.Encode(names, open().Raw())
	if err != nil {
		t.Fatal(err)
	}
	if string(made) != corpus.Embedded() {
		t.Error("Encode of the decoded text differs from the embedded file")
	}
}

func TestEncodeRefuses(t *testing.T) {
	word := mashal.Word{Segments: "א", Lemma: "1", Morph: "HNcmsa", After: " "}
	tests := []struct {
		name  string
		verse mashal.Verse
		want  string
	}{
		{"a character that is not Hebrew", mashal.Verse{Words: []mashal.Word{{Segments: "ж"}}}, "not Hebrew"},
		{"too many words", mashal.Verse{Words: make([]mashal.Word, 256)}, "number of words is 256"},
		{"too long a word", mashal.Verse{Words: []mashal.Word{{Segments: strings.Repeat("א", 256)}}}, "length of a word is 256"},
		{"too much English", mashal.Verse{Words: []mashal.Word{word}, English: strings.Repeat("a", 1<<16)}, "English is 65536"},
		{"English words out of order", mashal.Verse{Words: []mashal.Word{word}, English: "a b", EnglishWords: []mashal.EnglishWord{{Start: 2, End: 3}, {Start: 0, End: 1}}}, "gap"},
		{"too long a lemma", mashal.Verse{Words: []mashal.Word{{Lemma: strings.Repeat("1", 256)}}}, "length of a string is 256"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ch := &mashal.ChapterText{Verses: []mashal.Verse{tt.verse}}
			_, err := corpus.Encode("", func(yield func(*mashal.ChapterText) bool) { yield(ch) })
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestDamagedFileIsAnError(t *testing.T) {
	file := corpus.Embedded()
	with := func(at int, b byte) string { return file[:at] + string([]byte{b}) + file[at+1:] }
	tests := []struct{ name, file, want string }{
		{"empty", "", "fewer than a header"},
		{"cut in the header", file[:corpus.HeaderSize-1], "fewer than a header"},
		{"another format", strings.Repeat("x", 1000), "not a text made by"},
		{"a later format", with(8, 2), "version 2"},
		{"cut at the end", file[:len(file)-1], "checksum"},
		{"longer", file + "x", "checksum"},
		{"one bit in the text", with(len(file)/2, file[len(file)/2]^1), "checksum"},
		{"cut at the end, with a valid checksum", corpus.WithChecksum([]byte(file[:len(file)-1])), "section"},
		{"longer, with a valid checksum", corpus.WithChecksum([]byte(file + "x")), "after its last section"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := corpus.Load(tt.file)
			if c != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load returns %v and error %v, want an error with %q", c, err, tt.want)
			}
		})
	}
}

// TestEmbedded checks the embedded file, which Open does not check.
func TestEmbedded(t *testing.T) {
	if _, err := corpus.Load(corpus.Embedded()); err != nil {
		t.Error(err)
	}
}

// FuzzLoad overwrites or cuts off a part of the file and corrects the checksum. If Load
// accepts the result, all chapters must decode.
func FuzzLoad(f *testing.F) {
	file := corpus.Embedded()
	f.Add([]byte{}, uint32(0), uint32(0))
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF}, uint32(corpus.HeaderSize), uint32(0))
	f.Add([]byte{0xFF, 0xFF}, uint32(48), uint32(0))
	f.Add([]byte{0}, uint32(len(file)/3), uint32(1))
	f.Add([]byte("mashaltx"), uint32(0), uint32(len(file)-8))
	f.Fuzz(func(t *testing.T, damage []byte, at, cut uint32) {
		b := []byte(file)
		copy(b[int(at)%len(b):], damage)
		b = b[:len(b)-int(cut)%len(b)]
		c, err := corpus.Load(corpus.WithChecksum(b))
		if err != nil {
			return
		}
		for ch := range c.Chapters() {
			for i := range ch.Verses {
				_ = ch.Verses[i].Hebrew()
				_ = ch.Verses[i].EnglishOf(mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}))
			}
		}
	})
}
