package command

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNotice holds NOTICE to the modules that the program is built from, on
// every system it is built for. A module that only tests import is not among
// them, so this also tells when one gets into the program.
func TestNotice(t *testing.T) {
	linked := map[string]string{} // module to the folder of its source
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "mashal/cmd/mashal")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		var stderr bytes.Buffer
		list.Stderr = &stderr
		out, err := list.Output()
		if err != nil {
			t.Fatalf("go list: %v\n%s", err, &stderr)
		}
		for line := range strings.Lines(string(out)) {
			module, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
			if module != "" {
				linked[module] = dir
			}
		}
	}
	notice, err := os.ReadFile("../../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{} // module to its licence
	for _, row := range regexp.MustCompile(`(?m)^(\S+\.\S+) +(\S+(?:, \S+)?)  `).FindAllSubmatch(notice, -1) {
		named[string(row[1])] = string(row[2])
	}
	for _, module := range slices.Sorted(maps.Keys(linked)) {
		licence, ok := named[module]
		if !ok {
			t.Errorf("%s is built into the program and is not in NOTICE", module)
			continue
		}
		if text := licenceText(t, linked[module]); !says(text, licence) {
			t.Errorf("NOTICE gives %s the licence %s, which its files do not bear out", module, licence)
		}
	}
	for _, module := range slices.Sorted(maps.Keys(named)) {
		if _, ok := linked[module]; !ok {
			t.Errorf("NOTICE names %s, which the program is not built from", module)
		}
	}
}

func licenceText(t *testing.T, dir string) string {
	var files []string
	for _, name := range []string{"*LICENSE*", "LICENCE*", "COPYING*"} {
		found, err := filepath.Glob(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatalf("no licence in %s", dir)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

func says(text, licence string) bool {
	marks := map[string]string{
		"MIT":          "Permission is hereby granted, free of charge",
		"BSD-2-Clause": "Redistribution and use in source and binary forms",
		"BSD-3-Clause": "Redistribution and use in source and binary forms",
		"Apache-2.0":   "http://www.apache.org/licenses/",
		"MPL-2.0":      "Mozilla Public License Version 2.0",
		"ISC":          "Permission to use, copy, modify, and distribute this software",
		"Unlicense":    "This is free and unencumbered software released into the public domain",
	}
	for one := range strings.SplitSeq(licence, ", ") {
		if mark := marks[one]; mark == "" || !strings.Contains(text, mark) {
			return false
		}
	}
	return true
}
