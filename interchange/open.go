package interchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"mashal"
)

// A Coverage says which verses count as read beside those that the file names.
type Coverage string

// The coverages.
const (
	Automatic Coverage = ""         // verses if the file lists verses without figures, else chapters
	Verses    Coverage = "verses"   // only the verses that the file names
	Chapters  Coverage = "chapters" // all verses of the chapters that it names
	WholeBook Coverage = "books"    // all verses of the books that it names
)

// maxFile is the largest file that is read: about ten times an export of the Bible.
const maxFile = 1 << 30

// Open reads a file of annotations. The format is recognised by the first line.
func Open(path string, texts Texts, covers Coverage) (*Annotation, error) {
	op := "read annotations from " + path
	info, err := os.Stat(path)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err}
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile { // opening a pipe would wait for its writer
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: errors.New("it is not a regular file of at most 1 GiB")}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err}
	}
	defer func() { _ = file.Close() }() // it was only read
	a, err := Read(file, texts, covers)
	if err != nil {
		return nil, &mashal.Error{
			Code: mashal.Usage, Op: op, Err: err,
			Hint: "It reads exports of mashal (CSV, JSON Lines), CSV and TSV with the columns reference (or book, chapter, verse), type and words or quote, and JSON Lines with \"instances\".",
		}
	}
	if a.Name == "" {
		a.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return a, nil
}

// Read reads annotations in one of the formats of the package.
func Read(r io.Reader, texts Texts, covers Coverage) (*Annotation, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := in.Peek(3); string(bom) == "\ufeff" {
		if _, err := in.Discard(len(bom)); err != nil {
			return nil, err
		}
	}
	start, err := in.Peek(1 << 12)
	if err != nil && len(start) == 0 {
		return nil, fmt.Errorf("the file is empty")
	}
	first, _, _ := bytes.Cut(start, []byte("\n"))
	a := &Annotation{Figures: map[mashal.Ref][]mashal.Figure{}, Read: map[mashal.Ref]bool{}}
	switch {
	case bytes.IndexByte(start, 0) >= 0 || !utf8.Valid(first[:max(0, len(first)-utf8.UTFMax)]):
		return nil, fmt.Errorf("the file is not text in UTF-8")
	case len(first) > 0 && first[0] == '{':
		err = readLines(a, in, texts)
	case bytes.IndexByte(first, '\t') >= 0:
		err = readTable(a, in, '\t', texts)
	default:
		err = readTable(a, in, ',', texts)
	}
	if err != nil {
		return nil, err
	}
	if len(a.Read) == 0 {
		return nil, fmt.Errorf("none of its %d rows has a place in the text", len(a.Lost))
	}
	if covers == Automatic {
		covers = Chapters
		if a.listsVerses() {
			covers = Verses
		}
	}
	a.Covers = map[Coverage]string{
		Verses: "the verses that the file names", Chapters: "all verses of the chapters that the file names", WholeBook: "all verses of the books that the file names",
	}[covers]
	if covers != Verses {
		a.readChapters(texts, covers == WholeBook)
	}
	return a, nil
}

// listsVerses reports whether the file has a verse without figures.
func (a *Annotation) listsVerses() bool {
	for ref := range a.Read {
		if len(a.Figures[ref]) == 0 {
			return true
		}
	}
	return false
}
