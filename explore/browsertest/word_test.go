package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"mashal/explore/browser"
)

// wordIsOpen is so when the drawer shows the card of a word.
const wordIsOpen = `document.querySelector("#drawer .card.word")`

// TestWordAnswersAClick opens the card of a word beside the text, goes on to the next word
// and to a figure, and closes it.
func TestWordAnswersAClick(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Click(`#Ps\.23\.1 .hebrew .w`)
	x.Until(wordIsOpen)
	x.At("/read/Ps/23?word=Ps.23.1.1")
	x.Says("#drawer", "Psalms 23:1", "Ps.23.1.1", "מִזְמ֥וֹר", "common noun, masculine, singular, absolute state", "in the Bible", "Sefaria", "SHEBANQ")
	x.Is(`document.querySelector("#Ps\\.23\\.1 .w.open").textContent === document.querySelector("#Ps\\.23\\.1 .w").textContent`)
	x.Click(`#drawer a.to-word[rel="next"]`)
	x.Until(`location.search === "?word=Ps.23.1.2" && document.querySelector("#drawer [data-word='Ps.23.1.2']")`)
	// The server shows the same at the address, and Escape leads back to the word.
	x.Open(x.Address())
	x.Is(wordIsOpen)
	x.Open("/read/Ps/23")
	x.Click(`#Ps\.23\.1 .hebrew .w`)
	x.Until(wordIsOpen)
	x.Press(kb.Escape)
	x.Until("!(" + wordIsOpen + `) && location.search === ""`)
	x.Until(`document.activeElement.matches("#Ps\\.23\\.1 .w")`)
	// A word in a figure opens the figure, whose card leads to its words.
	x.Click(`#Ps\.23\.1 .hebrew a.f .w`)
	x.Until(`document.querySelector("#drawer [data-figure]")`)
	x.Says("#drawer .of-words", "יְהוָ֥ה", "רֹ֝עִ֗י", "to shepherd, feed")
	x.Click(`#drawer .of-words a.to-word`)
	x.Until(wordIsOpen)
	x.Click(`#drawer a.to-figure`)
	x.Until(`document.querySelector("#drawer [data-figure]")`)
	x.Quiet()
}

// TestWordAnswersAKey walks through the words of a verse with the arrow keys.
func TestWordAnswersAKey(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.Open("/read/Ps/23")
	x.Is(`(document.querySelector("#Ps\\.23\\.1 .w[tabindex='0']").focus(), document.activeElement.textContent === "מִזְמ֥וֹר")`)
	x.Press(kb.ArrowLeft)
	x.Is(`document.activeElement.matches(".w") && document.activeElement.textContent === "לְדָוִ֑ד"`)
	x.Press(kb.Enter)
	x.Until(wordIsOpen)
	x.At("/read/Ps/23?word=Ps.23.1.2")
	x.Press(kb.Escape)
	x.Until(`document.activeElement.matches("#Ps\\.23\\.1 .w")`)
	// The next word is in a figure: it is reached, and w opens it.
	x.Press(kb.ArrowLeft)
	x.Is(`document.activeElement.matches("a.f")`, `document.querySelector(".w.at").textContent === "יְהוָ֥ה"`)
	x.Press("w")
	x.Until(wordIsOpen)
	x.At("/read/Ps/23?word=Ps.23.1.3")
	x.Press(kb.Escape)
	x.Until(`document.activeElement.matches("a.f")`)
	x.Press(kb.ArrowRight)
	x.Is(`document.activeElement.textContent === "לְדָוִ֑ד"`)
	x.Quiet()
}

// TestWordWithoutScripts follows the links to the words of a verse.
func TestWordWithoutScripts(t *testing.T) {
	x := browser.NewTab(t, browser.Wide)
	x.WithScripts(false)
	x.Open("/read/Ps/23#Ps.23.1")
	x.Follow(`#Ps\.23\.1 .to-words`)
	x.At("/word/Ps.23.1")
	x.Says("table.words", "רֹ֝עִ֗י", "to shepherd, feed", "active participle")
	x.Follow(`table.words tr:nth-child(4) a`)
	x.At("/word/Ps.23.1.4")
	x.Follow(`.card .claim a`)
	x.At("/lemma/H7462b")
	x.Says("main", "156 in the Bible", "not marked")
}

// TestWordOnAPhone opens the card of a word as a sheet.
func TestWordOnAPhone(t *testing.T) {
	x := browser.NewTab(t, browser.Phone)
	x.Open("/read/Ps/23?lang=he")
	x.Click(`#Ps\.23\.1 .hebrew .w`)
	x.Until(wordIsOpen)
	x.Says("#drawer", "שם עצם כללי", "במקרא")
	x.Is(`Math.round(document.getElementById("drawer").getBoundingClientRect().bottom) === innerHeight`, `document.documentElement.scrollWidth <= innerWidth`)
	x.Quiet()
}
