// Words writes salvage/words.gz from lists of English words, one a line:
//
//	go run -C tools ./words LIST... > salvage/words.gz
//
// The lists are american-english-large and british-english-large of the Debian packages
// wamerican-large and wbritish-large 2020.12.07 (SCOWL). Words with other than
// lower-case letters are left out. Each word is written as the number of letters that
// it shares with the word before it, as a letter from A on, and its other letters.
package main

import (
	"bufio"
	"compress/gzip"
	"log"
	"os"
	"slices"
	"strings"
)

func main() {
	var words []string
	for _, path := range os.Args[1:] {
		f, err := os.Open(path) //nolint:gosec // the lists are arguments
		if err != nil {
			log.Fatal(err)
		}
		for s := bufio.NewScanner(f); s.Scan(); {
			if w := s.Text(); len(w) >= 3 && len(w) <= 20 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
				words = append(words, w)
			}
		}
		if err := f.Close(); err != nil {
			log.Fatal(err)
		}
	}
	slices.Sort(words)
	out, err := gzip.NewWriterLevel(os.Stdout, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	before := ""
	for _, w := range slices.Compact(words) {
		shared := 0
		for shared < min(len(w), len(before)) && w[shared] == before[shared] {
			shared++
		}
		if _, err := out.Write(append([]byte{byte('A' + shared)}, w[shared:]...)); err != nil {
			log.Fatal(err)
		}
		before = w
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}
