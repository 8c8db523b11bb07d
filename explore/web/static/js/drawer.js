// Opens the card of a figure or a word beside the page instead of on a page of its
// own. The address becomes that of the page with the card open, as the server would
// show it; the back button closes the card, and loads nothing.
import { fetchDocument } from "./document.js";

const drawer = document.getElementById("drawer");
const cards = new Map(); // that were shown, by their keys
let shown = ""; // key of the card that is open
let opener; // what it was opened by, which the focus goes back to
let asking = new AbortController();

if (drawer) {
	shown = keyOfPage();
	if (shown) cards.set(shown, drawer.querySelector(".card"));
	addEventListener("click", (e) => {
		if (e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
		const link = e.target.closest?.("a");
		if (!link) return;
		if (link.matches(".drawer .close")) {
			e.preventDefault();
			close();
		} else if (link.matches("a.f, a.note, .drawer :is(.overlaps a, .to-word, .to-figure)") && keyOf(link.href)) {
			e.preventDefault();
			open(link.href, link);
		}
	});
	addEventListener("popstate", follow);
}

// A key names a card: the parameter that opens it, its value and, of a figure, the
// number of its reading where an address of this page names it.
function keyOf(href) {
	const { pathname, searchParams } = new URL(href);
	const [, page, name] = decodeURIComponent(pathname).split("/");
	if (page === "word" && drawer.dataset.words && name.split(".").length === 4) return `word ${name}`;
	if (page !== "figure") return "";
	const reading = (drawer.dataset.reading && searchParams.get("reading")) || "";
	return `figure ${name} ${reading}`;
}

function keyOfPage() {
	const q = new URLSearchParams(location.search);
	if (q.get("word")) return `word ${q.get("word")}`;
	const figure = q.get("figure");
	return figure ? `figure ${figure} ${q.get(drawer.dataset.reading) ?? ""}` : "";
}

// pageWith is the address of this page with a card; none if the key is "".
function pageWith(key) {
	const here = new URL(location.href);
	const [kind, value, reading] = key.split(" ");
	for (const name of ["figure", "word", drawer.dataset.reading]) if (name) here.searchParams.delete(name);
	if (key) here.searchParams.set(kind, value);
	if (reading) here.searchParams.set(drawer.dataset.reading, reading);
	return here;
}

// open opens the card at an address. The focus goes back to an element when it closes.
export async function open(href, from) {
	const key = keyOf(href);
	if (!drawer.contains(from)) opener = from;
	if (!(await bring(key, href, ".card"))) return;
	if (shown) {
		history.replaceState(history.state, "", pageWith(key)); // whichever is open, back closes it
	} else {
		// To go back to the page is not to go where it was scrolled to.
		history.scrollRestoration = "manual";
		history.pushState({ card: true }, "", pageWith(key));
		history.scrollRestoration = "auto";
	}
	show(key);
}

// bring fetches a card unless it is there, and reports whether it is still
// wanted.
async function bring(key, href, selector) {
	asking.abort();
	asking = new AbortController();
	const { signal } = asking;
	if (cards.has(key)) return true;
	try {
		const card = (await fetchDocument(href, signal)).querySelector(selector);
		cards.set(key, document.adoptNode(card));
		return true;
	} catch {
		if (!signal.aborted) location.assign(href); // the page says what is wrong
		return false;
	}
}

function show(key) {
	const away = document.createElement("a");
	away.className = "close";
	away.href = drawer.dataset.close;
	away.dataset.key = "Escape";
	away.textContent = "×";
	away.setAttribute("aria-label", drawer.dataset.closeLabel);
	drawer.replaceChildren();
	for (const def of cards.get(key).querySelectorAll(".def")) if (document.getElementById(def.id)) def.remove(); // the page has it
	drawer.replaceChildren(away, cards.get(key));
	drawer.scrollTop = 0;
	drawer.parentElement.classList.add("has-card");
	mark(key);
	away.focus({ preventScroll: true });
	uncover();
}

// uncover scrolls what the card was opened by out from under a sheet, which
// lies on the page.
function uncover() {
	if (!opener || getComputedStyle(drawer).position !== "fixed") return;
	const hidden = opener.getBoundingClientRect().bottom - (innerHeight - drawer.offsetHeight);
	if (hidden > 0) scrollBy(0, hidden + 16);
}

function close() {
	asking.abort();
	const before = history.state?.card; // the page without a card is the entry before
	hide();
	if (before) history.back();
	else history.pushState(null, "", pageWith(""));
}

function hide() {
	opener ??= document.querySelector("a.note.open");
	drawer.replaceChildren();
	drawer.parentElement.classList.remove("has-card");
	mark("");
	opener?.focus({ preventScroll: true });
	opener = undefined;
}

// follow shows what the address says after the reader went back or forth.
async function follow() {
	asking.abort();
	const key = keyOfPage();
	if (key === shown) return;
	if (!key) hide();
	else if (await bring(key, location.href, "#drawer .card")) show(key);
}

// mark shows which note or word belongs to the card.
function mark(key) {
	shown = key;
	for (const note of document.querySelectorAll("a.note")) note.classList.toggle("open", key !== "" && keyOf(note.href) === key);
	for (const word of document.querySelectorAll(".w.open")) word.classList.remove("open");
	const [kind, place] = key.split(" ");
	if (kind !== "word") return;
	const at = place.lastIndexOf(".");
	wordsOf(document.getElementById(place.slice(0, at)))[place.slice(at + 1) - 1]?.classList.add("open");
}

// wordsOf lists the Hebrew words of a verse of the page.
export function wordsOf(verse) {
	return [...(verse?.querySelectorAll(".hebrew .w") ?? [])];
}
