// A second click on a button must not send the form twice (the server refuses it too).
const WAITING = "aria-busy";

export function submitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.getAttribute(WAITING) === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute(WAITING, "true");
    // Disabled only after the browser has read the form: the name of the pressed button must go with it.
    setTimeout(() => buttons(form).forEach((button) => (button.disabled = true)));
  });
  // Coming back with the browser's back button shows the old page as it was left.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll(`form[${WAITING}]`)) {
      form.removeAttribute(WAITING);
      buttons(form).forEach((button) => (button.disabled = false));
    }
  });
}

function buttons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}
