package salvage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mashal/salvage"
)

// compact returns a schema with short keys and word numbers instead of quotations.
func compact() *salvage.Schema {
	text := salvage.Text{Min: 1, Max: 500}
	return &salvage.Schema{
		Head: "verse",
		Body: salvage.Object{Fields: []salvage.Field{
			{Name: "d", Value: text},
			{Name: "f", Value: salvage.Array{Max: 9, Of: salvage.Object{Fields: []salvage.Field{
				{Name: "t", Value: salvage.Array{Min: 1, Max: 7, Of: salvage.Text{In: []string{"metaphor", "simile", "idiom"}}}},
				{Name: "w", Value: salvage.Array{Min: 1, Of: salvage.Array{Min: 2, Max: 2, Of: salvage.Number{Integer: true, Min: 1, Max: 99}}}},
				{Name: "c", Value: salvage.Number{Max: 1}, Optional: true},
				{Name: "s", Value: salvage.Nullable{Shape: text}, Optional: true},
				{Name: "sure", Value: salvage.Bool{}, Optional: true},
			}}}},
		}},
		Check: func(verse int, object []byte) error {
			if bytes.Contains(object, []byte(`"w":[[99,99]]`)) {
				return fmt.Errorf("verse %d has no word 99", verse)
			}
			return nil
		},
	}
}

const (
	one   = `{"verse":1,"d":"the “rock” צוּר \u05e6\"x\" {y}","f":[{"t":["metaphor"],"w":[[3,5],[8,8]],"c":0.9}]}`
	two   = `{"verse":2,"d":"plain","f":[]}`
	three = `{"verse":3,"d":"more","f":[{"w":[[1,2]],"t":["simile","idiom"],"s":null,"sure":true}]}`
)

// states decodes a response and returns the first letter of each verse's state.
func states(t *testing.T, s *salvage.Schema, asked []int, response string) string {
	t.Helper()
	_, report := final(t, s, asked, []byte(response))
	var b strings.Builder
	for _, o := range report.Verses {
		b.WriteByte(o.State.String()[0])
	}
	return b.String()
}

// TestStates checks the state of each verse of damaged responses. Its letters are m
// for missing or mended, r for recovered, d for damaged, c for conflicting, a for
// adapted.
func TestStates(t *testing.T) {
	whole := "[" + one + "," + two + "," + three + "]"
	swap := func(old, with string) string { return strings.Replace(whole, old, with, 1) }
	for _, test := range []struct{ name, response, want string }{
		{"whole", whole, "rrr"},
		{"array in an object", `{"verses":` + whole + `}`, "rrr"},
		{"no array at all", one + "\n" + two + "\n" + three, "rrr"},
		{"fence and prose", "Here [is] {it}:\n```json\n" + whole + "\n```\nDone {really}.", "rrr"},
		{"spread out", strings.ReplaceAll(whole, `{"verse":`, "{ \n\t\"verse\"\r\n : "), "rrr"},
		{"empty", "", "mmm"},
		{"only prose", `I cannot {"do"} that.`, "mmm"},
		{"cut in a string", whole[:strings.Index(whole, "more")+2], "rrd"},
		{"cut before the last brace", one + "," + two[:len(two)-1], "rdm"},
		{"cut after an object", one + "," + two + ",", "rrm"},
		{"cut in a number", `[` + one + `,{"verse":2`, "rmm"},
		{"early end of the array", "[" + one + "," + two + "]", "rdm"},
		{"a verse left out", "[" + one + "," + three + "]", "dmr"},
		{"the last verse with the end of another", "[" + one + "," + three[:20] + one[20:] + "," + two + "," + three[20:] + "]", "drd"},
		{"the rest of the verse after it", "[" + one[:20] + three[20:] + one[20:] + "," + two + "," + three + "]", "drr"},
		{"a remark after a verse", "[" + one + " Note {x}: \"d\" [y]" + "," + two + "," + three + "]", "rrr"},
		{"a head missing, the rest left", "[" + one + "," + two[3:] + "," + three + "]", "rmr"},
		{"twice the same", whole + whole, "rrr"},
		{"twice, with other white space", whole + strings.ReplaceAll(whole, ":[", ": ["), "rrr"},
		{"twice in an array, differently", "[" + one + "," + two + "," + three + "," + strings.Replace(two, "plain", "other", 1) + "," + three + "]", "rcr"},
		{"in two arrays, differently", `{"a":` + whole + `,"b":` + swap("plain", "other") + "}", "rcr"},
		{"in two documents, differently", whole + swap("plain", "other"), "rrr"},
		{"cut, then complete", whole[:60] + whole, "rrr"},
		{"a stray quote after a number", swap(`"c":0.9`, `"c":0.9"`), "drr"},
		{"a stray quote after the verse", swap(`"verse":2`, `"verse":2"`), "rmr"},
		{"an extra comma", swap(`[8,8]]`, `[8,8]],`), "mrr"},
		{"a missing brace", swap(`"c":0.9}`, `"c":0.9`), "mrr"},
		{"the last brace missing", swap(two, two[:len(two)-1]), "rmr"},
		{"a bracket of the wrong kind", swap(`"w":[[1,2]]`, `"w":[[1,2}]`), "rrm"},
		{"a quote in a text", swap("more", `mo"re`), "rrd"},
		{"a quote lost before a text", swap(`"plain`, "plain"), "rdr"},
		{"a quote lost in a closed set", swap(`"simile"`, `"simile`), "rrm"},
		{"a number lost", swap(`[1,2]`, `[1,]`), "rrd"},
		{"a key twice", swap(`"d":"plain"`, `"d":"plain","d":"plain"`), "rdr"},
		{"an unknown key", swap(`"f":[]`, `"f":[],"g":1`), "rdr"},
		{"a missing key", swap(`"d":"plain",`, ``), "rdr"},
		{"outside the closed set", swap(`"simile"`, `"similar"`), "rrd"},
		{"out of range", swap(`[1,2]`, `[0,2]`), "rrd"},
		{"refused by the schema's check", swap(`"w":[[1,2]]`, `"w":[[99,99]]`), "rrd"},
		{"control character", swap("plain", "pl\nain"), "rdr"},
		{"escaped control character", swap("plain", `pl\u0000ain`), "rdr"},
		{"replacement character", swap("plain", "pl\uFFFDain"), "rdr"},
		{"not UTF-8", swap("plain", "pl\xd7ain"), "rdr"},
		{"unpaired surrogate", swap("plain", `pl\ud83dain`), "rdr"},
		{"paired surrogates", swap("plain", `pl \ud83d\ude00 ain`), "rrr"},
		{"two scripts in a word", swap("plain", "צouר"), "rdr"},
		{"an Arabic letter in a Hebrew word", swap("plain", "צوר"), "rdr"},
		{"a Python literal", swap("null", "None"), "rrd"},
		{"the number as a string", swap(`"verse":2`, `"verse":"2"`), "rar"},
		{"too deep", swap("null", strings.Repeat("[", 99)), "rrd"},
	} {
		want := test.want
		got := states(t, compact(), []int{3, 1, 2, 2}, test.response)
		// Mended and missing begin with the same letter. Write M for mended.
		objects, _ := final(t, compact(), upTo(3), []byte(test.response))
		for i := range 3 {
			if e := objects[i+1]; e.State == salvage.Mended {
				got = got[:i] + "M" + got[i+1:]
			}
		}
		if mends[test.name] {
			want = strings.Replace(want, "m", "M", 1)
		}
		if got != want {
			t.Errorf("%s: states %s, want %s", test.name, got, want)
		}
	}
}

// mends lists the cases of TestStates in which the first m stands for mended.
var mends = map[string]bool{
	"a stray quote after the verse": true,
	"an extra comma":                true,
	"a missing brace":               true,
	"the last brace missing":        true,
	"a bracket of the wrong kind":   true,
	"a quote lost in a closed set":  true,
}

// TestLaterDocument checks that of several documents with the same verse the last one
// counts, whatever stands between them, and that the report says so.
func TestLaterDocument(t *testing.T) {
	draft := strings.Replace(two, "plain", "draft", 1)
	wrap := func(objects string) string { return `{"verses":[` + objects + `]}` }
	for name, response := range map[string]string{
		"two objects":             wrap(one+","+draft) + wrap(one+","+two),
		"two lines":               wrap(draft) + "\n\n" + wrap(two) + "\n",
		"two arrays":              "[" + draft + "][" + two + "]",
		"array, then object":      "[" + draft + "]\n" + two,
		"bare objects":            draft + two,
		"bare objects on lines":   draft + "\n" + two,
		"words between":           wrap(draft) + "\nOn reflection:\n" + wrap(two),
		"words between bare ones": draft + "\nNo, rather:\n" + two,
		"fences":                  "```json\n" + wrap(draft) + "\n```\n```json\n" + wrap(two) + "\n```",
		"fences of bare ones":     "```json\n" + draft + "\n```\n```json\n" + two + "\n```",
		"three documents":         wrap(two) + wrap(draft) + wrap(two),
		"the draft is cut off":    wrap(draft)[:len(draft)+12] + wrap(two),
	} {
		objects, report := final(t, compact(), []int{2}, []byte(response))
		o, _ := report.Outcome(2)
		if string(objects[2].Object) != two || o.Remark == "" {
			t.Errorf("%s: verse 2 is %s (%s; %s), want the last one, with a remark", name, objects[2].Object, o.Reason, o.Remark)
		}
	}
}

func TestReport(t *testing.T) {
	response := "x[" + one + "," + `{"verse":7,"d":"more","f":[]}` + "," + strings.Replace(three, "more", "mo\x01re", 1) + "]"
	_, report := final(t, compact(), upTo(3), []byte(response))
	if report.Bytes != int64(len(response)) || report.Extra != 1 {
		t.Errorf("%d bytes, %d of them extra, want %d and 1", report.Bytes, report.Extra, len(response))
	}
	if len(report.Unrequested) != 1 || report.Unrequested[0].Verse != 7 {
		t.Errorf("unrequested objects %+v, want verse 7", report.Unrequested)
	}
	if len(report.Damages) != 1 || report.Damages[0].Verse != 3 || response[report.Damages[0].At] != 1 {
		t.Errorf("damages %+v, want verse 3 at the control character", report.Damages)
	}
	// Verse 7 follows verse 1, so the object of verse 1 may be mixed with verse 2.
	if got := report.Unrecovered(); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("unrecovered verses %v, want 1, 2, 3", got)
	}
	if o, ok := report.Outcome(3); !ok || o.State != salvage.Damaged || !strings.Contains(o.Reason, "control character") {
		t.Errorf("outcome of verse 3 is %+v, want damaged by a control character", o)
	}
}

// TestMoreThanAsked checks that both verses are recovered if a model was asked for two
// verses and answers with the whole chapter.
func TestMoreThanAsked(t *testing.T) {
	if got := states(t, compact(), []int{1, 3}, "["+one+","+two+","+three+"]"); got != "rr" {
		t.Errorf("states %s, want rr", got)
	}
}

// TestAtOnce checks that an object is emitted by the Write that completes it.
func TestAtOnce(t *testing.T) {
	var got []int
	d, err := salvage.New(compact(), upTo(3), salvage.Limits{}, func(e salvage.Event) error {
		got = append(got, e.Verse)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []string{"[" + one, two, three} {
		if _, err := d.Write([]byte(s)); err != nil || len(got) != i+1 {
			t.Errorf("after %s: verses %v are emitted, error %v", s, got, err)
		}
	}
}

func TestEmitError(t *testing.T) {
	stop := errors.New("disk full")
	d, err := salvage.New(compact(), upTo(3), salvage.Limits{}, func(salvage.Event) error { return stop })
	if err != nil {
		t.Fatal(err)
	}
	n, err := d.Write([]byte(one + two))
	if !errors.Is(err, stop) || n != len(one) {
		t.Errorf("Write = %d, %v; want %d and the error", n, err, len(one))
	}
	if _, err := d.Close(); !errors.Is(err, stop) {
		t.Errorf("Close: %v, want the error", err)
	}
}

func TestSchemaErrors(t *testing.T) {
	for name, s := range map[string]*salvage.Schema{
		"no head":           {},
		"odd head":          {Head: `v"`},
		"head again":        {Head: "v", Body: salvage.Object{Fields: []salvage.Field{{Name: "v", Value: salvage.Bool{}}}}},
		"no shape":          {Head: "v", Body: salvage.Object{Fields: []salvage.Field{{Name: "x"}}}},
		"a field twice":     {Head: "v", Body: salvage.Object{Fields: []salvage.Field{{Name: "x", Value: salvage.Bool{}}, {Name: "x", Value: salvage.Bool{}}}}},
		"head in an object": {Head: "v", Body: salvage.Object{Fields: []salvage.Field{{Name: "x", Value: salvage.Array{Of: salvage.Object{Fields: []salvage.Field{{Name: "v", Value: salvage.Bool{}}}}}}}}},
	} {
		if _, err := salvage.New(s, nil, salvage.Limits{}, nil); err == nil {
			t.Errorf("%s: New returns no error", name)
		}
	}
}

// TestBounds checks that the report stays within its limits for long invalid input.
func TestBounds(t *testing.T) {
	limits := salvage.Limits{Object: 4 << 10, Listed: 5}
	for name, flood := range map[string]string{
		"a string":  `{"verse":1,"d":"` + strings.Repeat("x", 1<<16),
		"brackets":  `{"verse":1,"d":` + strings.Repeat("[", 1<<16),
		"heads":     strings.Repeat(`{"verse":1`, 1<<13),
		"strays":    strings.Repeat(`{"verse":9,"d":"x","f":[]}`, 1<<12),
		"blanks":    `{` + strings.Repeat(" ", 1<<16),
		"digits":    `{"verse":` + strings.Repeat("1", 1<<16),
		"backslash": `{"verse":1,"d":"` + strings.Repeat(`\`, 1<<16),
	} {
		_, report, err := salvage.Decode(compact(), upTo(3), limits, []byte(flood+one+two+three))
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Damages) > 5 || len(report.Unrequested) > 5 {
			t.Errorf("%s: the report lists %d damages and %d unrequested objects, want at most 5 each", name, len(report.Damages), len(report.Unrequested))
		}
		if got := report.Count(salvage.Recovered); got != 3 {
			t.Errorf("%s: %d verses recovered after it, want 3", name, got)
		}
	}
}

// split decodes data in pieces and returns the events and the report. cut returns the
// length of the next piece, given the number of bytes left.
func split(t testing.TB, s *salvage.Schema, asked []int, data []byte, cut func(rest int) int) ([]salvage.Event, *salvage.Report) {
	t.Helper()
	var events []salvage.Event
	d, err := salvage.New(s, asked, salvage.Limits{}, func(e salvage.Event) error {
		events = append(events, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for len(data) > 0 {
		n := cut(len(data))
		piece := bytes.Clone(data[:n])
		if _, err := d.Write(piece); err != nil {
			t.Fatal(err)
		}
		clear(piece) // the decoder must not keep the slice
		data = data[n:]
	}
	report, err := d.Close()
	if err != nil {
		t.Fatal(err)
	}
	return events, report
}

// TestCutsDoNotMatter checks that the result does not depend on the pieces. It decodes
// damaged responses whole, byte by byte, and in random pieces, which also split
// characters and escapes.
func TestCutsDoNotMatter(t *testing.T) {
	for i, f := range corrupt(t, 3, 99) {
		var asked []int
		for _, v := range f.Verses {
			asked = append(asked, v.Verse)
		}
		s := recordedOf(t, f.Source)
		events, report := split(t, s, asked, f.data, func(rest int) int { return rest })
		rng := rand.New(rand.NewPCG(7, uint64(i)))
		for name, cut := range map[string]func(int) int{
			"bytes":       func(int) int { return 1 },
			"small cuts":  func(rest int) int { return min(rest, 1+rng.IntN(8)) },
			"random cuts": func(rest int) int { return min(rest, 1+rng.IntN(4000)) },
		} {
			gotEvents, gotReport := split(t, s, asked, f.data, cut)
			if !reflect.DeepEqual(events, gotEvents) || !reflect.DeepEqual(report, gotReport) {
				t.Errorf("%s/%s in %s gives another result than in one piece", f.Kind, f.File, name)
			}
		}
	}
}

// TestMendIsTheOnlyOne damages the structure of objects at random and tries all edits
// of one byte. If an object is mended, no edit may give another value.
func TestMendIsTheOnlyOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	mended := 0
	for range 30 {
		good := []string{one, two, three}[rng.IntN(3)]
		at := 1 + rng.IntN(len(good)-1)
		bad := []byte(good[:at] + good[at+1:])
		if c := `{}[]:,"`[rng.IntN(7)]; rng.IntN(2) == 0 {
			bad = append([]byte(good[:at]+string(c)), good[at:]...)
		}
		objects, _ := final(t, compact(), upTo(3), append(bytes.Clone(bad), ']'))
		var mend *salvage.Event
		for _, e := range objects {
			if e.State == salvage.Mended {
				mend = &e
			}
		}
		if mend == nil {
			continue
		}
		mended++
		for i := range len(bad) + 1 {
			for _, c := range []byte("{}[]:,\" \\12") {
				try := [][]byte{slices.Insert(bytes.Clone(bad), i, c)}
				if i < len(bad) {
					with := bytes.Clone(bad)
					with[i] = c
					try = append(try, with, slices.Delete(bytes.Clone(bad), i, i+1))
				}
				for _, data := range try {
					got, report := final(t, compact(), upTo(3), data)
					for _, e := range got {
						if e.State == salvage.Recovered && report.Extra == 0 && !same(e.Object, mend.Object) {
							t.Fatalf("%s\nis mended to\n%s\nbut can also be\n%s", bad, mend.Object, e.Object)
						}
					}
				}
			}
		}
	}
	t.Logf("%d of 30 mended", mended)
	if mended < 3 {
		t.Errorf("only %d of 30 objects are mended, want 3", mended)
	}
}

// FuzzDecoder checks that every object equals the input apart from its mend, that it
// is JSON with the right verse, and that the pieces do not change the result.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte("["+one+","+two+","+three+"]"), uint64(1))
	f.Add([]byte(one[:40]+one+`,{"verse":2","d":"x","f":[]},`+three), uint64(2))
	f.Add([]byte("```json\n["+two+"]"+three+"\xd7"), uint64(3))
	f.Add([]byte(`<think>`+one+`</think>[`+one+`,`+strings.Replace(two, "2", `"2"`, 1)+`]`), uint64(5))
	f.Add([]byte(one+`assistantfinal{"1":{"f":[],"d":"x"}}<|end|><think a="b">`+two), uint64(6))
	f.Add([]byte(asText(f, "["+one+","+two+"]")), uint64(7))
	f.Add([]byte(`{"a":"`+strings.ReplaceAll(two, `"`, `\\\"`)+`\u00`), uint64(8))
	f.Add([]byte(`{"verse":1,"d":"a","f":[{"t":["idiom",],"w":[[1,2]]}]},{ "verse" :2`), uint64(4))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		events, report := split(t, compact(), upTo(3), data, func(rest int) int { return rest })
		rng := rand.New(rand.NewPCG(seed, 0))
		again, reportAgain := split(t, compact(), upTo(3), data, func(rest int) int { return min(rest, 1+rng.IntN(5)) })
		if !reflect.DeepEqual(events, again) || !reflect.DeepEqual(report, reportAgain) {
			t.Fatal("the result in small pieces differs from that in one piece")
		}
		for _, e := range events {
			if e.Object == nil {
				continue
			}
			was := data[e.Span.From:e.Span.To]
			if m := e.Mend; m != nil {
				i := int(m.Offset - e.Span.From)
				rest := i
				if m.Deleted != 0 {
					if was[i] != m.Deleted {
						t.Fatalf("%v, but the byte is %q", m, was[i])
					}
					rest++
				}
				mended := bytes.Clone(was[:i])
				if m.Inserted != 0 {
					mended = append(mended, m.Inserted)
				}
				was = append(mended, was[rest:]...)
			}
			if e.State != salvage.Adapted && !bytes.Equal(was, e.Object) {
				t.Fatalf("emitted %q, want %q, mend %v", e.Object, was, e.Mend)
			}
			var v struct{ Verse int }
			if err := json.Unmarshal(e.Object, &v); err != nil || v.Verse != e.Verse {
				t.Fatalf("%q is not the object of verse %d: %v", e.Object, e.Verse, err)
			}
		}
	})
}

// BenchmarkDecode measures the time per byte, which must be the same for a response
// and for sixteen copies of it, undamaged and damaged in every verse.
func BenchmarkDecode(b *testing.B) {
	good := read(b, needs(b, "recorded")+"/Ezekiel_16_20251224_214152.json")
	asked := upTo(63)
	schema := recorded("Ezekiel", 16)
	const rounds = 50
	used := cpuTime(b)
	for range rounds {
		var v any
		if err := json.Unmarshal(good, &v); err != nil {
			b.Fatal(err)
		}
	}
	bound := (cpuTime(b) - used).Seconds() * 1000 / rounds / (float64(len(good)) / 1e6)
	for name, data := range map[string][]byte{
		"good":        good,
		"damaged":     bytes.ReplaceAll(good, []byte(`"idiom": "`), []byte(`"idiom": `)),
		"mended":      bytes.ReplaceAll(good, []byte(`"instances"`), []byte(`:"instances"`)),
		"damaged x16": bytes.Repeat(bytes.ReplaceAll(good, []byte(`"idiom": "`), []byte(`"idiom": `)), 16),
		"good x16":    bytes.Repeat(good, 16),
	} {
		b.Run(name, func(b *testing.B) {
			used := cpuTime(b)
			for b.Loop() {
				if _, _, err := salvage.Decode(schema, asked, salvage.Limits{}, data); err != nil {
					b.Fatal(err)
				}
			}
			used = cpuTime(b) - used
			per := used.Seconds() * 1000 / float64(b.N) / (float64(len(data)) / 1e6)
			b.ReportMetric(per, "cpu-ms/MB")
			b.ReportMetric(per/bound, "x-json")
		})
	}
}

// cpuTime returns the processor time that the process has used. Unlike the clock it
// does not count what other processes use.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
