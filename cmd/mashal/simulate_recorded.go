package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/reference"
)

// recordings are the responses of a model that were kept, in the form of the
// predecessor.
type recordings map[mashal.Chapter]*recording

// A recording is what was kept of one chapter.
type recording struct {
	paths []string // of the responses, the latest first
	read  func() (map[int]mashal.Result, error)
}

// recordedName is Ezekiel_21_20251224_222533.json: book, chapter, date, time.
var recordedName = regexp.MustCompile(`^(.+)_(\d+)_\d{8}_\d{6}\.json$`)

// openRecordings finds the recorded responses in a folder; they are read when
// they are asked for.
func openRecordings(folder string, text *corpus.Corpus) (recordings, error) {
	entries, err := os.ReadDir(folder) // in the order of names, so that of one chapter the latest comes last
	if err != nil {
		return nil, fmt.Errorf("read recorded responses: %w", err)
	}
	all := recordings{}
	for _, e := range slices.Backward(entries) {
		name := recordedName.FindStringSubmatch(e.Name())
		if name == nil {
			continue
		}
		selection, err := reference.ParseSelection([]string{strings.ReplaceAll(name[1], "_", " ") + " " + name[2]})
		if err != nil || len(selection) != 1 || !selection[0].IsWhole() {
			return nil, fmt.Errorf("the recorded response %s is not of one chapter", e.Name())
		}
		chapter := selection[0].Chapter
		r := all[chapter]
		if r == nil {
			r = &recording{}
			r.read = sync.OnceValues(func() (map[int]mashal.Result, error) { return r.decode(chapter, text) })
			all[chapter] = r
		}
		r.paths = append(r.paths, filepath.Join(folder, e.Name()))
	}
	if len(all) == 0 {
		return nil, mashal.Usagef("a folder that has them", "%s has no recorded responses such as Ezekiel_21_20251224_222533.json", folder)
	}
	return all, nil
}

// maxRecorded bounds a recorded response, in bytes: those there are have 1,500
// a verse.
const maxRecorded = 16 << 20

// kept are the responses as answers of a model to questions for the whole
// chapter.
func (r *recording) kept(model string, chapter mashal.Chapter) (list []annotate.RecordedAnswer, err error) {
	for _, path := range r.paths {
		response, err := readRegular(path, maxRecorded)
		if err == nil && len(response) > maxRecorded {
			err = fmt.Errorf("%s has more than %d MB", path, maxRecorded>>20)
		}
		if err != nil {
			return nil, fmt.Errorf("read the recorded response for %s: %w", chapter, err)
		}
		list = append(list, annotate.RecordedAnswer{Model: model, Verses: mashal.Whole(chapter).Numbers(), Answer: response, Form: annotate.Recorded})
	}
	return list, nil
}

// decode reads the responses for one chapter: of each verse the latest that
// holds it sound.
func (r *recording) decode(chapter mashal.Chapter, text *corpus.Corpus) (map[int]mashal.Result, error) {
	ch, err := text.Chapter(chapter)
	if err != nil {
		return nil, err
	}
	kept, err := r.kept("", chapter)
	if err != nil {
		return nil, err
	}
	results, err := annotate.Reread(ch, mashal.Whole(chapter).Numbers(), kept)
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

// replay gives the latest response as it is, of a chapter in part the objects
// of the verses asked for, which are as they were.
func (all recordings) replay(d demand) (string, error) {
	r, ok := all[d.chapter]
	if !ok {
		return "", fmt.Errorf("no response for %s is recorded", d.chapter)
	}
	response, err := os.ReadFile(r.paths[0])
	if err != nil {
		return "", fmt.Errorf("read the recorded response for %s: %w", d.chapter, err)
	}
	var objects []json.RawMessage
	if len(d.verses) == d.chapter.Verses() || json.Unmarshal(response, &objects) != nil {
		return string(response), nil // what is broken cannot be taken apart
	}
	var kept []string
	for _, object := range objects {
		var head struct{ Verse int }
		if json.Unmarshal(object, &head) == nil && slices.Contains(d.verses, head.Verse) {
			kept = append(kept, "\n  "+string(object))
		}
	}
	return "[" + strings.Join(kept, ",") + "\n]", nil
}
