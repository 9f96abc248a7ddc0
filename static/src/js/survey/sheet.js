// The form as data: what is asked, what was answered, what is wrong with it. The server checks it all again.
const GENERAL = ["sector", "district"];

export const questionsOf = (form) => [...form.querySelectorAll("[data-question]")];
export const fieldName = (question) => `q_${question.dataset.question}`;
const controls = (root) => [...root.querySelectorAll("input, select, textarea")].filter((control) => control.name);

// -- fields: name -> values, as a form would send them
export function readFields(form) {
  const fields = {};
  const belongs = (name) => GENERAL.includes(name) || name.startsWith("q_");
  for (const [name, value] of new FormData(form)) if (belongs(name) && value) (fields[name] ??= []).push(value);
  return fields;
}

export function writeFields(form, fields) {
  for (const control of controls(form)) {
    if (!GENERAL.includes(control.name) && !control.name.startsWith("q_")) continue;
    const values = fields[control.name] ?? [];
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

export const marksOf = (form) => Object.fromEntries(questionsOf(form).map(({ dataset }) => [dataset.question, dataset.mark]));

// What of a draft still fits: answers to questions that were worded otherwise are left out.
export function fitting(form, { fields, marks }) {
  const now = marksOf(form);
  const same = Object.keys(now).filter((key) => now[key] === marks?.[key]);
  const names = new Set([...GENERAL, ...same.flatMap((key) => namesOf(form, key))]);
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
  return { kept, isChanged: Object.keys(kept).length < Object.keys(fields).length };
}

function namesOf(form, key) {
  const question = questionsOf(form).find(({ dataset }) => dataset.question === key);
  return controls(question).map((control) => control.name);
}

// -- conditions
// Shown or hidden in the order of the form: a question that is hidden answers nothing for those behind it.
export function showWhatApplies(form) {
  const fields = readFields(form);
  const silent = new Set();
  for (const question of questionsOf(form)) {
    const { shownIf, shownCodes } = question.dataset;
    if (!shownIf) continue;
    const given = silent.has(shownIf) ? undefined : fields[shownIf]?.[0];
    question.hidden = !shownCodes.split(" ").includes(given);
    if (question.hidden) silent.add(fieldName(question));
  }
}

export const asked = (form) => questionsOf(form).filter((question) => !question.hidden);

// -- answers
export function answerOf(question, fields) {
  const name = fieldName(question);
  const values = fields[name] ?? [];
  switch (question.dataset.kind) {
    case "hazard_rating": {
      const parts = {};
      for (const [each, [value]] of Object.entries(fields)) {
        const part = each.startsWith(`${name}_`) && question.querySelector(`[name="${each}"]`) && each.slice(name.length + 1);
        if (part) parts[part] = Number(value);
      }
      return Object.keys(parts).length ? parts : undefined;
    }
    case "multiple":
    case "priority_vote":
      return values.length ? values.map(Number) : undefined;
    case "text":
      return values[0]?.trim() || undefined;
    case "asset_nomination": {
      const place = { name: values[0]?.trim() ?? "", ward: fields[`${name}_ward`]?.[0] ?? "" };
      return place.name || place.ward ? place : undefined;
    }
    default:
      return values.length ? Number(values[0]) : undefined;
  }
}

export function answersOf(form) {
  const fields = readFields(form);
  const answers = {};
  for (const question of asked(form)) {
    const answer = answerOf(question, fields);
    if (answer !== undefined) answers[question.dataset.question] = answer;
  }
  return { sector: fields.sector?.[0] ?? "", district: fields.district?.[0] ?? "", answers };
}

// -- mistakes: [sentence, id of what to go to], in the order of the form
export function mistakesIn(form) {
  const { sector, answers } = answersOf(form);
  const found = sector ? [] : [[form.dataset.needsGroup, "id_sector"]];
  for (const question of asked(form)) {
    const sentence = mistakeIn(question, answers[question.dataset.question]);
    if (sentence) found.push([sentence, `id_${fieldName(question)}`]);
  }
  if (!found.length && !Object.keys(answers).length) found.push([form.dataset.needsAnswer, "id_sector"]);
  return found;
}

export function mistakeIn({ dataset }, answer) {
  if (answer === undefined) return dataset.required;
  if (dataset.most && answer.length > Number(dataset.most)) return dataset.tooMany.replace("{chosen}", answer.length);
  const text = dataset.kind === "asset_nomination" ? answer.name : answer;
  if (dataset.kind === "asset_nomination" && !text) return dataset.nameless;
  const length = [...String(text)].length;
  if (dataset.limit && length > Number(dataset.limit)) return dataset.tooLong.replace("{chosen}", length);
  return undefined;
}

// -- words: what was chosen, as the form says it
export function wordsOf(question) {
  const words = [];
  for (const control of controls(question)) {
    if (control.type === "radio" || control.type === "checkbox") {
      if (control.checked) words.push(spoken(control));
    } else if (control.value.trim()) {
      words.push(control.tagName === "SELECT" ? control.selectedOptions[0].text : control.value.trim());
    }
  }
  return words;
}

function spoken(control) {
  const label = control.labels[0].cloneNode(true);
  label.querySelectorAll(".choice__help, .visually-hidden").forEach((extra) => extra.remove());
  const scale = control.closest(".scale");
  const part = scale?.querySelector("legend")?.textContent;
  const top = scale && scale.querySelectorAll(".choice:not(.scale__unknown)").length;
  const text = label.textContent.trim();
  const level = scale && /^\d+$/.test(text) ? `${text} / ${top}` : text;
  return part ? `${part}: ${level}` : level;
}

export function titleOf(question) {
  const title = (question.querySelector(".choices__legend") ?? question.querySelector(".field__label")).cloneNode(true);
  title.querySelectorAll(".field__optional").forEach((extra) => extra.remove());
  return title.textContent.replace(/\s+/g, " ").trim();
}
