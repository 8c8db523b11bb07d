package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mashal"
)

var began = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)

func second(s float64) time.Time { return began.Add(time.Duration(s * float64(time.Second))) }

func runOf(workers int, wall float64) mashal.Run {
	return mashal.Run{ID: "r", Workers: workers, Started: began, Ended: second(wall), Annotator: mashal.Annotator{Name: "model"}, Selection: "Joel"}
}

func attempt(id int64, worker int, from, until float64, waits ...mashal.Wait) mashal.Attempt {
	return mashal.Attempt{
		ID: id, Worker: worker, Chapter: mashal.Chapter{Book: 1, Number: int(id)}, Purpose: mashal.Detection, Outcome: mashal.Done,
		Started: second(from), Ended: second(until), Waits: waits,
	}
}

// free is a wait in which the worker is free, after which worker goes on.
func free(from, until float64, worker int) mashal.Wait {
	return mashal.Wait{Started: second(from), Due: second(until), Ended: second(until), Worker: worker}
}

func held(from, until float64, worker int) mashal.Wait {
	return mashal.Wait{Started: second(from), Due: second(until), Ended: second(until), Worker: worker, Held: true}
}

func TestTimes(t *testing.T) {
	for _, test := range []struct {
		name       string
		run        mashal.Run
		attempts   []mashal.Attempt
		efficiency float64
		waited     float64 // seconds
		bound      float64 // seconds
	}{
		{"works all the time", runOf(1, 10), []mashal.Attempt{attempt(1, 1, 0, 10)}, 1, 0, 10},
		{"waits half the time, free for other work", runOf(1, 10), []mashal.Attempt{attempt(1, 1, 0, 10, free(2, 7, 1))}, .5, 5, 10},
		{"waits half the time, with the request", runOf(1, 10), []mashal.Attempt{attempt(1, 1, 0, 10, held(2, 7, 1))}, .5, 5, 10},
		{"six chapters wait at once", runOf(1, 12), []mashal.Attempt{
			attempt(1, 1, 0, 12, free(1, 11, 1)), attempt(2, 1, 1, 11, free(2, 10, 1)), attempt(3, 1, 2, 10, free(3, 9, 1)),
			attempt(4, 1, 3, 9, free(4, 8, 1)), attempt(5, 1, 4, 8, free(5, 7, 1)), attempt(6, 1, 5, 7),
		}, 1, 30, 12},
		{"another worker goes on", runOf(2, 10), []mashal.Attempt{attempt(1, 1, 0, 10, free(2, 5, 2)), attempt(2, 1, 2, 10)}, .75, 3, 10},
		{"a wait without an end", runOf(1, 10), []mashal.Attempt{attempt(1, 1, 0, 10, mashal.Wait{Started: second(4), Due: second(90), Worker: 1})}, .4, 6, 4},
		{"interrupted while it waits", runOf(1, 10), []mashal.Attempt{attempt(1, 1, 0, 10, mashal.Wait{Started: second(4), Due: second(90), Ended: second(9), Worker: 1})}, .5, 5, 10},
		{"nothing was done", runOf(3, 10), nil, 0, 0, 0},
		{"no time passed", runOf(1, 0), []mashal.Attempt{attempt(1, 1, 0, 0)}, 0, 0, 0},
		{"every attempt has zero length", runOf(1, 10), []mashal.Attempt{attempt(1, 1, 3, 3), attempt(2, 1, 4, 4)}, 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := timesOf(test.run, test.attempts)
			if got.Efficiency != test.efficiency || got.Waited.Seconds() != test.waited || got.LongestFirst.Seconds() != test.bound {
				t.Errorf("efficiency %v, waited %s, bound %s; want %v, %vs, %vs", got.Efficiency, got.Waited, got.LongestFirst, test.efficiency, test.waited, test.bound)
			}
			r := &Report{Run: test.run, Attempts: test.attempts, Times: got}
			var file bytes.Buffer
			if err := writeJSON(&file, r.manifestFile()); err != nil {
				t.Fatal(err)
			}
			if !json.Valid(file.Bytes()) {
				t.Errorf("not JSON:\n%s", file.String())
			}
			if s := r.Summary(); strings.Contains(s, "Inf") || strings.Contains(s, "NaN") {
				t.Error(s)
			}
			notOverlapping(t, r)
		})
	}
}

// TestTimesOfAnySchedule: whatever tasks wait and go on as workers are handed
// over, the efficiency is a share and no worker has two bars at once.
func TestTimesOfAnySchedule(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		workers := 1 + random.IntN(4)
		r := &Report{Run: runOf(workers, 1000)}
		now := make([]float64, workers) // of each worker
		waiting := map[int]float64{}    // since when, by attempt
		for range 60 {
			w := random.IntN(workers)
			now[w] += random.Float64()
			start := now[w]
			n := len(r.Attempts)
			if later := slices.Sorted(maps.Keys(waiting)); len(later) > 0 && random.IntN(2) == 0 {
				n = later[random.IntN(len(later))]
				start = max(start, waiting[n])
				r.Attempts[n].Waits = append(r.Attempts[n].Waits, free(waiting[n], start, w+1))
				delete(waiting, n)
			} else {
				r.Attempts = append(r.Attempts, attempt(int64(n+1), w+1, start, 0))
			}
			now[w] = start + random.Float64()
			if random.IntN(2) == 0 {
				waiting[n] = now[w]
				continue
			}
			r.Attempts[n].Ended = second(now[w])
		}
		for n := range waiting { // a process that died: open until the run's end
			r.Attempts[n].Waits = append(r.Attempts[n].Waits, mashal.Wait{Started: second(waiting[n]), Due: second(2000), Worker: 1})
			r.Attempts[n].Ended = r.Run.Ended
		}
		r.Times = timesOf(r.Run, r.Attempts)
		if r.Efficiency <= 0 || r.Efficiency > 1 {
			t.Fatalf("efficiency %v", r.Efficiency)
		}
		notOverlapping(t, r)
	}
}

// notOverlapping checks that the bars of each worker in timeline.svg do not lie
// over one another.
func notOverlapping(t *testing.T, r *Report) {
	t.Helper()
	var svg bytes.Buffer
	if err := WriteTimeline(&svg, "t", r.Run.Workers, r.Wall, r.bars()); err != nil {
		t.Fatal(err)
	}
	rows := map[string][][2]float64{}
	for _, m := range regexp.MustCompile(`</title><rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)"`).FindAllStringSubmatch(svg.String(), -1) {
		x, errX := strconv.ParseFloat(m[1], 64)
		width, errWidth := strconv.ParseFloat(m[3], 64)
		if errX != nil || errWidth != nil {
			t.Fatal(m)
		}
		rows[m[2]] = append(rows[m[2]], [2]float64{x, x + width})
	}
	for y, bars := range rows {
		slices.SortFunc(bars, func(a, b [2]float64) int { return slices.Compare(a[:], b[:]) })
		for i := 1; i < len(bars); i++ {
			if bars[i][0] < bars[i-1][1]-.02 { // both are rounded
				t.Errorf("at y %s the bar from %.2f begins before %.2f", y, bars[i][0], bars[i-1][1])
			}
		}
	}
}

// TestTicks: every tick of a long run is at a whole hour or half of one.
func TestTicks(t *testing.T) {
	for _, hours := range []time.Duration{4, 9, 11, 13, 21, 40, 100} {
		var b bytes.Buffer
		bar := Bar{Worker: 1, Chapter: mashal.Chapter{Book: 1, Number: 1}, End: hours * time.Hour, Outcome: mashal.Done}
		if err := WriteTimeline(&b, "x", 1, hours*time.Hour, []Bar{bar}); err != nil {
			t.Fatal(err)
		}
		ticks := regexp.MustCompile(`class="tick"[^>]*>([^<]*)<`).FindAllStringSubmatch(b.String(), -1)
		for _, m := range ticks {
			if !strings.Contains(m[1], ":00") && !strings.Contains(m[1], ":30") {
				t.Errorf("%d h: tick %q", hours, m[1])
			}
		}
		if len(ticks) < 4 || len(ticks) > 11 {
			t.Errorf("%d h: %d ticks", hours, len(ticks))
		}
	}
	if got := fmt.Sprint(formatTick(250*time.Millisecond, 50*time.Millisecond)); got != "0.25 s" {
		t.Errorf("%q", got)
	}
}
