// Opens a figure's card beside the chapter instead of on a page of its own. The
// address becomes that of the chapter with the figure open, as the server
// would show it.
import { fetchDocument } from "./document.js";

const drawer = document.getElementById("drawer");
let asking = new AbortController();

if (drawer) {
	addEventListener("click", (e) => {
		if (e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
		const link = e.target.closest?.("a");
		if (!link) return;
		if (link.matches(".drawer .close")) {
			e.preventDefault();
			close();
		} else if (link.matches("a.f, a.note, .drawer .overlaps a") && new URL(link.href).pathname.startsWith("/figure/")) {
			e.preventDefault();
			open(link);
		}
	});
	addEventListener("popstate", () => location.reload());
}

async function open(link) {
	asking.abort();
	asking = new AbortController();
	const { signal } = asking;
	try {
		const page = await fetchDocument(link.href, signal);
		const card = page.querySelector(".card");
		show(document.adoptNode(card), card.dataset.figure);
		mark(link.href);
		drawer.returnTo = link;
	} catch (problem) {
		if (!signal.aborted) location.href = link.href; // the page says what is wrong
	}
}

function show(card, citation) {
	const away = document.createElement("a");
	away.className = "close";
	away.href = drawer.dataset.close;
	away.dataset.key = "Escape";
	away.textContent = "×";
	away.setAttribute("aria-label", drawer.dataset.closeLabel);
	drawer.replaceChildren(away, card);
	drawer.scrollTop = 0;
	drawer.closest(".reading").classList.add("has-card");
	const here = new URL(location.href);
	here.searchParams.set("figure", citation);
	history.pushState(null, "", here);
	away.focus({ preventScroll: true });
}

function close() {
	drawer.replaceChildren();
	drawer.closest(".reading").classList.remove("has-card");
	mark(null);
	const here = new URL(location.href);
	here.searchParams.delete("figure");
	history.pushState(null, "", here);
	drawer.returnTo?.focus({ preventScroll: true });
}

// mark shows which note belongs to the card.
function mark(href) {
	for (const note of document.querySelectorAll("a.note")) note.classList.toggle("open", note.href === href);
}
