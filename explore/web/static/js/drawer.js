// Opens a figure's card beside the page instead of on a page of its own. The
// address becomes that of the page with the figure open, as the server would
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
		} else if (link.matches("a.f, a.note, .drawer .overlaps a") && keyOf(link)) {
			e.preventDefault();
			open(link);
		}
	});
	addEventListener("popstate", follow);
}

// A key is a figure's citation, and the number of its reading where an address
// of this page names it.
function keyOf(link) {
	const { pathname, searchParams } = new URL(link.href);
	if (!pathname.startsWith("/figure/")) return "";
	const reading = (drawer.dataset.reading && searchParams.get("reading")) || "";
	return `${decodeURIComponent(pathname.slice("/figure/".length))} ${reading}`;
}

function keyOfPage() {
	const q = new URLSearchParams(location.search);
	const figure = q.get("figure");
	return figure ? `${figure} ${q.get(drawer.dataset.reading) ?? ""}` : "";
}

// pageWith is the address of this page with a card; none if the key is "".
function pageWith(key) {
	const here = new URL(location.href);
	const [figure, reading] = key.split(" ");
	for (const [name, value] of [["figure", figure], [drawer.dataset.reading, reading]]) {
		if (value) here.searchParams.set(name, value);
		else if (name) here.searchParams.delete(name);
	}
	return here;
}

async function open(link) {
	const key = keyOf(link);
	if (!drawer.contains(link)) opener = link;
	if (!(await bring(key, link.href, ".card"))) return;
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

// bring sees to it that a card is there, and reports whether it is still
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

// mark shows which note belongs to the card.
function mark(key) {
	shown = key;
	for (const note of document.querySelectorAll("a.note")) note.classList.toggle("open", key !== "" && keyOf(note) === key);
}
