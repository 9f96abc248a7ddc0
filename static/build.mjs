// Builds static/dist from static/src: `npm run build`, or `npm run watch` to build again on every change.
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const src = join(here, "src");
const dist = join(here, "dist");

// Indonesian and English need the latin subset only; the variable font holds all weights in one file.
const fonts = {
  "plus-jakarta-sans.woff2": "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2",
  ...editionFonts(),
};

// PDF editions are set from files of ours only, so that their bytes do not depend on the machine's fonts.
function editionFonts() {
  const files = { "edition/fallback-400-normal.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans.ttf" };
  const faces = {
    "source-serif-4": ["400-normal", "400-italic", "600-normal", "600-italic"],
    "plus-jakarta-sans": ["400-normal", "400-italic", "600-normal", "800-normal"],
  };
  for (const [family, styles] of Object.entries(faces))
    for (const style of styles)
      for (const subset of ["latin", "latin-ext"])
        files[`edition/${family}-${subset}-${style}.woff2`] = `@fontsource/${family}/files/${family}-${subset}-${style}.woff2`;
  return files;
}

// Every step writes into `out`, a place of this run; `settle` then moves the files to where they are served from.
async function styles(out) {
  const { css } = sass.compile(join(src, "scss", "app.scss"), {
    loadPaths: [modules],
    quietDeps: true, // Bootstrap 5.3 still uses @import and the old colour functions
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target: ["chrome100", "firefox100", "safari15"] });
  await writeFile(join(out, "app.css"), code);
}

async function scripts(out) {
  // htmx is a chunk of its own: only pages that use it fetch it.
  await esbuild.build({
    entryPoints: [join(src, "js", "app.js")],
    outdir: out,
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
    target: ["es2020"],
    legalComments: "none",
  });
  // The answer form and its worker are one file each: they start without a network, so they import no others.
  await esbuild.build({
    entryPoints: ["survey.js", "survey-worker.js"].map((name) => join(src, "js", name)),
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020"],
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
  });
}

async function icons(out) {
  const names = JSON.parse(await readFile(join(src, "icons.json"), "utf8"));
  const set = JSON.parse(await readFile(join(modules, "@iconify-json", "lucide", "icons.json"), "utf8"));
  const symbols = names.map((name) => {
    const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent];
    if (!icon) throw new Error(`icons.json names an icon that lucide does not have: ${name}`);
    // Colour and stroke are set once by the `.icon` class, which <use> inherits.
    const body = icon.body.replaceAll(/ (fill="none"|stroke="currentColor"|stroke-(linecap|linejoin)="round"|stroke-width="2")/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function copyFonts(out) {
  await mkdir(join(out, "fonts", "edition"), { recursive: true });
  await Promise.all(Object.entries(fonts).map(([to, from]) => copyFile(join(modules, from), join(out, "fonts", to))));
}

// A page that is open while this runs must never find a file missing: each is replaced in one step.
async function settle(out) {
  const built = await filesIn(out);
  for (const file of built) {
    await mkdir(dirname(join(dist, file)), { recursive: true });
    await rename(join(out, file), join(dist, file));
  }
  const kept = new Set(built);
  const stale = (await filesIn(dist)).filter((file) => !kept.has(file) && !file.startsWith(".building-"));
  await Promise.all(stale.map((file) => rm(join(dist, file), { force: true })));
}

async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

async function build() {
  const started = performance.now();
  const out = join(dist, `.building-${process.pid}`);
  await mkdir(out, { recursive: true });
  try {
    await Promise.all([styles, scripts, icons, copyFonts].map((step) => step(out)));
    await settle(out);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
  console.log(`static/dist built in ${Math.round(performance.now() - started)} ms`);
}

await build();

if (process.argv.includes("--watch")) {
  let timer;
  watch(src, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
  });
}
