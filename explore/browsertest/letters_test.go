package browsertest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"

	"mashal"
	"mashal/corpus"

	"mashal/explore/browser"
)

// wrapPointed puts each stretch of Hebrew with points or accents into an element
// of its own, which changes nothing of how it is drawn, and returns those that
// are asked to be bold or slanted. It keeps a few of each kind of place.
const wrapPointed = `(() => {
	document.querySelectorAll("details").forEach((d) => d.open = true);
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), nodes = [], seen = {}, wrong = [];
	while (walker.nextNode()) nodes.push(walker.currentNode);
	for (const node of nodes) {
		const parent = node.parentElement;
		if (parent.matches("script, style, title, option") || !parent.getClientRects().length) continue;
		const style = getComputedStyle(parent), kind = parent.tagName + parent.className + style.fontFamily;
		const found = /[\u05d0-\u05ea][\u0591-\u05c7\u05d0-\u05ea]*[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7][\u0591-\u05c7\u05d0-\u05ea]*/.exec(node.data);
		if (!found || (seen[kind] = (seen[kind] ?? 0) + 1) > 4) continue;
		const part = node.splitText(found.index);
		part.splitText(found[0].length);
		const span = document.createElement("span");
		span.setAttribute("data-pointed", parent.tagName + "." + parent.className + " " + found[0]);
		part.replaceWith(span);
		span.append(part);
		if (Number(style.fontWeight) > 500 || style.fontStyle !== "normal") wrong.push(parent.tagName + "." + parent.className + " " + found[0]);
	}
	return wrong.join("; ");
})()`

// pointedInOurFont checks that all Hebrew of the page that has points or accents
// is drawn with the embedded font alone, and never asked for in bold. It returns
// the number of stretches that it looked at.
func pointedInOurFont(x *browser.Tab) int {
	x.Helper()
	x.Until(`document.fonts.status === "loaded"`)
	if wrong := browser.Value[string](x, wrapPointed); wrong != "" {
		x.Errorf("at %s bold or slanted is asked of a font that has neither: %s", x.Address(), wrong)
	}
	fonts := fontsOf(x, "[data-pointed]")
	places := browser.Value[[]string](x, `[...document.querySelectorAll("[data-pointed]")].map((e) => e.dataset.pointed)`)
	for i, of := range fonts {
		for _, f := range of {
			if !f.IsCustomFont || f.FamilyName != "Mashal Hebrew" {
				x.Errorf("at %s pointed Hebrew is drawn with %s: %s", x.Address(), f.FamilyName, places[i])
				return len(fonts)
			}
		}
	}
	return len(fonts)
}

// fontsOf returns the fonts that the text of each element is drawn with.
func fontsOf(x *browser.Tab, selector string) (list [][]*css.PlatformFontUsage) {
	x.Helper()
	x.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, dom.Enable, dom.EnableParams{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, css.Enable, cdp.Empty{}); err != nil {
			return err
		}
		document, err := cdp.Call(ctx, t, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return err
		}
		found, err := cdp.Call(ctx, t, dom.QuerySelectorAll, dom.QuerySelectorAllParams{NodeID: document.Root.NodeID, Selector: selector})
		if err != nil {
			return err
		}
		for _, id := range found.NodeIDs {
			fonts, err := cdp.Call(ctx, t, css.GetPlatformFontsForNode, css.GetPlatformFontsForNodeParams{NodeID: id})
			if err != nil {
				return err
			}
			list = append(list, fonts.Fonts)
		}
		return nil
	}))
	return list
}

// TestPointedHebrew checks on a machine without Hebrew fonts that each page
// draws points and accents with the embedded font.
func TestPointedHebrew(t *testing.T) {
	for _, m := range []browser.Manner{
		{Name: "on the screen", Window: browser.Wide},
		{Name: "Hebrew", Params: "lang=he", Window: browser.Wide},
	} {
		t.Run(m.Name, func(t *testing.T) {
			x := browser.NewTab(t, m.Window)
			all := 0
			for _, p := range browser.Pages {
				x.Open(browser.With(p.Address, m.Params))
				all += pointedInOurFont(x)
			}
			x.Open(browser.With("/rules/simile-nothing", m.Params)) // its source quotes Hebrew
			all += pointedInOurFont(x)
			if all < 50 {
				t.Errorf("the pages have %d stretches of pointed Hebrew only", all)
			}
			x.Media("print")
			for _, address := range []string{"/read/Ps/23?list=1", "/figure/Ps.23.1!3-4", "/concordance?lemma=7462"} {
				x.Open(browser.With(address, m.Params))
				if pointedInOurFont(x) == 0 {
					t.Errorf("%s prints no pointed Hebrew", address)
				}
			}
		})
	}
}

// TestPointedHebrewInAnswers checks the same of what a model answered, as it
// was sent.
func TestPointedHebrewInAnswers(t *testing.T) {
	browser.NewTab(t, browser.Wide) // or skip
	dir, model := t.TempDir(), simulated(t, "--seed", "1")
	model.openWide()
	process, run := model.annotate(t, dir, "Joel 1", "--workers", "1")
	if code := process.wait(); code != 0 {
		t.Fatalf("annotate ended with %d: %s", code, &process.stderr)
	}
	x := browser.NewTabOn(t, explored(t, dir), browser.Wide)
	x.Open("/runs/" + run)
	x.Follow(`#calls tbody a[href*="/calls/"]`)
	if pointedInOurFont(x) == 0 {
		t.Error("the answer has no pointed Hebrew")
	}
}

// TestEveryCluster checks that every letter of the Bible with its points and
// accents is drawn with the embedded font alone.
func TestEveryCluster(t *testing.T) {
	text, err := corpus.Open()
	if err != nil {
		t.Fatal(err)
	}
	clusters := map[string]bool{}
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		for n := 1; n <= b.Chapters(); n++ {
			chapter, err := text.Chapter(mashal.Chapter{Book: b, Number: n})
			if err != nil {
				t.Fatal(err)
			}
			for i := range chapter.Verses {
				addClusters(clusters, chapter.Verses[i].Hebrew())
			}
		}
	}
	var all []string
	for c := range clusters {
		all = append(all, c)
	}
	slices.Sort(all)
	if len(all) < 2000 {
		t.Errorf("the text has %d clusters only", len(all))
	}
	list, err := json.Marshal(strings.Join(all, ""))
	if err != nil {
		t.Fatal(err)
	}
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Gen/1")
	x.Is(`(document.querySelector("main").innerHTML = '<p class="hebrew" lang="he" dir="rtl" id="all"></p>', document.querySelector("#all").textContent = ` + string(list) + `, true)`)
	x.Until(`document.fonts.status === "loaded"`)
	for _, of := range fontsOf(x, "#all") {
		for _, f := range of {
			if !f.IsCustomFont || f.FamilyName != "Mashal Hebrew" {
				t.Errorf("%v glyphs are drawn with %s", f.GlyphCount, f.FamilyName)
			}
		}
	}
}

// addClusters adds the letters of a text, each with its marks.
func addClusters(clusters map[string]bool, text string) {
	cluster := ""
	for _, r := range text + " " {
		switch mark := r >= 0x591 && r <= 0x5c7 && r != 0x5be && r != 0x5c0 && r != 0x5c3 && r != 0x5c6; {
		case mark:
			cluster += string(r)
		case r == ' ':
		default:
			clusters[cluster] = true
			cluster = string(r)
		}
	}
	clusters[cluster] = true
}
