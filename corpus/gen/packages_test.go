package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackagesAreThePinnedOnes(t *testing.T) {
	c := cache(t.TempDir())
	if _, err := c.read(morphhb); !errors.Is(err, errAbsent) {
		t.Errorf("a package that is not there: %v", err)
	}
	if err := os.WriteFile(filepath.Join(string(c), morphhb.file), []byte("something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.read(morphhb); err == nil || errors.Is(err, errAbsent) || !strings.Contains(err.Error(), morphhb.sha256) {
		t.Errorf("a package with other bytes: %v", err)
	}
}
