// Shows which words, in both languages, belong to the figure that is pointed at.
for (const type of ["pointerover", "focusin"]) addEventListener(type, (e) => heat(e.target.closest?.("[data-f]")));

let hot = [];

function heat(at) {
	for (const el of hot) el.classList.remove("hot");
	hot = [];
	if (!at) return;
	// Of several figures on the same words the link leads to the last named.
	const id = at.dataset.f.split(" ").at(-1);
	hot = [...document.querySelectorAll(`[data-f~="${CSS.escape(id)}"]`)];
	for (const el of hot) el.classList.add("hot");
}
