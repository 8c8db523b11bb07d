package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackagesAreThePinnedOnes checks that missing packages and packages with a wrong
// digest are rejected.
func TestPackagesAreThePinnedOnes(t *testing.T) {
	c := cache(t.TempDir())
	if _, err := c.read(morphhb); !errors.Is(err, errUnavailable) {
		t.Errorf("missing package: error %v, want errUnavailable", err)
	}
	if err := os.WriteFile(filepath.Join(string(c), morphhb.file), []byte("something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.read(morphhb); err == nil || errors.Is(err, errUnavailable) || !strings.Contains(err.Error(), morphhb.sha256) {
		t.Errorf("package with a wrong digest: error %v, want one with the digest", err)
	}
}
