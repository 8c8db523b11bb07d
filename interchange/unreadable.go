package interchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"mashal"
	"mashal/sqlite"
)

// magic has the first bytes of files that are not read, with what they are and what to do.
var magic = []struct{ begin, is string }{
	{"PAR1", "a Parquet file: write the figures as CSV or JSON Lines instead"},
	{"PK\x03\x04", "a ZIP archive or a workbook, such as of Excel or LibreOffice: save the sheet as CSV, or unpack the archive"},
	{"PK\x05\x06", "an empty ZIP archive"},
	{"\xd0\xcf\x11\xe0", "a document of an older Microsoft Office: save the sheet as CSV"},
	{"\x1f\x8b", "compressed with gzip: unpack it first"},
	{"BZh", "compressed with bzip2: unpack it first"},
	{"\x28\xb5\x2f\xfd", "compressed with Zstandard: unpack it first"},
	{"\xfd7zXZ\x00", "compressed with xz: unpack it first"},
	{"7z\xbc\xaf", "a 7-Zip archive: unpack it first"},
	{"\xff\xfe", "text in UTF-16: save it as UTF-8"},
	{"\xfe\xff", "text in UTF-16: save it as UTF-8"},
	{"%PDF", "a PDF document"},
	{"SQLite format 3\x00", "a SQLite database: name it as a file to read it"},
	{"ARROW1", "an Arrow file: write the figures as CSV or JSON Lines instead"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
}

// checkText returns an error that says what a file is that begins with start, unless it is
// text in UTF-8 that can be a table or JSON.
func checkText(start []byte) error {
	for _, m := range magic {
		if bytes.HasPrefix(start, []byte(m.begin)) {
			return errors.New("the file is " + m.is)
		}
	}
	whole := start
	for n := range utf8.UTFMax { // the last character may be cut
		if len(start) < peeked {
			break
		}
		if r, _ := utf8.DecodeLastRune(start[:len(start)-n]); r != utf8.RuneError {
			whole = start[:len(start)-n]
			break
		}
	}
	if bytes.IndexByte(start, 0) >= 0 || !utf8.Valid(whole) {
		return errors.New("the file is not text in UTF-8: save it in that encoding, or write the figures as CSV or JSON Lines")
	}
	begin := bytes.ToLower(bytes.TrimSpace(start))
	switch {
	case bytes.HasPrefix(begin, []byte("<!doctype html")), bytes.HasPrefix(begin, []byte("<html")):
		return errors.New("the file is a page in HTML")
	case bytes.HasPrefix(begin, []byte("<")):
		return errors.New("the file is XML")
	}
	return nil
}

// checkSeparator returns an error if the columns of a table's header are separated by
// something else than commas or tabs.
func checkSeparator(header []string) error {
	if len(header) != 1 {
		return nil
	}
	for separator, name := range map[string]string{";": "semicolons", "|": "vertical bars"} {
		if bytes.Contains([]byte(header[0]), []byte(separator)) {
			return fmt.Errorf("the columns of the table are separated by %s: save it with commas, or with tabs", name)
		}
	}
	return nil
}

// maxLine is the largest line that is read: more than any verse with its figures.
const maxLine = 1 << 24

// A lineLimiter reads text and fails in a line of more than maxLine bytes.
type lineLimiter struct {
	in    io.Reader
	lines int
	size  int // of the current line
}

// Read implements io.Reader.
func (l *lineLimiter) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			l.size += len(rest)
			break
		}
		if l.size+i > maxLine {
			return 0, l.tooLong()
		}
		l.lines, l.size, rest = l.lines+1, 0, rest[i+1:]
	}
	if l.size > maxLine {
		return 0, l.tooLong()
	}
	return n, err
}

func (l *lineLimiter) tooLong() error {
	return fmt.Errorf("line %d has more than %d MiB, so the file is no table of figures", l.lines+1, maxLine>>20)
}

// newScanner returns a scanner of lines.
func newScanner(in io.Reader) *bufio.Scanner {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine+1)
	return lines
}

// scan advances to the next line. Unlike Scanner.Scan it does not return the part of a line
// that was read before an error.
func scan(lines *bufio.Scanner) bool { return lines.Scan() && lines.Err() == nil }

// notOurs returns the error for a SQLite database that is neither a ledger nor a
// concordance, and err for all others.
func notOurs(op string, err error) error {
	switch sqlite.KindOf(err) {
	case sqlite.Foreign, sqlite.Empty, sqlite.NotDatabase:
		e, _ := errors.AsType[*sqlite.Error](err)
		return &mashal.Error{Code: mashal.Usage, Op: op, Err: fmt.Errorf("the file is a SQLite database, but neither a ledger nor a concordance: %s", e.Why), Hint: hintFormats}
	}
	return err
}
