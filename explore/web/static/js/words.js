// Makes each Hebrew word of a chapter answer a click or key with its card. A word in
// a figure opens the figure when it is clicked, and its own card with the key w. The
// words of a verse are one stop of the Tab key, in addition to its figures; the
// arrows lead from word to word.
import { open, wordsOf } from "./drawer.js";

const drawer = document.getElementById("drawer");
let at; // the word that the arrows have reached, which may be inside a figure

for (const verses of drawer?.dataset.words ? document.querySelectorAll(".verses") : []) {
	verses.classList.add("answers");
	for (const verse of verses.querySelectorAll(".verse")) {
		const first = wordsOf(verse).find((word) => !word.closest("a"));
		if (first) focusable(first, "0");
	}
	verses.addEventListener("click", (e) => {
		const word = e.target.closest?.(".w");
		if (!word || word.closest("a") || !getSelection().isCollapsed) return;
		if (e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
		openWord(word);
	});
	verses.addEventListener("keydown", (e) => {
		if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
		const word = wordAt(document.activeElement);
		if (!word) return;
		if (e.key === "w" || (e.key === "Enter" && !word.closest("a"))) openWord(word);
		else if (e.key === "ArrowLeft") move(word, 1);
		else if (e.key === "ArrowRight") move(word, -1);
		else return;
		e.preventDefault();
	});
}

// wordAt is the word that has the focus; of a figure, the one that was reached.
function wordAt(focus) {
	if (focus.matches(".w")) return focus;
	if (!focus.matches(".hebrew a.f")) return;
	return at && focus.contains(at) ? at : focus.querySelector(".w");
}

// move goes to the next word of the verse, or back.
function move(word, by) {
	const words = wordsOf(word.closest(".verse"));
	const to = words[words.indexOf(word) + by];
	if (!to) return;
	at?.classList.remove("at");
	at = to;
	const figure = to.closest("a");
	if (figure) to.classList.add("at");
	else focusable(to, to.getAttribute("tabindex") ?? "-1");
	(figure ?? to).focus();
}

// focusable makes a word a link for the keyboard and for screen readers.
function focusable(word, tabindex) {
	word.setAttribute("role", "link");
	word.setAttribute("tabindex", tabindex);
}

function openWord(word) {
	const verse = word.closest(".verse");
	const href = new URL(drawer.dataset.words, location.href);
	href.pathname += `${verse.id}.${wordsOf(verse).indexOf(word) + 1}`;
	if (!word.closest("a")) focusable(word, word.getAttribute("tabindex") ?? "-1");
	open(href.href, word.closest("a") ?? word);
}
