// SPDX-License-Identifier: Apache-2.0
// Polling day on a real desk, in a browser without script: an operation is made, filled and rated, a
// plan is searched for outside the desk's event loop, checked, published, compared and taken out as
// files. Every page that is passed is checked by axe and at 320 px. HUSTINGS_PICTURES=DIR keeps
// pictures; HUSTINGS_DESK_STORE=URL of an empty PostgreSQL database takes that store.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const here = dirname(fileURLToPath(import.meta.url));
const program = process.env.HUSTINGS ?? join(here, "../../build/hustings");
const pictures = process.env.HUSTINGS_PICTURES;
const run = promisify(execFile);
const password = "a long enough password";
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let work, desk, serve, browser, officers, page, looker, operation;
let count = 0;

const free = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

function totp(base32) {
  let bits = "";
  for (const c of base32) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac("sha1", key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

async function look(name, where = page) {
  count += 1;
  const html = await where.content();
  for (const width of [1280, 320]) {
    const view = await looker.newPage();
    await view.setViewportSize({ width, height: 800 });
    await view.route("**/looked-at", (route) => route.fulfill({ contentType: "text/html", body: html }));
    await view.goto(`${officers}/looked-at`);
    await view.evaluate(axe);
    const found = await view.evaluate((tags) => axe.run(document, { runOnly: tags }), rules);
    const problems = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target + n.failureSummary)}`);
    assert.deepEqual(problems, [], `axe on ${name} at ${width}`);
    const wide = await view.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name} is ${wide} px wide on ${width}`);
    if (pictures) {
      await view.screenshot({ path: join(pictures, `plan-${String(count).padStart(2, "0")}-${name}-${width}.png`), fullPage: true });
    }
    await view.close();
  }
}
async function newPage() {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  return context.newPage();
}
const text = (where = page) => where.innerText("body");
async function says(words, where = page) {
  const all = await text(where);
  assert.ok(all.includes(words), `${where.url()} does not say "${words}":\n${all}`);
}
const press = (name, where = page) => where.getByRole("button", { name, exact: true }).click();
async function until(what, check, times = 120) {
  for (let i = 0; i < times; i += 1) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  assert.fail(`${what} did not happen`);
}
async function upload(kind, name, body) {
  writeFileSync(join(work, name), body);
  await page.goto(operation);
  await page.getByText("Upload a file").click();
  await page.selectOption("#op-kind", kind);
  await page.setInputFiles("#op-file", join(work, name));
  await press("Upload");
}
async function logIn(where, login, code) {
  await where.goto(`${officers}/login`);
  await where.fill("#login", login);
  await where.fill("#password", password);
  await where.fill("#code", code);
  await press("Log in", where);
}

before(async () => {
  work = mkdtempSync(join(tmpdir(), "hustings-plan."));
  desk = join(work, "desk");
  if (pictures) mkdirSync(pictures, { recursive: true });
  writeFileSync(join(work, "password"), `${password}\n`, { mode: 0o600 });
  const store = process.env.HUSTINGS_DESK_STORE ? ["--store", process.env.HUSTINGS_DESK_STORE] : [];
  const made = await run(program, ["init", desk, ...store, "--officer", "duty", "--password-file", join(work, "password"), "--json"]);
  const secret = JSON.parse(made.stdout).totp_secret;
  officers = `http://127.0.0.1:${await free()}`;
  serve = spawn(program, ["serve", desk, "--front", `127.0.0.1:${await free()}`, "--desk", officers.slice(7)], { stdio: "ignore" });
  await until("the start", async () => (await fetch(`${officers}/login`).catch(() => ({}))).ok);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  looker = await browser.newContext({ bypassCSP: true });
  page = await newPage();
  await logIn(page, "duty", totp(secret));
});

after(async () => {
  await browser?.close();
  if (serve) {
    const over = new Promise((done) => serve.once("exit", done));
    serve.kill("SIGTERM");
    await over;
  }
  rmSync(work, { recursive: true, force: true });
});

test("an operation is started; a day that is none is said, and the name stays", async () => {
  await page.getByRole("link", { name: "Operations", exact: true }).click();
  await says("There is no operation yet.");
  await look("none");
  await page.fill("#o-name", "Polling day in the test towns");
  await press("Start");
  await says("is no day");
  assert.equal(await page.inputValue("#o-name"), "Polling day in the test towns");
  await page.fill("#o-day", "2026-05-07");
  await press("Start");
  await says("Thursday 7 May 2026");
  operation = page.url();
  await look("empty");
});

test("files: what cannot be used is named with its line, the rest is taken", async () => {
  const rows = Array.from({ length: 24 }, (_, i) => `s${i},Hall ${i},${i % 3 ? "West" : "East"},${(-1.5 + (i % 6) * 0.01).toFixed(3)},${(52.5 + Math.floor(i / 6) * 0.01).toFixed(3)},2,15`);
  await upload("sites", "sites.csv", `\uFEFFid,name,area,lon,lat,visits,dwell_min\n${rows.join("\n")}\nsea,At sea,West,12,60,2,15\n`);
  await says("24 new, 0 changed, 1 not taken.");
  await says("sites.csv, line 26: longitude 12, latitude 60 is not in or near the British Isles");
  await look("sites");
  await upload("units", "units.csv", "\u0000\u0001 no text");
  await says("The file is no text in UTF-8.");
  await says("CSV UTF-8");
  await upload("units", "none.csv", "");
  await says("Choose a file first");
});

test("by hand: a base, an event, a unit; what was typed stays when it is refused", async () => {
  await page.goto(operation);
  await page.getByText("Add a site or an event by hand").click();
  await page.fill("#s-name", "Police station");
  await page.fill("#s-visits", "0");
  await page.locator("form[action$='/site'] button").click();
  await says("there is no place");
  assert.equal(await page.inputValue("#s-name"), "Police station");
  await page.fill("#s-lat", "52.51");
  await page.fill("#s-lon", "-1.51");
  await look("by-hand-refused");
  await page.fill("#s-from", "22:00");
  await page.fill("#s-to", "07:00");
  await page.locator("form[action$='/site'] button").click();
  await says("it closes before it opens");
  await says("No row of it could be taken.");
  assert.equal(await page.inputValue("#s-to"), "07:00");
  await page.fill("#s-from", "");
  await page.fill("#s-to", "");
  await page.locator("form[action$='/site'] button").click();
  await says("The operation is saved.");
  await page.getByText("Add a site or an event by hand").click();
  await page.fill("#s-name", "Hustings at Hall 3");
  await page.selectOption("#s-at", "s3");
  await page.fill("#s-from", "19:00");
  await page.fill("#s-to", "21:00");
  await page.check("#s-mandatory");
  await page.locator("form[action$='/site'] button").click();
  await says("1 visit of 15 min from 19:00 to 21:00, must be");
  await page.getByText("Add a unit by hand").click();
  await page.fill("#u-id", "P1");
  await page.selectOption("#u-base", "Police station");
  await page.fill("#u-end", "05:00");
  await page.locator("form[action$='/unit'] button").click();
  await says("the duty ends before it starts");
  assert.equal(await page.inputValue("#u-id"), "P1");
  await page.fill("#u-end", "15:30");
  await page.locator("form[action$='/unit'] button").click();
  const units = Array.from({ length: 4 }, (_, i) => `Q${i},Police station,14:00,23:00,2,car,constable`);
  await upload("units", "units.csv", `id,base,start,end,officers,mode,rank\n${units.join("\n")}\nL1,Police station,06:00,22:30,2,car,constable\n`);
  await upload("rates", "rates.csv", "from,rank,band,per_hour\n2026-01-01,constable,plain,30\n");
  await says("The operation is saved.");
});

test("a rating needs a source, and keeps what was chosen; a stale page overwrites nobody", async () => {
  const stale = await page.context().newPage();
  await stale.goto(operation);
  await page.goto(operation);
  await page.locator('input[name=site][value="s1"]').check();
  await page.selectOption("#op-rating", "red");
  await press("Rate");
  await says("must not be empty");
  assert.ok(await page.locator('input[name=site][value="s1"]').isChecked());
  await page.fill("#op-source", "electoral services, 3 May");
  await press("Rate");
  await says("rated red: electoral services, 3 May (First officer, ");
  await press("Count reports near the sites");
  await says("cases that name it [low]");
  await look("rated");
  await stale.locator('input[name=site][value="s2"]').check();
  await stale.fill("#op-source", "somebody");
  await press("Rate", stale);
  await says("Somebody else changed this operation", stale);
  await stale.close();
  assert.ok(!(await text()).includes("somebody"));
});

test("a search runs outside the desk, and its plan comes by itself", async () => {
  await page.fill("#op-seconds", "nine");
  await press("Search for a plan");
  await says("A search takes 1 to 600 seconds.");
  await page.fill("#op-seconds", "4");
  await page.fill("#op-seed", "7");
  await page.fill("#op-why", "first look");
  await press("Search for a plan");
  await says("A plan is being searched for");
  assert.equal(await page.locator("main form").count(), 0, "the page that comes again has no form to lose words in");
  const typing = await page.context().newPage();
  await typing.goto(operation);
  await says("A plan is being searched for", typing);
  await typing.fill("#op-why", "half a sentence");
  await look("searching");
  const other = await page.context().newPage();
  let slowest = 0;
  for (let i = 0; i < 10; i += 1) {
    const from = Date.now();
    await other.goto(`${officers}/queue`);
    slowest = Math.max(slowest, Date.now() - from);
  }
  await other.close();
  assert.ok(slowest < 2500, `a page took ${slowest} ms while a plan was searched for`);
  await until("the plan", async () => (await text()).includes("Plan 1"));
  await look("found");
  assert.ok((await page.locator("main form").count()) > 0);
  assert.equal(await typing.inputValue("#op-why"), "half a sentence");
  await typing.close();
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  await says("unit L1: its duty is longer than 12 hours");
  await says("49 of 49");
  await says("£");
  await look("plan");
});

test("published is only what was checked; files warn, are made by a form, and are in the ledger", async () => {
  await press("Publish plan 1");
  await says("The plan is published. The checker found no rule broken.");
  await look("published");
  await page.getByRole("link", { name: "Download or print" }).click();
  await says("says where officers will be, and when");
  await look("files");
  for (const [form, words] of [["ics", "BEGIN:VCALENDAR"], ["csv", "unit"], ["geojson", "FeatureCollection"], ["plan", "hustings-plan"], ["problem", "hustings-plan-problem"], ["vroom", "routes"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`button[value=${form}]`).click()]);
    const path = join(work, `out.${form}`);
    await download.saveAs(path);
    assert.ok(readFileSync(path, "utf8").includes(words), form);
  }
  await run(program, ["plan", "check", join(work, "out.problem"), join(work, "out.plan")]);
  await page.selectOption("#f-unit", "Q1");
  const [one] = await Promise.all([page.waitForEvent("download"), page.locator("button[value=csv]").click()]);
  await one.saveAs(join(work, "one.csv"));
  const rows = readFileSync(join(work, "one.csv"), "utf8");
  assert.ok(rows.includes("Q1") && !rows.includes("Q2"), rows);
  await page.locator("button[value=cards]").click();
  await says("Unit Q1");
  await page.goto(`${officers}/acts`);
  await says("took plan 1 of operation 1 out as csv, for unit Q1");
  await says("published plan 1 of operation 1");
});

test("two plans side by side; the newer replaces the older", async () => {
  await page.goto(operation);
  await page.locator('input[name=site][value="s2"]').check();
  await page.selectOption("#op-rating", "red");
  await page.fill("#op-source", "electoral services, 5 May");
  await press("Rate");
  await page.getByText("Add a site or an event by hand").click();
  await page.fill("#s-name", "At night, when nobody is on duty");
  await page.selectOption("#s-at", "s4");
  await page.fill("#s-from", "03:00");
  await page.fill("#s-to", "03:30");
  await page.locator("form[action$='/site'] button").click();
  await page.fill("#op-seconds", "1");
  await page.fill("#op-seed", "8");
  await press("Search for a plan");
  await until("the second plan", async () => (await text()).includes("Plan 2"));
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await says("What stands in the way");
  await says("the way there, or the hours of the visit and of the units");
  await look("not-done");
  await press("Compare");
  await says("Units whose day is the same");
  await says("(other weights)");
  await says("The weights of the places changed between these plans.");
  await look("compare");
  await page.goBack();
  await press("Publish plan 2");
  await page.goto(operation);
  await says("Replaced");
  await press("Close the operation");
  await says("Closed");
  assert.equal(await page.getByRole("button", { name: "Search for a plan" }).count(), 0);
});

test("who may not plan sees no operation", async () => {
  await page.goto(`${officers}/officers`);
  await page.fill("#o-name", "Auditor");
  await page.fill("#o-login", "auditor");
  await page.selectOption("#o-role", "auditor");
  await page.fill("#o-password", password);
  await press("Add officer");
  const secret = (await text()).match(/[A-Z2-7]{32}/)[0];
  const other = await newPage();
  await logIn(other, "auditor", totp(secret));
  for (const path of ["/operations", "/operation/1", "/plan/10"]) {
    await other.goto(officers + path);
    await says("Not for your role", other);
  }
  assert.equal(await other.getByRole("link", { name: "Operations" }).count(), 0);
});

// The day itself: an operation of today, so that a unit may tell what it does.
const phone = async (url) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const card = await context.newPage();
  await card.goto(url);
  return card;
};
const clock = (minutes) => {
  const at = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(Date.now() + minutes * 60000));
  return at.replace("24:", "00:");
};
let links, cardOf;

test("a plan of today: each unit gets a card by a link that is shown once", async () => {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(new Date());
  await page.goto(`${officers}/operations`);
  await page.fill("#o-name", "Today");
  await page.fill("#o-day", today);
  await press("Start");
  operation = page.url();
  const rows = Array.from({ length: 12 }, (_, i) => `t${i},Chapel ${i},North,${(-1.5 + i * 0.004).toFixed(3)},52.5,00:00,23:59,2,10`);
  await upload("sites", "today.csv", `id,name,area,lon,lat,from,to,visits,dwell_min\nhq,Headquarters,North,-1.5,52.51,,,0,\n${rows.join("\n")}\n`);
  const units = Array.from({ length: 3 }, (_, i) => `R${i},hq,00:00,11:55,2,car,constable\nS${i},hq,11:30,23:25,2,car,constable`);
  await upload("units", "today-units.csv", `id,base,start,end,officers,mode,rank\n${units.join("\n")}\n`);
  await page.fill("#op-seconds", "1");
  await press("Search for a plan");
  await until("today's plan", async () => (await text()).includes("Plan 1"));
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  assert.equal(await page.getByText("Something happened").count(), 0, "an unpublished plan is not mended");
  await press("Publish plan 1");
  await page.getByText("Cards for telephones").click();
  await press("Make new links");
  await says("These links are shown once.");
  await look("links");
  links = (await text()).match(/http:\/\/\S+\/unit\/[0-9a-f]{32}/g);
  assert.ok(links.length >= 2, await text());
});

test("a unit tells by its telephone what it does, once", async () => {
  cardOf = await phone(links[0]);
  await says("The day", cardOf);
  await look("card", cardOf);
  assert.equal(await cardOf.getByRole("link", { name: "Queue" }).count(), 0);
  const where = await cardOf.innerText(".hs-unit__place strong");
  const again = await cardOf.context().newPage();
  await again.goto(links[0]);
  await press("Arrived", cardOf);
  await says("You are at", cardOf);
  await press("Arrived", again); // the same button, pressed on a page from before
  await says("You are at", again);
  await press("Left", cardOf);
  await says("done", cardOf);
  await cardOf.getByText("We cannot go there").click();
  await press("Skipped", cardOf);
  await says("skipped", cardOf);
  await look("card-told", cardOf);
  await page.goto(`${officers}/acts`);
  const heard = (await text()).split("\n").filter((line) => line.includes("heard from unit"));
  assert.equal(heard.length, 3, heard.join("\n"));
  assert.ok(where.startsWith("Chapel"));
  const wrong = await fetch(`${officers}/unit/${"0".repeat(32)}`);
  assert.equal(wrong.status, 404);
  const said = await wrong.text();
  assert.ok(!said.includes("/login"));
  assert.ok(said.includes("Ask your control room for a new one, and go on by radio."), said);
  // At a visit that is not the next one (its button was on a page from before): the card is about it.
  const before = await cardOf.context().newPage();
  await before.goto(links[0]);
  const left = await before.innerText(".hs-unit__place strong");
  await cardOf.getByText("We cannot go there").click();
  await press("Skipped", cardOf);
  await press("Arrived", before);
  await says("You are at", before);
  assert.equal(await before.innerText(".hs-unit__place strong"), left);
  await press("Left", before);
  await says("Next", before);
});

test("something happened: a mended plan is proposed, shown, confirmed by a person, and reaches the card", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  const plan = page.url().replace(/\?.*/, "");
  await page.getByText("Something happened").click();
  await page.fill("#m-at", "a quarter to");
  await page.fill("#m-what", "a crowd at the door");
  await press("Propose a mended plan");
  await says("Say when");
  assert.equal(await page.inputValue("#m-what"), "a crowd at the door");
  await page.fill("#m-at", clock(1));
  await page.fill("#m-site", "Chapel 1");
  await page.fill("#m-within", "240");
  await page.fill("#m-dwell", "10");
  await look("happened");
  // a plan with more units than the page shows takes the others by name
  await page.locator("form[action$=mend]").evaluate((form) => form.insertAdjacentHTML("beforeend", '<input type="hidden" name="others" value="R1, nobody">'));
  await press("Propose a mended plan");
  await says("No unit of this plan is called 'nobody'.");
  await page.fill("#m-site", "apel 1"); // Chapel 1, 10 and 11
  await press("Propose a mended plan");
  await says("may be 3 sites");
  await page.fill("#m-site", "chapel 1");
  await press("Propose a mended plan");
  await until("the proposal", async () => {
    await page.goto(operation);
    const all = await text();
    assert.ok(!all.includes("A search gave no plan"), all);
    return all.includes("A mended plan waits for somebody to confirm it");
  });
  await look("proposed-list");
  await page.getByRole("link", { name: "plan 2", exact: true }).click();
  await says("Changes against plan 1");
  await says("Nobody follows this plan yet");
  await look("proposed");
  await cardOf.reload();
  assert.ok(!(await text(cardOf)).includes("The plan was changed."));
  await press("Publish plan 2");
  await cardOf.reload();
  await says("The plan was changed.", cardOf);
  await page.goto(plan);
  await says("Replaced");
});

test("hours planned and worked; no report of before the plan", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await page.getByRole("link", { name: "Hours planned and worked" }).click();
  await says("of the 1 of 6 units");
  await says("Told nothing, and not counted");
  await look("account");
  // Nothing is reported of times before the plan was published, a moment ago.
  await page.goto(operation);
  assert.ok(!(await text()).includes("because the desk was locked at its time"));
});
