// `<form data-keying>`: paper sheets by keyboard, one question at a time, one key for each answer. Without this
// the same form is a list of small fields that take the same keys.
export function keying(root = document) {
  const form = root.querySelector("form[data-keying]");
  if (form) new Keying(form).start();
}

class Keying {
  constructor(form) {
    this.form = form;
    this.steps = [...form.querySelectorAll("[data-step]")];
    this.end = form.querySelector("[data-keying-end]");
    this.note = form.querySelector("[data-keying-note]");
    this.at = 0;
  }

  start() {
    this.form.classList.add("keying--live");
    this.form.querySelector("[data-keying-bar]").hidden = false;
    this.form.querySelector("[data-keying-review]").hidden = false;
    for (const step of this.steps) {
      this.control(step).addEventListener("keydown", (event) => this.press(event, step));
      step.addEventListener("click", (event) => {
        const key = event.target.closest("[data-key]")?.dataset.key;
        if (key) this.take(step, key);
      });
    }
    this.end.addEventListener("keydown", (event) => {
      if (event.key === "ArrowUp" || event.key === "ArrowLeft") this.go(-1, event);
    });
    this.form.addEventListener("input", () => this.refresh());
    const wrong = this.steps.findIndex((step) => step.querySelector(".field__error"));
    this.show(Math.max(wrong, 0), { isFirst: true });
  }

  control(step) {
    return step.querySelector("input, textarea, select");
  }

  // Whether a question is asked on this sheet: its condition holds, as far as it was keyed.
  isAsked(step) {
    const { when, whenKeys } = step.dataset;
    if (!when) return true;
    const earlier = document.getElementById(when);
    return Boolean(earlier) && whenKeys.split(" ").includes(earlier.value.trim().toLowerCase());
  }

  press(event, step) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    const { kind } = step.dataset;
    if (kind === "text" || kind === "ward" || kind === "number") return this.write(event, kind);
    if (event.key === "ArrowLeft" || event.key === "ArrowUp") return this.go(-1, event);
    if (event.key === "ArrowRight" || event.key === "ArrowDown" || event.key === "Enter") return this.go(1, event);
    event.preventDefault();
    if (event.key === " ") {
      this.set(step, "");
      this.go(1);
    } else if (event.key === "Backspace" || event.key === "Delete") this.set(step, "");
    else if (event.key.length === 1) this.take(step, event.key.toLowerCase());
  }

  // In words the arrows move the caret; they leave the field only at its very beginning or end.
  write(event, kind) {
    const control = event.target;
    if (event.key === "Enter" && !event.shiftKey) return this.go(1, event);
    if (kind === "ward") return event.key === "ArrowLeft" ? this.go(-1, event) : undefined;
    if (event.key === "ArrowUp" && control.selectionStart === 0) this.go(-1, event);
    else if (event.key === "ArrowDown" && control.selectionEnd === control.value.length) this.go(1, event);
  }

  take(step, key) {
    const keys = [...step.querySelectorAll("[data-key]")].map((item) => item.dataset.key);
    const { textWrong, textMost } = this.form.dataset;
    if (!keys.includes(key)) return this.say(textWrong.replace("{key}", key.toUpperCase()));
    if (step.dataset.kind === "one") {
      this.set(step, key);
      return this.go(1);
    }
    const chosen = this.chosen(step);
    if (chosen.has(key)) chosen.delete(key);
    else chosen.add(key);
    const most = Number(step.dataset.most) || Infinity;
    if (chosen.size > most) return this.say(textMost.replace("{most}", most));
    this.set(step, keys.filter((each) => chosen.has(each)).join(" "));
  }

  chosen(step) {
    return new Set(this.control(step).value.trim().toLowerCase().split(/\s+/).filter(Boolean));
  }

  set(step, value) {
    this.say("");
    this.control(step).value = value;
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  say(text) {
    this.note.textContent = text;
  }

  go(by, event) {
    event?.preventDefault();
    let next = this.at + by;
    while (this.steps[next] && !this.isAsked(this.steps[next])) next += by;
    if (next >= 0) this.show(Math.min(next, this.steps.length));
  }

  show(place, { isFirst = false } = {}) {
    this.say("");
    this.at = place;
    this.steps.forEach((step, number) => step.classList.toggle("is-current", number === place));
    this.end.classList.toggle("is-current", place === this.steps.length);
    this.refresh();
    const step = this.steps[place];
    const control = step ? this.control(step) : this.end.querySelector("button[type=submit]");
    // The summary of what is wrong has the focus first.
    if (!(isFirst && document.querySelector("[data-error-summary]"))) control.focus();
    if (step && "select" in control && step.dataset.kind !== "text") control.select();
    if (!isFirst) this.form.scrollIntoView({ block: "start" });
  }

  refresh() {
    const asked = this.steps.filter((step) => this.isAsked(step));
    const now = asked.indexOf(this.steps[this.at]);
    const place = this.form.querySelector("[data-keying-place]");
    place.textContent = this.form.dataset.textPlace
      .replace("{now}", now < 0 ? asked.length : now + 1)
      .replace("{total}", asked.length);
    this.form.querySelector("[data-keying-progress]").value = this.at / this.steps.length;
    for (const step of this.steps) {
      const chosen = this.chosen(step);
      for (const item of step.querySelectorAll("[data-key]")) item.classList.toggle("is-chosen", chosen.has(item.dataset.key));
    }
    if (this.at === this.steps.length) this.review(asked);
  }

  review(asked) {
    const list = this.form.querySelector("[data-keying-list]");
    list.replaceChildren(...asked.map((step) => this.line(step)));
  }

  line(step) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "keying__again";
    const control = this.control(step);
    const value = control.tagName === "SELECT" && control.value ? control.selectedOptions[0].text : control.value;
    const title = document.createElement("span");
    title.textContent = step.dataset.title;
    const typed = document.createElement("strong");
    typed.textContent = value.trim() ? (step.dataset.kind === "one" || step.dataset.kind === "many" ? value.toUpperCase() : value) : this.form.dataset.textBlank;
    button.append(title, " ", typed);
    button.addEventListener("click", () => this.show(this.steps.indexOf(step)));
    item.append(button);
    return item;
  }
}
