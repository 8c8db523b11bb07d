// Gen makes the embedded text of package corpus from the packages that hold
// it: the Open Scriptures Hebrew Bible (npm morphhb) and the World English
// Bible (Debian sword-text-web). The same packages give the same bytes.
//
//	go run ./corpus/gen -fetch           obtain the packages, compare with the file there is
//	go run ./corpus/gen -fetch -update   make the file
//	go run ./corpus/gen -measure         measure the alignment of English to Hebrew
//
// It exits 1 if something is wrong or the file differs, and 3 if the packages
// cannot be had, which says nothing about the file (go run itself exits 1 for
// both: build it to tell them apart).
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
	case errors.Is(err, errAbsent):
		fmt.Fprintf(os.Stderr, "gen: %v\nRun it with -fetch where npm and apt-get work.\n", err)
		os.Exit(3)
	case err != nil:
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	folder := "mashal-packages"
	if user, err := os.UserCacheDir(); err == nil {
		folder = filepath.Join(user, folder)
	}
	var (
		packages = flag.String("packages", folder, "`folder` with the packages")
		file     = flag.String("o", filepath.Join("corpus", "tanakh.bin"), "the embedded `file`")
		fetch    = flag.Bool("fetch", false, "obtain missing packages with npm and apt-get")
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
	there, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	if !bytes.Equal(made, there) {
		return fmt.Errorf("%s differs from what the packages give: make it anew with -update and see what changed", *file)
	}
	fmt.Printf("%s is what the packages give\n", *file)
	return nil
}
