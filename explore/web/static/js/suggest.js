// Offers what someone who types may mean: fields with data-suggest, the kinds
// parted by spaces, become comboboxes (ARIA 1.2, list autocomplete).
let count = 0;

for (const input of document.querySelectorAll("input[data-suggest]")) combobox(input);

function combobox(input) {
	const list = document.createElement("ul");
	list.className = "suggestions";
	list.id = `suggestions-${++count}`;
	list.setAttribute("role", "listbox");
	list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.closest("label")?.firstChild.textContent.trim() ?? "");
	list.hidden = true;
	input.removeAttribute("list");
	input.after(list);
	for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
	let chosen = -1;
	let asking = new AbortController();

	input.addEventListener("input", async () => {
		asking.abort();
		asking = new AbortController();
		const typed = part().trim();
		if (!typed) return hide();
		const q = new URLSearchParams({ q: typed, limit: "8", lang: document.documentElement.lang });
		for (const kind of input.dataset.suggest.split(" ")) q.append("kind", kind);
		try {
			const answer = await fetch(`/suggest?${q}`, { signal: asking.signal, headers: { Accept: "application/json" } });
			if (answer.ok) show((await answer.json()).suggestions);
		} catch {
			hide(); // superseded, or the server is gone: typing goes on without
		}
	});
	input.addEventListener("keydown", (e) => {
		if (list.hidden) return;
		const items = list.children.length;
		if (e.key === "ArrowDown") choose((chosen + 1) % items);
		else if (e.key === "ArrowUp") choose((chosen + items - 1) % items);
		else if (e.key === "Enter" && chosen >= 0) take(list.children[chosen]);
		else if (e.key === "Escape") hide();
		else return;
		e.preventDefault();
		e.stopPropagation();
	});
	input.addEventListener("blur", hide);
	list.addEventListener("pointerdown", (e) => {
		e.preventDefault();
		const item = e.target.closest("li");
		if (item) take(item);
	});

	// In fields where ; means or, what stands after the last one is completed.
	function part() {
		return input.value.slice(input.value.lastIndexOf(";") + 1);
	}
	function show(suggestions) {
		list.replaceChildren(...suggestions.map((s, i) => {
			const item = document.createElement("li");
			item.id = `${list.id}-${i}`;
			item.setAttribute("role", "option");
			item.dataset.value = s.value;
			const label = document.createElement("bdi");
			label.textContent = s.label;
			const kind = document.createElement("span");
			kind.className = "kind";
			kind.textContent = `${s.says} · ${s.count.toLocaleString("en")}`;
			item.append(label, kind);
			return item;
		}));
		chosen = -1;
		list.hidden = !suggestions.length;
		input.setAttribute("aria-expanded", String(!list.hidden));
		input.removeAttribute("aria-activedescendant");
	}
	function choose(i) {
		list.children[chosen]?.setAttribute("aria-selected", "false");
		chosen = i;
		const item = list.children[i];
		item.setAttribute("aria-selected", "true");
		item.scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", item.id);
	}
	function take(item) {
		const before = input.value.slice(0, input.value.lastIndexOf(";") + 1);
		input.value = before + (before && " ") + item.dataset.value;
		hide();
		if (input.dataset.key === "/") input.form.requestSubmit();
	}
	function hide() {
		list.hidden = true;
		chosen = -1;
		input.setAttribute("aria-expanded", "false");
		input.removeAttribute("aria-activedescendant");
	}
}
