package concordance_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/concordance"
)

// The columns of Tzafun's tables, in its order.
const (
	verseColumns = `id reference book chapter verse hebrew_text hebrew_text_stripped hebrew_text_non_sacred english_text english_text_clean
		english_text_clean_non_sacred english_text_non_sacred word_count llm_restriction_error figurative_detection_deliberation
		figurative_detection_deliberation_non_sacred instances_detected instances_recovered instances_lost_to_truncation truncation_occurred
		both_models_truncated model_used processed_at`
	figureColumns = `id verse_id book chapter verse
		figurative_language simile metaphor personification idiom hyperbole metonymy other
		final_figurative_language final_simile final_metaphor final_personification final_idiom final_hyperbole final_metonymy final_other
		target vehicle ground posture confidence figurative_text figurative_text_non_sacred figurative_text_in_hebrew
		figurative_text_in_hebrew_stripped figurative_text_in_hebrew_non_sacred explanation speaker purpose tagging_analysis_deliberation
		validation_decision_simile validation_decision_metaphor validation_decision_personification validation_decision_idiom
		validation_decision_hyperbole validation_decision_metonymy validation_decision_other
		validation_reason_simile validation_reason_metaphor validation_reason_personification validation_reason_idiom
		validation_reason_hyperbole validation_reason_metonymy validation_reason_other
		validation_response validation_error model_used processed_at`
)

func TestViewsHaveTzafunsColumns(t *testing.T) {
	c := fresh(t)
	for view, want := range map[string]string{"verses": verseColumns, "figurative_language": figureColumns} {
		rows, err := c.Read().Query(`SELECT * FROM ` + view)
		if err != nil {
			t.Fatal(err)
		}
		got, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s has the columns %q", view, got)
		}
	}
}

// TestOutcomes checks that the views name an unmarked verse as the root package does: a
// matcher's is never one in which none was found.
func TestOutcomes(t *testing.T) {
	learned := mashal.Annotator{Name: "learned", Kind: mashal.ByLearning, Version: "1", Fingerprint: "learned"}
	simulated := mashal.Annotator{Name: "sim", Kind: mashal.BySimulation, Version: "1", Fingerprint: "sim"}
	for _, by := range []mashal.Annotator{rules, learned, model, person, simulated} {
		c := fresh(t)
		r := reading(1, psalm23, by, func(v *mashal.Verse) []mashal.JudgedFigure {
			if v.Verse > 1 {
				return nil
			}
			return some(v)
		})
		r.Verses[1].State, r.Verses[1].Failure = mashal.Failed, &mashal.Failure{Kind: "cut", Reason: "The answer was cut."}
		r.Verses = r.Verses[:4]
		put(t, c, r)
		silence, counted := string(by.Kind.Silence()), "0"
		if by.Kind.Matcher() {
			counted = "NULL"
		}
		var got []string
		for _, query := range []string{
			`SELECT group_concat(claim || ' ' || kind || ' ' || outcome, ', ') AS n FROM outcomes`,
			`SELECT group_concat(coalesce(instances_detected, 'NULL'), ' ') AS n FROM verses`,
		} {
			got = append(got, strings.TrimSpace(table(t, c, query)))
		}
		head := string(by.Kind.Claim()) + " " + string(by.Kind) + " "
		want := []string{
			"n=" + head + "figures, " + head + "failed, " + head + silence + ", " + head + silence,
			"n=1 NULL " + counted + " " + counted + " NULL NULL",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, not %q", by.Kind, got, want)
		}
	}
}

func TestCurrent(t *testing.T) {
	c := fresh(t)
	early := reading(1, obadiah, rules, some)
	late := reading(2, obadiah, rules, some)
	late.Number, late.Run = 2, "run-again"
	model1 := reading(3, obadiah, model, some)
	human := reading(4, obadiah, person, some)
	elsewhere := reading(5, psalm23, rules, some)
	want := func(when, annotator, run string) {
		t.Helper()
		if got := table(t, c, `SELECT annotator, run FROM reading WHERE current AND book = 18`); got != "annotator="+annotator+"\nrun="+run+"\n\n" {
			t.Errorf("%s: %s", when, got)
		}
		if got := table(t, c, `SELECT DISTINCT model_used FROM figurative_language WHERE book = 'Obadiah'`); got != "model_used="+annotator+"\n\n" {
			t.Errorf("%s: the view shows %s", when, got)
		}
	}
	put(t, c, elsewhere, late)
	want("one reading", "rules", "run-again")
	put(t, c, early)
	want("an earlier one put later", "rules", "run-again")
	put(t, c, human)
	want("a person", "Miriam", "run-Miriam")
	put(t, c, model1)
	want("a model", "Miriam", "run-Miriam")

	if err := c.SetCurrent(t.Context(), "run-rules"); err != nil {
		t.Fatal(err)
	}
	want("a chosen run", "rules", "run-rules")
	put(t, c, human, model1)
	want("a chosen run is kept", "rules", "run-rules")
	if run, err := c.Current(t.Context()); run != "run-rules" || err != nil {
		t.Error(run, err)
	}
	if err := c.SetCurrent(t.Context(), "run-of-nobody"); err != nil {
		t.Fatal(err)
	}
	want("a run without readings", "Miriam", "run-Miriam")
	if err := c.SetCurrent(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	want("no choice", "Miriam", "run-Miriam")
	if got := table(t, c, `SELECT count(*) FROM reading WHERE current`); got != "count(*)=2\n\n" {
		t.Error("current in two chapters:", got)
	}
}

// TestCommandLine asks with the sqlite3 program what people are told to ask.
func TestCommandLine(t *testing.T) {
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		skip(t, "there is no sqlite3 in the PATH")
	}
	path := filepath.Join(t.TempDir(), "concordance.db")
	c, err := concordance.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, c, judged(), reading(8, obadiah, rules, some))
	ask := func(query, want string) {
		t.Helper()
		out, err := exec.Command(program, path, query).CombinedOutput()
		if err != nil || string(out) != want {
			t.Errorf("%s: %v\n%s", query, err, out)
		}
	}
	const count = "SELECT book, chapter, COUNT(*) AS instances FROM figurative_language GROUP BY book, chapter;"
	ask(count, "Obadiah|1|11\nPsalms|23|4\n") // while it is open for writing
	put(t, c, reading(9, ezekiel1, rules, some))
	ask(count, "Ezekiel|1|14\nObadiah|1|11\nPsalms|23|4\n")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	ask(count, "Ezekiel|1|14\nObadiah|1|11\nPsalms|23|4\n")
	ask(`SELECT count(*) FROM verses WHERE length(hebrew_text_non_sacred) > 0`, "55\n")
	ask(`SELECT reference FROM verses WHERE id IN (SELECT rowid FROM verse_text WHERE verse_text MATCH 'hebrew_forms:צלמות AND english:valleys')`, "Psalms 23:4\n")
	ask(`SELECT sum(length(coalesce(target, '')) + length(validation_decision_metaphor)) FROM figurative_language`, "26\n")
	ask(`PRAGMA integrity_check`, "ok\n")
	ask(`INSERT INTO verse_text (verse_text, rank) VALUES ('integrity-check', 1)`, "")
}

// TestVerseText asks the full-text table of verses as docs/schema.md does.
func TestVerseText(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, psalm23, rules, some))
	const query = `SELECT reference FROM verse_text JOIN verses ON verses.id = verse_text.rowid WHERE verse_text MATCH `
	for match, want := range map[string]string{"english: shepherds": "Psalms 23:1", "hebrew_forms: צלמות": "Psalms 23:4"} {
		if got := strings.TrimSpace(table(t, c, query+`'`+match+`'`)); got != "reference="+want {
			t.Errorf("%s: %q, not %s", match, got, want)
		}
	}
}
