package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// wordIsOpen is so when the drawer shows the card of a word.
const wordIsOpen = `document.querySelector("#drawer .card.word")`

// TestWordAnswersAClick opens the card of a word beside the text, goes on to the next word
// and to a figure, and closes it.
func TestWordAnswersAClick(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.click(`#Ps\.23\.1 .hebrew .w`)
	x.until(wordIsOpen)
	x.at("/read/Ps/23?word=Ps.23.1.1")
	x.says("#drawer", "Psalms 23:1", "Ps.23.1.1", "מִזְמ֥וֹר", "common noun, masculine, singular, absolute state", "in the Bible", "Sefaria", "SHEBANQ")
	x.is(`document.querySelector("#Ps\\.23\\.1 .w.open").textContent === document.querySelector("#Ps\\.23\\.1 .w").textContent`)
	x.click(`#drawer a.to-word[rel="next"]`)
	x.until(`location.search === "?word=Ps.23.1.2" && document.querySelector("#drawer [data-word='Ps.23.1.2']")`)
	// The server shows the same at the address, and Escape leads back to the word.
	x.open(x.address())
	x.is(wordIsOpen)
	x.open("/read/Ps/23")
	x.click(`#Ps\.23\.1 .hebrew .w`)
	x.until(wordIsOpen)
	x.press(kb.Escape)
	x.until("!(" + wordIsOpen + `) && location.search === ""`)
	x.until(`document.activeElement.matches("#Ps\\.23\\.1 .w")`)
	// A word in a figure opens the figure, whose card leads to its words.
	x.click(`#Ps\.23\.1 .hebrew a.f .w`)
	x.until(`document.querySelector("#drawer [data-figure]")`)
	x.says("#drawer .of-words", "יְהוָ֥ה", "רֹ֝עִ֗י", "to shepherd, feed")
	x.click(`#drawer .of-words a.to-word`)
	x.until(wordIsOpen)
	x.click(`#drawer a.to-figure`)
	x.until(`document.querySelector("#drawer [data-figure]")`)
	x.quiet()
}

// TestWordAnswersAKey walks through the words of a verse with the arrow keys.
func TestWordAnswersAKey(t *testing.T) {
	x := newTab(t, wide)
	x.open("/read/Ps/23")
	x.is(`(document.querySelector("#Ps\\.23\\.1 .w[tabindex='0']").focus(), document.activeElement.textContent === "מִזְמ֥וֹר")`)
	x.press(kb.ArrowLeft)
	x.is(`document.activeElement.matches(".w") && document.activeElement.textContent === "לְדָוִ֑ד"`)
	x.press(kb.Enter)
	x.until(wordIsOpen)
	x.at("/read/Ps/23?word=Ps.23.1.2")
	x.press(kb.Escape)
	x.until(`document.activeElement.matches("#Ps\\.23\\.1 .w")`)
	// The next word is in a figure: it is reached, and w opens it.
	x.press(kb.ArrowLeft)
	x.is(`document.activeElement.matches("a.f")`, `document.querySelector(".w.at").textContent === "יְהוָ֥ה"`)
	x.press("w")
	x.until(wordIsOpen)
	x.at("/read/Ps/23?word=Ps.23.1.3")
	x.press(kb.Escape)
	x.until(`document.activeElement.matches("a.f")`)
	x.press(kb.ArrowRight)
	x.is(`document.activeElement.textContent === "לְדָוִ֑ד"`)
	x.quiet()
}

// TestWordWithoutScripts follows the links to the words of a verse.
func TestWordWithoutScripts(t *testing.T) {
	x := newTab(t, wide)
	x.withScripts(false)
	x.open("/read/Ps/23#Ps.23.1")
	x.follow(`#Ps\.23\.1 .to-words`)
	x.at("/word/Ps.23.1")
	x.says("table.words", "רֹ֝עִ֗י", "to shepherd, feed", "active participle")
	x.follow(`table.words tr:nth-child(4) a`)
	x.at("/word/Ps.23.1.4")
	x.follow(`.card .claim a`)
	x.at("/lemma/H7462b")
	x.says("main", "156 in the Bible", "not marked")
}

// TestWordOnAPhone opens the card of a word as a sheet.
func TestWordOnAPhone(t *testing.T) {
	x := newTab(t, phone)
	x.open("/read/Ps/23?lang=he")
	x.click(`#Ps\.23\.1 .hebrew .w`)
	x.until(wordIsOpen)
	x.says("#drawer", "שם עצם כללי", "במקרא")
	x.is(`Math.round(document.getElementById("drawer").getBoundingClientRect().bottom) === innerHeight`, `document.documentElement.scrollWidth <= innerWidth`)
	x.quiet()
}
