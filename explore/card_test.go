package explore_test

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/explore/web"
)

func TestCard(t *testing.T) {
	body := page(t, everything(t), "/figure/Ps.23.1!3-4")
	seen := strip(body)
	has(t, seen,
		"Psalms 23:1", "Ps.23.1!3-4", "יְהוָ֥ה רֹ֝עִ֗י", "Yahweh is my shepherd",
		"metaphor valid · sim:judge A clear metaphor.",
		"personification by reclassification",
		"idiom rejected reclassified → personification · sim:judge Not fixed in use.",
		"Target Yahweh › deity › God", "Vehicle shepherd › herding › work", "Ground care",
		"God is spoken of as one who herds.", "Speaker David", "Purpose praise", "0.95", "words 3-4",
		"located by word number or by an exact quotation", "sim:large (model)", "run-model-2", "2026-03-01 12:00:00",
		"Other figures on these words", "“Ps 23:1: Yahweh is my shepherd (metaphor, personification),” annotated by sim:large, Mashal: ",
	)
	// What it speaks of leads to all that speak of the same.
	has(t, body, `href="/search?vehicle=shepherd"`, `href="/search?vehicle-category=herding"`, `href="/search?vehicle-domain=work"`)
	// The overlapping figure of the other reading, which has the same words.
	has(t, body, `href="/figure/Ps.23.1!3-4?reading=1"`, "the same words", `href="/figure/Ps.23.1!4-6"`)
}

func TestCardOfAnotherReading(t *testing.T) {
	body := strip(page(t, everything(t), "/figure/Ps.23.1!3-4?reading=1"))
	has(t, body, "metaphor not validated", "rules (rules)", "Found by shepherd")
	hasNot(t, body, "A clear metaphor.", "the current one")
}

func TestCardUnanchored(t *testing.T) {
	body := strip(page(t, everything(t), "/figure/Ps.23.4!u"))
	has(t, body, "Its words were not found in the verse", "like a lamb", "the quotation was not found in the verse")
}

func TestCardThatIsNot(t *testing.T) {
	s := everything(t)
	for _, citation := range []string{"Ps.23.1!9", "Ps.23.1", "x", "%3Cscript%3E", "Ps.999.1!1", strings.Repeat("9", 900)} {
		a := get(t, s, "/figure/"+citation)
		if a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", citation, a.Status)
		}
		hasNot(t, a.body, "<script>")
	}
}

func TestCardSaysHowItWasMade(t *testing.T) {
	call := mashal.Dialogue{
		Call: mashal.Call{
			Purpose: mashal.Detection, Model: "sim:large", PromptVersion: "detect v3 9a", Outcome: "ok", Started: noon, Duration: 90 * time.Second,
			Tokens: mashal.Tokens{Input: 12345, CachedInput: 10000, Output: 678, Reasoning: 200},
			Cost:   mashal.Cost{Amount: 42_100_000, State: mashal.CostExact},
		},
		Answer: `{"verse": 1, "<b>": ""}`,
	}
	failed := mashal.Dialogue{Call: mashal.Call{Purpose: mashal.Detection, Model: "sim:large", Outcome: "overloaded"}}
	judging := mashal.Dialogue{Call: mashal.Call{Purpose: mashal.Validation}}
	s := serve(t, bible(t), func(o *web.Options) { o.Record = record{calls: []mashal.Dialogue{failed, judging, call}} })
	a := get(t, s, "/figure/Ps.23.1!3-4")
	has(t, strip(a.body),
		"detect: sim:large , attempt 2", "detect v3 9a", "12,345 in (10,000 cached), 678 out (200 reasoning)", "$0.0421", "1m30s",
		"{&#34;verse&#34;: 1, &#34;&lt;b&gt;&#34;: &#34;&#34;}", "price unknown", "The answer was not stored.")
	if got := a.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page that shows the ledger is kept: %q", got)
	}
	none := serve(t, bible(t), func(o *web.Options) { o.Record = record{} })
	has(t, page(t, none, "/figure/Ps.23.1!3-4"), "No model was used.")
}

// TestCardOfAnotherLedger: who looks at a concordance beside a ledger that it
// was not made from, or beside none, is told so and not that no model was asked.
func TestCardOfAnotherLedger(t *testing.T) {
	for err, said := range map[error][2]string{
		web.ErrOtherLedger: {"This ledger is not the one that the concordance was built from", "היומן הזה אינו היומן שממנו נבנתה הקונקורדנציה"},
		web.ErrNoLedger:    {"The ledger of this concordance is not available", "היומן של הקונקורדנציה הזאת אינו זמין"},
	} {
		s := serve(t, bible(t), func(o *web.Options) { o.Record = record{err: err} })
		body := page(t, s, "/figure/Ps.23.1!3-4")
		has(t, strip(body), said[0], "Start mashal explore with --dir")
		hasNot(t, body, "No model was asked", `href="/runs/run-model-2"`)
		has(t, page(t, s, "/figure/Ps.23.1!3-4?lang=he"), said[1], "mashal explore")
	}
}

// TestCardBesideABrokenLedger: a figure is read whatever has become of the
// ledger. What is wrong with that is logged, and not said to whoever reads.
func TestCardBesideABrokenLedger(t *testing.T) {
	var logged []error
	s := serve(t, bible(t), func(o *web.Options) {
		o.Record = record{err: errBroken}
		o.Log = slog.New(&errorLog{add: func(err error) { logged = append(logged, err) }})
	})
	a := get(t, s, "/figure/Ps.23.1!3-4")
	if a.StatusCode != http.StatusOK || len(logged) != 1 || !errors.Is(logged[0], errBroken) {
		t.Errorf("%s, logged %v", a.Status, logged)
	}
	if got := a.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("what is only so now is kept: %q", got)
	}
	has(t, strip(a.body), "The ledger cannot be read at the moment", "mashal doctor")
	hasNot(t, a.body, "secret", "No model was asked")
}
