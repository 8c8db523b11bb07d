package salvage_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"mashal/salvage"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A damagedFile holds a damaged response and the generator's description of it.
type damagedFile struct {
	File, Source, Kind string
	Verses             []struct {
		Verse  int
		SrcOff int `json:"src_off"`
		SrcLen int `json:"src_len"`
		Intact bool
	}
	data, good []byte
}

// corrupt runs the generator of damage on the recorded responses. It returns n
// damaged responses of every kind.
func corrupt(t testing.TB, n int, seed uint64) []damagedFile {
	t.Helper()
	good, err := filepath.Abs(needs(t, "recorded"))
	if err != nil {
		t.Fatal(err)
	}
	needs(t, "corrupt")
	source := t.TempDir() // the shared folder is only read
	if err := os.CopyFS(source, os.DirFS(filepath.Join(shared, "corrupt"))); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	cmd := exec.Command("go", "run", ".", "-in", good, "-out", out, "-kind", "all",
		"-n", strconv.Itoa(n), "-seed", strconv.FormatUint(seed, 10))
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run the generator of damage: %v\n%s", err, msg)
	}
	manifests, err := filepath.Glob(filepath.Join(out, "*", "manifest.json"))
	if err != nil || len(manifests) == 0 {
		t.Fatalf("the generator wrote no manifest: %v", err)
	}
	originals := map[string][]byte{}
	var all []damagedFile
	for _, path := range manifests {
		var files []damagedFile
		if err := json.Unmarshal(read(t, path), &files); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if originals[f.Source] == nil {
				originals[f.Source] = read(t, filepath.Join(good, f.Source))
			}
			f.good = originals[f.Source]
			f.data = read(t, filepath.Join(filepath.Dir(path), f.File))
			all = append(all, f)
		}
	}
	return all
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A tally counts the results of decoding damaged responses.
type tally struct {
	files                 int
	intact, recovered     int // undamaged verses, and how many of them were recovered
	mended                int // mended verses
	wrong, withdrawnWrong int // objects that differ from the original: kept, withdrawn
	marked                int // of wrong: kept, with a remark
	damaged, headed       int // damaged verses, and how many of them still have their head
	named                 int // how many of the latter are recovered or not reported as missing
	bytes                 int
	took                  time.Duration
}

func (a *tally) add(b tally) {
	a.files += b.files
	a.intact += b.intact
	a.recovered += b.recovered
	a.mended += b.mended
	a.wrong += b.wrong
	a.withdrawnWrong += b.withdrawnWrong
	a.marked += b.marked
	a.damaged += b.damaged
	a.headed += b.headed
	a.named += b.named
	a.bytes += b.bytes
	a.took += b.took
}

// judge decodes one damaged response and compares the result with the generator's
// description. It calls note for each verse that is wrong or lost.
func judge(t testing.TB, f damagedFile, note func(verse int, what, detail string)) tally {
	t.Helper()
	var asked []int
	for _, v := range f.Verses {
		asked = append(asked, v.Verse)
	}
	schema := recordedOf(t, f.Source)
	was := func(i int) []byte { return f.good[f.Verses[i].SrcOff:][:f.Verses[i].SrcLen] }
	index := func(verse int) int {
		for i := range f.Verses {
			if f.Verses[i].Verse == verse {
				return i
			}
		}
		t.Fatalf("%s/%s: verse %d was emitted but not asked for", f.Kind, f.File, verse)
		return 0
	}

	sum := tally{files: 1, bytes: len(f.data)}
	standing := map[int]salvage.Event{}
	begun := time.Now()
	d, err := salvage.New(schema, asked, salvage.Limits{}, func(e salvage.Event) error {
		if e.Object != nil {
			standing[e.Verse] = e
			return nil
		}
		if !same(standing[e.Verse].Object, was(index(e.Verse))) {
			sum.withdrawnWrong++
		}
		delete(standing, e.Verse)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write(f.data); err != nil {
		t.Fatal(err)
	}
	report, err := d.Close()
	if err != nil {
		t.Fatal(err)
	}
	sum.took = time.Since(begun)

	for i, v := range f.Verses {
		e, ok := standing[v.Verse]
		outcome := report.Verses[i]
		if ok != (outcome.State == salvage.Recovered || outcome.State == salvage.Mended || outcome.State == salvage.Adapted) {
			t.Errorf("%s/%s: verse %d is %s in the report, but emitted: %v", f.Kind, f.File, v.Verse, outcome.State, ok)
		}
		if ok && !same(e.Object, was(i)) {
			sum.wrong++
			what := "silently wrong"
			if outcome.Remark != "" {
				what = "wrong and marked"
				sum.marked++
			}
			note(v.Verse, what, differ(was(i), e.Object))
		}
		if outcome.State == salvage.Mended {
			sum.mended++
		}
		if v.Intact {
			sum.intact++
			if ok && same(e.Object, was(i)) {
				sum.recovered++
			} else {
				note(v.Verse, "lost", outcome.Reason)
			}
			continue
		}
		sum.damaged++
		if !headSurvives(f.data, v.Verse) {
			continue
		}
		sum.headed++
		switch {
		case ok && e.State == salvage.Recovered && !same(e.Object, was(i)):
			// Counted as wrong.
		case outcome.State == salvage.Missing:
			note(v.Verse, "unnamed", outcome.State.String())
		default:
			sum.named++
		}
	}
	return sum
}

// same reports whether two objects are equal, apart from white space between tokens.
func same(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// headSurvives reports whether data has the head of a verse, in the format of the
// recordings.
func headSurvives(data []byte, verse int) bool {
	head := fmt.Appendf(nil, "{\n    \"verse\": %d", verse)
	for at := 0; ; {
		i := bytes.Index(data[at:], head)
		if i < 0 {
			return false
		}
		at += i + len(head)
		if at < len(data) && (data[at] < '0' || data[at] > '9') {
			return true
		}
	}
}

// differ quotes the first difference between two objects.
func differ(want, got []byte) string {
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	lo := max(0, i-60)
	return fmt.Sprintf("%q became %q", want[lo:min(len(want), i+60)], got[lo:min(len(got), i+60)])
}

// TestDamage checks the decoder's error rates on all kinds of damage, and compares
// the counts per kind with the golden file. The rates are checked for all seeds
// together, because they need many verses. MASHAL_DAMAGE=100:6-15 uses 100 files of
// each kind with each of the seeds 6 to 15 instead, without the golden file.
func TestDamage(t *testing.T) {
	n, first, last := 20, uint64(1), uint64(5)
	chosen := os.Getenv("MASHAL_DAMAGE")
	if chosen != "" {
		if _, err := fmt.Sscanf(chosen, "%d:%d-%d", &n, &first, &last); err != nil {
			t.Fatalf("read MASHAL_DAMAGE=%s: %v", chosen, err)
		}
	}
	var total tally
	kinds := map[string]*tally{}
	for seed := first; seed <= last; seed++ {
		for _, f := range corrupt(t, n, seed) {
			sum := judge(t, f, func(verse int, what, detail string) {
				if testing.Verbose() {
					t.Logf("seed %d %s/%s verse %d %s: %s", seed, f.Kind, f.File, verse, what, detail)
				}
			})
			if kinds[f.Kind] == nil {
				kinds[f.Kind] = &tally{}
			}
			kinds[f.Kind].add(sum)
			total.add(sum)
		}
	}

	var table bytes.Buffer
	row := func(name string, s tally) {
		fmt.Fprintf(&table, "%-10s %5d  %6d  %9d  %6d  %5d  %6d  %5d  %7d  %6d  %5d\n", name, s.files, s.intact, s.recovered,
			s.mended, s.wrong, s.marked, s.withdrawnWrong, s.damaged, s.headed, s.named)
	}
	fmt.Fprintf(&table, "%-10s %5s  %6s  %9s  %6s  %5s  %6s  %5s  %7s  %6s  %5s\n", "kind", "files", "intact", "recovered", "mended", "wrong", "marked", "taken", "damaged", "headed", "named")
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		row(name, *kinds[name])
	}
	row("all", total)
	t.Logf("\n%s%.2f %% of intact verses recovered, %.3f %% wrong, %.3f %% without a mark, %.1f ms/MB", table.Bytes(),
		100*float64(total.recovered)/float64(total.intact), 100*float64(total.wrong)/float64(total.intact), 100*float64(total.wrong-total.marked)/float64(total.intact),
		total.took.Seconds()*1000/(float64(total.bytes)/1e6))

	if total.recovered*1000 < total.intact*999 {
		t.Errorf("%d of %d intact verses recovered, fewer than 99.9 %%", total.recovered, total.intact)
	}
	// Nearly all wrong objects have English prose that lacks a part from the middle of
	// one word to the middle of another, or a point or letter of a Hebrew quotation.
	// Sound text can look like that, so that they are kept, and marked as odd where
	// something shows.
	if silent := total.wrong - total.marked; silent*10000 > total.intact*3 {
		t.Errorf("%d wrong objects without a mark beside %d intact verses, more than 0.03 %%", silent, total.intact)
	}
	if total.wrong*10000 > total.intact*9 {
		t.Errorf("%d wrong objects beside %d intact verses, more than 0.09 %%", total.wrong, total.intact)
	}
	// A verse that has its head may be unreported only because of a wrong object.
	if unnamed := total.headed - total.named; unnamed > total.wrong {
		t.Errorf("%d damaged verses that have their head are reported as missing", unnamed)
	}
	if chosen == "" {
		golden(t, "damage.golden", table.Bytes())
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := read(t, path); !bytes.Equal(got, want) {
		t.Errorf("%s differs (rewrite it with -update):\n%s", path, got)
	}
}
