// SPDX-License-Identifier: Apache-2.0
// pages.mjs PREVIEW_PROGRAM OUT_DIR [LANGUAGE…]
// Renders the sample pages, opens each in chromium at 1280 and 320 px, saves a picture, and fails
// on: an axe violation, a page wider than the screen, more than 15 kB of HTML, another host asked.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { launch, violations } from "../support/browser.mjs";

const [program, out, ...chosen] = process.argv.slice(2);
const languages = chosen.length ? chosen : ["en", "cy", "bn"];
const types = {
  html: "text/html; charset=utf-8",
  css: "text/css",
  js: "text/javascript",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};
let problems = 0;
let checked = 0;
const complain = (text) => {
  problems += 1;
  console.error(text);
};

async function serve(dir) {
  const server = createServer((request, response) => {
    const path = join(dir, request.url.split("?")[0]);
    if (!existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    const type = types[path.split(".").pop()] ?? "";
    response.writeHead(200, { "content-type": type }).end(readFileSync(path));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

async function check(context, base, dir, name, width, label) {
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) complain(`${label}: asks ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complain(`${label}: ${response.status()} ${response.url()}`);
  });
  await page.goto(`${base}/${name}`);
  for (const violation of await violations(page)) {
    complain(`${label} ${width}: ${violation.slice(0, 500)}`);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) complain(`${label}: ${wide} px wide on ${width}`);
  const size = readFileSync(join(dir, name)).length;
  if (size > 15000) complain(`${label}: ${size} bytes`);
  const picture = join(dir, `${name.replace(".html", "")}-${width}.png`);
  await page.screenshot({ path: picture, fullPage: true });
  checked += 1;
  await page.close();
}

const browser = await launch();
for (const language of languages) {
  const dir = join(out, language);
  mkdirSync(dir, { recursive: true });
  execFileSync(program, [dir, language]);
  const server = await serve(dir);
  const base = `http://127.0.0.1:${server.address().port}`;
  const pages = readdirSync(dir).filter((name) => name.endsWith(".html"));
  for (const width of [1280, 320]) {
    const height = width === 320 ? 640 : 900;
    const context = await browser.newContext({ viewport: { width, height } });
    for (const name of pages) {
      await check(context, base, dir, name, width, `${language}/${name}`);
    }
    await context.close();
  }
  server.close();
}
await browser.close();
console.log(`${checked} pages checked, ${problems} problems`);
process.exit(problems || !checked ? 1 : 0);
