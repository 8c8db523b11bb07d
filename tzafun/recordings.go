package tzafun

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/reference"
)

// Form is the setting "form" of a recorded call whose answer Decode decodes.
const Form = "tzafun"

// Decoder returns the decoder for answers in a form, which is the setting "form" of
// their call. It is nil for the form of our own prompts. Earlier builds wrote
// "predecessor" for Form.
func Decoder(form string) annotate.Decoder {
	if form == Form || form == "predecessor" {
		return Decode
	}
	return nil
}

// Recordings are the recorded answers by chapter.
type Recordings map[mashal.Chapter]*Recording

// A Recording is the recorded answers for one chapter.
type Recording struct {
	chapter mashal.Chapter
	files   []recordedFile // the latest first
	results func() (map[int]mashal.Result, error)
}

// A recordedFile is a file with an answer.
type recordedFile struct {
	folder, name string
	made         time.Time // the time in its name, which names no zone and is taken for UTC
}

func (r recordedFile) path() string { return filepath.Join(r.folder, r.name) }

// fileName matches book, chapter, date and time: Ezekiel_21_20251224_222533.json.
var fileName = regexp.MustCompile(`^(.+)_(\d+)_(\d{8}_\d{6})\.json$`)

// Open finds the recorded answers in a folder. The files are read when their
// answers are used.
func Open(folder string, text *corpus.Corpus) (Recordings, error) {
	if info, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		why := "it does not exist"
		if err == nil {
			why = "it is not a folder"
		}
		return nil, &mashal.Error{
			Code: mashal.Usage, Op: "read recorded answers", Err: fmt.Errorf("%s: %s", folder, why),
			Hint: "Name the folder that has the files, such as Ezekiel_21_20251224_222533.json; unpack an archive first.",
		}
	}
	entries, err := os.ReadDir(folder) // sorted by name, so that the latest answer for a chapter comes last
	if err != nil {
		return nil, fmt.Errorf("read recorded answers: %w", err)
	}
	all := Recordings{}
	for _, e := range slices.Backward(entries) {
		name := fileName.FindStringSubmatch(e.Name())
		if name == nil {
			continue
		}
		selection, err := reference.ParseSelection([]string{strings.ReplaceAll(name[1], "_", " ") + " " + name[2]})
		if err != nil || len(selection) != 1 || !selection[0].IsWhole() {
			return nil, fmt.Errorf("the file %s is not named after one chapter", e.Name())
		}
		made, err := time.Parse("20060102_150405", name[3])
		if err != nil {
			return nil, fmt.Errorf("the file %s is not named after a time", e.Name())
		}
		chapter := selection[0].Chapter
		r := all[chapter]
		if r == nil {
			r = &Recording{chapter: chapter}
			r.results = sync.OnceValues(func() (map[int]mashal.Result, error) { return r.decode(text) })
			all[chapter] = r
		}
		r.files = append(r.files, recordedFile{folder, e.Name(), made})
	}
	if len(all) == 0 {
		return nil, mashal.Usagef("a folder that has them", "%s has no recorded answers such as Ezekiel_21_20251224_222533.json", folder)
	}
	return all, nil
}

// maxFile limits the size of a file, in bytes. Recorded answers have about 1,500
// for each verse.
const maxFile = 16 << 20

// Answers returns the answers for the chapter, the latest first, as those of a
// model to a request for the whole chapter.
func (r *Recording) Answers(model string) (list []annotate.RecordedAnswer, err error) {
	for _, file := range r.files {
		response, err := file.read()
		if err != nil {
			return nil, fmt.Errorf("read the recorded answer for %s: %w", r.chapter, err)
		}
		list = append(list, annotate.RecordedAnswer{Model: model, Verses: mashal.Whole(r.chapter).Numbers(), Answer: response, At: file.made, Decode: Decode})
	}
	return list, nil
}

// read reads a regular file of at most maxFile bytes. Reading a device or a pipe
// might never end. A link that leads out of the folder is refused, whatever it passes
// through: what is imported can be published.
func (r recordedFile) read() (data []byte, err error) {
	path := r.path()
	root, err := os.OpenRoot(r.folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	info, err := root.Stat(r.name)
	if err != nil {
		return nil, readable(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, mashal.Usagef("Remove it from the folder.", "%s is not a regular file", path)
	}
	f, err := root.Open(r.name)
	if err != nil {
		return nil, readable(path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if opened, err := f.Stat(); err != nil || !os.SameFile(opened, info) {
		return nil, errors.Join(fmt.Errorf("%s was replaced meanwhile", path), err)
	}
	if data, err = io.ReadAll(io.LimitReader(f, maxFile+1)); err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s has more than %d MB", path, maxFile>>20)
	}
	return data, err
}

// readable returns an error of os.Root for people. A link that leads out of the folder,
// or in a circle, has an error of no kind.
func readable(path string, err error) error {
	if info, statErr := os.Lstat(path); statErr == nil && info.Mode().Type() == fs.ModeSymlink && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return mashal.Usagef("Replace the link by the file itself if it is to be imported.", "%s is a link that leads out of the folder", path)
	}
	return err
}

// Results returns the results of the verses for which there is a sound object, by
// verse: the latest of each.
func (r *Recording) Results() (map[int]mashal.Result, error) { return r.results() }

func (r *Recording) decode(text *corpus.Corpus) (map[int]mashal.Result, error) {
	ch, err := text.Chapter(r.chapter)
	if err != nil {
		return nil, err
	}
	answers, err := r.Answers("")
	if err != nil {
		return nil, err
	}
	results, err := annotate.Reread(ch, mashal.Whole(r.chapter).Numbers(), answers, 1)
	if err != nil {
		return nil, err
	}
	sound := map[int]mashal.Result{}
	for _, result := range results {
		if result.Failure == nil {
			sound[result.Verse] = result
		}
	}
	return sound, nil
}

// Replay returns the latest answer for a chapter unchanged. If only some verses are
// asked for, it returns their objects, unless the answer is not valid JSON: then it
// returns all of it.
func (all Recordings) Replay(chapter mashal.Chapter, verses []int) (string, error) {
	r, ok := all[chapter]
	if !ok {
		return "", fmt.Errorf("there is no recorded answer for %s", chapter)
	}
	response, err := r.files[0].read()
	if err != nil {
		return "", fmt.Errorf("read the recorded answer for %s: %w", chapter, err)
	}
	var objects []json.RawMessage
	if len(verses) == chapter.Verses() || json.Unmarshal(response, &objects) != nil {
		return string(response), nil
	}
	var found []string
	for _, object := range objects {
		var head struct{ Verse int }
		if json.Unmarshal(object, &head) == nil && slices.Contains(verses, head.Verse) {
			found = append(found, "\n  "+string(object))
		}
	}
	return "[" + strings.Join(found, ",") + "\n]", nil
}
