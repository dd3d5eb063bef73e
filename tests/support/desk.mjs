// SPDX-License-Identifier: Apache-2.0
// A desk for tests in a browser: made in a temporary folder, served on free ports, and its officers'
// side looked at without script. HUSTINGS_PICTURES=DIR keeps pictures; HUSTINGS_DESK_STORE=URL of an
// empty PostgreSQL database takes that store instead of SQLite.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { launch, press, violations } from "./browser.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.HUSTINGS_BUILD ?? join(here, "../../build");
export const program = process.env.HUSTINGS ?? join(build, "hustings");
export const pictures = process.env.HUSTINGS_PICTURES;
export const run = promisify(execFile);
export const password = "a long enough password";

// Below the range that the system takes for outgoing connections, of which a browser makes many.
const freePort = (from) =>
  new Promise((done) => {
    const port = from + Math.floor(Math.random() * 10000);
    const server = createServer();
    server.once("error", () => done(freePort(from)));
    server.listen(port, "127.0.0.1", () => server.close(() => done(port)));
  });

// Letters come in, indexes grow and searches end in their own time.
export async function until(what, check) {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  assert.fail(`${what} did not happen`);
}

// How far the desk's wall clock stands ahead of ours: a test that is about times of a day has a day of its own.
let clockAhead = 0;
export const now = () => Date.now() + clockAhead;

// The one-time code of now; `ahead` steps of 30 s later.
export function totp(base32, ahead = 0) {
  let bits = "";
  for (const c of base32) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now() / 30000) + ahead));
  const mac = createHmac("sha1", key).update(step).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
}

// A desk with the officer "duty", whose code `secret` gives: `base` is the reporters' side, `officers`
// theirs, `work` a folder for what a test writes. `stop` takes all of it away. With `at` its clock starts
// there.
export async function startDesk(name, at) {
  const work = mkdtempSync(join(tmpdir(), `hustings-${name}.`));
  const folder = join(work, "desk");
  const word = join(work, "password");
  const log = join(work, "log");
  const env = { ...process.env };
  if (at) {
    clockAhead = Math.round((Date.parse(at) - Date.now()) / 1000) * 1000;
    const ours = Number(env.CLOCK_AHEAD ?? 0); // all of a suite may be under clock_ahead.so
    Object.assign(env, { LD_PRELOAD: join(build, "tests/support/clock_ahead.so"), CLOCK_AHEAD: String(ours + clockAhead / 1000) });
  }
  let serve;
  const stop = async () => {
    if (serve && (serve.exitCode ?? serve.signalCode) !== null) console.error(`the desk ended by itself:\n${readFileSync(log)}`);
    if (serve?.exitCode === null) {
      const over = new Promise((done) => serve.once("exit", done));
      serve.kill("SIGTERM");
      await over;
    }
    rmSync(work, { recursive: true, force: true });
  };
  try {
    writeFileSync(word, `${password}\n`, { mode: 0o600 });
    const store = process.env.HUSTINGS_DESK_STORE ? ["--store", process.env.HUSTINGS_DESK_STORE] : [];
    const made = await run(program, ["init", folder, ...store, "--officer", "duty", "--password-file", word, "--json"], { env });
    const secret = JSON.parse(made.stdout).totp_secret;
    const base = `http://127.0.0.1:${await freePort(12000)}`;
    const officers = `http://127.0.0.1:${await freePort(22000)}`;
    const output = openSync(log, "a");
    serve = spawn(program, ["serve", folder, "--front", base.slice(7), "--desk", officers.slice(7)], { env, stdio: ["ignore", output, output] });
    const answers = async (url) => (await fetch(url).catch(() => ({}))).ok;
    await until("the start", async () => serve.exitCode !== null || ((await answers(`${officers}/login`)) && (await answers(`${base}/`))));
    assert.equal(serve.exitCode, null);
    return { work, folder, secret, base, officers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// The same with a browser before it: pages without script, the log-in, and a look at what is shown.
export async function openDesk(name, at) {
  const desk = await startDesk(name, at);
  const browser = await launch().catch(async (error) => {
    await desk.stop();
    throw error;
  });
  // axe needs script, so a page is looked at again in a context that has it, from the same bytes.
  const looker = await browser.newContext({ bypassCSP: true });
  let count = 0;
  if (pictures) mkdirSync(pictures, { recursive: true });

  async function newPage(viewport = { width: 1280, height: 900 }) {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport });
    return context.newPage();
  }
  async function logIn(page, login, code, word = password) {
    await page.goto(`${desk.officers}/login`);
    await page.fill("#login", login);
    await page.fill("#password", word);
    await page.fill("#code", code);
    await press(page, "Log in");
  }
  async function look(page, label) {
    count += 1;
    const html = await page.content();
    assert.ok(Buffer.byteLength(html) < 60000, `${label} has ${Buffer.byteLength(html)} bytes`);
    for (const width of [1280, 320]) {
      const view = await looker.newPage();
      await view.setViewportSize({ width, height: 800 });
      await view.route("**/looked-at", (route) => route.fulfill({ contentType: "text/html", body: html }));
      await view.goto(`${desk.officers}/looked-at`);
      assert.deepEqual(await violations(view), [], `axe on ${label} at ${width}`);
      const wide = await view.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${label} is ${wide} px wide on ${width}`);
      if (pictures) {
        const picture = `${name}-${String(count).padStart(2, "0")}-${label}-${width}.png`;
        await view.screenshot({ path: join(pictures, picture), fullPage: true });
      }
      await view.close();
    }
  }
  async function close() {
    await browser.close();
    await desk.stop();
  }
  return { ...desk, newPage, logIn, look, close };
}
