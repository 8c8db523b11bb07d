package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A strongsEntry is an entry of Strong's Hebrew dictionary in the markup of its SWORD
// module.
type strongsEntry struct {
	hebrew  []string // spellings with the dots of shin and sin and with dagesh, but without vowels
	latin   []string // transliterations, in another order; "ə" is a shewa
	meaning string   // with \x01 and \x02 around words in italics, \x03 and \x02 around bold ones
	usage   string   // how the King James Version translates the word
}

// A swordDictionary is a dictionary module of SWORD in the format zLD. The index has the
// place of each record in the data. A record is a key, a line end, the number of a block,
// and the number of an entry in the block. A block is compressed with zlib. It has the
// number of its entries, then the place of each entry in the block.
type swordDictionary struct {
	index, data       []byte // dict.idx, dict.dat
	blockIndex, block []byte // dict.zdx, dict.zdt
}

// entries returns the text of all entries by key.
func (d *swordDictionary) entries() (map[string]string, error) {
	blocks := map[uint32][][]byte{}
	texts := map[string]string{}
	for i := range len(d.index) / 8 {
		record, err := part(d.index, i, d.data)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i, err)
		}
		key, at, ok := bytes.Cut(record, []byte("\n"))
		if !ok || len(at) < 8 {
			return nil, fmt.Errorf("record %d is cut off", i)
		}
		n := binary.LittleEndian.Uint32(at)
		if blocks[n] == nil {
			if blocks[n], err = d.readBlock(int(n)); err != nil {
				return nil, fmt.Errorf("block %d: %w", n, err)
			}
		}
		entry := int(binary.LittleEndian.Uint32(at[4:]))
		if entry >= len(blocks[n]) {
			return nil, fmt.Errorf("block %d has no entry %d", n, entry)
		}
		texts[string(bytes.TrimSpace(key))] = string(bytes.Trim(blocks[n][entry], "\x00\n"))
	}
	return texts, nil
}

// readBlock decompresses a block and returns its entries.
func (d *swordDictionary) readBlock(n int) ([][]byte, error) {
	compressed, err := part(d.blockIndex, n, d.block)
	if err != nil {
		return nil, err
	}
	z, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	block, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	if len(block) < 4 {
		return nil, errors.New("cut off")
	}
	entries := make([][]byte, binary.LittleEndian.Uint32(block))
	for i := range entries {
		if entries[i], err = part(block[4:], i, block); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// part returns the part of data whose offset and size are entry i of an index.
func part(index []byte, i int, data []byte) ([]byte, error) {
	if len(index) < 8*i+8 {
		return nil, fmt.Errorf("index has no entry %d", i)
	}
	from, size := uint64(binary.LittleEndian.Uint32(index[8*i:])), uint64(binary.LittleEndian.Uint32(index[8*i+4:]))
	if from+size > uint64(len(data)) {
		return nil, fmt.Errorf("index has the bytes %d to %d of %d", from, from+size, len(data))
	}
	return data[from : from+size], nil
}

// strongsEntries parses the entries of the dictionary, by Strong's number.
func strongsEntries(texts map[string]string) (map[int]*strongsEntry, error) {
	entries := map[int]*strongsEntry{}
	for key, text := range texts {
		n, err := strconv.Atoi(key)
		if err != nil {
			return nil, fmt.Errorf("entry %q has no number", key)
		}
		hebrew, ok1 := between(text, `<orth>`, `</orth>`)
		latin, ok2 := between(text, `<orth rend="bold" type="trans">`, `</orth>`)
		def, ok3 := between(text, `<def>`, `</def>`)
		if !ok1 || !ok2 || !ok3 {
			return nil, fmt.Errorf("entry %d lacks its spelling, transliteration or definition", n)
		}
		e := &strongsEntry{
			hebrew: variants(strings.ReplaceAll(hebrew, `<hi rend="super">o</hi>`, "")),
			latin:  variants(strings.ReplaceAll(latin, `<hi rend="super">e</hi>`, "ə")),
		}
		e.meaning, e.usage = definition(def)
		entries[n] = e
	}
	return entries, nil
}

// between returns the text between two tags.
func between(s, open, end string) (string, bool) {
	_, s, ok := strings.Cut(s, open)
	if !ok {
		return "", false
	}
	s, _, ok = strings.Cut(s, end)
	return s, ok
}

// variants splits spellings, which two or more spaces separate.
func variants(s string) (list []string) {
	for v := range strings.SplitSeq(s, "  ") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}
