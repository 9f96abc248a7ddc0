// What this device keeps: sheets that wait to be sent, and drafts. Every row names the version of its survey.
//
// The store is never wiped: a new release adds a step to MIGRATIONS and changes no earlier one. A page of an
// earlier release, still cached, may meet a store of a later one: it then opens it as it is.
import { openDB } from "idb";

const NAME = "survey-sheets";
const MIGRATIONS = [
  (db) => db.createObjectStore("sheets", { keyPath: "id" }), // 1: the queue
  (db) => db.createObjectStore("drafts", { keyPath: "id" }).createIndex("link", "link"), // 2
];

let opened;

function open(version) {
  return openDB(NAME, version, {
    upgrade(db, from) {
      for (const step of MIGRATIONS.slice(from)) step(db);
    },
    blocking(_current, _blocked, event) {
      event.target.close(); // another tab has a newer release
      opened = undefined;
    },
    terminated() {
      opened = undefined; // iOS closes stores of pages in the background
    },
  });
}

function database() {
  opened ??= open(MIGRATIONS.length).catch((error) => {
    if (error.name === "VersionError") return open(); // as it is
    opened = undefined;
    throw error;
  });
  return opened;
}

// A connection that the browser closed behind our back is opened once more.
async function use(work) {
  try {
    return await work(await database());
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    opened = undefined;
    return work(await database());
  }
}

export const sheets = {
  all: () => use((db) => db.getAll("sheets")),
  get: (id) => use((db) => db.get("sheets", id)),
  put: (sheet) => use((db) => db.put("sheets", sheet)),
  remove: (id) => use((db) => db.delete("sheets", id)),
};

export const drafts = {
  all: () => use((db) => db.getAll("drafts")),
  of: (link) => use((db) => db.getAllFromIndex("drafts", "link", link)),
  put: (draft) => use((db) => db.put("drafts", draft)),
  remove: (id) => use((db) => db.delete("drafts", id)),
};

// A sheet goes into the queue and its draft goes away in one step, or neither happens.
export const queue = (sheet) =>
  use(async (db) => {
    const change = db.transaction(["sheets", "drafts"], "readwrite");
    await Promise.all([
      change.objectStore("sheets").put(sheet),
      change.objectStore("drafts").delete(sheet.id),
      change.done,
    ]);
  });

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS, on a network of one's own
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
