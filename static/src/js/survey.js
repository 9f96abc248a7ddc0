// The answer form: steps, conditions, review, drafts, and sheets that wait for a connection. Without this file the
// form works on one page; where the browser keeps no store, it is sent as it was.
import { ask, handOver, keepDrafts, takeOver } from "./survey/drafts.js";
import { deviceSheets, receiptUrl } from "./survey/device.js";
import { answersOf, marksOf, mistakesIn, questionsOf, readFields, showWhatApplies } from "./survey/sheet.js";
import { progress, steps } from "./survey/steps.js";
import { queue, sheets } from "./survey/store.js";
import { keepForOffline } from "./survey/offline.js";

const form = document.querySelector("form[data-survey]");
const device = deviceSheets();
document.querySelectorAll("[data-plain-page]").forEach((part) => (part.hidden = true));
keepForOffline(form);
if (form) answering(form).catch((error) => {
  form.hidden = false; // the plain form still works
  throw error;
});

async function answering(form) {
  const canKeep = await sheets.all().then(() => true, () => false);
  const keeper = keepDrafts(form);
  form.querySelectorAll("[data-plain]").forEach((part) => {
    part.hidden = true;
    part.querySelectorAll("button").forEach((button) => (button.disabled = true)); // nor sent by the Enter key
  });
  form.querySelectorAll("[data-only-if]").forEach((line) => (line.hidden = true));
  form.addEventListener("change", () => showWhatApplies(form));
  showWhatApplies(form);
  counters(form);
  progress(form);
  const summary = summaryOf(form);
  const pages = steps(form, { mayReview: () => summary.check() });
  summary.goTo = pages.goTo;
  handOver(form, keeper);
  leadFromServer(pages);

  if (!takeOver(form, keeper) && !("filled" in form.dataset)) {
    keeper.begin();
    await ask(form, keeper);
  }
  const send = form.querySelector("[data-send]");
  form.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (pressed?.name === "step" || pressed?.name === "language") return;
    if (!canKeep) return; // the browser sends it
    event.preventDefault();
    if (pressed === send && summary.check()) deliver(form, keeper, pages);
  });
}

// Into the queue first, then to the server: whatever happens in between, the sheet is there, with its id.
async function deliver(form, keeper, pages) {
  const { survey, version, title, token, pass } = form.dataset;
  keeper.stop();
  const sheet = {
    id: form.elements.submission.value, survey, version: Number(version), title, token, pass, state: "waiting",
    language: document.documentElement.lang, address: location.pathname, typed: readFields(form), marks: marksOf(form),
    ...answersOf(form),
  };
  await queue(sheet);
  const send = form.querySelector("[data-send]");
  send.disabled = true;
  await device.send();
  const now = await sheets.get(sheet.id);
  send.disabled = false;
  if (now?.state === "sent") {
    await sheets.remove(sheet.id); // its receipt is shown at once
    return location.assign(receiptUrl(form, now.receipt));
  }
  if (now?.state === "waiting") {
    await sheets.put({ ...now, isLate: true });
    await askForSync();
  }
  return afterwards(form, keeper, pages, now);
}

// Not sent: the sheet stands in the list above; the next person may begin.
function afterwards(form, keeper, pages, sheet) {
  const done = document.querySelector("[data-not-sent]");
  document.querySelectorAll("[data-first-step]").forEach((part) => (part.hidden = true));
  form.hidden = true;
  done.hidden = false;
  history.replaceState(null, "", location.pathname);
  done.querySelectorAll("[data-when]").forEach((part) => (part.hidden = part.dataset.when !== sheet.state));
  document.querySelector("h1").scrollIntoView({ block: "start" });
  done.querySelector("h2").focus();
  const again = done.querySelector("[data-again]");
  again?.addEventListener("click", () => {
    keeper.begin();
    done.hidden = true;
    form.hidden = false;
    pages.start();
  }, { once: true });
}

async function askForSync() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("survey-sheets").catch(() => {});
}

// "2 of at most 3 chosen", and a word as soon as it is too many.
function counters(form) {
  const update = () => {
    for (const question of questionsOf(form)) {
      const line = question.querySelector("[data-counted]");
      if (!line) continue;
      const { most, counter, tooMany } = question.dataset;
      const chosen = question.querySelectorAll("input:checked").length;
      const isTooMany = chosen > Number(most);
      const text = (isTooMany ? tooMany : counter).replace("{chosen}", chosen);
      line.hidden = false;
      line.classList.toggle("question__counter--over", isTooMany);
      if (line.textContent !== text) line.textContent = text;
    }
  };
  form.addEventListener("change", update);
  update();
}

// What is wrong, said before anything is sent, with the sentences of the server.
function summaryOf(form) {
  const box = form.querySelector("[data-mistakes]");
  const list = box.appendChild(document.createElement("ul"));
  const summary = {
    goTo: () => {},
    check() {
      const found = mistakesIn(form);
      box.hidden = !found.length;
      list.replaceChildren(...found.map(([sentence, id]) => item(sentence, id)));
      if (found.length) {
        box.scrollIntoView({ block: "start" });
        box.focus({ preventScroll: true });
      }
      return !found.length;
    },
  };
  form.addEventListener("change", () => box.hidden || mistakesIn(form).length || (box.hidden = true));
  return summary;
}

function item(sentence, id) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  Object.assign(link, { href: `#${id}`, textContent: sentence });
  row.append(link);
  return row;
}

// The summary of a form that came back from the server leads to questions of other steps, too.
function leadFromServer({ goTo }) {
  document.querySelector("[data-error-summary]")?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && goTo(link.hash.slice(1))) event.preventDefault();
  }, { capture: true });
}
