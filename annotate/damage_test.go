package annotate_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/salvage"
)

// A broken response, labelled by the generator of damage.
type broken struct {
	File, Source, Kind string
	Verses             []struct {
		Verse  int
		Intact bool
	}
	data []byte
}

// corrupt breaks the good responses in a folder, n files of every kind.
func corrupt(t testing.TB, good string, n int, seed uint64) []broken {
	t.Helper()
	source, out := t.TempDir(), t.TempDir() // the folder beside the project is only read
	if err := os.CopyFS(source, os.DirFS(needs(t, "corrupt"))); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", ".", "-in", good, "-out", out, "-kind", "all", "-n", fmt.Sprint(n), "-seed", fmt.Sprint(seed))
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run the generator of damage: %v\n%s", err, msg)
	}
	manifests, err := filepath.Glob(filepath.Join(out, "*", "manifest.json"))
	if err != nil || len(manifests) == 0 {
		t.Fatalf("the generator left no manifest: %v", err)
	}
	var all []broken
	for _, path := range manifests {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var files []broken
		if err := json.Unmarshal(data, &files); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.data, err = os.ReadFile(filepath.Join(filepath.Dir(path), f.File)); err != nil {
				t.Fatal(err)
			}
			all = append(all, f)
		}
	}
	return all
}

// TestDamage breaks the recorded chapters, said in our form, in every way the
// generator knows, and compares what is read with what was said.
func TestDamage(t *testing.T) {
	good := t.TempDir()
	said := map[string]recording{}
	for _, r := range recordings(t, "Ezekiel_2?_*.json") {
		whole := answer(t, r.results...)
		// Read back, so that both sides are what the decoder makes of them.
		var err error
		if r.results, _, err = annotate.Decode(r.chapter, allVerses(r.chapter), whole); err != nil {
			t.Fatal(err)
		}
		said[r.name] = r
		array := strings.TrimSuffix(strings.TrimPrefix(string(whole), `{"verses":`), "}")
		if err := os.WriteFile(filepath.Join(good, r.name), []byte(array), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var sum damageCount
	for _, f := range corrupt(t, good, 25, 1) {
		r := said[f.Source]
		sum.add(t, f, r.chapter, r.results)
	}
	golden(t, "damage.golden", sum.table())
	sum.check(t, .0005)
}

// A damageCount counts by kind of damage how broken responses are read.
type damageCount struct {
	kinds    map[string]*counts
	examples map[string]string
}

// counts are verses. A wrong one was read and is not what was said; it is silent if its
// outcome has no remark.
type counts struct{ intact, recovered, damaged, mended, wrong, silent int }

// add decodes a broken response and compares it with what was said.
func (d *damageCount) add(t *testing.T, f broken, ch *mashal.ChapterText, said []mashal.Result) {
	t.Helper()
	if d.kinds == nil {
		d.kinds, d.examples = map[string]*counts{"all": {}}, map[string]string{}
	}
	results, report, err := annotate.Decode(ch, allVerses(ch), f.data)
	if err != nil {
		t.Fatal(err)
	}
	if d.kinds[f.Kind] == nil {
		d.kinds[f.Kind] = &counts{}
	}
	for _, v := range f.Verses {
		o, _ := report.Outcome(v.Verse)
		i := slices.IndexFunc(results, func(r mashal.Result) bool { return r.Verse == v.Verse })
		k := slices.IndexFunc(said, func(r mashal.Result) bool { return r.Verse == v.Verse })
		right := i >= 0 && cmp.Equal(results[i], said[k])
		for _, c := range []*counts{d.kinds[f.Kind], d.kinds["all"]} {
			switch {
			case v.Intact && right:
				c.intact++
				c.recovered++
			case v.Intact:
				c.intact++
			default:
				c.damaged++
			}
			if o.State == salvage.Mended {
				c.mended++
			}
			if i >= 0 && !right {
				c.wrong++
				if o.Remark == "" {
					c.silent++
					d.examples[f.Kind] = cmp.Diff(said[k], results[i])
				}
			}
		}
	}
}

// table returns the counts as text.
func (d *damageCount) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s %7s %10s %8s %7s %6s %7s\n", "damage", "intact", "recovered", "damaged", "mended", "wrong", "silent")
	for _, kind := range slices.Sorted(maps.Keys(d.kinds)) {
		c := d.kinds[kind]
		fmt.Fprintf(&b, "%-16s %7d %8.2f %% %8d %7d %6d %7d\n", kind, c.intact, 100*float64(c.recovered)/float64(max(1, c.intact)), c.damaged, c.mended, c.wrong, c.silent)
	}
	return b.String()
}

// check holds the counts to their bounds. No reader can tell that English prose has
// lost a part of its middle if both ends still make words, and one that refused what is
// odd would refuse sound answers. So .01 % may be wrong without a remark, and most is the
// share that may be wrong at all.
func (d *damageCount) check(t *testing.T, most float64) {
	t.Helper()
	all := d.kinds["all"]
	if float64(all.recovered) < .999*float64(all.intact) {
		t.Errorf("%d of %d intact verses are recovered, want 99.9 %%", all.recovered, all.intact)
	}
	if float64(all.silent) > .0001*float64(all.recovered) {
		t.Errorf("%d verses are wrong without a remark, want at most .01 %%", all.silent)
	}
	if float64(all.wrong) > most*float64(all.recovered) {
		t.Errorf("%d verses are wrong, with a remark or without, want at most %g %%", all.wrong, 100*most)
	}
	for kind, diff := range d.examples {
		t.Logf("%s: wrong (-said +read):\n%s", kind, diff)
	}
}
