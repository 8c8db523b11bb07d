package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/evaluate"
	"mashal/interchange"
	"mashal/report"
)

// annotations opens the annotations that evaluate and compare are given.
type annotations struct {
	*program
	command string
	text    *corpus.Corpus
	options interchange.Options
}

// open reads a file, if there is one of that name, or an annotator or a run of the
// concordance.
func (a annotations) open(ctx context.Context, name string) (*interchange.Annotation, error) {
	if interchange.IsFile(name) {
		return interchange.Open(ctx, name, a.text, a.options)
	}
	info, err := os.Stat(name)
	isFolder := err == nil && info.IsDir() // an annotator can have the name of a folder, such as rules
	path := report.Folder(a.dir).Concordance()
	if err := a.mustExist(path, "concordance"); err != nil {
		if isFolder {
			return nil, isNoAnnotation(name)
		}
		return nil, &mashal.Error{Code: mashal.Usage, Op: fmt.Sprintf("%s is no file, and no annotator can have that name", name), Err: err}
	}
	var found *interchange.Annotation
	err = a.withConcordance(ctx, a.command, nil, func(reader *index.Reader) error {
		return reader.View(ctx, func(s *index.Snapshot) (err error) {
			found, err = interchange.FromConcordance(s, name, "concordance", a.options.Detected)
			if errors.Is(err, interchange.ErrUnknown) && isFolder {
				return isNoAnnotation(name)
			}
			return err
		})
	})
	return found, err
}

// isNoAnnotation returns the error for a folder.
func isNoAnnotation(folder string) error {
	hint := "Name a file in it."
	if path := report.Folder(folder).Concordance(); interchange.IsFile(path) {
		hint = "Name the concordance in it: " + path
	}
	return mashal.Usagef(hint, "%s is a folder, not a file of annotations", folder)
}

// measuring holds the text and the part of it that is measured.
type measuring struct {
	text   *corpus.Corpus
	within func(mashal.Ref) bool
}

// newMeasuring returns what measures a selection, or all if it is "".
func (p *program) newMeasuring(selected string) (*measuring, error) {
	m := &measuring{within: func(mashal.Ref) bool { return true }}
	if selected != "" {
		selection, err := p.selection([]string{selected}, false)
		if err != nil {
			return nil, err
		}
		m.within = func(ref mashal.Ref) bool {
			return slices.ContainsFunc(selection.Passages(ref.Chapter), func(p mashal.Passage) bool { return p.Contains(ref.Verse) })
		}
	}
	var err error
	m.text, err = corpus.Open()
	return m, err
}

// pairs returns the selected verses that both annotations read.
func (m *measuring) pairs(reference, predicted *interchange.Annotation) (pairs []evaluate.Pair) {
	for p := range evaluate.Join(reference.All(), predicted.All()) {
		if m.within(p.Ref) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// words returns the number of words of a verse.
func (m *measuring) words(ref mashal.Ref) int {
	verse, err := m.text.Verse(ref)
	if err != nil {
		return 0
	}
	return len(verse.Words)
}

// divisions are the parts of the text that are measured beside the whole.
var divisions = []evaluate.Division{
	{By: "genre", Of: func(ref mashal.Ref) string { return string(mashal.GenreOf(ref.Chapter)) }},
	{By: "period", Of: func(ref mashal.Ref) string { return string(index.PeriodOf(ref)) }},
	{By: "book", Of: func(ref mashal.Ref) string { return ref.Book.Name() }},
}

// noCommonVerse returns the error for annotations that have no verse in common.
func noCommonVerse(op string, predicted, reference int) error {
	return &mashal.Error{
		Code: mashal.Usage, Op: op, Err: fmt.Errorf("no verse was annotated by both: the one has %d verses, the other %d", predicted, reference),
		Hint: "Choose annotations that read the same chapters, or annotate them first.",
	}
}

// writePage writes a page to a file, and names it. Without force it replaces only a page that
// writePage wrote. A file is replaced only when the new one is complete.
func (p *program) writePage(path string, force bool, write func(io.Writer) error) error {
	begin, _, err := beginning(path, 400)
	if err != nil {
		return &mashal.Error{Code: mashal.Usage, Op: "write " + path, Err: err}
	}
	if kind := notOurPage(begin); kind != "" && !force {
		return mashal.Usagef("Give the page a name of its own, such as measures.html, or use --force.", "%s exists and is %s: it is not replaced", path, kind)
	}
	if err := p.checkNoDatabase(path); err != nil {
		return err
	}
	if err := replaceFile(path, func(file *os.File) error { return write(file) }); err != nil {
		return &mashal.Error{Op: "write " + path, Err: err}
	}
	fmt.Fprintf(p.stderr, "wrote %s\n", path)
	return nil
}

// notOurPage says what a file is that begins with begin, or returns "" if it is empty or a page
// that writePage wrote.
func notOurPage(begin []byte) string {
	switch {
	case len(begin) == 0 || bytes.Contains(begin, []byte(`<meta name="generator" content="mashal">`)):
		return ""
	case bytes.Contains(bytes.ToLower(begin), []byte("<!doctype html")):
		return "no page that mashal wrote"
	}
	return "no page"
}
