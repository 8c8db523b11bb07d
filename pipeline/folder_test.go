package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal/pipeline"
)

func TestSecondProcessIsToldWhoHolds(t *testing.T) {
	cfg := testConfig(t, "Joel", &scripted{})
	release, err := cfg.Folder.Lock([]string{"mashal", "annotate", "all"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = pipeline.Run(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) || !strings.Contains(err.Error(), "mashal annotate all") {
		t.Errorf("the error %q does not say who holds the folder", err)
	}
	if holder, held, err := cfg.Folder.Holder(); err != nil || !held || holder.PID != os.Getpid() {
		t.Errorf("holder %v, held %v, %v", holder, held, err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if _, held, err := cfg.Folder.Holder(); err != nil || held {
		t.Errorf("still held after the release (%v)", err)
	}
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Error(err)
	}
}

// Users who may read the concordance may also see which process holds the folder.
func TestLockCanBeReadLikeTheConcordance(t *testing.T) {
	cfg := testConfig(t, "Obadiah", &scripted{})
	if _, err := pipeline.Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	var modes [2]os.FileMode
	for i, path := range []string{cfg.Folder.Concordance(), filepath.Join(string(cfg.Folder), "lock")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		modes[i] = info.Mode()
	}
	if modes[0] != modes[1] {
		t.Errorf("the concordance is %s, the lock %s", modes[0], modes[1])
	}
}
