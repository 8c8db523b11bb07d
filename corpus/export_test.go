package corpus

import (
	"encoding/binary"
	"iter"
	"strings"

	"mashal"
)

// Embedded returns the embedded file.
func Embedded() string { return embedded }

// VersesWithoutSofPasuq returns the verses that have no sof pasuq in the file.
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

// Raw returns all chapters as they were given to Encode, without the sof pasuq that
// decoding adds.
func (c *Corpus) Raw() iter.Seq[*mashal.ChapterText] {
	raw := *c
	raw.ends = raw.afters
	return raw.Chapters()
}

// WithChecksum returns a copy of the file with a valid checksum.
func WithChecksum(file []byte) string {
	b := append([]byte{}, file...)
	if len(b) >= checkedFrom {
		binary.LittleEndian.PutUint32(b[12:], checksum(string(b[checkedFrom:])))
	}
	return string(b)
}

// HeaderSize is the number of bytes before the first section.
const HeaderSize = headerSize
