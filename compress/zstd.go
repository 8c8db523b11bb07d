package compress

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// mostUnpacked bounds what a stored text may grow to when it is unpacked, in
// bytes: more than annotators take from a model.
const mostUnpacked = 64 << 20

// Both are safe for concurrent use; a window larger than any answer would only
// cost memory.
var (
	encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
	})
	decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostUnpacked))
	})
)

// Pack makes a text small that is to be kept: answers of models become a
// quarter. It is a frame of Zstandard (RFC 8878).
func Pack(text []byte) []byte {
	e, err := encoder()
	if err != nil {
		panic(err) // the options are constants
	}
	return e.EncodeAll(text, []byte{})
}

// Unpack decompresses data. It fails if the data is damaged or longer than 64 MB
// when decompressed.
func Unpack(packed []byte) ([]byte, error) {
	d, err := decoder()
	if err != nil {
		panic(err) // the options are constants
	}
	text, err := d.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack a stored text: %w", err)
	}
	return text, nil
}
