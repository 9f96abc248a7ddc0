// The list of sheets on this device, in plain words: which wait, which arrived, which cannot be sent any more.
import { drafts, newId, sheets } from "./store.js";
import { isWaiting, sendAll } from "./sending.js";

const RETRY = 30_000;
const KEEP_SENT_DAYS = 30;
const KEEP_DRAFT_DAYS = 180;
const FORMAT = "portal-survey-sheets";

export function deviceSheets() {
  const panel = document.querySelector("[data-device-sheets]");
  if (!panel) return undefined;
  const list = panel.querySelector("[data-sheets]");
  const template = panel.querySelector("template");
  let isBusy = false;

  async function draw() {
    const rows = (await sheets.all()).sort((a, b) => Number(isWaiting(b)) - Number(isWaiting(a)));
    list.replaceChildren(...rows.map(line));
    panel.hidden = !rows.length && !("always" in panel.dataset);
    const empty = panel.querySelector("[data-none]");
    if (empty) empty.hidden = rows.length > 0;
    return rows;
  }

  async function send() {
    if (isBusy) return;
    isBusy = true;
    try {
      await sendAll(draw);
    } finally {
      isBusy = false;
      await draw();
    }
  }

  function line(sheet) {
    const row = template.content.cloneNode(true).firstElementChild;
    const words = row.querySelector(`[data-state="${sheet.state}"]`) ?? row.querySelector('[data-state="refused"]');
    words.hidden = false;
    row.dataset.is = sheet.state;
    row.querySelector("[data-title]").textContent = sheet.title;
    const says = row.querySelector("[data-says]");
    says.textContent = sheet.state === "refused" ? [sheet.says, ...Object.values(sheet.fields ?? {}).flat()].join(" ") : "";
    const receipt = row.querySelector("[data-receipt]");
    receipt.hidden = !sheet.receipt;
    if (sheet.receipt) Object.assign(receipt.querySelector("a"), { href: receiptUrl(panel, sheet.receipt), textContent: sheet.receipt });
    const on = (name, isShown, press) => {
      const button = row.querySelector(`[data-${name}]`);
      button.hidden = !isShown;
      button.addEventListener("click", press);
    };
    on("send", isWaiting(sheet) || sheet.state === "closed", async () => {
      if (!isWaiting(sheet)) await sheets.put({ ...sheet, state: "waiting" }); // it may have been opened again
      await send();
    });
    on("file", sheet.state !== "sent", () => toFile([sheet]));
    on("correct", sheet.state === "refused" && Boolean(sheet.address), () => correct(sheet));
    const remove = row.querySelector("[data-remove]");
    remove.hidden = isWaiting(sheet);
    remove.addEventListener("click", async () => {
      if (sheet.state !== "sent" && !confirm(panel.dataset.confirm)) return;
      await sheets.remove(sheet.id);
      await draw();
    });
    return row;
  }

  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  setInterval(async () => (await sheets.all()).some(isWaiting) && send(), RETRY);
  forgetWhatIsOld().then(send, () => {});
  return { send, draw };
}

export const receiptUrl = (element, receipt) => element.dataset.receiptUrl.replace("AAAA-AAAA", receipt);

// Back into the form, as a draft that its writer takes up again; under a new id, for the old one was refused.
async function correct(sheet) {
  const { survey, token: link, version, title, fields: _mistakes, typed: fields, marks, address } = sheet;
  await drafts.put({ id: newId(), survey, link, version, title, fields, marks, at: new Date().toISOString(), count: Object.keys(fields).length });
  await sheets.remove(sheet.id);
  location.assign(address);
  if (location.pathname === address) location.reload();
}

// The last resort: a file for the office. It names no link, only the pass that the server can read.
export function toFile(rows) {
  const content = {
    format: FORMAT,
    schema: 1,
    sheets: rows.map(({ id, survey, version, pass, sector, district, answers }) => ({ id, survey, version, pass, sector, district, answers })),
  };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
  link.download = `${rows[0].survey}-${rows[0].id.slice(0, 8)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const dayBefore = (days) => new Date(Date.now() - days * 86_400_000).toISOString();

// Receipts are written down by now; a draft that nobody touched for months is nobody's to see.
async function forgetWhatIsOld() {
  for (const sheet of await sheets.all())
    if (sheet.state === "sent" && sheet.on < dayBefore(KEEP_SENT_DAYS).slice(0, 10)) await sheets.remove(sheet.id);
  for (const draft of await drafts.all()) if (draft.at && draft.at < dayBefore(KEEP_DRAFT_DAYS)) await drafts.remove(draft.id);
}
