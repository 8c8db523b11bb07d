package lexicon

import (
	"bytes"
	"cmp"
	"compress/flate"
	_ "embed" // for words.bin
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mashal/hebrew"
)

// The dictionary of the text is embedded. The command corpus/gen makes it from Strong's
// Hebrew dictionary. The file is a magic string, the CRC-32 of the text of the entries, and
// that text, compressed with DEFLATE. An entry is a line: the lemma, the citation form and
// the gloss, separated by tabs.
//
//go:embed words.bin
var embedded []byte

const magic = "mashalwd1"

// An Entry is what the dictionary has on a lemma.
type Entry struct {
	Strong   string // Strong's number with the letter that OSHB adds: "7462 b"
	Citation string // the form by which dictionaries cite the lemma, with vowels
	Gloss    string // a short translation
}

// entries returns the entries of the embedded dictionary by Strong's number. It decodes
// the dictionary when it is first called, in 4 ms.
var entries = sync.OnceValue(func() map[string]*Entry {
	list, err := DecodeEntries(embedded)
	if err != nil {
		panic("lexicon: " + err.Error()) // the file is part of the program
	}
	byStrong := make(map[string]*Entry, len(list))
	for i := range list {
		byStrong[list[i].Strong] = &list[i]
	}
	return byStrong
})

// EntryOf returns the entry of a Strong's number: "7462 b", or "7462" for the first of its
// homonyms. ok is false if the text has no such lemma.
func EntryOf(strong string) (e Entry, ok bool) {
	list := EntriesOf(strong)
	if len(list) == 0 {
		return Entry{}, false
	}
	return list[0], true
}

// EntriesOf returns the entry of a Strong's number with a letter, or those of all homonyms of a
// number without one.
func EntriesOf(strong string) (list []Entry) {
	for letter := 'a' - 1; letter <= 'z'; letter++ {
		key := strong
		if letter >= 'a' {
			key += " " + string(letter)
		}
		if e := entries()[key]; e != nil {
			list = append(list, *e)
		}
	}
	return list
}

// EncodeEntries returns entries in the format of the embedded dictionary.
func EncodeEntries(list []Entry) ([]byte, error) {
	var text bytes.Buffer
	for _, e := range list {
		if s := e.Strong + e.Citation + e.Gloss; strings.ContainsAny(s, "\t\n") {
			return nil, fmt.Errorf("entry %q has a tab or a line end", e)
		}
		fmt.Fprintf(&text, "%s\t%s\t%s\n", e.Strong, e.Citation, e.Gloss)
	}
	sum := crc32.ChecksumIEEE(text.Bytes())
	file := bytes.NewBuffer([]byte(magic))
	file.Write([]byte{byte(sum), byte(sum >> 8), byte(sum >> 16), byte(sum >> 24)})
	w, err := flate.NewWriter(file, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return nil, err
	}
	err = w.Close()
	return file.Bytes(), err
}

// DecodeEntries reads what EncodeEntries wrote. It returns an error if the file is damaged.
func DecodeEntries(file []byte) ([]Entry, error) {
	rest, ok := bytes.CutPrefix(file, []byte(magic))
	if !ok || len(rest) < 4 {
		return nil, errors.New("file is not a dictionary made by corpus/gen")
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(rest[4:])))
	if err != nil {
		return nil, fmt.Errorf("read the dictionary: %w", err)
	}
	if sum := crc32.ChecksumIEEE(text); sum != uint32(rest[0])|uint32(rest[1])<<8|uint32(rest[2])<<16|uint32(rest[3])<<24 {
		return nil, errors.New("dictionary has another checksum than its header")
	}
	list := make([]Entry, 0, bytes.Count(text, []byte("\n")))
	for line := range strings.Lines(string(text)) {
		strong, rest, ok1 := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		citation, gloss, ok2 := strings.Cut(rest, "\t")
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("line %q of the dictionary is not an entry", line)
		}
		list = append(list, Entry{strong, citation, gloss})
	}
	return list, nil
}

// EntryNear returns the entry whose Strong's number is nearest to one.
func EntryNear(number int) Entry {
	var near *Entry
	distance := func(e *Entry) int { return max(e.number()-number, number-e.number()) }
	for _, e := range entries() {
		if near == nil || cmp.Or(distance(e)-distance(near), strings.Compare(e.Strong, near.Strong)) < 0 {
			near = e
		}
	}
	return *near
}

// EntriesSpelt returns the entries whose citation form has the letters of a word, by their numbers.
func EntriesSpelt(word string) (list []Entry) {
	letters := hebrew.Letters(word)
	for _, e := range entries() {
		if hebrew.Letters(e.Citation) == letters {
			list = append(list, *e)
		}
	}
	slices.SortFunc(list, func(a, b Entry) int {
		return cmp.Or(a.number()-b.number(), strings.Compare(a.Strong, b.Strong))
	})
	return list
}

// number returns the Strong's number without the letter.
func (e *Entry) number() int {
	digits, _, _ := strings.Cut(e.Strong, " ")
	n, _ := strconv.Atoi(strings.TrimSuffix(digits, "+")) // a test reads all
	return n
}
