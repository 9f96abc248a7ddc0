// htmx, configured by <meta name="htmx-config">; and boxes that wait for a job and must not give up.
import htmx from "htmx.org/dist/htmx.esm.js";
import { copyButtons } from "./copy.js";
import { errorSummary } from "./error-summary.js";

const RETRY_AFTER = 5000;

function askAgain(event) {
  const box = event.target.closest?.(".progress-box[hx-get]");
  if (!box) return;
  setTimeout(() => {
    if (box.isConnected) htmx.ajax("GET", box.getAttribute("hx-get"), { target: box, swap: "outerHTML" });
  }, RETRY_AFTER);
}

document.body.addEventListener("htmx:sendError", askAgain);
document.body.addEventListener("htmx:responseError", askAgain);
document.body.addEventListener("htmx:afterSwap", (event) => {
  copyButtons(event.detail.target.parentNode ?? document);
  errorSummary(document);
});
