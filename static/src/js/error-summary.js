// After a form came back with errors, the summary of what is wrong takes the focus.
export function errorSummary(root = document) {
  const summary = root.querySelector("[data-error-summary]:not([data-seen])");
  if (!summary) return;
  summary.dataset.seen = "";
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    // A fieldset cannot take the focus: its first control can.
    const control = target.matches("fieldset") ? target.querySelector("input, select, textarea") : target;
    target.scrollIntoView({ block: "start" });
    control?.focus({ preventScroll: true });
  });
}
