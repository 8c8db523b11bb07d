// Every page loads this. Each module finds what it serves by attributes, and
// leaves a page alone that has none of it; pages work without any of them.
import "./keys.js";
import "./hot.js";
import "./marks.js";
import "./menu.js";
import "./suggest.js";
import "./keyboard.js";
import "./copy.js";
import "./settings.js";
import "./saved.js";
import "./terms.js";

// Few pages follow a run. Those with a drawer load words.js and drawer.js themselves.
if (document.querySelector("[data-watch]")) import("./watch.js");
if (document.body.dataset.review !== undefined) import("./decide.js");
