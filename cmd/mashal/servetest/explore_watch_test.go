package servetest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/cmd/mashal/commandtest"
)

// TestExploreWatchesARun looks at an empty folder, begins a run with a
// simulated model that fails now and then, follows its events until they end,
// and then reads what is shown of it.
func TestExploreWatchesARun(t *testing.T) {
	t.Parallel()
	simulator, _ := commandtest.Simulate(t, "--scale", "20", "--fault", "overloaded=0.2,cut=0.2", "--seed", "3")
	dir := t.TempDir()
	base, stop := commandtest.Explore(t, dir)
	if body := commandtest.Page(t, base+"/runs"); !strings.Contains(body, "There are no runs yet") {
		t.Errorf("an empty folder has the runs\n%s", body)
	}
	out, in := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		p := commandtest.Program{Env: commandtest.Vendors(simulator), Stdout: in, Stderr: &stderr, Backoff: func(d time.Duration) time.Duration { return d / commandtest.Scale }}
		ended <- p.Run(t.Context(), "annotate", "Hosea 1-8", "--annotator", "anthropic:m", "--passage", "12", "--max-output", "4000", "--workers", "4", "--json", "--dir", dir)
		_ = in.Close()
	}()
	var planned struct{ Run string }
	told := json.NewDecoder(out)
	if err := told.Decode(&planned); err != nil || planned.Run == "" {
		t.Fatalf("annotate begins with %+v, %v", planned, err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	run := planned.Run
	events := follow(t, base+"/runs/"+run+"/events")
	if code := <-ended; code != 0 && code != 3 {
		t.Fatalf("annotate ended with %d: %s", code, &stderr)
	}
	if len(events) < 3 {
		t.Fatalf("events: %q", events)
	}
	if last := events[len(events)-1]; !strings.HasPrefix(last, "end ") {
		t.Errorf("the last event is %s", last)
	}
	done := -1
	for _, e := range events[:len(events)-1] {
		var p struct {
			State  string               `json:"state"`
			Verses map[mashal.State]int `json:"verses"`
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(e, "progress ")), &p); err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		if all := p.Verses[mashal.Done] + p.Verses[mashal.Failed] + p.Verses[mashal.Running] + p.Verses[mashal.NotRun]; all != 114 {
			t.Errorf("a verse is in no state, or in two: %v", p.Verses)
		}
		if p.Verses[mashal.Done] < done {
			t.Errorf("%d verses were done, then %d", done, p.Verses[mashal.Done])
		}
		done = p.Verses[mashal.Done]
	}

	body := commandtest.Page(t, base+"/runs/"+run)
	for _, want := range []string{`<svg class="timeline"`, "overloaded", "figures are validated", `href="/read/Hos/8"`} {
		if !strings.Contains(body, want) {
			t.Errorf("of the run nothing says %s", want)
		}
	}
	call := regexp.MustCompile(`href="(/calls/\d+\?verse=\d+)#verse"`).FindStringSubmatch(lookCard(t, base, run))
	if call == nil {
		t.Fatal("no card leads to a call")
	}
	said := commandtest.Page(t, base+strings.ReplaceAll(call[1], "&amp;", "&"))
	for _, want := range []string{`<mark id="verse">{&#34;verse&#34;:`, "Annotate verses", "<summary>Manual</summary>"} {
		if !strings.Contains(said, want) {
			t.Errorf("of the call nothing says %s", want)
		}
	}
	stop()
}

// lookCard is the card of the first figure that a run found.
func lookCard(t *testing.T, base, run string) string {
	t.Helper()
	figure := regexp.MustCompile(`href="(/figure/[^"]+)"`).FindStringSubmatch(commandtest.Page(t, base+"/search?run="+run))
	if figure == nil {
		t.Fatal("the run found no figure")
	}
	return commandtest.Page(t, base+strings.ReplaceAll(figure[1], "&amp;", "&"))
}

// follow reads server-sent events until their end.
func follow(t *testing.T, address string) (events []string) {
	t.Helper()
	answer := commandtest.Get(t, address)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		body, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s: %s: %s", address, answer.Status, body)
	}
	name := ""
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = rest
		} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			events = append(events, name+" "+data)
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("%s: %v", address, err)
	}
	return events
}
