package modeltest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestBudgetBeforeTheFirstRequest checks that a run that the budget stops before its first
// request says that it has requested nothing and cost nothing, also if no price is known.
func TestBudgetBeforeTheFirstRequest(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t)
	for _, model := range []string{"openai:gpt-5.1", "openai:model-without-a-price"} {
		dir := t.TempDir()
		code, out, log := commandtest.Run(t, dir, "annotate", "Joel", "--annotator", model+"@"+base+"/v1", "--budget", "0.001")
		if code != 4 || !strings.Contains(out+log, "0 requests, cost $0.00") || strings.Contains(out+log, "unknown") && !strings.Contains(model, "without") || strings.Contains(out+log, "failed)") {
			t.Errorf("%s: exit code %d\n%s%s", model, code, out, log)
		}
		files, err := filepath.Glob(filepath.Join(dir, "runs", "*", "manifest.json"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		data, err := os.ReadFile(files[0])
		var manifest struct {
			Spend struct {
				Requests int     `json:"requests"`
				Failed   int     `json:"failed_requests"`
				Unknown  int     `json:"requests_of_unknown_cost"`
				Cost     float64 `json:"cost"`
			} `json:"spend"`
		}
		if err == nil {
			err = json.Unmarshal(data, &manifest)
		}
		if s := manifest.Spend; err != nil || s.Requests+s.Failed+s.Unknown != 0 || s.Cost != 0 {
			t.Errorf("%s: %+v, %v", model, s, err)
		}
	}
}
