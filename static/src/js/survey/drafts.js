// Drafts of the answer form. On this device: each sheet its own, shown to nobody before he says that it is his.
// With us: for holders of a personal link, sealed with that link (assessment/operations/survey_drafts.py).
import { drafts, newId } from "./store.js";
import { asked, fitting, marksOf, readFields, writeFields } from "./sheet.js";

const PAUSE = 300;
const PAUSE_ONLINE = 3_000;
const HANDOVER = "survey-language";

export function keepDrafts(form) {
  const { survey, token: link, version, title } = form.dataset;
  const state = { id: form.elements.submission.value, isStopped: false, since: new Date().toISOString() };
  const word = form.querySelector("[data-draft-status]");
  const server = form.dataset.draftUrl ? serverDraft(form) : undefined;
  let timer, serverTimer;

  async function save() {
    if (state.isStopped) return;
    const fields = readFields(form);
    if (!Object.keys(fields).length) return;
    const draft = {
      id: state.id, survey, link, version, title, fields, marks: marksOf(form),
      since: state.since, at: new Date().toISOString(), count: countOf(form, fields),
    };
    try {
      await drafts.put(draft);
      word.textContent = word.dataset.kept;
    } catch {
      word.textContent = word.dataset.failed;
    }
    if (server) {
      clearTimeout(serverTimer);
      serverTimer = setTimeout(async () => {
        if (!state.isStopped && (await server.save(draft))) word.textContent = word.dataset.keptWithUs;
      }, PAUSE_ONLINE);
    }
  }
  const later = (event) => {
    if (!event.isTrusted) return; // written by a script: a draft taken up, an empty form
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("pagehide", save);

  return {
    state,
    server,
    stop() {
      state.isStopped = true;
      clearTimeout(timer);
      clearTimeout(serverTimer);
    },
    // Another sheet begins: nothing typed, an id of its own.
    begin() {
      Object.assign(state, { id: newId(), since: new Date().toISOString(), isStopped: false });
      form.elements.submission.value = state.id;
      writeFields(form, {});
    },
    resume(draft) {
      Object.assign(state, { id: draft.id, since: draft.since ?? state.since });
      form.elements.submission.value = state.id;
      const { kept, isChanged } = fitting(form, draft);
      writeFields(form, kept);
      form.querySelector("[data-draft-changed]").hidden = !isChanged;
    },
    async waiting() {
      await adoptOld(form);
      const here = await drafts.of(link).catch(() => []);
      const there = form.dataset.hasDraft && server ? await server.load() : undefined;
      const older = there && here.find(({ id }) => id === there.id);
      if (older && older.at >= there.at) return here;
      return [...(there ? [{ ...there, isWithUs: true }] : []), ...here.filter((draft) => draft !== older)];
    },
    async discard(draft) {
      await drafts.remove(draft.id);
      if (draft.isWithUs) await server.remove();
    },
  };
}

function countOf(form, fields) {
  const names = new Set(Object.keys(fields));
  return asked(form).filter((question) => [...question.querySelectorAll("[name]")].some(({ name }) => names.has(name))).length;
}

function serverDraft(form) {
  const { draftUrl, token } = form.dataset;
  const call = async (method, body) => {
    try {
      const headers = { "X-Survey-Token": token, ...(body && { "Content-Type": "application/json" }) };
      const reply = await fetch(draftUrl, { method, headers, body, credentials: "omit", redirect: "error" });
      return reply.ok && (reply.status === 204 || (await reply.json()));
    } catch {
      return false; // no connection: the device has it
    }
  };
  return {
    save: ({ id, version, fields, marks, since, at, count }) =>
      call("PUT", JSON.stringify({ version: Number(version), fields, notes: { id, marks, since, at, count } })),
    load: async () => {
      const kept = await call("GET");
      if (!kept) return undefined;
      const { token: link, survey, title } = form.dataset;
      return { id: newId(), at: "", ...kept.notes, fields: kept.fields, version: kept.version, marks: kept.notes.marks ?? kept.marks, link, survey, title };
    },
    remove: () => call("DELETE"),
  };
}

// -- whose draft is this? Asked before anything of it is shown.
export async function ask(form, keeper) {
  const rows = await keeper.waiting();
  const gate = document.querySelector("[data-draft-gate]");
  if (!rows.length) return;
  const list = gate.querySelector("[data-drafts]");
  const template = gate.querySelector("template");
  form.hidden = true;
  gate.hidden = false;
  await new Promise((done) => {
    const draw = () => {
      list.replaceChildren(...rows.map(line));
      if (!rows.length) finish();
    };
    const finish = () => {
      gate.hidden = true;
      form.hidden = false;
      done();
    };
    const line = (draft) => {
      const row = template.content.cloneNode(true).firstElementChild;
      row.querySelector("[data-about]").textContent = aboutOf(draft, gate.dataset);
      row.querySelector("[data-continue]").addEventListener("click", () => {
        keeper.resume(draft);
        finish();
      });
      row.querySelector("[data-discard]").addEventListener("click", async () => {
        await keeper.discard(draft);
        rows.splice(rows.indexOf(draft), 1);
        draw();
      });
      return row;
    };
    gate.querySelector("[data-begin]").addEventListener("click", () => {
      keeper.begin();
      finish();
    });
    draw();
    gate.querySelector("h2").focus();
  });
}

function aboutOf({ at, count, isWithUs }, { here, there, someTime }) {
  const when = at ? new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) : someTime;
  return (isWithUs ? there : here).replace("{when}", when).replace("{count}", count ?? "?");
}

// -- another language: what was typed goes along in this tab only
export function handOver(form, keeper) {
  const ways = [...form.querySelectorAll("button[name=language]"), ...document.querySelectorAll("a[hreflang]")];
  for (const way of ways) {
    way.addEventListener("click", (event) => {
      event.preventDefault();
      const { id, since } = keeper.state;
      sessionStorage.setItem(HANDOVER, JSON.stringify({ id, since, fields: readFields(form), marks: marksOf(form), link: form.dataset.token }));
      keeper.stop();
      location.assign((way.formAction ?? way.href).split("#")[0] + location.hash);
    });
  }
}

export function takeOver(form, keeper) {
  const text = sessionStorage.getItem(HANDOVER);
  sessionStorage.removeItem(HANDOVER);
  const draft = text && JSON.parse(text);
  if (draft?.link !== form.dataset.token) return false;
  keeper.resume(draft);
  return true;
}

// Earlier releases kept one draft for each address in localStorage; it moves here with everything in it.
async function adoptOld(form) {
  const { survey, token, version, title } = form.dataset;
  const keys = Object.keys(localStorage).filter((key) => key.startsWith("draft:/") && key.endsWith(`/isi/${token}/:survey`));
  for (const key of keys) {
    const fields = Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem(key))).filter(([, values]) => values.some(Boolean)));
    const draft = { id: newId(), survey, link: token, version, title, fields, marks: marksOf(form), at: "", count: countOf(form, fields) };
    await drafts.put(draft).then(() => localStorage.removeItem(key), () => {});
  }
}
