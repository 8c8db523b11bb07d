// On a phone, closes the further conditions of a search that the server has
// opened, so that the first hit is on the first screen; the list of conditions
// above the hits names them.
if (matchMedia("(max-width: 46rem)").matches && document.querySelector(".active")) {
	for (const more of document.querySelectorAll(".ask .more[open]")) more.open = false;
}
