// Follows a run while it goes on: when the server tells of progress, the parts
// of the page that can have changed are fetched and put in place. Where a
// reader is at work, with the keyboard or a selection, nothing moves.
import { furnish } from "./copy.js";
import { fetchDocument } from "./document.js";

const watched = document.querySelector("[data-watch]");
const pause = 1500; // milliseconds between two looks at the page
const came = new WeakMap(); // what stood in a part when it came, before scripts added to it
let source, timer, looking = false, again = false;

if (watched) {
	document.querySelector(".refresh")?.remove(); // it is for pages without scripts
	addEventListener("visibilitychange", () => (document.hidden ? stop() : follow()));
	addEventListener("pagehide", stop);
	if (!document.hidden) follow();
}

function follow() {
	if (source) return;
	source = new EventSource(watched.dataset.watch);
	source.addEventListener("progress", soon);
	source.addEventListener("end", () => {
		source.close();
		soon();
	});
}

function stop() {
	source?.close();
	source = undefined;
	clearTimeout(timer);
	timer = undefined;
}

function soon() {
	again = true;
	timer ??= setTimeout(look, pause);
}

async function look() {
	timer = undefined;
	if (looking || !again) return;
	looking = true;
	again = false;
	try {
		replace(await fetchDocument(location.href));
	} catch {
		again = source && source.readyState !== EventSource.CLOSED; // the server is away: the next event tells
	}
	looking = false;
	if (again) soon();
}

function replace(page) {
	const selection = getSelection();
	let before = null;
	for (const fresh of page.querySelectorAll("[data-live]")) {
		const old = document.getElementById(fresh.id);
		for (const details of fresh.querySelectorAll("details[id]")) {
			details.open = document.getElementById(details.id)?.open ?? details.open;
		}
		if (!old) {
			const html = fresh.innerHTML;
			before?.after(document.adoptNode(fresh));
			before = document.getElementById(fresh.id);
			if (before) furnished(before, html);
			continue;
		}
		before = old;
		const busy = old.contains(document.activeElement) || (!selection.isCollapsed && selection.containsNode(old, true));
		const html = fresh.innerHTML;
		if (busy || (came.get(old) ?? old.innerHTML) === html) continue;
		const wide = [...old.querySelectorAll(".wide")].map((e) => e.scrollLeft);
		old.replaceChildren(...document.adoptNode(fresh).childNodes);
		old.querySelectorAll(".wide").forEach((e, i) => (e.scrollLeft = wide[i] ?? 0));
		furnished(old, html);
	}
}

function furnished(part, html) {
	came.set(part, html);
	furnish(part);
}
