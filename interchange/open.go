package interchange

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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

// Options are the settings of Open and Read.
type Options struct {
	Covers   Coverage
	Detected bool   // of a database: figures as they were found, before any verdict
	File     string // the name of the file, for Read; translation notes name their book there
	Of       string // the reviewer whose decisions are read, of a file of decisions; "" for all
}

// maxFile is the largest file of text that is read: about ten times an export of the Bible.
const maxFile = 1 << 30

// Open reads a file of annotations. The format is recognised by the beginning of the
// file. If path is a ledger or a concordance, "#" and the name of an annotator or of a run
// can follow; without it all annotators' current readings are read. After the name of a
// file of decisions it is the name of a reviewer.
func Open(ctx context.Context, path string, texts Texts, o Options) (*Annotation, error) {
	name, who := splitPath(path)
	op := "read annotations from " + path
	info, err := os.Stat(name)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err}
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: errors.New("it is not a regular file")}
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err}
	}
	defer func() { _ = file.Close() }() // it was only read
	in := bufio.NewReaderSize(file, 1<<16)
	if start, _ := in.Peek(len(sqliteHeader)); string(start) == sqliteHeader {
		a, err := openDatabase(ctx, name, who, texts, o)
		return a, notOurs(op, err)
	}
	if info.Size() > maxFile {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: errors.New("it has more than 1 GiB")}
	}
	o.File, o.Of = filepath.Base(name), who
	a, err := Read(in, texts, o)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err, Hint: hintFormats}
	}
	if a.Name == "" {
		a.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return a, nil
}

// hintFormats names the formats.
const hintFormats = "It reads exports of mashal (CSV, JSON Lines), a ledger or concordance, CSV and TSV with the columns reference (or book, chapter, verse), type and words or quote, " +
	"JSON Lines with \"instances\", decisions of mashal review export (FILE#REVIEWER for one), translation notes of unfoldingWord, WebAnno TSV 3, and W3C Web Annotations."

// splitPath divides FILE#ANNOTATOR. A file whose name has a "#" is found too.
func splitPath(path string) (file, who string) {
	if _, err := os.Stat(path); err == nil {
		return path, ""
	}
	if i := strings.IndexByte(path, '#'); i > 0 {
		return path[:i], path[i+1:]
	}
	return path, ""
}

// IsFile reports whether path, or the part of it before "#", is the name of something that
// is no folder.
func IsFile(path string) bool {
	file, _ := splitPath(path)
	info, err := os.Stat(file)
	return err == nil && !info.IsDir()
}

// peeked is the number of bytes by which the format is recognised.
const peeked = 1 << 12

// Read reads annotations in one of the formats of text.
func Read(r io.Reader, texts Texts, o Options) (*Annotation, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := in.Peek(3); string(bom) == "\ufeff" {
		if _, err := in.Discard(len(bom)); err != nil {
			return nil, err
		}
	}
	start, err := in.Peek(peeked)
	if err != nil && len(start) == 0 {
		return nil, fmt.Errorf("the file is empty")
	}
	if err := checkText(start); err != nil {
		return nil, err
	}
	first, _, _ := bytes.Cut(start, []byte("\n"))
	a, lines := newAnnotation(), &lineLimiter{in: in}
	switch begin := bytes.TrimLeft(start, " \t\r\n"); {
	case bytes.HasPrefix(begin, []byte("#FORMAT=")):
		err = readWebAnno(a, lines, texts)
	case bytes.HasPrefix(begin, []byte(reviewStart)):
		err = readReview(a, in, o.Of, texts)
	case isWebAnnotation(begin):
		err = readWebAnnotations(a, in, texts)
	case len(begin) > 0 && begin[0] == '{':
		err = readLines(a, lines, texts)
	case isNotes(first):
		err = readNotes(a, lines, o.File, texts)
	case bytes.IndexByte(first, '\t') >= 0:
		err = readTable(a, lines, '\t', texts)
	default:
		err = readTable(a, lines, ',', texts)
	}
	if err != nil {
		return nil, err
	}
	if len(a.Read) == 0 {
		if len(a.Lost) > 0 {
			return nil, fmt.Errorf("none of its %d rows has a place in the text; the first, line %d: %s", len(a.Lost), a.Lost[0].Line, a.Lost[0].Why)
		}
		return nil, fmt.Errorf("it has no figure and no verse")
	}
	a.cover(texts, o.Covers)
	return a, nil
}

// cover makes verses count as read that the file does not name.
func (a *Annotation) cover(texts Texts, covers Coverage) {
	if covers == Automatic {
		covers = a.covers
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
