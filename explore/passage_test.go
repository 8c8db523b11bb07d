package explore_test

import (
	"strings"
	"testing"
)

// TestPassage checks the page of a selection: its verses and no others, its figures
// and their count.
func TestPassage(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/read?in=Ps+22:31-23:2%3B+Isa+40:3")
	for _, want := range []string{`<h1>Isaiah 40:3; Psalms 22:31-32; 23:1-2</h1>`, `id="Isa.40.3"`, `id="Ps.22.31"`, `id="Ps.22.32"`, `id="Ps.23.1"`, `id="Ps.23.2"`, `/search?in=Isaiah&#43;40%3A3`} {
		has(t, body, want)
	}
	if n := strings.Count(body, `<section class="verse"`); n != 5 {
		t.Errorf("the page has %d verses, not 5", n)
	}
	has(t, body, `data-f="Ps.23.1.1"`)
	has(t, page(t, s, "/read?in=Ps+22:31-23:2&annotator=rules"), "a verse without marks was not read")
	has(t, page(t, s, "/read?in=Ps+22:31-23:2&lang=he"), `<h1>תהלים 22:31-23:2</h1>`)
	only := page(t, s, "/read?in=Ps+22:31-23:2&type=hyperbole")
	has(t, only, `aria-current="true"><span class="type u t-hyperbole">`, "none of these types")
}

// TestPassagePages checks that the longest book is on one page, and what is longer
// on several that end with a chapter.
func TestPassagePages(t *testing.T) {
	s := everything(t)
	if body := page(t, s, "/read?in=Psalms"); strings.Contains(body, "page 1 of") || strings.Count(body, `<section class="verse"`) != 2527 {
		t.Error("Psalms is not on one page")
	}
	verses := 0
	for _, n := range []string{"1", "2", "3"} {
		body := page(t, s, "/read?in=Torah&page="+n)
		has(t, body, "page "+n+" of 3")
		verses += strings.Count(body, `<section class="verse"`)
	}
	if verses != 5853 {
		t.Errorf("the pages of the Torah have %d verses", verses)
	}
	for target, status := range map[string]int{
		"/read?in=Torah&page=4": 400, "/read?in=Ezekial+3": 400, "/read?in=Ps+22-23&figure=nonsense": 404, "/read?in=Ps+22-23&annotator=nonsense": 400,
		"/read?in=Ps+22-23&languages=greek": 400, "/read?in=Ps+22-23&reading=1": 400,
	} {
		if got := get(t, s, target).StatusCode; got != status {
			t.Errorf("%s: status %d, not %d", target, got, status)
		}
	}
}

// TestLines checks that poetry is set in lines if that is chosen, in each text, and
// prose as it is.
func TestLines(t *testing.T) {
	s := everything(t)
	verse := func(address, id string) string {
		return between(t, page(t, s, address), `id="`+id+`"`, "</section>")
	}
	if v := verse("/read/Ps/23", "Ps.23.4"); strings.Contains(v, "<br>") {
		t.Error("lines that were not asked for")
	}
	v := verse("/read/Ps/23?layout=lines&translit=1", "Ps.23.4")
	hebrew, rest, _ := strings.Cut(v, `class="translit`)
	translit, english, _ := strings.Cut(rest, `class="english`)
	for text, want := range map[string]int{hebrew: 3, translit: 3, english: 3} {
		if n := strings.Count(text, "<br>"); n != want {
			t.Errorf("%d line breaks, not %d, in %s", n, want, text)
		}
	}
	if strings.Contains(verse("/read/Gen/1?layout=lines", "Gen.1.2"), "<br>") {
		t.Error("prose is set in lines")
	}
	english, hebrew = verse("/read/Ps/23?languages=english", "Ps.23.4"), verse("/read/Ps/23?languages=hebrew", "Ps.23.4")
	if strings.Contains(english, `class="hebrew`) || !strings.Contains(english, `class="english`) {
		t.Error("the English alone has Hebrew")
	}
	if strings.Contains(hebrew, `class="english`) || !strings.Contains(hebrew, `class="hebrew`) {
		t.Error("the Hebrew alone has English")
	}
}
