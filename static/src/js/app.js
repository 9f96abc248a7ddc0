// Everything here only helps: each page works without it.
import { copyButtons } from "./copy.js";
import { drafts } from "./drafts.js";
import { errorSummary } from "./error-summary.js";
import { menus } from "./menus.js";
import { submitOnce } from "./submit-once.js";

document.documentElement.classList.add("js");
menus();
errorSummary();
copyButtons();
submitOnce();
drafts();
if (document.querySelector("form[data-preview]")) import("./preview.js").then(({ preview }) => preview());
const outline = document.querySelector("[data-reorder]");
if (outline) import("./reorder.js").then(({ reorder }) => reorder(outline));
if (document.querySelector("[data-reading]")) import("./reading.js").then(({ reading }) => reading());
if (document.querySelector("[data-keying]")) import("./keying.js").then(({ keying }) => keying());
if (document.querySelector("[data-attendance]")) import("./attendance.js").then(({ attendance }) => attendance());

// htmx is fetched only by pages that use it, and started after `load` so that it finds the whole page.
if (document.querySelector("[hx-get],[hx-post]")) {
  const start = () => import("./live.js");
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start, { once: true });
}
