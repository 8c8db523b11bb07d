// Puts a button beside what can be copied, such as a citation or a command.
// Where a browser lets no page write to the clipboard, the text is selected
// instead.
export function furnish(root) {
	for (const text of root.querySelectorAll("[data-copy]:not(.has-copy)")) {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "copy";
		button.textContent = text.dataset.copy;
		button.addEventListener("click", () => copy(text, button));
		text.classList.add("has-copy");
		text.after(button);
	}
}

async function copy(text, button) {
	try {
		await navigator.clipboard.writeText(text.textContent.trim());
		button.textContent = text.dataset.copied;
		button.setAttribute("aria-live", "polite");
	} catch {
		getSelection().selectAllChildren(text);
	}
}

furnish(document);
// A card that is opened later has citations too.
const drawer = document.getElementById("drawer");
if (drawer) new MutationObserver(() => furnish(drawer)).observe(drawer, { childList: true });
