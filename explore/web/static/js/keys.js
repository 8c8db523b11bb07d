// The keyboard: a link or field with data-key is used by that key; n and p walk
// through the figures, or the differences between readings; ? lists the keys,
// as /help does.
import { fetchDocument } from "./document.js";

addEventListener("keydown", (e) => {
	if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
	const typing = e.target.closest?.("input, select, textarea, dialog");
	if (typing) {
		if (e.key === "Escape" && typing.matches("input")) typing.blur();
		return;
	}
	if (e.key === "n" || e.key === "p") {
		step(e.key === "n" ? 1 : -1);
	} else if (e.key === "Enter" && e.target.matches?.("a[data-step]")) { // its figure, as Enter does elsewhere
		e.target.closest(".pair").querySelector("a.note").click();
	} else {
		const at = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
		if (!at) return;
		if (e.key === "?") listKeys(at.href);
		else if (at.matches("input")) at.select(), at.focus();
		else at.click();
	}
	e.preventDefault();
});

addEventListener("click", (e) => {
	const link = e.target.closest?.(`a[data-key="?"]`);
	if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
	e.preventDefault();
	listKeys(link.href);
});

function step(by) {
	let notes = [...document.querySelectorAll("a[data-step]")]; // differences, where there are any
	if (!notes.length) notes = [...document.querySelectorAll("a.note")];
	if (!notes.length) return;
	const here = document.activeElement;
	let at = notes.findIndex((n) => n === here || n.closest(".pair")?.contains(here));
	if (at < 0) at = notes.findIndex((n) => n.classList.contains("open"));
	if (at < 0) at = by > 0 ? notes.findIndex((n) => n.getBoundingClientRect().top > 0) - 1 : notes.length;
	const to = notes[Math.min(notes.length - 1, Math.max(0, at + by))];
	to.focus();
	to.scrollIntoView({ block: "center" });
}

async function listKeys(href) {
	let dialog = document.querySelector("dialog.keys");
	if (!dialog) {
		let page;
		try {
			page = await fetchDocument(href);
		} catch {
			location.href = href;
			return;
		}
		dialog = document.createElement("dialog");
		dialog.className = "keys";
		const more = document.createElement("a");
		more.href = href;
		more.textContent = page.querySelector("h1").textContent;
		const keys = document.adoptNode(page.querySelector("#keys"));
		dialog.setAttribute("aria-label", keys.querySelector("h2").textContent);
		dialog.append(keys, more);
		dialog.addEventListener("click", (e) => e.target === dialog && dialog.close());
		document.body.append(dialog);
	}
	dialog.showModal();
}
