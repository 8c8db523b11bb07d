package servetest

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestFiltersAgree asks search, export and the explorer's API for the same
// figures: all three must find the same number.
func TestFiltersAgree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	output := func(args ...string) (stdout, stderr string, code int) {
		t.Helper()
		code, stdout, stderr = commandtest.Run(t, dir, args...)
		return stdout, stderr, code
	}
	if _, stderr, code := output("annotate", "Psalms 1-50", "Hosea", "Job 1-20", "Genesis 49"); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, stderr)
	}
	base, stop := commandtest.Explore(t, dir)
	defer stop()
	found := 0
	for _, flags := range [][]string{
		{},
		{"--vehicle", "lion"},
		{"--vehicle", "lion;wolf"},
		{"--vehicle", "lion; WOLF ;dew"},
		{"--target", "god;man", "--type", "simile"},
		{"--vehicle", "a-b"},
		{"--vehicle", "%"},
		{"--ground", "anger"},
		{"--hebrew", "ארץ"},
		{"--hebrew", "הארץ", "--exact"},
		{"--hebrew", "כי־אתה"},
		{"--hebrew", `"לא־אירא רע"`},
		{"--hebrew", "יהוה", "--in-figure"},
		{"--english", "rock"},
		{"--english", "loving-kindness"},
		{"--english", "loving kindness", "--in", "Psalms"},
		{"--english", "rocks", "--exact"},
		{"--english", `"of the earth"`},
		{"--english", "-rock"},
		{"--english", "rock", "--hebrew", "צור", "--in-figure"},
		{"--lemma", "רעה"},
		{"--lemma", "H6697"},
		{"--lemma", "430", "--english", "earth"},
		{"--in", "Hosea"},
		{"--in", "Psalms 1-10; Job 3"},
		{"--confidence", "0.8"},
		{"--confidence", "0.9", "--type", "metaphor,idiom"},
		{"--verdict", "not validated"},
		{"--verdict", "valid,invalid"},
		{"--genre", "wisdom"},
		{"--genre", "poetry,wisdom", "--type", "simile"},
		{"--period", "archaic"},
		{"--period", "standard,not dated"},
		{"--annotator", "offline"},
		{"--annotator", "offline", "--confidence", "0.7", "--vehicle", "water"},
		{"--speaker", "god"},
		{"--purpose", "warn"},
		{"--text", "rock"},
		{"--type", "metaphor", "--also", "idiom", "--detected"},
		{"--subtype", "euphemism,synecdoche"},
		{"--target-domain", "people", "--vehicle-category", "animal"},
		{"--except", "target-domain:people", "--except", "vehicle-category:body"},
		{"--unnamed", "vehicle-domain"},
		{"--confidence-band", "0.8,0.9"},
		{"--confidence", "0.5", "--max-confidence", "0.8"},
		{"--reading", "1", "--grounding", "exact", "--standing", "claimed,conventional"},
	} {
		hits, stderr, code := output(append([]string{"search", "--json", "--limit", "1"}, flags...)...)
		if code != 0 {
			t.Errorf("search %q: %s", flags, stderr)
			continue
		}
		exportArgs := append([]string{"export", "--format", "jsonl"}, flags...)
		if !strings.Contains(strings.Join(flags, " "), "--in ") {
			exportArgs = append(exportArgs, "all")
		}
		rows, stderr, code := output(exportArgs...)
		if code != 0 {
			t.Errorf("export %q: %s", flags, stderr)
			continue
		}
		var searched struct{ Total int }
		if err := json.Unmarshal([]byte(hits), &searched); err != nil {
			t.Fatal(err)
		}
		exported := strings.Count(rows, "\n")
		if file := body(t, base+"/export?format=jsonl&"+parameters(flags)); file != rows {
			t.Errorf("%q: export writes %d bytes, the explorer %d, or others", flags, len(rows), len(file))
		}
		if api := totalOf(t, base+"/api/v1/figures?limit=0&"+parameters(flags)); searched.Total != exported || searched.Total != api {
			t.Errorf("%q: search finds %d, export %d, the API %d", flags, searched.Total, exported, api)
		}
		found += exported
	}
	for _, flags := range [][]string{
		{"--in", "Psalms 1-10", "--vehicle", "lion", "--type", "metaphor"},
		{"--in", "Psalms 1-10; Joel", "--state", "not marked,not run"},
		{"--english", "rock", "--genre", "poetry", "--order", "book"},
	} {
		rows, stderr, code := output(append([]string{"export", "--format", "csv", "--verses", "--in", "all"}, flags...)...)
		if code != 0 {
			t.Errorf("export --verses %q: %s", flags, stderr)
		}
		if file := body(t, base+"/export?format=csv&verses=1&"+parameters(flags)); file != rows || strings.Count(rows, "\n") < 5 {
			t.Errorf("%q: export --verses writes %d bytes, the explorer %d, or others", flags, len(rows), len(file))
		}
		if about := body(t, base+"/export/dictionary?format=csv&verses=1&"+parameters(flags)); !strings.Contains(about, `"name": "annotator_claim"`) {
			t.Errorf("%q: the data dictionary is %.200s", flags, about)
		}
	}
	if found < 2000 {
		t.Errorf("the filters find only %d figures", found)
	}

	for flags, want := range map[string][]string{
		"--annotator ofline": {`no reading by "ofline"`, "Did you mean offline?"},
		"--run 2020":         {`no run "2020"`},
		"--genre poetri":     {`no genre "poetri"`, "Did you mean poetry?"},
		"--period archiac":   {`no period "archiac"`, "Did you mean archaic?"},
		"--type smile":       {`no type "smile"`, "Did you mean simile?"},
		"--verdict vald":     {`no verdict "vald"`, "Did you mean valid?"},
		"--confidence 2":     {"2 is not a confidence"},
		"--lemma rock":       {`"rock" is not a word or a number of a lemma`},
		"--english *":        {`there is no word in "*"`},
		"--vehicle ;":        {`";" contains no search words`},
		"--in Hozea":         {"Hosea"},
	} {
		_, inSearch, code := output(append([]string{"search"}, strings.Fields(flags)...)...)
		args := append([]string{"export"}, strings.Fields(flags)...)
		if !strings.HasPrefix(flags, "--in ") {
			args = append(args, "all")
		}
		_, inExport, other := output(args...)
		if code != 2 || other != 2 || inSearch != inExport {
			t.Errorf("%s: search ends with %d: %s\nexport with %d: %s", flags, code, inSearch, other, inExport)
		}
		for _, text := range want {
			if !strings.Contains(inSearch, text) {
				t.Errorf("%s: %q is not in %s", flags, text, inSearch)
			}
		}
	}
}

// parameters returns the query of the API for flags of a command.
func parameters(flags []string) string {
	query := url.Values{}
	for i := 0; i < len(flags); i++ {
		name := strings.TrimPrefix(flags[i], "--")
		switch name {
		case "exact":
			query.Set("exact", "1")
			continue
		case "in-figure":
			query.Set("within", "figure")
			continue
		case "detected":
			query.Set("detected", "1")
			continue
		case "confidence":
			name = "min"
		case "max-confidence":
			name = "max"
		case "confidence-band":
			name = "confidence"
		}
		i++
		values := []string{flags[i]}
		switch name {
		case "type", "verdict", "genre", "period", "annotator", "subtype", "confidence", "standing", "state":
			values = strings.Split(flags[i], ",")
		}
		for _, v := range values {
			query.Add(name, v)
		}
	}
	return query.Encode()
}

// body returns an answer.
func body(t *testing.T, address string) string {
	t.Helper()
	b, err := io.ReadAll(commandtest.Get(t, address).Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// totalOf returns the number of figures that the API finds.
func totalOf(t *testing.T, address string) int {
	t.Helper()
	answer := commandtest.Get(t, address)
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Total *int
	}
	if err := json.Unmarshal(body, &list); err != nil || list.Total == nil {
		t.Errorf("%s: %s %s", address, answer.Status, body)
		return -1
	}
	return *list.Total
}
