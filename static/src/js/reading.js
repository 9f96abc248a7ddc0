// Reading answers with the keyboard: K, R, H decide, digits choose themes, Enter goes on.
const DECISIONS = { k: "kept", r: "redacted", h: "hidden" };

export function reading() {
  const form = document.querySelector("[data-reading]");
  const box = form.querySelector("textarea");
  const part = form.querySelector("[data-reading-redacted]");
  const radios = [...form.querySelectorAll("input[name='decision']")];
  const themes = [...form.querySelectorAll("input[name='themes']")];
  for (const tool of form.querySelectorAll("[data-reading-tool]")) tool.hidden = false;

  const show = () => {
    part.hidden = !radios.find((radio) => radio.value === "redacted")?.checked;
  };
  for (const radio of radios) radio.addEventListener("change", show);
  show();

  const remove = form.querySelector("[data-reading-remove]");
  remove.addEventListener("click", () => {
    const { selectionStart: start, selectionEnd: end } = box;
    if (start === end) return box.focus();
    box.setRangeText(remove.dataset.readingRemove, start, end, "end");
    box.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (at.matches("textarea, select, a, button, summary, input[type='text'], input[type='search']")) return;
    const decision = DECISIONS[event.key.toLowerCase()];
    const theme = themes[Number(event.key) - 1];
    if (decision) {
      const radio = radios.find((each) => each.value === decision);
      radio.checked = true;
      show();
      (decision === "redacted" ? box : radio).focus();
    } else if (theme) {
      theme.checked = !theme.checked;
      theme.focus();
    } else if (event.key === "Enter") {
      form.requestSubmit();
    } else {
      return;
    }
    event.preventDefault();
  });
}
