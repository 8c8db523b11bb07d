package annotate_test

import (
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"mashal"
	"mashal/corpus"
	"mashal/reference"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// needs gives the path of something in the folder beside the project, or skips
// the test.
func needs(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("MASHAL_NO_SKIP") != "" {
			t.Fatalf("%s is absent, and MASHAL_NO_SKIP is set", name)
		}
		t.Skipf("%s is absent", name)
	}
	return path
}

// golden compares got with a file of testdata, or writes it.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what it was (-want +got); if that is right, run the test with -update:\n%s", path, diff)
	}
}

var text = sync.OnceValues(corpus.Open)

func chapter(t testing.TB, book mashal.Book, number int) *mashal.ChapterText {
	t.Helper()
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	ch, err := c.Chapter(mashal.Chapter{Book: book, Number: number})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// bookNamed is the book of that name.
func bookNamed(t testing.TB, name string) mashal.Book {
	t.Helper()
	b, err := reference.ParseBook(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
