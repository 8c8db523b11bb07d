package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mashal"
	"mashal/nearest"
)

// A SavedQuery is the address of a page of the explorer with a name that a person gave it.
type SavedQuery struct {
	Name    string `json:"name"`
	Address string `json:"address"` // path and parameters: /search?vehicle=lion
}

// savedFile is the content of the file of saved queries.
type savedFile struct {
	Version int               `json:"version"`
	Queries []json.RawMessage `json:"queries"`
}

// Limits of saved queries.
const (
	maxSavedName    = 60 // characters
	maxSavedAddress = 8 << 10
	maxSaved        = 1000
	maxSavedFile    = 16 << 20
)

// savedPatience is how long a process waits for another that changes the saved queries.
const savedPatience = 5 * time.Second

// SavedQueries returns the path of the file of saved queries.
func (f Folder) SavedQueries() string { return filepath.Join(string(f), "queries.json") }

// A badEntry is an entry of the file that is no valid query.
type badEntry struct {
	name string // "" if it has none
	text json.RawMessage
	err  error
}

// ReadSavedQueries returns the saved queries by name, none if there is no file, and an error for each
// entry that is not valid and was skipped. It returns an error if the file is damaged.
func (f Folder) ReadSavedQueries() (list []SavedQuery, skipped []error, err error) {
	list, bad, err := f.readSaved()
	for _, b := range bad {
		skipped = append(skipped, fmt.Errorf("skipped an entry of %s: %w", f.SavedQueries(), b.err))
	}
	return list, skipped, err
}

// readSaved returns the saved queries by name, and the entries of the file that are not valid.
func (f Folder) readSaved() (list []SavedQuery, bad []badEntry, err error) {
	path := f.SavedQueries()
	damaged := func(err error) error {
		return &mashal.Error{Op: "read the saved queries " + path, Err: err, Hint: "Mend the file, or move it away and save the queries again."}
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		return nil, nil, damaged(errors.New("it is not a regular file"))
	}
	if err == nil && info.Size() > maxSavedFile {
		return nil, nil, damaged(fmt.Errorf("the file has %d bytes, more than mashal query writes", info.Size()))
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, damaged(withoutSyscall(err))
	}
	var file savedFile
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, nil, damaged(err)
	}
	if file.Version != 1 {
		return nil, nil, damaged(fmt.Errorf("it has the version %d, and this program reads version 1", file.Version))
	}
	for i, entry := range file.Queries {
		var q SavedQuery
		err := json.Unmarshal(entry, &q)
		if err == nil {
			err = q.Check()
		}
		if err != nil {
			bad = append(bad, badEntry{q.Name, entry, fmt.Errorf("number %d: %w", i+1, err)})
			continue
		}
		list = append(list, q)
	}
	slices.SortFunc(list, func(a, b SavedQuery) int { return strings.Compare(a.Name, b.Name) })
	return list, bad, nil
}

// Check returns an error unless the name and the address can be saved.
func (q SavedQuery) Check() error {
	switch {
	case !utf8.ValidString(q.Name + q.Address):
		return mashal.Usagef("Give it in UTF-8.", "%.60q is not UTF-8", q.Name)
	case q.Name == "" || q.Name != strings.TrimSpace(q.Name):
		return mashal.Usagef("Begin and end it with a letter or a digit.", "%.60q is not a name: it is empty, or begins or ends with a space", q.Name)
	case utf8.RuneCountInString(q.Name) > maxSavedName:
		return mashal.Usagef("Choose a shorter one.", "the name %.20q... has more than %d characters", q.Name, maxSavedName)
	case strings.HasPrefix(q.Name, "-") || strings.ContainsFunc(q.Name, func(r rune) bool { return !namePart(r) }):
		return mashal.Usagef("A name has letters, digits, spaces, and - _ . ' in it, and does not begin with -.", "%q is not a name", q.Name)
	case !strings.HasPrefix(q.Address, "/") || strings.HasPrefix(q.Address, "//") || len(q.Address) > maxSavedAddress,
		strings.ContainsFunc(q.Address, func(r rune) bool { return r == '\\' || !unicode.IsGraphic(r) }), strings.Contains(q.Address, "/../"):
		return mashal.Usagef("Copy it from the address line: /search?vehicle=lion.", "%.80q is not an address of a page of the explorer", q.Address)
	}
	return nil
}

func namePart(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune(" -_.'", r)
}

// ParseAddress returns the path and the parameters of an address of the explorer, which may have been
// copied with its host.
func ParseAddress(typed string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(typed))
	if err == nil && (u.Host == "" || u.Scheme == "http" || u.Scheme == "https") && u.User == nil {
		address := u.EscapedPath()
		if u.RawQuery != "" {
			address += "?" + u.RawQuery
		}
		q := SavedQuery{Name: "x", Address: address}
		if u.Opaque == "" && q.Check() == nil {
			return address, nil
		}
	}
	return "", mashal.Usagef("Copy it from the address line of the browser.", "%.80q is not an address of a page of the explorer", typed)
}

// FindSavedQuery returns the saved query with a name.
func FindSavedQuery(list []SavedQuery, name string) (SavedQuery, error) {
	var names []string
	for _, q := range list {
		if q.Name == name {
			return q, nil
		}
		names = append(names, q.Name)
	}
	hint := "mashal query list"
	if near := nearest.Name(name, names); near != "" {
		hint = fmt.Sprintf("Did you mean %s?", near)
	}
	return SavedQuery{}, mashal.Usagef(hint, "no query is saved as %q", name)
}

// ChangeSavedQueries replaces the saved queries by what change returns. Processes that change them at
// the same time wait for each other, and readers see either all of the old file or all of the new one.
// Entries that are not valid stay in the file, unless a query has their name now. A change that fails
// creates no folder.
func (f Folder) ChangeSavedQueries(ctx context.Context, change func([]SavedQuery) ([]SavedQuery, error)) (err error) {
	const otherFolder = "Choose a folder that can be written with --dir FOLDER."
	op := "save queries in " + f.SavedQueries()
	if _, err := os.Stat(string(f)); errors.Is(err, fs.ErrNotExist) {
		if _, err := change(nil); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(string(f), sharedFolder); err != nil {
		return &mashal.Error{Op: op, Err: withoutSyscall(err), Hint: otherFolder}
	}
	lock := newLock(f.SavedQueries() + ".lock")
	waiting, cancel := context.WithTimeout(ctx, savedPatience)
	defer cancel()
	if locked, err := lock.TryLockContext(waiting, 20*time.Millisecond); err != nil || !locked {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = errors.New("another process is changing them")
		}
		return &mashal.Error{Op: op, Err: withoutSyscall(err), Hint: "Try again. " + otherFolder}
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	list, bad, err := f.readSaved()
	if err != nil {
		return err
	}
	if list, err = change(list); err != nil {
		return err
	}
	if len(list) > maxSaved {
		return mashal.Usagef("mashal query delete NAME", "%d queries are saved, which is the most that a folder can have", maxSaved)
	}
	file := savedFile{1, []json.RawMessage{}}
	for _, q := range list {
		entry, err := json.Marshal(q)
		if err != nil {
			return err
		}
		file.Queries = append(file.Queries, entry)
	}
	for _, b := range bad {
		if !slices.ContainsFunc(list, func(q SavedQuery) bool { return q.Name == b.name }) {
			file.Queries = append(file.Queries, b.text)
		}
	}
	content, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	if err := writeAtomically(f.SavedQueries(), append(content, '\n'), sharedFile); err != nil {
		return &mashal.Error{Op: op, Err: withoutSyscall(err), Hint: otherFolder}
	}
	return nil
}
