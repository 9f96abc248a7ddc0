// `<form data-draft="key">`: what was typed stays in this browser until it was sent, and leaving warns.
const PREFIX = "draft:";
const SENT = "draft-sent";
const KEPT_TYPES = /^(text|search|email|url|tel|number|date|textarea|select-one|select-multiple|radio|checkbox)$/;

export function drafts() {
  const forms = document.querySelectorAll("form[data-draft]");
  forgetSent(forms);
  forms.forEach(keep);
}

// A draft is dropped once its form was sent and did not come back.
function forgetSent(forms) {
  const sent = sessionStorage.getItem(SENT);
  if (!sent) return;
  sessionStorage.removeItem(SENT);
  const isBack = [...forms].some((form) => keyOf(form) === sent);
  if (!isBack || !document.querySelector("[data-error-summary]")) localStorage.removeItem(sent);
}

function keep(form) {
  const key = keyOf(form);
  const before = JSON.stringify(read(form));
  let dirty = false;
  let timer;

  const saved = localStorage.getItem(key);
  if (saved && saved !== before && !document.querySelector("[data-error-summary]")) offer(form, key, JSON.parse(saved));

  const save = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = JSON.stringify(read(form));
      dirty = now !== before;
      if (dirty) localStorage.setItem(key, now);
      else localStorage.removeItem(key);
    }, 300);
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", () => {
    dirty = false;
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

function offer(form, key, values) {
  const { textDraft, textRestore, textDiscard } = document.body.dataset;
  const note = document.createElement("div");
  note.className = "draft-note";
  note.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = textDraft;
  const restore = quietButton(textRestore, () => {
    write(form, values);
    note.remove();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const discard = quietButton(textDiscard, () => {
    localStorage.removeItem(key);
    note.remove();
  });
  note.append(text, restore, discard);
  form.prepend(note);
}

function quietButton(label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary btn-sm";
  button.textContent = label;
  button.addEventListener("click", press);
  return button;
}

function keyOf(form) {
  return `${PREFIX}${location.pathname}:${form.dataset.draft}`;
}

function fields(form) {
  return [...form.elements].filter((element) => element.name && KEPT_TYPES.test(element.type));
}

function read(form) {
  const values = {};
  for (const element of fields(form)) {
    const list = (values[element.name] ??= []);
    if (element.type === "radio" || element.type === "checkbox") {
      if (element.checked) list.push(element.value);
    } else if (element.type === "select-multiple") {
      list.push(...[...element.selectedOptions].map((option) => option.value));
    } else {
      list.push(element.value);
    }
  }
  return values;
}

function write(form, values) {
  const used = {};
  for (const element of fields(form)) {
    const list = values[element.name];
    if (!list) continue;
    if (element.type === "radio" || element.type === "checkbox") {
      element.checked = list.includes(element.value);
    } else if (element.type === "select-multiple") {
      for (const option of element.options) option.selected = list.includes(option.value);
    } else {
      used[element.name] = (used[element.name] ?? -1) + 1;
      element.value = list[used[element.name]] ?? "";
    }
  }
}
