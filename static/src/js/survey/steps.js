// One section at a time, then the review. The address carries the step, so the browser's back button works.
import { answerOf, asked, fieldName, readFields, titleOf, wordsOf } from "./sheet.js";

const REVIEW = "periksa";

export function steps(form, { mayReview }) {
  const pages = [...form.querySelectorAll("section[id^='bagian-']")];
  const review = form.querySelector("[data-review]");
  const bar = form.querySelector("[data-step-bar]");
  const button = (name) => bar.querySelector(`[data-${name}]`);
  const all = [...pages, review];
  let current = 0;

  function show(number, { focus = true } = {}) {
    current = number;
    all.forEach((page, place) => (page.hidden = place !== number));
    document.querySelectorAll("[data-first-step]").forEach((part) => (part.hidden = number > 0));
    button("back").hidden = number === 0;
    button("next").hidden = number >= pages.length - 1;
    button("to-review").hidden = number !== pages.length - 1;
    button("send").hidden = number !== pages.length;
    if (number === pages.length) fillReview(form, review, pages);
    if (!focus) return;
    const title = all[number].querySelector(".section__title");
    title.tabIndex = -1;
    window.scrollTo(0, 0);
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "start" });
  }

  // To a question or a step by its id, wherever it is.
  function goTo(id) {
    const target = document.getElementById(id);
    const number = target ? all.findIndex((page) => page === target || page.contains(target)) : -1;
    if (number < 0) return false;
    if (number === pages.length && !mayReview()) return true;
    show(number, { focus: target === all[number] });
    if (target === all[number]) return true;
    target.scrollIntoView({ block: "start" });
    (target.matches("fieldset") ? target.querySelector("input") : target)?.focus({ preventScroll: true });
    return true;
  }

  function open(number) {
    const id = all[number].id;
    if (location.hash === `#${id}`) goTo(id);
    else location.hash = id;
  }

  const nextWithQuestions = (from, by) => {
    let number = from + by;
    const isEmpty = (page) => page.querySelector("[data-question]") && !page.querySelector("[data-question]:not([hidden])");
    while (number > 0 && number < pages.length - 1 && isEmpty(pages[number])) number += by;
    return number;
  };
  button("back").addEventListener("click", () => open(nextWithQuestions(current, -1)));
  button("next").addEventListener("click", () => open(nextWithQuestions(current, 1)));
  button("to-review").addEventListener("click", () => open(pages.length));
  window.addEventListener("hashchange", () => goTo(location.hash.slice(1) || all[0].id));
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && goTo(link.hash.slice(1))) event.preventDefault();
  });

  bar.hidden = false;
  // A page that is opened anew has nothing to review yet.
  if (location.hash === `#${REVIEW}` || !goTo(location.hash.slice(1))) show(0, { focus: false });
  return { goTo, start: () => show(0, { focus: false }) };
}

// -- progress
export function progress(form) {
  const text = form.querySelector("[data-progress]");
  const jump = form.querySelector("[data-jump]");
  const update = () => {
    const open = unanswered(form);
    const total = asked(form).length;
    text.textContent = text.dataset.progress.replace("{answered}", total - open.length).replace("{total}", total);
    jump.hidden = !open.length;
    if (open.length) jump.href = `#id_${fieldName(open[0])}`;
  };
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.querySelectorAll("[data-script]").forEach((part) => (part.hidden = false));
  update();
}

export function unanswered(form) {
  const fields = readFields(form);
  return asked(form).filter((question) => answerOf(question, fields) === undefined);
}

// -- review
function fillReview(form, review, pages) {
  const list = review.querySelector("[data-review-list]");
  const template = review.querySelector("template[data-review-line]");
  const open = new Set(unanswered(form));
  list.replaceChildren();
  for (const page of pages) {
    const lines = [...generalLines(page), ...[...page.querySelectorAll("[data-question]:not([hidden])")].map(lineOf)];
    if (!lines.length) continue;
    const heading = document.createElement("h3");
    heading.textContent = page.querySelector(".section__title").textContent;
    const rows = document.createElement("dl");
    rows.className = "review";
    for (const { title, words, id, isOpen } of lines) {
      const row = template.content.cloneNode(true);
      row.querySelector("dt").textContent = title;
      const answer = row.querySelector("[data-answer]");
      if (isOpen) answer.textContent = list.dataset.open;
      else answer.replaceChildren(...words.map(paragraph));
      row.querySelector("div").classList.toggle("review__line--open", isOpen);
      const change = row.querySelector("a");
      change.href = `#${id}`;
      change.querySelector("[data-what]").textContent = title;
      rows.append(row);
    }
    list.append(heading, rows);
  }

  function lineOf(question) {
    return { title: titleOf(question), words: wordsOf(question), id: `id_${fieldName(question)}`, isOpen: open.has(question) };
  }
}

// Group and district: no questions, but part of what is sent.
function generalLines(page) {
  return ["sector", "district"]
    .filter((name) => page.querySelector(`[name="${name}"]`))
    .map((name) => {
      const field = page.querySelector(`#id_${name}`);
      const title = field.querySelector?.("legend") ?? field.labels[0];
      const words = field.matches("select") ? [field.selectedOptions[0].text] : wordsOf(field);
      return { title: title.firstChild.textContent.trim() || title.textContent.trim(), words, id: `id_${name}`, isOpen: false };
    });
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
