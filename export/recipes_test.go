package export_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/export"
	"mashal/reference"
)

const recipes = "../docs/exports.md"

// blocks returns the code of docs/exports.md in a language, without its fences.
func blocks(t *testing.T, language string) string {
	t.Helper()
	doc, err := os.ReadFile(recipes)
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, block := range strings.Split(string(doc), "\n```"+language+"\n")[1:] {
		block, _, _ = strings.Cut(block, "\n```")
		code.WriteString(block + "\n")
	}
	return code.String()
}

// readings returns readings of three books, of three genres: verses with and without figures, a
// figure whose types were rejected, one that is two figures, and one verse that failed.
func readings(by mashal.Annotator) []*mashal.Reading {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	figure := func(word int, speaker string, types ...mashal.Type) mashal.JudgedFigure {
		return mashal.JudgedFigure{Figure: mashal.Figure{
			Types: types, Span: mashal.ExactSpan(mashal.WordRange{First: word, Last: word}), Confidence: .8,
			Vehicle: mashal.Tag{Specific: "6-9"}, Explanation: "=1+1", Speaker: speaker,
		}}
	}
	var all []*mashal.Reading
	for i, osis := range []string{"Gen 1", "Hos 1", "Ps 23"} {
		selection, err := reference.ParseSelection([]string{osis})
		if err != nil {
			panic(err)
		}
		r := &mashal.Reading{ID: int64(i + 1), Revision: 1, Chapter: selection[0].Chapter, Number: 1, Run: "20260301T120000Z-0001", Annotator: by}
		for verse := 1; verse <= r.Chapter.Verses(); verse++ {
			v := mashal.VerseReading{Verse: verse, State: mashal.Done, At: at}
			switch {
			case verse == 4:
				v.State, v.Failure = mashal.Failed, &mashal.Failure{Kind: "cut", Reason: "The answer was cut."}
			case verse == 5:
				rejected := figure(1, "Mar 5", mashal.Hyperbole)
				rejected.Verdicts = []mashal.Verdict{{Type: mashal.Hyperbole, Decision: mashal.Invalid, By: "Miriam"}}
				v.Figures = []mashal.JudgedFigure{rejected}
			case verse%3 == 0:
				v.Figures = []mashal.JudgedFigure{figure(1, "Mar 5", mashal.Metaphor), figure(2, "NA", mashal.Simile, mashal.Metaphor)}
			case verse == 1 && i > 0:
				v.Figures = []mashal.JudgedFigure{figure(1, "David", mashal.Idiom)}
			}
			plain := make([]mashal.Figure, len(v.Figures))
			for k := range v.Figures {
				plain[k] = v.Figures[k].Figure
			}
			for k, id := range mashal.FigureIDs(mashal.Ref{Chapter: r.Chapter, Verse: verse}, plain) {
				v.Figures[k].ID = id
			}
			r.Verses = append(r.Verses, v)
		}
		all = append(all, r)
	}
	return all
}

var (
	reader  = mashal.Annotator{Name: "sim:large", Kind: mashal.ByModel, Version: "1.10", Fingerprint: "model-2"}
	matcher = mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1.10", Fingerprint: "rules-2"}
)

// few selects the chapters of readings and one more.
var few = index.Filter{Selection: mashal.Select(
	mashal.Whole(mashal.Chapter{Book: 1, Number: 1}), mashal.Whole(mashal.Chapter{Book: 15, Number: 1}),
	mashal.Whole(psalm23), mashal.Whole(mashal.Chapter{Book: 27, Number: 24}),
)}

// matches writes readings to a concordance and matches a filter on it.
func matches(t testing.TB, f index.Filter, readings ...*mashal.Reading) *index.Matches {
	t.Helper()
	path := filepath.Join(t.TempDir(), "concordance.db")
	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readings {
		chapter, err := text().Chapter(r.Chapter)
		if err == nil {
			err = c.Put(t.Context(), r, chapter)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := index.OpenReader(t.Context(), path, textLexicon())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	var m *index.Matches
	if err := reader.View(t.Context(), func(s *index.Snapshot) (err error) {
		m, err = s.Match(t.Context(), f)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return m
}

// exported writes both tables as CSV to a folder.
func exported(t testing.TB, m *index.Matches) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, o := range []export.Options{{}, {Verses: true}} {
		file, err := os.Create(filepath.Join(dir, o.Table().Name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = format(t, "csv").Write(t.Context(), file, m, o)
		if err = errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wanted is what the recipes must compute from readings, as lines of text.
func wanted(all []*mashal.Reading) string {
	var lines []string
	counts := map[[2]string]int{}
	joined := 0
	for _, r := range all {
		chapter, err := text().Chapter(r.Chapter)
		if err != nil {
			panic(err)
		}
		verses, with, metaphors, words, figures := 0, 0, 0, 0, 0
		for _, v := range r.Verses {
			joined += max(1, len(v.Figures))
			if v.State != mashal.Done {
				continue
			}
			verses++
			words += len(chapter.Verses[v.Verse-1].Words)
			left, metaphor := 0, false
			for _, f := range v.Figures {
				if len(f.Verdicts) == 0 {
					left++
				}
				for _, t := range f.Types {
					if t != mashal.Hyperbole { // rejected
						counts[[2]string{r.Chapter.Book.Name(), string(t)}]++
					}
					metaphor = metaphor || t == mashal.Metaphor
				}
			}
			if figures += left; left > 0 {
				with++
			}
			if metaphor {
				metaphors++
			}
		}
		lines = append(lines,
			fmt.Sprintf("share %s %d %.6f %.6f", mashal.GenreOf(r.Chapter), verses, float64(with)/float64(verses), float64(metaphors)/float64(verses)),
			fmt.Sprintf("rate %s %d %d %.6f", r.Chapter.Book.Name(), words, figures, 1000*float64(figures)/float64(words)))
	}
	for key, n := range counts {
		lines = append(lines, fmt.Sprintf("count %s %s %d", key[0], key[1], n))
	}
	lines = append(lines, fmt.Sprintf("joined %d", joined), fmt.Sprint("missing version ", 0), "version 1.10", "named NA "+fmt.Sprint(named(all, "NA")))
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// named returns the number of figures with a speaker.
func named(all []*mashal.Reading, speaker string) (n int) {
	for _, r := range all {
		for _, v := range r.Verses {
			for _, f := range v.Figures {
				if f.Speaker == speaker {
					n++
				}
			}
		}
	}
	return n
}

// run runs a program on a script in a folder, and returns the lines that it prints, sorted.
func run(t *testing.T, dir, code string, program ...string) string {
	t.Helper()
	file := filepath.Join(dir, "recipe")
	if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program[0], append(program[1:], file)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, stderr.String(), code)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// TestRecipesInR runs the recipes of docs/exports.md in R.
func TestRecipesInR(t *testing.T) {
	t.Parallel()
	r, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("there is no Rscript (apt-get install r-base-core)")
	}
	code := blocks(t, "r") + `
for (b in rownames(counts)) for (t in colnames(counts)) if (counts[b, t] > 0) cat(sprintf("count %s %s %d\n", b, t, counts[b, t]))
cat(sprintf("share %s %d %.6f %.6f\n", shares$genre, shares$verses, shares$share, shares$share_metaphor), sep = "")
cat(sprintf("rate %s %d %d %.6f\n", rates$book, rates$words, rates$figures, rates$per_1000_words), sep = "")
cat(sprintf("joined %d\n", nrow(joined[!is.na(joined$reading), ])))
cat(sprintf("missing version %d\n", sum(is.na(figures$annotator_version))))
cat(sprintf("version %s\n", sub("^'", "", unique(figures$annotator_version))))
cat(sprintf("named NA %d\n", sum(figures$speaker == "NA")))
`
	all := readings(reader)
	got := run(t, exported(t, matches(t, few, all...)), code, r, "--vanilla")
	if diff := cmp.Diff(wanted(all), got); diff != "" {
		t.Errorf("R computes otherwise (-want +got):\n%s", diff)
	}
}

// TestRecipesInPandas runs the recipes of docs/exports.md in Python.
func TestRecipesInPandas(t *testing.T) {
	t.Parallel()
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} { // Debian's packages are for its own Python
		if exec.CommandContext(t.Context(), name, "-c", "import pandas").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		t.Skip("Python has no pandas (apt-get install python3-pandas)")
	}
	code := blocks(t, "python") + `
for (b, t), n in counts.stack().items():
    if n: print(f"count {b} {t} {n}")
for genre, r in shares.iterrows(): print(f"share {genre} {int(r.verses)} {r.share:.6f} {r.share_metaphor:.6f}")
for book, r in rates.iterrows(): print(f"rate {book} {int(r.words)} {int(r.figures)} {r.per_1000_words:.6f}")
print("joined", joined["reading"].notna().sum())
print("missing version", figures["annotator_version"].isna().sum())
for v in figures["annotator_version"].unique(): print("version", v.removeprefix("'"))
print("named NA", (figures["speaker"] == "NA").sum())
`
	all := readings(reader)
	got := run(t, exported(t, matches(t, few, all...)), code, python)
	if diff := cmp.Diff(wanted(all), got); diff != "" {
		t.Errorf("pandas computes otherwise (-want +got):\n%s", diff)
	}
}

// TestRecipesOfSpreadsheets checks that the formulas of docs/exports.md name the columns that they
// mean.
func TestRecipesOfSpreadsheets(t *testing.T) {
	doc, err := os.ReadFile(recipes)
	if err != nil {
		t.Fatal(err)
	}
	meant := map[string]string{
		"figures!C": "book", "figures!F": "osis", "figures!W": "types",
		"verses!A": "osis", "verses!D": "book", "verses!I": "genre", "verses!L": "verse_hebrew_unpointed", "verses!N": "state", "verses!O": "read", "verses!P": "words", "verses!Q": "figures",
	}
	cells := regexp.MustCompile(`(figures|verses)!([A-Z])`).FindAllStringSubmatch(string(doc), -1)
	if len(cells) < 15 {
		t.Errorf("the formulas name %d cells", len(cells))
	}
	for _, cell := range cells {
		table := map[string]*export.Table{"figures": export.Figures, "verses": export.Verses}[cell[1]]
		if name := table.Columns[cell[2][0]-'A'].Name; name != meant[cell[0]] {
			t.Errorf("%s is the column %s, not %q", cell[0], name, meant[cell[0]])
		}
	}
}

// sheetOf reads a CSV file: its rows by the names of their columns.
func sheetOf(t *testing.T, file string) (rows []map[string]string) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(in).ReadAll()
	if err = errors.Join(err, in.Close()); err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}
