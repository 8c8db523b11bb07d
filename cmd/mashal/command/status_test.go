package command

import (
	"slices"
	"testing"

	"mashal"
)

// TestAnnotatorsNamed checks which annotators --annotator of status shows: a model and its
// simulation have the same name, and each is shown in its latest version.
func TestAnnotatorsNamed(t *testing.T) {
	known := []mashal.Annotator{
		{Name: "openai:m@127.0.0.1:8089", Kind: mashal.BySimulation, Version: "1"},
		{Name: "openai:m@127.0.0.1:8089", Kind: mashal.ByModel, Version: "1"},
		{Name: "offline", Kind: mashal.ByLearning, Version: "1"},
		{Name: "openai:m@127.0.0.1:8089", Kind: mashal.BySimulation, Version: "2"},
		{Name: "offline", Kind: mashal.ByLearning, Version: "2"},
	}
	simulated, model, offline := known[3], known[1], known[4]
	for name, want := range map[string][]mashal.Annotator{
		"openai:m@127.0.0.1:8089":             {simulated, model},
		"openai:m@http://127.0.0.1:8089/v1":   {simulated, model},
		"openai:m@127.0.0.1:8089 (simulated)": {simulated},
		"offline":                             {offline},
		"offline (simulated)":                 nil,
		"rules":                               nil,
	} {
		if got := annotatorsNamed(name, known); !slices.Equal(got, want) {
			t.Errorf("%s: %v, not %v", name, got, want)
		}
	}
	if got, want := latestVersions(known), []mashal.Annotator{offline, simulated, model}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
