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
		if api := totalOf(t, base+"/api/v1/figures?limit=0&"+parameters(flags)); searched.Total != exported || searched.Total != api {
			t.Errorf("%q: search finds %d, export %d, the API %d", flags, searched.Total, exported, api)
		}
		found += exported
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
		case "confidence":
			name = "min"
		}
		i++
		values := []string{flags[i]}
		switch name {
		case "type", "verdict", "genre", "period", "annotator":
			values = strings.Split(flags[i], ",")
		}
		for _, v := range values {
			query.Add(name, v)
		}
	}
	return query.Encode()
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
