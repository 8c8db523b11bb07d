// Keeps how a text is read in the browser: its languages, its size and whether
// poetry is in lines. A link with data-keep="name=value" is a choice, which is
// kept. A page for reading whose address does not say how is replaced by the one
// whose address has what was kept, so that the address always says what is seen.
const prefix = "mashal.";

addEventListener("click", (e) => {
	const choice = e.target.closest?.("[data-keep]");
	if (!choice) return;
	const [name, value] = choice.dataset.keep.split("=");
	try {
		if (value) localStorage.setItem(prefix + name, value);
		else localStorage.removeItem(prefix + name);
	} catch {
		// The browser does not allow storage; the address still has the choice.
	}
});

const names = new Set([...document.querySelectorAll("[data-keep]")].map((a) => a.dataset.keep.split("=")[0]));
const address = new URL(location.href);
let changed = false;
for (const name of names) {
	let value = null;
	try {
		value = localStorage.getItem(prefix + name);
	} catch {
		break;
	}
	// What is kept may be of another version: only what can be chosen here counts.
	if (!value || address.searchParams.has(name) || !document.querySelector(`[data-keep="${CSS.escape(name + "=" + value)}"]`)) continue;
	address.searchParams.set(name, value);
	changed = true;
}
if (changed) location.replace(address);
