// Makes the marks of a chart one stop of the Tab key. From there the arrows
// lead on: along the line of reading to each mark in turn, up and down to the
// one that is nearest. What a mark says, which others see when they point at it,
// is shown below the chart.
for (const chart of document.querySelectorAll("[data-marks]")) furnish(chart, [...chart.querySelectorAll("svg a")]);

function furnish(chart, marks) {
	if (!marks.length) return;
	let at = 0;
	const says = document.createElement("p");
	says.className = "mark-says";
	says.setAttribute("aria-hidden", "true"); // it is the name of the mark
	const stop = (i) => {
		marks[at].setAttribute("tabindex", "-1");
		marks[(at = i)].setAttribute("tabindex", "0");
	};
	stop(0);
	chart.addEventListener("focusin", (e) => {
		const i = marks.indexOf(e.target.closest("a"));
		if (i < 0) return;
		stop(i);
		says.textContent = marks[i].querySelector("title").textContent;
		if (marks[i].matches(":focus-visible")) chart.after(says);
	});
	chart.addEventListener("focusout", () => says.remove());
	chart.addEventListener("keydown", (e) => {
		if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || marks[at] !== document.activeElement) return;
		const forth = getComputedStyle(chart).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
		let to;
		if (e.key === "ArrowUp" || e.key === "ArrowDown") to = nearest(marks, at, e.key === "ArrowDown" ? 1 : -1);
		else if (e.key === "ArrowLeft" || e.key === "ArrowRight") to = Math.min(marks.length - 1, Math.max(0, at + (e.key === forth ? 1 : -1)));
		else if (e.key === "Home") to = 0;
		else if (e.key === "End") to = marks.length - 1;
		else return;
		e.preventDefault();
		marks[to].focus({ preventScroll: true });
		marks[to].scrollIntoView({ block: "nearest", inline: "nearest" });
	});
}

// nearest is the mark above (-1) or below (1) another that begins nearest to
// where that does; the same one if there is none.
function nearest(marks, from, way) {
	const here = marks[from].getBoundingClientRect();
	const start = (box) => (document.dir === "rtl" ? box.right : box.left);
	let best = from, least = Infinity;
	marks.forEach((mark, i) => {
		const box = mark.getBoundingClientRect();
		const down = way * (box.top + box.bottom - here.top - here.bottom) / 2;
		if (down < 1) return;
		const far = down + 3 * Math.abs(start(box) - start(here));
		if (far < least) [best, least] = [i, far];
	});
	return best;
}
