package rules_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/reference"
	"mashal/rules"
)

// ref parses a reference to one verse.
func ref(t testing.TB, s string) mashal.Ref {
	t.Helper()
	selection, err := reference.ParseSelection([]string{s})
	if err != nil {
		t.Fatal(err)
	}
	return mashal.Ref{Chapter: selection[0].Chapter, Verse: selection[0].First}
}

// TestFindings checks the figures that the rules find in known verses.
func TestFindings(t *testing.T) {
	tests := []struct {
		verse, types, span, source, vehicle, category, domain string
	}{
		// כַּשֶּׂה לַטֶּבַח יוּבָל, up to the zaqef.
		{"Isa 53:7", "simile", "7-9", "simile-noun", "lamb", "animal", "nature"},
		// Poetic accents: from the revia on והיה to the ole weyored on מים.
		{"Ps 1:3", "simile", "2-6", "simile-noun", "tree", "plant", "nature"},
		{"Deut 1:31", "simile", "8-12", "simile-kaasher", "a man", "person", "society"},
		{"Ps 18:3", "metaphor", "3", "fortress", "a fortress", "building", "things made"},
		{"Gen 6:8", "idiom", "2-4", "find-favour", "", "", ""},
		{"Ezek 2:5", "idiom metonymy", "7-8", "house-of-rebellion", "a house", "building", "things made"},
		{"Isa 55:12", "personification", "7-8", "nature-rejoices", "one who sings", "person", "society"},
	}
	for _, test := range tests {
		t.Run(test.verse, func(t *testing.T) {
			want := []string{test.types, test.span, test.source, test.category, test.domain}
			var found []string
			for _, f := range wholeBible()[ref(t, test.verse)] {
				var types []string
				for _, typ := range f.Types {
					types = append(types, string(typ))
				}
				got := []string{strings.Join(types, " "), f.Span.String(), f.Source, f.Vehicle.Category, f.Vehicle.Domain}
				if slices.Equal(got, want) && strings.Contains(f.Vehicle.Specific, test.vehicle) {
					return
				}
				found = append(found, strings.Join(append(got, f.Vehicle.Specific), " | "))
			}
			t.Errorf("found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(append(want, test.vehicle), " | "))
		})
	}
}

// TestVehiclesAreNamed checks that a vehicle is named by its English without the
// particles before and after it.
func TestVehiclesAreNamed(t *testing.T) {
	for verse, vehicle := range map[string]string{
		"Ezek 1:4":  "glowing metal",    // "as it were glowing metal"
		"Ezek 10:1": "a sapphire stone", // "as it were a sapphire stone, as"
		"Deut 32:2": "the dew",          // "as the dew, as"
		"Num 23:24": "a lioness",        // "as a lioness. As"
		"Jer 18:17": "an east wind",     // "as with an east wind"
		"Nah 2:9":   "a pool of water",  // "of old like a pool of water"
		"Isa 53:7":  "a lamb",           // "as a lamb"
		"Ezek 1:28": "the appearance of the rainbow",
	} {
		var found []string
		for _, f := range wholeBible()[ref(t, verse)] {
			found = append(found, f.Vehicle.Specific)
		}
		if !slices.Contains(found, vehicle) {
			t.Errorf("%s has the vehicles %q and not %q", verse, found, vehicle)
		}
	}
}

// TestAnnotateParts checks that a passage gets the same results as the whole
// chapter: one for each verse, in order.
func TestAnnotateParts(t *testing.T) {
	a := defaults(t).Annotator("text")
	chapter, err := text().Chapter(ref(t, "Isa 53:1").Chapter)
	if err != nil {
		t.Fatal(err)
	}
	collect := func(p mashal.Passage) (results []mashal.Result) {
		err := a.Annotate(context.Background(), chapter, p.Numbers(), func(r mashal.Result) error {
			results = append(results, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return results
	}
	whole := collect(mashal.Whole(chapter.Chapter))
	if len(whole) != 12 {
		t.Fatalf("%d results for 12 verses", len(whole))
	}
	for i, r := range whole {
		if r.Verse != i+1 || r.Failure != nil || r.Deliberation == "" {
			t.Errorf("result %d: %+v", i, r)
		}
	}
	part := collect(mashal.Passage{Chapter: chapter.Chapter, First: 6, Last: 8})
	if diff := cmp.Diff(whole[5:8], part); diff != "" {
		t.Errorf("verses 6-8 alone differ:\n%s", diff)
	}
	if len(collect(mashal.Passage{Chapter: chapter.Chapter, First: 1, Last: 1})) != 1 {
		t.Error("one verse gives not one result")
	}
}

// TestAnnotateStops checks that Annotate returns the error of emit, of the
// context, and of a verse that the chapter lacks.
func TestAnnotateStops(t *testing.T) {
	a := defaults(t).Annotator("text")
	chapter, err := text().Chapter(ref(t, "Gen 1:1").Chapter)
	if err != nil {
		t.Fatal(err)
	}
	whole := mashal.Whole(chapter.Chapter).Numbers()
	full := errors.New("full")
	seen := 0
	err = a.Annotate(context.Background(), chapter, whole, func(mashal.Result) error {
		if seen++; seen == 3 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || seen != 3 {
		t.Errorf("emit failed at the third result; %d were emitted, and the error is %v", seen, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := a.Annotate(ctx, chapter, whole, func(mashal.Result) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context the error is %v", err)
	}
	for _, verses := range [][]int{{0, 1, 2}, {30, 31, 32}} {
		if err := a.Annotate(context.Background(), chapter, verses, func(mashal.Result) error { return nil }); err == nil {
			t.Errorf("verses %v were annotated from the text of %s", verses, chapter.Chapter)
		}
	}
}

// TestAnnotateTogether checks that concurrent callers of one annotator get the
// same results.
func TestAnnotateTogether(t *testing.T) {
	a := defaults(t).Annotator("text")
	ch := ref(t, "Ps 18:1").Chapter
	want := annotate(t, a, ch)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			if diff := cmp.Diff(want, annotate(t, a, ch)); diff != "" {
				t.Errorf("a concurrent caller got other figures:\n%s", diff)
			}
		})
	}
	workers.Wait()
}

// TestIdentity checks that the fingerprint depends on the rules and the text.
func TestIdentity(t *testing.T) {
	load := func(file string) *rules.Set {
		t.Helper()
		set, err := rules.Load("rules.yaml", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	one := load(valid).Annotator("text 1").Identity()
	if one.Name != "rules" || one.Kind != mashal.ByRules || !strings.HasPrefix(one.Version, "1+") || len(one.Fingerprint) != 64 {
		t.Errorf("the annotator names itself %+v", one)
	}
	if again := load(valid).Annotator("text 1").Identity(); again != one {
		t.Errorf("the same rules and text are %+v and %+v", one, again)
	}
	for name, other := range map[string]mashal.Annotator{
		"another text": load(valid).Annotator("text 2").Identity(),
		"other rules":  load(valid + "# a comment\n").Annotator("text 1").Identity(),
	} {
		if other.Fingerprint == one.Fingerprint {
			t.Errorf("%s has the same fingerprint", name)
		}
	}
}

// BenchmarkWholeBible reports the verses annotated per second on one core.
func BenchmarkWholeBible(b *testing.B) {
	a := defaults(b).Annotator("text")
	var chapters []*mashal.ChapterText
	verses := 0
	for ch := range text().Chapters() {
		chapters = append(chapters, ch)
		verses += len(ch.Verses)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, ch := range chapters {
			if err := a.Annotate(context.Background(), ch, mashal.Whole(ch.Chapter).Numbers(), func(mashal.Result) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(verses*b.N)/b.Elapsed().Seconds(), "verses/s")
}

// BenchmarkDefault measures loading the embedded rules, which every command that
// annotates does at its start.
func BenchmarkDefault(b *testing.B) {
	files := ruleFiles(b)
	b.SetBytes(int64(len(files)))
	for b.Loop() {
		if _, err := rules.Load("rules", files); err != nil {
			b.Fatal(err)
		}
	}
}
