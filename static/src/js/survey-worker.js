// The worker behind the answer form. It touches nothing but the form, its files and the list of sheets on the device.
//
// Forms are kept by survey and version of the survey, never by release: a new release adds its files and wipes nothing.
import { clientsClaim, setCacheNameDetails } from "workbox-core";
import { matchPrecache, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkOnly } from "workbox-strategies";
import { sendAll } from "./survey/sending.js";

const { files, devicePages } = self.__SURVEY; // written before this file by the view that serves it
const FORM = /^\/(id|en)\/survei\/([-\w]+)\/isi\/[-\w]+\/$/;
const PATIENCE = 6_000; // how long a bad network may keep somebody waiting who has the form already
const PREFIX = "survey-form:";
const OVER = [404, 409, 410]; // withdrawn, used, closed: nobody should begin this form again without a connection

setCacheNameDetails({ prefix: "survey-files", suffix: "1" });
// A release that cannot be fetched whole does not take over: the one before it goes on with its files.
precacheAndRoute([...files, ...devicePages], { ignoreURLParametersMatching: [/.*/] });
self.addEventListener("install", (event) => {
  event.waitUntil(refreshKept());
  self.skipWaiting();
});
clientsClaim();

const network = new NetworkOnly();
registerRoute(({ request, url }) => request.mode === "navigate" && FORM.test(url.pathname), async ({ request, url, event }) => {
  const fromNetwork = network.handle({ request, event });
  const kept = await keptForm(url.pathname);
  try {
    const answer = await (kept ? Promise.race([fromNetwork, late()]) : fromNetwork);
    if (answer.ok) event.waitUntil(renew(url.pathname, answer.clone()));
    else if (OVER.includes(answer.status)) event.waitUntil(forget(url.pathname));
    return answer.status >= 500 && kept ? kept : answer;
  } catch {
    fromNetwork.catch(() => {});
    return kept ?? devicePage(url.pathname);
  }
});

const late = () => new Promise((_done, fail) => setTimeout(() => fail(new Error("slow network")), PATIENCE));
const devicePage = async (path) => (await matchPrecache(devicePages.find(({ url }) => url.startsWith(path.slice(0, 4))).url)) ?? Response.error();
const cacheNames = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));

// The newest version that is kept under this address.
async function keptForm(path) {
  for (const name of (await cacheNames()).sort(byVersion).reverse()) {
    const found = await (await caches.open(name)).match(path);
    if (found) return found;
  }
  return undefined;
}

const byVersion = (a, b) => Number(a.split("@")[1]) - Number(b.split("@")[1]);

async function forget(path) {
  for (const name of await cacheNames()) await (await caches.open(name)).delete(path);
}

// A form that was kept once stays fresh: as the network showed it last.
async function renew(path, answer) {
  const name = await cacheOf(answer);
  if (!name) return;
  const siblings = (await cacheNames()).filter((each) => each.split("@")[0] === name.split("@")[0]);
  for (const each of siblings)
    if (await (await caches.open(each)).match(path)) return (await caches.open(name)).put(path, answer);
}

async function fetchAndKeep(address) {
  const path = new URL(address).pathname;
  const answer = await fetch(path, { credentials: "same-origin" });
  const name = answer.ok && (await cacheOf(answer));
  if (name) await (await caches.open(name)).put(path, answer);
}

// The cache of the survey's version that a page shows, or nothing if it is no form.
async function cacheOf(answer) {
  const html = await answer.clone().text();
  const [, survey] = /data-survey="([-\w]+)"/.exec(html) ?? [];
  const [, version] = /data-version="(\d+)"/.exec(html) ?? [];
  return survey && version && `${PREFIX}${survey}@${version}`;
}

// Before this release takes over, the kept forms are fetched as this release writes them. No network: no release.
async function refreshKept() {
  for (const name of await cacheNames())
    for (const request of await (await caches.open(name)).keys()) await fetchAndKeep(request.url);
}

self.addEventListener("message", (event) => {
  if (event.data?.type !== "keep") return;
  const work = Promise.all(event.data.addresses.map(fetchAndKeep)).then(() => true, () => false);
  event.waitUntil(work.then((isKept) => event.ports[0]?.postMessage({ isKept })));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "survey-sheets") event.waitUntil(sendAll().then((isDone) => (isDone === false ? Promise.reject(new Error("later")) : undefined)));
});
