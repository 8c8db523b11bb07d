//go:build packages

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mashal/reference"
)

// TestEnglishNumbers compares the English numbers of package reference with the verse map.
// It needs the packages, which gen -fetch downloads: tools/verify runs it after that.
func TestEnglishNumbers(t *testing.T) {
	folder, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	files, err := cache(filepath.Join(folder, "mashal-packages")).hebrew()
	if err != nil {
		t.Fatal(err)
	}
	m, err := readVerseMap(bytes.NewReader(files["VerseMap.xml"]))
	if err != nil {
		t.Fatal(err)
	}
	for hebrew, list := range m {
		for _, english := range list {
			if got := reference.FromEnglish(english.Book, english.Number, english.Verse); !slices.Contains(got, hebrew) {
				t.Errorf("%s in English is %v, the verse map has %s", english, got, hebrew)
			}
		}
	}
}
