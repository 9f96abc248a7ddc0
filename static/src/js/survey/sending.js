// Sends what waits, exactly once: the id was made here with the sheet, and the server knows it again.
// Used by pages and by the worker, so nothing here touches a document.
import { sheets } from "./store.js";

// What the server's final words mean for a sheet. Everything else (no network, 429, 5xx) means: later.
const FINAL = { 400: "refused", 404: "unknown", 409: "used", 410: "closed", 413: "refused", 415: "refused", 422: "refused" };
const TIMEOUT = 20_000;

export const isWaiting = (sheet) => sheet.state === "waiting";

// One sender at a time on this device; without locks the id alone keeps a sheet from counting twice.
export function sendAll(onChange = () => {}) {
  const work = () => sendWaiting(onChange);
  return navigator.locks ? navigator.locks.request("survey-sheets", work) : work();
}

async function sendWaiting(onChange) {
  for (const sheet of (await sheets.all()).filter(isWaiting)) {
    const outcome = await send(sheet);
    if (outcome) {
      await sheets.put(outcome);
      await onChange(outcome);
    } else {
      return false; // the rest would fare no better now
    }
  }
  return true;
}

// The sheet as it shall be kept from now on, or nothing if it must be tried again.
async function send(sheet) {
  const { id, survey, token, version, sector, district, answers, isLate } = sheet;
  let reply, said;
  try {
    reply = await fetch(`/api/v1/surveys/${survey}/responses/${id}/`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-Survey-Token": token, "Accept-Language": sheet.language },
      body: JSON.stringify({ version, sector, district, answers, channel: isLate ? "offline" : "web" }),
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout?.(TIMEOUT),
    });
    said = await reply.json(); // the page of a hotspot's login is no answer of ours
  } catch {
    return undefined;
  }
  if (reply.ok && said.receipt) return sent(sheet, said.receipt);
  const state = FINAL[reply.status];
  return state && said.code ? { ...sheet, state, says: said.message, fields: said.fields } : undefined;
}

// Nothing of the answers stays on the device: it may be somebody else's tomorrow.
function sent({ id, survey, title, language }, receipt) {
  return { id, survey, title, language, receipt, state: "sent", on: new Date().toISOString().slice(0, 10) };
}
