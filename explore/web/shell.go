package web

import (
	"html/template"

	"mashal/markup"
)

// The links that all pages have are written here and not in a template, which would take a third
// of the time of a small page.

// NavLinks returns the links of the navigation bar as HTML.
func (s *Scope) NavLinks() template.HTML {
	var h markup.Builder
	h.Grow(60 * len(navigation))
	for _, item := range s.Nav() {
		h.Put(`<a href="`, s.URL(item.Path), `"`)
		if item.Page == s.Page {
			h.Put(` aria-current="page"`)
		}
		h.Put(`>`, s.Say(item.Label), `</a>`)
	}
	return h.Done()
}

// SettingLinks returns the links to the other language, the themes and the help as HTML.
func (s *Scope) SettingLinks() template.HTML {
	var h markup.Builder
	h.Grow(1000)
	if s.Lang == Hebrew.Code {
		h.Put(`<a href="`, s.With("lang", ""), `" lang="en" hreflang="en">English</a>`)
	} else {
		h.Put(`<a href="`, s.With("lang", "he"), `" lang="he" hreflang="he">עברית</a>`)
	}
	h.Put("\n"+`<span class="seg" role="group" aria-label="`, s.T("Theme"), `">`)
	for _, theme := range []struct{ name, value, sign, title string }{
		{"light", "light", "☀", s.T("Light")}, {"system", "", "◐", s.T("System")}, {"dark", "dark", "☾", s.T("Dark")},
	} {
		h.Put("\n"+`<a href="`, s.With("theme", theme.value), `"`+currentIf(s.Theme == theme.name)+` title="`, theme.title,
			`"><span aria-hidden="true">`, theme.sign, `</span><span class="unseen">`, theme.title, `</span></a>`)
	}
	help := s.T("Help")
	h.Put("\n</span>\n"+`<a href="`, s.URL("/help"), `" class="help" data-key="?" title="`, help,
		`"><span aria-hidden="true">?</span><span class="unseen">`, help, `</span></a>`)
	return h.Done()
}

// FootLinks returns the links to the pages on the concordance itself as HTML.
func (s *Scope) FootLinks() template.HTML {
	var h markup.Builder
	h.Put(`<a href="`, s.URL("/about"), `">`, s.T("About"), `</a> <a href="`, s.URL("/quality"), `">`, s.T("How good the annotators are, measured"), `</a>
<a href="`, s.URL("/rules"), `">`, s.T("Rules"), `</a> <a href="`, s.URL("/manual"), `">`, s.T("Manual"), `</a>`)
	return h.Done()
}

// TextTools returns the settings of the text on pages for reading as HTML. poetry says that there
// is poetry on the page. Settings with data-keep are kept by the browser: settings.js.
func (s *Scope) TextTools(poetry bool) template.HTML {
	var h markup.Builder
	h.Grow(3000)
	h.Put(`<span class="seg" role="group" aria-label="`, s.T("Hebrew text"), `">`)
	for _, script := range []struct{ name, value, sample, title string }{
		{"accents", "", "אָ֑", s.T("Points and accents")}, {"points", "points", "אָ", s.T("Points only")}, {"letters", "letters", "א", s.T("Letters only")},
	} {
		h.Put("\n"+`<a href="`, s.With("script", script.value), `"`+currentIf(s.Script == script.name)+` title="`, script.title,
			`"><span lang="he" aria-hidden="true">`, script.sample, `</span><span class="unseen">`, script.title, `</span></a>`)
	}
	h.Put("\n</span>\n"+`<details class="menu settings"><summary>`, s.T("Layout"), "</summary><div>\n")
	s.putKept(&h, "seg", s.T("Languages"), "languages", s.Languages, []setting{
		{"both", "", s.T("both")}, {"hebrew", "hebrew", s.T("Hebrew")}, {"english", "english", s.T("English")},
	})
	s.putKept(&h, "seg sizes", s.T("Type size"), "font", s.Font, []setting{
		{"small", "small", s.T("small")}, {"medium", "", s.T("medium")}, {"large", "large", s.T("large")}, {"larger", "larger", s.T("larger")},
	})
	if poetry || s.Lined {
		value := "lines"
		if s.Lined {
			value = ""
		}
		h.Put(`<p><a class="toggle" href="`, s.With("layout", value), `" data-keep="layout=`, value, `"`+currentIf(s.Lined)+`>`, s.T("Poetry in lines"), "</a></p>\n")
	}
	h.Put(`</div></details>`)
	return h.Done()
}

// A setting is a value of a parameter of the view: its name, as it is in an address ("" for the
// default), and in the language of the page.
type setting struct{ name, value, says string }

// putKept writes a parameter of the view as a group of links that the browser keeps.
func (s *Scope) putKept(h *markup.Builder, class, label, param, current string, settings []setting) {
	h.Put(`<p><span class="`, class, `" role="group" aria-label="`, label, `">`)
	for _, one := range settings {
		h.Put("\n"+`<a href="`, s.With(param, one.value), `" data-keep="`, param, `=`, one.value, `"`+currentIf(one.name == current)+`>`, one.says, `</a>`)
	}
	h.Put("</span></p>\n")
}

// currentIf returns the attribute of the link to what is shown.
func currentIf(is bool) string {
	if is {
		return ` aria-current="true"`
	}
	return ""
}
