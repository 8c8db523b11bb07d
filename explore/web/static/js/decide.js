// The keys of the pages on which figures are decided. They are places on the keyboard, so
// they work with a Hebrew layout too: data-code names the key that presses a button,
// follows a link or goes to a field. The arrows go between words, types and reasons.
const fields = "input:not([type=checkbox], [type=radio]), select, textarea, dialog";

addEventListener("keydown", (e) => {
	if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || e.isComposing || e.repeat) return;
	if (e.target.closest?.(fields)) return;
	const row = e.target.closest?.(".decide fieldset");
	const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[e.code];
	if (row && step) {
		const all = [...row.querySelectorAll("input, button")];
		const across = e.code === "ArrowLeft" || e.code === "ArrowRight";
		const by = across && getComputedStyle(e.target).direction === "rtl" ? -step : step;
		all[all.indexOf(e.target) + by]?.focus();
		e.preventDefault();
		return;
	}
	const at = document.querySelector(`[data-code="${CSS.escape(e.code)}"]:not(:disabled)`);
	if (!at) return;
	e.preventDefault();
	e.stopImmediatePropagation();
	if (at.matches("input, textarea, .reasons button")) at.focus();
	else at.click();
}, true);

// A card that was opened beside a page leads back to that page.
addEventListener("submit", (e) => {
	const back = e.target.closest(".drawer") && e.target.elements.namedItem("back");
	if (back) back.value = location.pathname + location.search;
});

document.body.dataset.review = "ready";

// A refused form says why, and screen readers begin there.
document.querySelector(".deciding [role=alert]")?.focus();
