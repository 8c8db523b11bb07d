package corpus

import (
	"encoding/binary"
	"iter"
	"strings"

	"mashal"
)

// Embedded is the file in the program.
func Embedded() string { return embedded }

// VersesWithoutSofPasuq lists the verses that have none in the file.
func VersesWithoutSofPasuq(c *Corpus) []mashal.Ref {
	var refs []mashal.Ref
	for ch := range c.Raw() {
		for _, v := range ch.Verses {
			if !strings.Contains(v.Words[len(v.Words)-1].After, sofPasuq) {
				refs = append(refs, v.Ref)
			}
		}
	}
	return refs
}

// Raw is the whole text as the file has it, without the marks supplied in
// printing: what Encode was given.
func (c *Corpus) Raw() iter.Seq[*mashal.ChapterText] {
	raw := *c
	raw.ends = raw.afters
	return raw.Chapters()
}

// Sealed is a file with the checksum that its bytes have.
func Sealed(file []byte) string {
	sealed := append([]byte{}, file...)
	if len(sealed) >= checkedFrom {
		binary.LittleEndian.PutUint32(sealed[12:], checksum(string(sealed[checkedFrom:])))
	}
	return string(sealed)
}

// HeaderSize is the number of bytes before the first section.
const HeaderSize = headerSize
