//go:build unix

package tzafun_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mashal/corpus"
	"mashal/tzafun"
)

// TestLinksOutOfTheFolder checks that nothing outside the folder is read, in whichever
// way a link leads there, and that links within it are followed.
func TestLinksOutOfTheFolder(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	const secret = `[{"verse": 1, "figurative_language": []}]`
	const name = recording
	for kind, test := range map[string]struct {
		make func(folder, outside string) error
		says string // "" if it is read
	}{
		"a file": {func(folder, outside string) error {
			return os.WriteFile(filepath.Join(folder, name), []byte(secret), 0o600)
		}, ""},
		"a link within":    {func(folder, _ string) error { return linkTo(folder, "inner/a.json", secret) }, ""},
		"an absolute link": {func(folder, outside string) error { return os.Symlink(outside, filepath.Join(folder, name)) }, "out of the folder"},
		"a relative link":  {func(folder, outside string) error { return os.Symlink("../outside.json", filepath.Join(folder, name)) }, "out of the folder"},
		"a chain":          {func(folder, outside string) error { return chain(folder, outside) }, "out of the folder"},
		"through a folder": {func(folder, outside string) error { return throughFolder(folder, outside) }, "out of the folder"},
		"out and in again": {func(folder, _ string) error {
			return os.Symlink("../"+filepath.Base(folder)+"/inner.json", filepath.Join(folder, name))
		}, "out of the folder"},
		"a circle": {func(folder, _ string) error { return os.Symlink(name, filepath.Join(folder, name)) }, "link"},
		"a link to a folder": {func(folder, outside string) error {
			return os.Symlink(filepath.Dir(outside), filepath.Join(folder, name))
		}, "out of the folder"},
		"a folder": {func(folder, _ string) error { return os.Mkdir(filepath.Join(folder, name), 0o700) }, "not a regular file"},
		"a pipe":   {func(folder, _ string) error { return syscall.Mkfifo(filepath.Join(folder, name), 0o600) }, "not a regular file"},
		"a device": {func(folder, _ string) error { return os.Symlink("/dev/zero", filepath.Join(folder, name)) }, "out of the folder"},
	} {
		t.Run(kind, func(t *testing.T) {
			above := t.TempDir()
			folder, outside := filepath.Join(above, "responses"), filepath.Join(above, "outside.json")
			for _, err := range []error{os.Mkdir(folder, 0o700), os.WriteFile(outside, []byte(secret), 0o600), test.make(folder, outside)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			answers, err := tzafun.Open(folder, text)
			if err != nil {
				t.Fatal(err)
			}
			_, err = tzafun.NewImporter("tzafun", text, answers)
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}

	t.Run("the folder itself", func(t *testing.T) {
		above := t.TempDir()
		folder, link := filepath.Join(above, "responses"), filepath.Join(above, "link")
		for _, err := range []error{os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(folder, name), []byte(secret), 0o600), os.Symlink(folder, link)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		answers, err := tzafun.Open(link, text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tzafun.NewImporter("tzafun", text, answers); err != nil {
			t.Errorf("a link that the user names: %v", err)
		}
	})
}

const recording = "Obadiah_1_20251224_222533.json"

// linkTo makes a link to a file within the folder.
func linkTo(folder, to, content string) error {
	path := filepath.Join(folder, to)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Symlink(to, filepath.Join(folder, recording))
}

// chain makes a link to a link that leads out.
func chain(folder, outside string) error {
	if err := os.Symlink(outside, filepath.Join(folder, "second")); err != nil {
		return err
	}
	return os.Symlink("second", filepath.Join(folder, recording))
}

// throughFolder makes a link into a folder that is a link out.
func throughFolder(folder, outside string) error {
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(folder, "up")); err != nil {
		return err
	}
	return os.Symlink("up/"+filepath.Base(outside), filepath.Join(folder, recording))
}
