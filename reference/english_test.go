package reference_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/reference"
)

func TestFromEnglish(t *testing.T) {
	for english, want := range map[string]string{
		"Gen 31:55": "Gen.32.1", "Gen 32:1": "Gen.32.2", "Gen 1:1": "Gen.1.1", "Gen 1:32": "", "Gen 51:1": "",
		"Joel 2:28": "Joel.3.1", "Joel 3:1": "Joel.4.1", "Mal 4:1": "Mal.3.19", "Hos 1:10": "Hos.2.1", "Hos 2:1": "Hos.2.3",
		"Isa 9:1": "Isa.8.23", "Isa 9:2": "Isa.9.1", "Isa 63:19": "Isa.63.19", "Isa 64:1": "Isa.63.19", "Isa 64:2": "Isa.64.1",
		"Ps 51:1": "Ps.51.1 Ps.51.2 Ps.51.3", "Ps 51:0": "Ps.51.1 Ps.51.2", "Ps 51:2": "Ps.51.4", "Ps 51:19": "Ps.51.21",
		"Ps 23:1": "Ps.23.1", "Ps 23:0": "Ps.23.1", "Ps 3:1": "Ps.3.1 Ps.3.2", "Ps 3:0": "Ps.3.1", "Ps 13:5": "Ps.13.6", "Ps 13:6": "Ps.13.6",
		"1Kgs 18:33": "1Kgs.18.33 1Kgs.18.34", "1Kgs 18:34": "1Kgs.18.34", "1Kgs 22:22": "1Kgs.22.21 1Kgs.22.22", "1Kgs 22:43": "1Kgs.22.43 1Kgs.22.44",
		"Num 26:1": "Num.25.19 Num.26.1", "1Sam 20:42": "1Sam.20.42 1Sam.21.1", "1Sam 21:1": "1Sam.21.2",
	} {
		book, numbers, _ := strings.Cut(english, " ")
		b, err := reference.ParseBook(book)
		if err != nil {
			t.Fatal(err)
		}
		var chapter, verse int
		if _, err := fmt.Sscanf(numbers, "%d:%d", &chapter, &verse); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, ref := range reference.FromEnglish(b, chapter, verse) {
			got = append(got, ref.OSIS())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is %q, want %q", english, got, want)
		}
	}
}

// TestFromEnglishReachesEachVerse checks that every Hebrew verse has an English one, and
// that no English verse stands for one that does not exist.
func TestFromEnglishReachesEachVerse(t *testing.T) {
	reached := map[mashal.Ref]bool{}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for chapter := range b.Chapters() + 3 {
			for verse := range 200 {
				for _, ref := range reference.FromEnglish(b, chapter, verse) {
					if !ref.Valid() {
						t.Fatalf("%s %d:%d is %v", b, chapter, verse, ref)
					}
					reached[ref] = true
				}
			}
		}
	}
	if len(reached) != mashal.Verses {
		t.Errorf("%d of %d verses have an English number", len(reached), mashal.Verses)
	}
}

// TestFromEnglishAgreesWithNotes compares the numbers with those of the human reference.
func TestFromEnglishAgreesWithNotes(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "shared", "reference", "unfoldingword.tsv"))
	if err != nil {
		t.Skip("../shared is absent")
	}
	defer func() { _ = file.Close() }()
	lines, n := bufio.NewScanner(file), 0
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		book, err := reference.ParseBook(cells[0])
		if err != nil {
			continue // the header
		}
		var chapter, verse, hebrewChapter, hebrewVerse int
		if _, err := fmt.Sscanf(cells[1]+" "+cells[2]+" "+cells[3], "%d %d %d:%d", &hebrewChapter, &hebrewVerse, &chapter, &verse); err != nil {
			t.Fatal(err)
		}
		n++
		want := mashal.Ref{Chapter: mashal.Chapter{Book: book, Number: hebrewChapter}, Verse: hebrewVerse}
		if got := reference.FromEnglish(book, chapter, verse); !slices.Contains(got, want) {
			t.Errorf("%s %s is %v, the notes say %v", book, cells[3], got, want)
		}
	}
	if n < 10_000 {
		t.Errorf("only %d notes", n)
	}
}

func TestInEnglish(t *testing.T) {
	for hebrew, want := range map[string]string{
		"Gen.1.1": "Gen.1.1", "Gen.32.1": "Gen.31.55", "Gen.32.2": "Gen.32.1", "Joel.3.1": "Joel.2.28", "Joel.4.1": "Joel.3.1", "Mal.3.19": "Mal.4.1",
		"Ps.23.1": "Ps.23.1", "Ps.3.1": "Ps.3.0", "Ps.3.2": "Ps.3.1", "Ps.51.2": "Ps.51.0", "Ps.51.3": "Ps.51.1", "Ps.51.21": "Ps.51.19",
		"Ps.13.6": "Ps.13.5 Ps.13.6", "Isa.63.19": "Isa.63.19 Isa.64.1", "1Kgs.18.34": "1Kgs.18.33 1Kgs.18.34", "1Kgs.22.44": "1Kgs.22.43",
	} {
		s, err := reference.ParseSelection([]string{strings.Replace(strings.Replace(hebrew, ".", " ", 1), ".", ":", 1)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, ref := range reference.InEnglish(mashal.Ref{Chapter: s[0].Chapter, Verse: s[0].First}) {
			got = append(got, ref.OSIS())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is %q, want %q", hebrew, got, want)
		}
	}
}

// TestInEnglishAndBack checks that every verse is found by each of its English numbers.
func TestInEnglishAndBack(t *testing.T) {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for chapter := 1; chapter <= b.Chapters(); chapter++ {
			for verse := 1; verse <= b.Verses(chapter); verse++ {
				ref := mashal.Ref{Chapter: mashal.Chapter{Book: b, Number: chapter}, Verse: verse}
				english := reference.InEnglish(ref)
				if len(english) == 0 {
					t.Errorf("%s has no English number", ref)
				}
				for _, e := range english {
					if !slices.Contains(reference.FromEnglish(b, e.Number, e.Verse), ref) {
						t.Errorf("%s is %s in English, which is not found as it", ref, e)
					}
				}
			}
		}
	}
}
