package servetest

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
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
	simulator, _ := commandtest.Simulate(t, "--scale", "20", "--fault", "overloaded=0.2,cut=0.2", "--seed", "3")
	dir := t.TempDir()
	base, stop := commandtest.Explore(t, dir)
	if body := commandtest.Page(t, base+"/runs"); !strings.Contains(body, "There are no runs yet") {
		t.Errorf("an empty folder has the runs\n%s", body)
	}
	ended := make(chan commandtest.ModelRun, 1)
	go func() {
		ended <- commandtest.Annotate(t, simulator, "anthropic", dir, "Hosea 1-8", "--max-output", "4000")
	}()
	run := firstRun(t, dir)
	events := follow(t, base+"/runs/"+run+"/events")
	annotated := <-ended
	if annotated.Code != 0 && annotated.Code != 3 {
		t.Fatalf("annotate ended with %d: %s", annotated.Code, annotated.Stderr)
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

// firstRun is the name of the run in a folder, once it has begun: the folder of
// its reports is made then.
func firstRun(t *testing.T, dir string) string {
	t.Helper()
	for {
		if runs, err := os.ReadDir(filepath.Join(dir, "runs")); err == nil && len(runs) > 0 {
			return runs[0].Name()
		}
		time.Sleep(5 * time.Millisecond)
	}
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
