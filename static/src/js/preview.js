// The respondent's form as people see it: steps, conditions, review. It sends nothing.
import { showWhatApplies } from "./survey/sheet.js";
import { progress, steps } from "./survey/steps.js";

export function preview() {
  const form = document.querySelector("form[data-preview]");
  form.querySelectorAll("[data-plain]").forEach((part) => (part.hidden = true));
  form.querySelectorAll("[data-only-if]").forEach((line) => (line.hidden = true));
  form.addEventListener("change", () => showWhatApplies(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("[data-not-sent]").hidden = false;
  });
  showWhatApplies(form);
  progress(form);
  steps(form, { mayReview: () => true });
}
