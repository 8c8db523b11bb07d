// Gen trains the embedded model of package learned, and measures it on books that it was
// not trained on. The same annotations and rules give the same bytes.
//
//	go run ./learned/gen            train and compare with the existing files
//	go run ./learned/gen -update    train and write the files
//
// The annotations are material beside the checkout: the readings of a model and the notes
// of translators. Gen exits with 1 if it fails or a file differs, and with 3 if there are
// no annotations, in which case the files are not checked. (go run exits with 1 in both
// cases. Build the program to distinguish them.)
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mashal"
	"mashal/learned"
)

func main() {
	switch err := run(); {
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(3)
	case err != nil:
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
}

// run parses the flags, trains and measures the model, and writes or compares the files.
func run() error {
	var (
		shared = flag.String("annotations", filepath.Join("..", "shared"), "`folder` with the annotations")
		folder = flag.String("o", "learned", "`folder` of the package")
		update = flag.Bool("update", false, "write the files instead of comparing with them")
	)
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	if _, err := os.Stat(filepath.Join(*shared, "silver")); err != nil {
		return err
	}
	m, err := readMaterial(*shared)
	if err != nil {
		return err
	}
	t := newTrainer(m)
	model := &learned.Model{Vectors: t.vectors}
	var suggested []suggestions
	byGenre := t.scoreGenres()
	t.shifts = shifts(byGenre)
	for _, typ := range mashal.Types {
		if typ == mashal.Other { // a model that reads the same chapter twice agrees with itself on one in three
			continue
		}
		d, s := t.learn(typ, all)
		model.Detectors = append(model.Detectors, d)
		suggested = append(suggested, s)
	}
	weights, err := model.Encode()
	if err != nil {
		return err
	}
	measures, err := json.MarshalIndent(t.measure(len(weights), suggested, byGenre), "", "\t")
	if err != nil {
		return err
	}
	measures = append(measures, '\n')
	for _, file := range []struct {
		name string
		made []byte
	}{{"weights.bin", weights}, {"measures.json", measures}, {filepath.Join("gen", "leftout.tsv"), t.claimsLeftOut()}} {
		path := filepath.Join(*folder, file.name)
		if *update {
			if err := os.WriteFile(path, file.made, 0o644); err != nil {
				return err
			}
			continue
		}
		existing, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read %s: %v", path, err)
		}
		if !bytes.Equal(file.made, existing) {
			return fmt.Errorf("%s differs from what is trained; run gen -update and compare the measures", path)
		}
		fmt.Printf("%s equals what is trained\n", path)
	}
	return nil
}

// all accepts every example.
func all(*example) bool { return true }
