// Keeps searches under names in the browser, as addresses. A form with data-save
// saves the address of its page; a list with data-saved shows what is saved. The
// server is told nothing.
const key = "mashal.saved";

// stored returns the entries in the browser, also those that read leaves out. It throws
// an error if there is something else, so that nothing is saved over it.
function stored() {
	const list = JSON.parse(localStorage.getItem(key) ?? "[]");
	if (!Array.isArray(list)) throw new Error("not a list");
	return list;
}

// here reports whether an address is of this site, as the browser resolves it.
function here(address) {
	return typeof address === "string" && address.startsWith("/") && URL.canParse(address, location) && new URL(address, location).origin === location.origin;
}

// read returns the saved searches. What is no address of this site is left out.
function read() {
	try {
		return stored().filter((q) => typeof q?.name === "string" && here(q.address));
	} catch {
		return [];
	}
}

function write(list) {
	localStorage.setItem(key, JSON.stringify(list));
}

// without returns the entries that do not have a name.
function without(name) {
	return stored().filter((q) => q?.name !== name);
}

for (const form of document.querySelectorAll("[data-save]")) {
	form.hidden = false;
	form.addEventListener("submit", (e) => {
		e.preventDefault();
		const name = form.elements.name.value.trim();
		const says = form.querySelector("output");
		if (!name) return;
		if (name.startsWith("-")) {
			says.textContent = form.elements.name.title;
			return;
		}
		try {
			const address = location.pathname + location.search;
			if (read().some((q) => q.name === name && q.address !== address) && !confirm(says.dataset.replace)) return;
			write([...without(name), { name, address }]);
			says.textContent = says.dataset.done;
			form.reset();
		} catch {
			says.textContent = says.dataset.failed;
		}
	});
}

const list = document.querySelector("[data-saved]");
let file = "";

function show() {
	const saved = read().sort((a, b) => a.name.localeCompare(b.name));
	list.replaceChildren(...saved.map(item));
	document.querySelector("[data-saved-none]").hidden = saved.length > 0;
	const download = document.querySelector("[data-saved-file]");
	download.hidden = saved.length === 0;
	if (file) URL.revokeObjectURL(file);
	file = URL.createObjectURL(new Blob([JSON.stringify({ version: 1, queries: saved }, null, "\t") + "\n"], { type: "application/json" }));
	download.href = file;
}

function item({ name, address }) {
	const entry = document.createElement("li");
	const link = document.createElement("a");
	const text = document.createElement("bdi");
	text.textContent = name;
	link.href = address;
	link.append(text);
	const remove = document.createElement("button");
	remove.type = "button";
	remove.textContent = list.dataset.delete;
	remove.setAttribute("aria-label", `${list.dataset.delete}: ${name}`);
	remove.addEventListener("click", () => {
		write(without(name));
		show();
		list.querySelector("button, a")?.focus();
	});
	entry.append(link, " ", remove);
	return entry;
}

if (list) {
	show();
	addEventListener("storage", (e) => e.key === key && show());
}
