package ledger

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// mostAnswer bounds what a stored answer may grow to when it is read, in
// bytes: more than annotators take from a model.
const mostAnswer = 64 << 20

// Model answers compress to a quarter. Both are safe for concurrent use; a
// window larger than any answer would only cost memory.
var (
	encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10))
	})
	decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostAnswer))
	})
)

func compress(text []byte) []byte {
	e, err := encoder()
	if err != nil {
		panic(err) // the options are constants
	}
	return e.EncodeAll(text, []byte{})
}

func decompress(stored []byte) ([]byte, error) {
	d, err := decoder()
	if err != nil {
		panic(err) // the options are constants
	}
	text, err := d.DecodeAll(stored, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack a stored text: %w", err)
	}
	return text, nil
}
