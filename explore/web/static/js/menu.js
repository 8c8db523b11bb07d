// Closes a menu when something else is wanted.
addEventListener("click", (e) => {
	for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(e.target)) menu.open = false;
});
addEventListener("keydown", (e) => {
	const menu = e.key === "Escape" && document.querySelector("details.menu[open]");
	if (!menu) return;
	menu.open = false;
	menu.querySelector("summary").focus();
	e.preventDefault();
}, { capture: true });
