// Gen makes the embedded text of package corpus from the source packages: the Open
// Scriptures Hebrew Bible (npm morphhb) and the World English Bible (Debian
// sword-text-web). The same packages give the same bytes.
//
//	go run ./corpus/gen -fetch           download the packages and compare with the existing file
//	go run ./corpus/gen -fetch -update   make the file
//	go run ./corpus/gen -measure         measure the alignment of English to Hebrew
//
// It exits with 1 if it fails or the file differs, and with 3 if the packages cannot be
// downloaded, in which case the file is not checked. (go run exits with 1 in both cases.
// Build the program to distinguish them.)
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
		file     = flag.String("o", filepath.Join("corpus", "tanakh.bin"), "the embedded `file`")
		fetch    = flag.Bool("fetch", false, "download missing packages with npm and apt-get")
		update   = flag.Bool("update", false, "write the file instead of comparing with it")
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
	made, err := b.encode()
	if err != nil {
		return err
	}
	if *update {
		return os.WriteFile(*file, made, 0o644)
	}
	existing, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	if !bytes.Equal(made, existing) {
		return fmt.Errorf("%s differs from the text of the packages; run gen -update and compare the two", *file)
	}
	fmt.Printf("%s equals the text of the packages\n", *file)
	return nil
}
