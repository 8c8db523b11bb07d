// A Hebrew keyboard on the screen, for fields with data-keyboard: the letters
// where the Israeli layout has them, then the points.
const rows = ["קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ", "ְֱֲֳִֵֶַָֹֻּׁׂ־"];

for (const input of document.querySelectorAll("input[data-keyboard]")) {
	const open = document.createElement("button");
	open.type = "button";
	open.className = "osk-open";
	open.textContent = "⌨";
	open.setAttribute("aria-label", `${document.documentElement.lang === "he" ? "מקלדת עברית" : "Hebrew keyboard"}`);
	open.setAttribute("aria-expanded", "false");
	input.after(open);
	let keyboard;
	open.addEventListener("click", (e) => {
		e.preventDefault(); // the label would take the focus
		keyboard ??= build(input);
		keyboard.hidden = open.getAttribute("aria-expanded") === "true";
		open.setAttribute("aria-expanded", String(!keyboard.hidden));
		input.focus();
	});
	addEventListener("pointerdown", (e) => {
		if (!keyboard || keyboard.hidden || keyboard.contains(e.target) || e.target === open || e.target === input) return;
		keyboard.hidden = true;
		open.setAttribute("aria-expanded", "false");
	});
}

function build(input) {
	const keyboard = document.createElement("div");
	keyboard.className = "osk";
	keyboard.hidden = true;
	for (const row of rows) {
		const line = document.createElement("div");
		for (const key of row) line.append(/\p{M}/u.test(key) ? point(key, input) : button(key, () => type(input, key)));
		keyboard.append(line);
	}
	const line = document.createElement("div");
	line.append(button("␣", () => type(input, " ")), button("⌫", () => type(input, "")));
	keyboard.append(line);
	// In the label, a click on a key would go to the field twice.
	keyboard.addEventListener("click", (e) => e.preventDefault());
	keyboard.addEventListener("pointerdown", (e) => e.preventDefault());
	input.closest("label").append(keyboard);
	return keyboard;
}

// point is a key for what stands on a letter: it is shown on one.
function point(mark, input) {
	const key = button((/[ׁׂ]/.test(mark) ? "ש" : "א") + mark, () => type(input, mark));
	key.classList.add("point");
	return key;
}

function button(label, act) {
	const key = document.createElement("button");
	key.type = "button";
	key.textContent = label;
	key.addEventListener("click", act);
	return key;
}

// type puts a character in place of what is selected; none deletes.
function type(input, character) {
	let from = input.selectionStart;
	const to = input.selectionEnd;
	if (!character && from === to) from = Math.max(0, from - 1);
	input.setRangeText(character, from, to, "end");
	input.dispatchEvent(new Event("input", { bubbles: true }));
	input.focus();
}
