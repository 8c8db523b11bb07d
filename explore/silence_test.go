package explore_test

import (
	"database/sql"
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/explore/web"
	"mashal/sqlite"
)

// readerWords are the words that only a reader may use of a verse or a word without a figure,
// in both languages, also as names of classes and in addresses; and those that say that a
// matcher has read verses or words.
var readerWords = []string{
	"literal", "none found", "none+found", "none_found", "none-found", "none%20found", "no figure found", "no figures found", "no figure was found", "no figures were found",
	"not figurative", "not+figurative", "not_figurative", "not%20figurative", "nonfigurative", "non-figurative", "without figure", "without any figure", "without a figure",
	"מילולי", "לא נמצא", "לא ציורי", "אין בו ביטוי", "ללא ביטוי",
	"verses read", "verse read", "words read", "share figurative", "שנקראו", "נקראו ",
}

// notOfSilence lists what the patterns match but does not speak of verses without marks: it
// is in an answer if no verse or word is counted so.
var notOfSilence = strings.NewReplacer(`"none_found":0`, "", `"literal":0`, "", "לא נמצאו", "", "הדף לא נמצא", "", "what they leave out is not literal", "")

// matcherBible is an explorer of matchers only. They mark some verses of Psalm 23 and Joel 3,
// one verse failed, and none of Obadiah is marked.
func matcherBible(t testing.TB) *web.Server {
	t.Helper()
	return serve(t, matcherFile(t))
}

// matcherFile is the concordance of matcherBible.
func matcherFile(t testing.TB) string {
	t.Helper()
	learned := mashal.Annotator{Name: "learned", Kind: mashal.ByLearning, Version: "1", Fingerprint: "learned-1"}
	offline := mashal.Annotator{Name: "offline", Kind: mashal.ByLearning, Version: "1", Fingerprint: "offline-1"}
	found := func() map[int]finding {
		return map[int]finding{
			1: {figures: []mashal.JudgedFigure{{Figure: mashal.Figure{
				Types: []mashal.Type{mashal.Metaphor}, Span: span(3, 4), Confidence: .8, Source: "shepherd",
				Target: mashal.Tag{Specific: "Yahweh", Category: "deity", Domain: "God"}, Vehicle: mashal.Tag{Specific: "a shepherd", Category: "herding", Domain: "work"},
			}}}},
			3: {failure: &mashal.Failure{Kind: "internal", Reason: "It failed."}},
		}
	}
	obadiah := mashal.Chapter{Book: 18, Number: 1}
	return bible(t, reading(1, psalm23, rules, 6, found()), reading(2, psalm23, learned, 6, nil), reading(3, joel3, offline, 5, found()),
		reading(4, psalm23, offline, 6, found()), reading(5, obadiah, offline, 21, nil))
}

// crawl asks for a page and all pages of the server that it leads to, up to a number, and
// calls fn with each answer.
func crawl(t *testing.T, s *web.Server, most int, follow func(*url.URL) bool, fn func(target string, a answer), starts ...string) int {
	t.Helper()
	link := regexp.MustCompile(`(?:href|action)="([^"#]*)`)
	seen := map[string]bool{}
	queue := slices.Clone(starts)
	for len(queue) > 0 && len(seen) < most {
		target := queue[0]
		queue = queue[1:]
		if seen[target] {
			continue
		}
		seen[target] = true
		a := getAsIs(t, s, target)
		fn(target, a)
		if to := a.Header.Get("Location"); to != "" {
			queue = append(queue, to)
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(a.body, -1) {
			u, err := url.Parse(html.UnescapeString(m[1]))
			if err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(u.Path, "/static/") && follow(u) && !seen[u.String()] {
				queue = append(queue, u.String())
			}
		}
	}
	return len(seen)
}

// once reports the first address of each path with the same names of parameters, so that a
// crawl sees every kind of page and not every verse.
func once() func(*url.URL) bool {
	seen := map[string]int{}
	return func(u *url.URL) bool {
		q := u.Query()
		kind := u.Path + "?" + strings.Join(slices.Sorted(maps.Keys(q)), "&") + q.Get("lang") + q.Get("state") + q.Get("uses") + q.Get("annotator")
		if strings.HasPrefix(u.Path, "/read/") {
			kind = strings.Replace(kind, u.Path, "/read/", 1)
		}
		seen[kind]++
		return seen[kind] <= 1
	}
}

// TestSilenceOfMatchers crawls an explorer that has only matchers, in both languages, its
// API and its files: none of their unmarked verses is said to be literal, read, or without
// a figure.
func TestSilenceOfMatchers(t *testing.T) {
	t.Parallel()
	s := matcherBible(t)
	kinds := map[string]int{}
	n := crawl(t, s, 400, once(), func(target string, a answer) {
		if a.StatusCode >= http.StatusInternalServerError {
			t.Errorf("%s: %s", target, a.Status)
		}
		// That a matcher has not searched some text is said with other states.
		if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusNotFound || strings.Contains(target, "openapi") || strings.HasPrefix(target, "/concordance.db") ||
			strings.HasPrefix(target, "/manual") { // which tells readers what to do, and says nothing of a verse
			return
		}
		kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
		kinds[kind]++
		body := strings.ToLower(notOfSilence.Replace(a.body))
		for _, words := range readerWords {
			if at := strings.Index(body, words); at >= 0 {
				t.Errorf("%s says %q of a matcher: …%s…", target, words, strings.ToValidUTF8(body[max(0, at-80):min(len(body), at+80)], ""))
			}
		}
	}, "/", "/?lang=he", "/read/Obad/1", "/read/Obad/1?lang=he", "/read/Ps/23?type=simile", "/search?state=not+marked", "/search?vehicle=nothing", "/search?vehicle=nothing&lang=he",
		"/concordance?lemma=3068", "/concordance?lemma=3068&lang=he", "/concordance?lemma=3068&uses=not+marked", "/concordance.csv?lemma=3068", "/concordance.svg?lemma=3068&per=words",
		"/collocates?least=1", "/collocates?lemma=3068&least=1&lang=he", "/collocates?lemma=3068&uses=not+marked&bounds=colon", "/collocates.csv?lemma=3068&least=1",
		"/lemmas?least=1", "/lemmas?least=1&lang=he", "/lemmas.csv?least=1", "/api/v1/collocates?key=lemma&lemma=3068&least=1", "/api/v1/lemmas?least=1", "/concordance?sample=1&seed=2&order=shuffle&order2=right1",
		"/compare/Ps/23", "/compare/Ps/23?lang=he", "/help", "/help?lang=he", "/charts?lang=he",
		"/api/v1/verses?state=not+marked", "/api/v1/statistics", "/api/v1/chapters", "/api/v1/facets", "/api/v1/figures", "/api/v1/kwic?key=lemma&lemma=3068&outside=1", "/api/v1/chapters/Obad/1",
		"/export?format=csv", "/export?format=jsonl", "/api/verses?show_not_figurative=true", "/api/verses/count?show_not_figurative=true", "/api/statistics",
		// Text that none of them has searched, in whole and in part, and words in it.
		"/search?in=Genesis", "/search?in=Genesis&lang=he", "/search?in=Genesis+1%3B+Obadiah&annotator=offline", "/search?in=Genesis+1%3B+Obadiah&annotator=offline&lang=he",
		"/search?annotator=rules&in=Psalms+23:3", "/search?annotator=rules&in=Psalms+23:3&lang=he", "/charts?in=Genesis", "/charts?in=Genesis&lang=he", "/search?english=shepherd&lang=he",
		"/concordance?lemma=1254a", "/concordance?lemma=1254a&lang=he", "/lemma/H1254a", "/lemma/H1254a?lang=he", "/lemma/H3068", "/lemma/H3068?lang=he",
		"/read?in=Joel+3-4", "/read?in=Joel+3-4&lang=he", "/read?in=Psalms+23:1-3&annotator=rules", "/read?in=Genesis+1-2&annotator=rules&lang=he", "/read?in=Joel+3%3B+Psalms+23&annotator=current",
		"/word/Ps.22.17.7", "/word/Ps.23.1.4?lang=he", "/api/v1/lemmas/H3068", "/api/v1/lemmas/H1254a", "/api/v1/words/Ps.23.1.4", "/api/v1/readings", "/api/v1",
		"/api/v1/figures?in=Genesis", "/api/v1/facets?in=Genesis&lang=he", "/export?format=csv&in=Genesis", "/api/v1/facets?in=Genesis+1%3B+Obadiah", "/api/v1/kwic?key=lemma&lemma=1254a&outside=1")
	if n < 250 || kinds["text/html"] < 200 || kinds["application/json"] < 5 || kinds["text/csv"] < 3 || kinds["image/svg+xml"] < 3 {
		t.Errorf("only %d addresses were asked for: %v", n, kinds)
	}
}

// TestUnstatedCondition checks that a query of what matchers do not state says so: in both
// languages and in the API.
func TestUnstatedCondition(t *testing.T) {
	t.Parallel()
	s := matcherBible(t)
	const query = "?annotator=offline&in=Obadiah&query=" + "%5Bfigure%21%3D%22.*%22%5D"
	const says = `offline is a matcher: of words that it did not mark nothing is known, so the condition figure!=".*" finds nothing.`
	has(t, strip(getAsIs(t, s, "/search"+query).body), strings.ReplaceAll(says, `"`, "&#34;"))
	has(t, strip(getAsIs(t, s, "/search"+query+"&lang=he").body), "מחפש תבניות בלבד: על מילים שלא סימן לא ידוע דבר")
	var got struct{ Unstated string }
	if err := json.Unmarshal([]byte(getAsIs(t, s, "/api/v1/figures"+query).body), &got); err != nil || got.Unstated != says {
		t.Errorf("the API says %q, %v", got.Unstated, err)
	}
	if body := getAsIs(t, s, "/search?annotator=offline&in=Obadiah&vehicle=nothing").body; strings.Contains(body, "is a matcher: of words") {
		t.Error("a search without such a condition has the note")
	}
}

// TestSilenceInViews reads all views of a concordance of matchers: none has a reader's word, or
// the number 0 for a verse that a matcher has not marked.
func TestSilenceInViews(t *testing.T) {
	t.Parallel()
	db, err := sqlite.OpenReadOnly(t.Context(), matcherFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	texts := func(query string) (list []string) {
		rows, err := db.Read().QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, value := range row {
				list = append(list, columns[i]+"="+value.String)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return list
	}
	views := texts(`SELECT name FROM sqlite_master WHERE type = 'view'`)
	for _, view := range views {
		_, name, _ := strings.Cut(view, "=")
		cells := texts(`SELECT * FROM "` + name + `"`)
		if len(cells) == 0 {
			t.Errorf("the view %s is empty", name)
		}
		for _, cell := range cells {
			for _, words := range readerWords {
				if strings.Contains(strings.ToLower(cell), words) {
					t.Errorf("the view %s says %q of a matcher: %s", name, words, cell)
				}
			}
			if cell == "instances_detected=0" || cell == "instances_recovered=0" || cell == "claim=reader" {
				t.Errorf("the view %s has %s", name, cell)
			}
		}
	}
	if len(views) < 3 {
		t.Errorf("the views are %q", views)
	}
}

// TestSilenceInAnswers holds the numbers of the API to the claims of the annotators: of a
// matcher, no verse is read and no word is literal, and what is not marked is counted so.
func TestSilenceInAnswers(t *testing.T) {
	t.Parallel()
	s := matcherBible(t)
	var statistics struct {
		Mixture    bool
		Annotators []struct{ Annotator, Kind, Claim string }
		Totals     struct{ Read, Searched, None_found, Not_marked, Words int }
		Parts      []struct{ Read, Searched int }
	}
	decode(t, s, "/api/v1/statistics", &statistics)
	if a := statistics.Annotators; statistics.Mixture || len(a) != 1 || a[0].Annotator != "offline" || a[0].Claim != "matcher" {
		t.Errorf("%+v", statistics)
	}
	if c := statistics.Totals; c.Read != 0 || c.None_found != 0 || c.Searched != 30 || c.Not_marked != 28 {
		t.Errorf("%+v", c)
	}
	for _, p := range statistics.Parts {
		if p.Read != 0 || p.Searched == 0 {
			t.Errorf("%+v", p)
		}
	}
	var lines struct {
		Figurative, Literal, Not_marked int
		Lines                           []struct{ Use string }
	}
	decode(t, s, "/api/v1/kwic?key=lemma&lemma=3068&outside=1&in=Psalms&annotator=offline", &lines)
	if lines.Figurative != 1 || lines.Literal != 0 || lines.Not_marked != 1 || len(lines.Lines) != 2 || lines.Lines[1].Use != "not marked" {
		t.Errorf("%+v", lines)
	}
	// No bar, share or colour has what is not marked below it.
	body := page(t, s, "/concordance?lemma=3068&annotator=offline")
	hasNot(t, body, `class="share"`, `class="literal"`, " %")
	has(t, strip(body), "1 marked", "not marked")
}

func decode(t *testing.T, s *web.Server, target string, into any) {
	t.Helper()
	a := getAsIs(t, s, target)
	if err := json.Unmarshal([]byte(a.body), into); err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", target, a.Status, err)
	}
}

// TestOneAnnotatorAtATime checks that pages count one annotator unless a mixture is chosen,
// and that a mixture says so with shares: on the page, in the titles of charts, in files
// and in answers.
func TestOneAnnotatorAtATime(t *testing.T) {
	t.Parallel()
	s := serve(t, bible(t, byRules(), byModel(), reading(3, joel3, rules, 5, nil)))
	has(t, strip(getAsIs(t, s, "/").body), "rules : patterns found; a verse without marks was not read.", "Measured recall", "1 figure", "verses not marked")
	hasNot(t, getAsIs(t, s, "/").body, "none found")
	// The legend of a mixture names the silence of both, and that of one annotator only its own.
	has(t, strip(getAsIs(t, s, withMixture("/")).body), "none found / not marked", "figures or patterns found per 1,000 words")
	has(t, strip(getAsIs(t, s, "/?annotator=sim:large").body), "few to many figures per 1,000 words")
	hasNot(t, getAsIs(t, s, "/?annotator=sim:large").body, "not marked", "patterns")
	// In Psalm 23 alone both have read; the rules have done more of it.
	for target, want := range map[string]string{"/charts?in=Psalms": "rules", "/charts?in=Psalms+23:1-4": "sim:large", "/charts": "rules"} {
		has(t, getAsIs(t, s, target).body, `aria-current="true"><bdi>`+want+`</bdi>`)
	}
	// Marks lead to the figures that they count.
	for _, m := range regexp.MustCompile(`href="(/search\?[^"]*type=[^"]*)"`).FindAllStringSubmatch(getAsIs(t, s, "/charts/types?in=Psalms+23:1-4").body, -1) {
		if u, err := url.Parse(html.UnescapeString(m[1])); err != nil || u.Query().Get("annotator") != "sim:large" {
			t.Errorf("a mark of the model's chart leads to %s", m[1])
		}
	}
	const shares = "sim:large 44.4 %; rules 55.6 %"
	for _, target := range []string{"/", "/search", "/concordance", "/charts", "/charts/types", "/concordance?lemma=3068"} {
		body := getAsIs(t, s, withMixture(target)).body
		has(t, strip(body), "A mixture of annotators : sim:large 44.4 % of the verses", "rules 55.6 % of the verses")
	}
	for _, target := range []string{"/charts/types.svg?annotator=current", "/charts/types.csv?annotator=current", "/concordance.svg?annotator=current", "/concordance.csv?annotator=current"} {
		has(t, getAsIs(t, s, target).body, shares)
	}
	has(t, getAsIs(t, s, "/charts/types.svg?annotator=current").body, "<title>Types by part of the text (mixture of annotators: "+shares+")</title>")
	has(t, getAsIs(t, s, "/charts/types?annotator=current").body, "(mixture of annotators)")
	for _, what := range []string{"statistics", "figures", "verses", "facets", "chapters", "kwic"} {
		has(t, getAsIs(t, s, "/api/v1/"+what+"?annotator=current").body, `"mixture":true`, `"percent":55.6`)
		has(t, getAsIs(t, s, "/api/v1/"+what).body, `"mixture":false`, `"annotator":"rules"`)
	}
}

// withMixture returns an address that asks for the mixture.
func withMixture(target string) string {
	if strings.Contains(target, "?") {
		return target + "&annotator=current"
	}
	return target + "?annotator=current"
}

// TestReaderWordsOfMessages lists every message of the pages that uses a reader's words. A
// new one has to be guarded by the claim of the annotator, like these, and added here.
func TestReaderWordsOfMessages(t *testing.T) {
	guarded := []string{
		"%d literal", "literal", "Literal uses are words of verses that a person or a model has read, outside all figures of the readings shown.",
		"%d verses read", "%d of %d verses read", "Verses read", "verses read", "share figurative",
		"verses read completely", // of a person, who has said so
		"A reader reads every verse of its chapters, so that “none found” is its statement about the verse.",
		"not figurative", // the value of a status, which pages call rejected
		"none found", "none found by either", "verses with none found", "with no figures found",
	}
	files, err := filepath.Glob("web/messages/he/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var found []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(data, &messages); err != nil {
			t.Fatal(err)
		}
		for message := range messages {
			if slices.ContainsFunc(readerWords, func(words string) bool { return strings.Contains(strings.ToLower(message), words) }) {
				found = append(found, message)
			}
		}
	}
	slices.Sort(found)
	slices.Sort(guarded)
	if found = slices.Compact(found); !slices.Equal(found, guarded) {
		t.Errorf("messages with a reader's words are\n%q, not\n%q", found, guarded)
	}
}
