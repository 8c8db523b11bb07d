package annotate_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate"
	"mashal/tzafun"
)

// answer is a whole response with the verses given.
func answer(t testing.TB, results ...mashal.Result) []byte {
	t.Helper()
	b, err := annotate.Encode(results)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A recording is a recorded response, and what it says.
type recording struct {
	name    string
	chapter *mashal.ChapterText
	bytes   []byte
	results []mashal.Result
}

// recordings reads recorded responses by a pattern of their names. Of chapters
// recorded more than once all are given.
func recordings(t testing.TB, pattern string) []recording {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(needs(t, "recorded"), pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recordings %s: %v", pattern, err)
	}
	var all []recording
	for _, path := range paths {
		part := strings.Split(filepath.Base(path), "_")
		number, err := strconv.Atoi(part[1])
		if err != nil {
			t.Fatal(err)
		}
		r := recording{name: filepath.Base(path), chapter: chapter(t, bookNamed(t, part[0]), number)}
		if r.bytes, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		if r.results, _, err = tzafun.Decode(r.chapter, allVerses(r.chapter), r.bytes); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func allVerses(ch *mashal.ChapterText) []int {
	verses := make([]int, len(ch.Verses))
	for i := range verses {
		verses[i] = i + 1
	}
	return verses
}
