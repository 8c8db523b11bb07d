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

// On a phone, closes the further conditions of a search that the server has
// opened, so that the first hit is on the first screen; the list of conditions
// above the hits names them.
if (matchMedia("(max-width: 46rem)").matches && document.querySelector(".active")) {
	for (const more of document.querySelectorAll(".ask .more[open]")) more.open = false;
}
