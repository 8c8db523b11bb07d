// Shows the definition of a name of a type or a field beside the name, while it is
// pointed at or has the focus by keyboard. A tap on a name that is a button opens
// its definition without scripts. Escape closes it.
let shown; // the definition
let name; // what it is shown for
let timer;

const termAt = (at) => at?.closest?.("[data-term], .type") ?? at?.closest?.("label")?.querySelector("[data-term]");
const keyOf = (term) => term.dataset.term ?? /\bt-(\w+)/.exec(term.className)?.[1];

addEventListener("pointerover", (e) => {
	if (e.pointerType === "touch") return;
	const term = termAt(e.target);
	clearTimeout(timer);
	if (term && term !== name) timer = setTimeout(() => show(term), 300);
	else if (!term && shown && !shown.contains(e.target)) timer = setTimeout(hide, 200);
});
addEventListener("focusin", (e) => {
	const term = e.target.closest?.("[data-term]");
	if (term?.matches(":focus-visible:not([data-suggest])")) show(term);
	else if (!shown?.contains(e.target)) hide();
});
addEventListener("keydown", (e) => {
	if (e.key !== "Escape" || !shown) return;
	hide();
	e.stopPropagation(); // what lies below stays open
	e.preventDefault();
}, { capture: true });
addEventListener("toggle", (e) => {
	if (!e.target.matches?.(".def")) return;
	if (e.newState === "closed") {
		if (e.target === shown) shown = name = undefined;
	} else if (e.target !== shown) { // opened by a button itself
		hide();
		shown = e.target;
		name = document.activeElement;
		place(shown, name);
	}
}, true);

function show(term) {
	const of = document.getElementById(`p-${keyOf(term)}`);
	if (!of?.showPopover) return;
	name = term;
	if (of === shown) return place(of, term);
	hide();
	shown = of;
	name = term;
	of.showPopover();
	place(of, term);
}

function hide() {
	clearTimeout(timer);
	if (shown?.matches(":popover-open")) shown.hidePopover();
	shown = name = undefined;
}

// place puts a definition below its name, or above it where there is no room.
function place(of, term) {
	if (!term?.isConnected) return;
	const at = term.getBoundingClientRect();
	const edge = 8;
	const below = at.bottom + 4;
	of.style.inset = "auto";
	of.style.margin = "0";
	const left = getComputedStyle(term).direction === "rtl" ? at.right - of.offsetWidth : at.left;
	of.style.left = `${Math.max(edge, Math.min(left, innerWidth - of.offsetWidth - edge))}px`;
	of.style.top = `${below + of.offsetHeight > innerHeight - edge ? Math.max(edge, at.top - of.offsetHeight - 4) : below}px`;
}
