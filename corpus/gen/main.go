// Gen makes the embedded text of package corpus and the embedded dictionary of package
// corpus/lexicon from the source packages: the Open Scriptures Hebrew Bible (npm morphhb),
// the World English Bible (Debian sword-text-web) and Strong's Hebrew dictionary (Debian
// sword-dict-strongs-hebrew). The same packages give the same bytes.
//
//	go run ./corpus/gen -fetch           download the packages and compare with the existing files
//	go run ./corpus/gen -fetch -update   make the files
//	go run ./corpus/gen -measure         measure the alignment of English to Hebrew
//
// It exits with 1 if it fails or a file differs, and with 3 if the packages cannot be
// downloaded, in which case the files are not checked. (go run exits with 1 in both cases.
// Build the program to distinguish them.)
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"mashal/corpus/lexicon"
)

func main() {
	switch err := run(); {
	case errors.Is(err, errUnavailable):
		fmt.Fprintf(os.Stderr, "gen: %v\nRun gen -fetch on a machine with npm and apt-get.\n", err)
		os.Exit(3)
	case err != nil:
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
}

// run parses the flags and makes, checks or measures the text.
func run() error {
	folder := "mashal-packages"
	if user, err := os.UserCacheDir(); err == nil {
		folder = filepath.Join(user, folder)
	}
	var (
		packages = flag.String("packages", folder, "`folder` with the packages")
		file     = flag.String("o", filepath.Join("corpus", "tanakh.bin"), "the embedded `file` of the text")
		words    = flag.String("words", filepath.Join("corpus", "lexicon", "words.bin"), "the embedded `file` of the dictionary")
		fetch    = flag.Bool("fetch", false, "download missing packages with npm and apt-get")
		update   = flag.Bool("update", false, "write the files instead of comparing with them")
		measure  = flag.Bool("measure", false, "only measure the alignment of English to Hebrew")
	)
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	c := cache(*packages)
	if *fetch {
		if err := c.fetch(); err != nil {
			return err
		}
	}
	b, err := readBible(c)
	if err != nil {
		return err
	}
	if *measure {
		return b.measure(os.Stdout)
	}
	b.align()
	text, err := b.encode()
	if err != nil {
		return err
	}
	strongs, err := c.strongs()
	if err != nil {
		return err
	}
	dictionary, err := lexicon.EncodeEntries(b.dictionary(strongs))
	if err != nil {
		return err
	}
	return errors.Join(compare(*file, text, *update), compare(*words, dictionary, *update))
}

// compare writes a file or, unless update is set, returns an error if its contents are
// others.
func compare(file string, made []byte, update bool) error {
	if update {
		return os.WriteFile(file, made, 0o644)
	}
	existing, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(made, existing) {
		return fmt.Errorf("%s differs from what the packages give; run gen -update and compare the two", file)
	}
	fmt.Printf("%s equals what the packages give\n", file)
	return nil
}
