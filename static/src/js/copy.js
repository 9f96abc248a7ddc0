// Buttons that copy a text: shown only where the clipboard can be used.
export function copyButtons(root = document) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const label = button.querySelector("[data-copy-label]") ?? button;
      const before = label.textContent;
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = button.dataset.copied;
      setTimeout(() => (label.textContent = before), 2000);
    });
  }
}
