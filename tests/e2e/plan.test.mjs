// SPDX-License-Identifier: Apache-2.0
// Polling day on a real desk, in a browser without script: an operation is made, filled and rated, a
// plan is searched for outside the desk's event loop, checked, published, compared and taken out as
// files. Every page that is passed is checked by axe and at 320 px (../support/desk.mjs).
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { press, says, text } from "../support/browser.mjs";
import { now, openDesk, password, program, run, totp, until } from "../support/desk.mjs";

// A Thursday, noon in London: no test of the day itself is near midnight or a change of the clocks.
const today = "2026-07-02";
let desk, work, officers, newPage, logIn, look, page, operation;

async function upload(kind, name, body) {
  writeFileSync(join(work, name), body);
  await page.goto(operation);
  await page.getByText("Upload a file").click();
  await page.selectOption("#op-kind", kind);
  await page.setInputFiles("#op-file", join(work, name));
  await press(page, "Upload");
}

before(async () => {
  desk = await openDesk("plan", `${today}T12:00:00+01:00`);
  ({ work, officers, newPage, logIn, look } = desk);
  page = await newPage();
  await logIn(page, "duty", totp(desk.secret));
});

after(() => desk?.close());

test("an operation is started; a day that is none is said, and the name stays", async () => {
  await page.getByRole("link", { name: "Operations", exact: true }).click();
  await says(page, "There is no operation yet.");
  await look(page, "none");
  await page.fill("#o-name", "Polling day in the test towns");
  await press(page, "Start");
  await says(page, "is no day");
  assert.equal(await page.inputValue("#o-name"), "Polling day in the test towns");
  await page.fill("#o-day", "2026-05-07");
  await press(page, "Start");
  await says(page, "Thursday 7 May 2026");
  await says(page, "The operation is started.");
  operation = page.url().split("?")[0];
  await look(page, "empty");
});

test("files: what cannot be used is named with its line, the rest is taken", async () => {
  const rows = Array.from({ length: 24 }, (_, i) => `s${i},Hall ${i},${i % 3 ? "West" : "East"},${(-1.5 + (i % 6) * 0.01).toFixed(3)},${(52.5 + Math.floor(i / 6) * 0.01).toFixed(3)},2,15`);
  await upload("sites", "sites.csv", `\uFEFFid,name,area,lon,lat,visits,dwell_min\n${rows.join("\n")}\nsea,At sea,West,12,60,2,15\n`);
  await says(page, "24 new, 0 changed, 1 not taken.");
  await says(page, "sites.csv, line 26 ('sea', At sea): longitude 12, latitude 60 is not in or near the British Isles");
  await look(page, "sites");
  await upload("units", "units.csv", "\u0000\u0001 no text");
  await says(page, "The file is no text in UTF-8.");
  await says(page, "CSV UTF-8");
  await upload("units", "none.csv", "");
  await says(page, "Choose a file first");
  await page.getByText("Take polling places of the directory").click();
  await page.fill("#op-council", "Nowhere");
  await press(page, "Take them");
  await says(page, "'hustings pack places import'"); // the command that there is
});

test("by hand: a base, an event, a unit; what was typed stays when it is refused", async () => {
  await page.goto(operation);
  await page.getByText("Add a site or an event by hand").click();
  await page.fill("#s-name", "Police station");
  await page.fill("#s-visits", "0");
  await page.locator("form[action$='/site'] button").click();
  await says(page, "there is no place");
  assert.equal(await page.inputValue("#s-name"), "Police station");
  await page.fill("#s-lat", "52.51");
  await page.fill("#s-lon", "-1.51");
  await look(page, "by-hand-refused");
  await page.fill("#s-from", "22:00");
  await page.fill("#s-to", "07:00");
  await page.locator("form[action$='/site'] button").click();
  await says(page, "it closes before it opens");
  await says(page, "No row of it could be taken.");
  assert.equal(await page.inputValue("#s-to"), "07:00");
  await page.fill("#s-from", "");
  await page.fill("#s-to", "");
  await page.locator("form[action$='/site'] button").click();
  await says(page, "The site is added.");
  await page.getByText("Add a site or an event by hand").click();
  await page.fill("#s-name", "Hustings at Hall 3");
  await page.selectOption("#s-at", "s3");
  await page.fill("#s-from", "19:00");
  await page.fill("#s-to", "21:00");
  await page.check("#s-mandatory");
  await page.fill("#s-note", "Five candidates; ask the caretaker, 07700 900123");
  await page.locator("form[action$='/site'] button").click();
  await says(page, "1 visit of 15 min from 19:00 to 21:00, must be (Five candidates; ask the caretaker, 07700 900123)");
  await page.getByText("Add a unit by hand").click();
  await page.fill("#u-id", "P1");
  await page.selectOption("#u-base", "Police station");
  await page.fill("#u-end", "05:00");
  await page.locator("form[action$='/unit'] button").click();
  await says(page, "the duty ends before it starts");
  assert.equal(await page.inputValue("#u-id"), "P1");
  await page.fill("#u-end", "15:30");
  await page.locator("form[action$='/unit'] button").click();
  await says(page, "The unit is added.");
  const units = Array.from({ length: 4 }, (_, i) => `Q${i},Police station,14:00,23:00,2,car,${i === 3 ? "sergeant" : "constable"}`);
  await upload("units", "units.csv", `id,base,start,end,officers,mode,rank\n${units.join("\n")}\nL1,Police station,06:00,22:30,2,car,constable\n`);
  await upload("rates", "rates.csv", "from,rank,band,per_hour\n2026-01-01,constable,plain,30\n");
  await says(page, "The rates of pay are taken (1 in the table).");
  await page.getByText("Upload a file").click();
  await page.getByText("an example: rates of pay").click();
  assert.match(await text(page), /Held since \d+ \w+ \d+, \d\d:\d\d: 1 rate, of constable\./);
  await look(page, "rates-held");
});

test("of a colleague's change: a file has to be chosen again, and ticks stay", async () => {
  const stale = await page.context().newPage();
  const other = await page.context().newPage();
  await stale.goto(operation);
  await other.goto(operation);
  await page.goto(operation);
  await press(page, "Count reports near the sites");
  writeFileSync(join(work, "late.csv"), "id,base,start,end\nLATE,Police station,07:00,12:00\n");
  await stale.getByText("Upload a file").click();
  await stale.selectOption("#op-kind", "units");
  await stale.setInputFiles("#op-file", join(work, "late.csv"));
  await press(stale, "Upload");
  await says(stale, "Somebody else changed this operation");
  await says(stale, "choose the file again");
  assert.ok(!(await text(stale)).includes("What you typed"), await text(stale));
  await other.locator('input[name=unit][value="Q1"]').check();
  await press(other, "Take the chosen units out");
  await says(other, "Somebody else changed this operation");
  assert.ok(await other.locator('input[name=unit][value="Q1"]').isChecked());
  await stale.close();
  await other.close();
});

test("a rating needs a source, and keeps what was chosen; a stale page overwrites nobody", async () => {
  const stale = await page.context().newPage();
  await stale.goto(operation);
  await page.goto(operation);
  await page.locator('input[name=site][value="s1"]').check();
  await page.selectOption("#op-rating", "red");
  await press(page, "Rate");
  await says(page, "must not be empty");
  assert.ok(await page.locator('input[name=site][value="s1"]').isChecked());
  await page.fill("#op-source", "electoral services, 3 May");
  await press(page, "Rate");
  await says(page, "rated red: electoral services, 3 May (First officer, ");
  await says(page, "The rating is set. Number of sites: 1.");
  await press(page, "Count reports near the sites");
  await says(page, "cases that name it 0 to 4");
  await look(page, "rated");
  await stale.locator('input[name=site][value="s2"]').check();
  await stale.fill("#op-source", "somebody");
  await press(stale, "Rate");
  await says(stale, "Somebody else changed this operation");
  await says(stale, "What you typed is still in its form");
  assert.equal(await stale.inputValue("#op-source"), "somebody");
  await stale.close();
  assert.ok(!(await text(page)).includes("somebody"));
});

test("a search runs outside the desk, and its plan comes by itself", async () => {
  await page.fill("#op-seconds", "nine");
  await press(page, "Search for a plan");
  await says(page, "A search takes 1 to 600 seconds.");
  await page.fill("#op-seconds", "8");
  await page.fill("#op-seed", "7");
  await page.fill("#op-why", "first look");
  await press(page, "Search for a plan");
  await says(page, "A plan is being searched for");
  assert.equal(await page.locator("main form").count(), 0, "the page that comes again has no form to lose words in");
  const typing = await page.context().newPage();
  await typing.goto(operation);
  await says(typing, "A plan is being searched for");
  await typing.fill("#op-why", "half a sentence");
  await look(page, "searching");
  const other = await page.context().newPage();
  let slowest = 0;
  for (let i = 0; i < 10; i += 1) {
    const from = Date.now();
    await other.goto(`${officers}/queue`);
    slowest = Math.max(slowest, Date.now() - from);
  }
  await other.close();
  assert.ok(slowest < 5000, `a page took ${slowest} ms while a plan was searched for`);
  await until("the plan", async () => (await text(page)).includes("Plan 1"));
  await look(page, "found");
  assert.ok((await page.locator("main form").count()) > 0);
  assert.equal(await typing.inputValue("#op-why"), "half a sentence");
  await typing.close();
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  await says(page, "unit L1: its duty is longer than 12 hours");
  assert.match(await text(page), /\b[34]\d of 49\b/); // visits are spaced, one unit makes all of the morning, and a busy machine finds less
  await says(page, "£");
  await look(page, "plan");
  // One map is seen, and its names can be read, on a telephone too.
  const narrow = await page.context().newPage();
  for (const [width, least] of [[1280, 10], [320, 10]]) {
    await narrow.setViewportSize({ width, height: 900 });
    await narrow.goto(page.url());
    const maps = await narrow.locator("section[aria-labelledby=p-map] svg:visible").evaluateAll((all) => all.map((svg) => (Number(svg.getAttribute("font-size")) * svg.getBoundingClientRect().width) / svg.viewBox.baseVal.width));
    assert.equal(maps.length, 1);
    assert.ok(maps[0] >= least, `letters of ${maps[0]} pixels at ${width}`);
  }
  await narrow.close();
});

test("hours before the day: all units, against the shifts, by rank and rate; what has no rate is named", async () => {
  const plan = page.url();
  await page.getByRole("link", { name: "By site, area, rank and rate; planned and worked" }).click();
  await says(page, "officer-hours of all 5 units");
  // five units of two officers and nine hours; L1 was left out
  await says(page, "The shifts of all units are 90 h 00. The tables say 90 h 00: the same, to the second.");
  await says(page, "No unit told anything yet");
  await says(page, "A rate is missing for 2 officers of sergeant, plain (18 h 00).");
  await says(page, "£2,160.00 and more");
  assert.equal(await page.getByRole("columnheader", { name: "Worked" }).count(), 0);
  const cells = async (card, row) => page.locator(`section[aria-labelledby=${card}] tr`).filter({ has: page.getByRole("rowheader", { name: row, exact: true }) }).getByRole("cell").allInnerTexts();
  assert.deepEqual(await cells("a-pay", "constable, plain"), ["72 h 00", "£2,160.00"]);
  assert.deepEqual(await cells("a-what", "all"), ["90 h 00"]);
  await page.getByText(/^Units: 5, 90 h 00/).click();
  assert.deepEqual(await cells("a-unit", "P1"), ["18 h 00"]);
  assert.deepEqual(await cells("a-unit", "all"), ["90 h 00"]);
  assert.equal((await cells("a-area", "East")).length, 2);
  assert.deepEqual(await cells("a-area", "all"), ["90 h 00", "£2,160.00 and more"]);
  await page.getByText(/^West, sites: 16/).click();
  assert.ok(await page.getByRole("rowheader", { name: "Hall 1", exact: true }).isVisible());
  await look(page, "account-planned");
  await page.goto(plan);
});

test("published is only what was checked; files warn, are made by a form, and are in the ledger", async () => {
  await press(page, "Publish plan 1");
  await says(page, "The plan is published. The checker found no rule broken.");
  await look(page, "published");
  await page.getByRole("link", { name: "Download or print" }).click();
  await says(page, "says where officers will be, and when");
  await look(page, "files");
  for (const [form, words] of [["ics", "BEGIN:VCALENDAR"], ["csv", "unit"], ["geojson", "FeatureCollection"], ["plan", "hustings-plan"], ["problem", "hustings-plan-problem"], ["vroom", "routes"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`button[value=${form}]`).click()]);
    const path = join(work, `out.${form}`);
    await download.saveAs(path);
    assert.ok(readFileSync(path, "utf8").includes(words), form);
    const ending = { ics: ".ics", csv: ".csv", geojson: ".geojson" }[form] ?? `-${form}.json`;
    assert.equal(download.suggestedFilename(), `Polling-day-in-the-test-towns-2026-05-07-plan-1${ending}`);
  }
  await page.locator("button[value=cards]").click();
  await says(page, "Polling day in the test towns, Thursday 7 May 2026 (Plan 1, published ");
  await says(page, "Five candidates; ask the caretaker, 07700 900123");
  await says(page, "Risk red: electoral services, 3 May");
  await look(page, "sheets");
  await page.goBack();
  await run(program, ["plan", "check", join(work, "out.problem"), join(work, "out.plan")]);
  // One unit's part: of a unit that goes somewhere.
  const busy = JSON.parse(readFileSync(join(work, "out.plan"), "utf8")).units.filter((unit) => unit.visits.length > 0 && unit.id !== "P1");
  const chosen = busy[0].id;
  const others = busy.slice(1).map((unit) => unit.id).concat("P1");
  await page.selectOption("#f-unit", chosen);
  for (const form of ["plan", "problem", "geojson"]) {
    const [part] = await Promise.all([page.waitForEvent("download"), page.locator(`button[value=${form}]`).click()]);
    await part.saveAs(join(work, `part.${form}`));
    const body = readFileSync(join(work, `part.${form}`), "utf8");
    assert.ok(body.includes(`"${chosen}"`) && others.every((id) => !body.includes(`"${id}"`)), body);
    assert.ok(part.suggestedFilename().includes(`-plan-1-${chosen}`), part.suggestedFilename());
  }
  const { stdout } = await run(program, ["plan", "check", join(work, "part.problem"), join(work, "part.plan")]);
  assert.match(stdout, new RegExp(`, ${busy[0].visits.length} of ${busy[0].visits.length} tasks served, .* 0 broken`));
  const [one] = await Promise.all([page.waitForEvent("download"), page.locator("button[value=csv]").click()]);
  await one.saveAs(join(work, "one.csv"));
  const rows = readFileSync(join(work, "one.csv"), "utf8");
  assert.ok(rows.includes(chosen) && others.every((id) => !rows.includes(`${id},`)), rows);
  await page.locator("button[value=cards]").click();
  await says(page, `Unit ${chosen}`);
  await says(page, "back at Police station");
  await look(page, "cards");
  await page.goto(`${officers}/acts`);
  await says(page, `took plan 1 of operation 1 out as csv, for unit ${chosen}`);
  await says(page, "published plan 1 of operation 1");
});

test("two plans side by side; the newer replaces the older", async () => {
  await page.goto(operation);
  await page.locator('input[name=site][value="s2"]').check();
  await page.selectOption("#op-rating", "red");
  await page.fill("#op-source", "electoral services, 5 May");
  await press(page, "Rate");
  await page.getByText("Add a site or an event by hand").click();
  await page.fill("#s-name", "At night, when nobody is on duty");
  await page.selectOption("#s-at", "s4");
  await page.fill("#s-from", "03:00");
  await page.fill("#s-to", "03:30");
  await page.locator("form[action$='/site'] button").click();
  await page.fill("#op-seconds", "1");
  await page.fill("#op-seed", "8");
  await press(page, "Search for a plan");
  await until("the second plan", async () => (await text(page)).includes("Plan 2"));
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await says(page, "What could help most cheaply");
  await says(page, "15 min between 03:00 and 03:30, 2 officers");
  await says(page, "no unit that may do it is on duty for all of that time");
  await says(page, "a unit on duty from 03:00 to 03:15");
  await look(page, "not-done");
  await press(page, "Compare");
  await says(page, "Units whose day is the same");
  await says(page, "(other weights)");
  await says(page, "The weights of the places changed between these plans.");
  await says(page, "£2,160.00 and more");
  await says(page, "Plan 2: a rate is missing for 2 officers of sergeant, plain (18 h 00). Its cost is of the rest.");
  await look(page, "compare");
  await page.goBack();
  await press(page, "Publish plan 2");
  await page.goto(operation);
  await says(page, "Replaced");
  await press(page, "Close the operation");
  await says(page, "Closed");
  assert.equal(await page.getByRole("button", { name: "Search for a plan" }).count(), 0);
});

test("who may not plan sees no operation", async () => {
  await page.goto(`${officers}/officers`);
  await page.fill("#o-name", "Auditor");
  await page.fill("#o-login", "auditor");
  await page.selectOption("#o-role", "auditor");
  await page.fill("#o-password", password);
  await press(page, "Add officer");
  const secret = (await text(page)).match(/[A-Z2-7]{32}/)[0];
  const other = await newPage();
  await logIn(other, "auditor", totp(secret));
  for (const path of ["/operations", "/operation/1", "/plan/10"]) {
    await other.goto(officers + path);
    await says(other, "Not for your role");
  }
  assert.equal(await other.getByRole("link", { name: "Operations" }).count(), 0);
});

// The day itself: an operation of today, so that a unit may tell what it does.
const phone = async (url) => {
  const card = await newPage({ width: 320, height: 640 });
  await card.goto(url);
  return card;
};
// So many minutes from now, on London's clock.
const timeOf = (minutes, at = now()) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" }).format(at + minutes * 60000);
let links, cardOf, shiftOfS;

test("a plan of today: each unit gets a card by a link that is shown once", async () => {
  await page.goto(`${officers}/operations`);
  await page.fill("#o-name", "Today");
  await page.fill("#o-day", today);
  await press(page, "Start");
  operation = page.url().split("?")[0];
  const rows = Array.from({ length: 12 }, (_, i) => `t${i},Chapel ${i},North,${(-1.5 + i * 0.004).toFixed(3)},52.5,${timeOf(3)},${timeOf(240)},2,10,ask at the side door`);
  rows.push(`old,Old hall,North,-1.49,52.505,${timeOf(-30)},${timeOf(-12)},1,10,`);
  await upload("sites", "today.csv", `id,name,area,lon,lat,from,to,visits,dwell_min,note\nhq,Headquarters,North,-1.5,52.51,,,0,,\n${rows.join("\n")}\n`);
  for (const box of await page.locator("input[name=site]").all()) await box.check();
  await page.selectOption("#op-rating", "red");
  await page.fill("#op-source", "services manager, 3 May");
  await press(page, "Rate");
  const from = now();
  shiftOfS = { from: timeOf(-30, from), later: timeOf(0, from), to: timeOf(270, from) };
  const units = Array.from({ length: 3 }, (_, i) => `R${i},hq,${timeOf(-60)},${timeOf(240)},2,car,constable,5\nS${i},hq,${shiftOfS.from},${shiftOfS.to},2,car,constable,`);
  await upload("units", "today-units.csv", `id,base,start,end,officers,mode,rank,brief_min\n${units.join("\n")}\n`);
  await page.fill("#op-seconds", "1");
  await press(page, "Search for a plan");
  await until("today's plan", async () => (await text(page)).includes("Plan 1"));
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  assert.equal(await page.getByText("Something happened").count(), 0, "an unpublished plan is not mended");
  await press(page, "Publish plan 1");
  await page.getByText("Cards for telephones").click();
  await says(page, "links made now would reach no telephone"); // the test's desk is 127.0.0.1
  await press(page, "Make new links");
  await says(page, "These links are shown once.");
  await says(page, "No telephone reaches these links: they begin with 127.0.0.1:");
  await look(page, "links");
  links = (await text(page)).match(/http:\/\/\S+\/unit\/[0-9a-f]{32}/g);
  assert.ok(links.length >= 2, await text(page));
  // The same as a code to scan, with a name for who cannot see it; the secret is in no title.
  await says(page, "A printed code is a key.");
  const titles = await page.locator(".hs-key svg title").allTextContents();
  assert.equal(titles.length, links.length);
  assert.ok(titles.every((title) => /^QR code: the link of unit [RS]\d$/.test(title)), titles.join());
  // On paper: cards only, six to a sheet.
  const margin = { top: "12mm", right: "12mm", bottom: "12mm", left: "12mm" };
  const sheets = (await page.pdf({ format: "A4", margin })).toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.equal(sheets, Math.ceil(links.length / 6));
});

test("a unit tells by its telephone what it does, once", async () => {
  cardOf = await phone(links[0]);
  let own = links[0]; // a unit without a visit has a card, too
  for (let i = 1; (await cardOf.locator(".hs-unit__place").count()) === 0; i += 1) {
    assert.ok(i < links.length, "no card has a visit");
    own = links[i];
    await cardOf.goto(own);
  }
  await says(cardOf, "The day");
  await look(cardOf, "card");
  // where its day begins: R units have a briefing
  const briefed = await cardOf.context().newPage();
  for (const link of links) {
    await briefed.goto(link);
    if ((await text(briefed)).includes("Unit R0")) break;
  }
  assert.match(await briefed.innerText(".hs-unit__stops li >> nth=0"), /^\d\d:\d\d–\d\d:\d\d Briefing, Headquarters$/);
  await briefed.close();
  // what is there and how it is rated, of the next place and of each of the day
  assert.match(await cardOf.innerText("#u-next ~ .hs-unit__place ~ p >> nth=1"), /ask at the side door/);
  assert.match(await cardOf.innerText("section[aria-labelledby=u-next]"), /Risk red: services manager, 3 May/);
  assert.match(await cardOf.innerText(".hs-unit__stops li:has-text('Chapel') >> nth=0"), /ask at the side door\s+Risk red: services manager, 3 May/);
  assert.equal(await cardOf.getByRole("link", { name: "Queue" }).count(), 0);
  const where = await cardOf.innerText(".hs-unit__place strong");
  const again = await cardOf.context().newPage();
  await again.goto(own);
  await press(cardOf, "Arrived");
  await says(cardOf, "You are at");
  await press(again, "Arrived"); // the same button, pressed on a page from before
  await says(again, "You are at");
  // Said later, with the time: what cannot be is refused as by radio, and what was typed stays.
  await again.getByText("Left, but earlier").click();
  await again.getByLabel("When it happened").fill("23:59");
  await press(again, "Left");
  await says(again, "23:59 is still to come");
  await says(again, `Not kept: Left: ${where}, 23:59`);
  assert.equal(await again.getByLabel("When it happened").inputValue(), "23:59");
  await look(again, "card-refused");
  await press(cardOf, "Left");
  await says(cardOf, "done");
  await says(cardOf, `Told last: Left: ${where}`);
  await cardOf.getByText("That was wrong").click();
  await look(cardOf, "card-wrong");
  await press(cardOf, "Take it back");
  await says(cardOf, "You are at");
  await press(cardOf, "Left");
  await says(cardOf, "done");
  await cardOf.getByText("We cannot go there").click();
  await press(cardOf, "Skipped");
  await says(cardOf, "skipped");
  await look(cardOf, "card-told");
  await page.goto(`${officers}/acts`);
  const heard = (await text(page)).split("\n").filter((line) => line.includes("heard from unit"));
  assert.equal(heard.length, 5, heard.join("\n"));
  assert.equal(heard.filter((line) => line.includes("taken back: left")).length, 1);
  assert.ok(where.startsWith("Chapel"));
  const wrong = await fetch(`${officers}/unit/${"0".repeat(32)}`);
  assert.equal(wrong.status, 404);
  const said = await wrong.text();
  assert.ok(!said.includes("/login"));
  assert.ok(said.includes("Ask your control room for a new one, and go on by radio."), said);
  // At a visit that is not the next one (its button was on a page from before): the card is about it.
  const before = await cardOf.context().newPage();
  await before.goto(own);
  const left = await before.innerText(".hs-unit__place strong");
  await cardOf.getByText("We cannot go there").click();
  await press(cardOf, "Skipped");
  await press(before, "Arrived");
  await says(before, "You are at");
  assert.equal(await before.innerText(".hs-unit__place strong"), left);
  await press(before, "Left");
  await says(before, "Next");
});

test("something happened: a mended plan is proposed, shown, confirmed by a person, and reaches the card", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  const plan = page.url().replace(/\?.*/, "");
  await page.getByText("Something happened").click();
  await page.fill("#m-at", "a quarter to");
  await page.fill("#m-what", "a crowd at the door");
  await press(page, "Propose a mended plan");
  await says(page, "Say when");
  assert.equal(await page.inputValue("#m-what"), "a crowd at the door");
  await page.getByLabel("When (11:40; empty: now)").fill(""); // and so it happened now
  await page.fill("#m-site", "Chapel 1");
  await page.fill("#m-within", "240");
  await page.fill("#m-dwell", "10");
  await look(page, "happened");
  // a plan with more units than the page shows takes the others by name
  await page.locator("form[action$=mend]").evaluate((form) => form.insertAdjacentHTML("beforeend", '<input type="hidden" name="others" value="R1, nobody">'));
  await press(page, "Propose a mended plan");
  await says(page, "No unit of this plan is called 'nobody'.");
  await page.fill("#m-site", "apel 1"); // Chapel 1, 10 and 11
  await press(page, "Propose a mended plan");
  await says(page, "may be 3 sites");
  await page.fill("#m-site", "chapel 1");
  await press(page, "Propose a mended plan");
  await until("the proposal", async () => {
    await page.goto(operation);
    const all = await text(page);
    assert.ok(!all.includes("A search gave no plan"), all);
    return all.includes("A mended plan waits for somebody to confirm it");
  });
  await look(page, "proposed-list");
  await page.getByRole("link", { name: "plan 2", exact: true }).click();
  await says(page, "Changes against plan 1");
  await says(page, "Nobody follows this plan yet");
  assert.match(await text(page), /Chapel \d+, planned at \d\d:\d\d(\+1)?: [RS]\d skipped it; ([RS]\d goes there at|nobody goes there now)/);
  await look(page, "proposed");
  const typing = await page.context().newPage();
  await typing.goto(plan);
  await typing.getByText("Something happened").click();
  await typing.fill("#m-at", timeOf(1));
  await typing.fill("#m-what", "a fire next door");
  await cardOf.reload();
  assert.ok(!(await text(cardOf)).includes("The plan was changed."));
  await press(page, "Publish plan 2");
  await cardOf.reload();
  await says(cardOf, "The plan was changed.");
  await page.goto(plan);
  await says(page, "Replaced");
  // typed while a colleague published another plan: refused here, and kept for the plan in force
  await press(typing, "Propose a mended plan");
  await says(typing, "Only the plan that is published can be mended");
  await says(typing, "Plan 2 is in force now; what you typed is kept");
  assert.equal(await typing.inputValue("#m-what"), "a fire next door");
  await look(typing, "moved");
  await press(typing, "Propose a mended plan");
  await says(typing, "Say where somebody has to go"); // by plan 2
  assert.equal(await typing.inputValue("#m-what"), "a fire next door");
  await typing.close();
  // Whoever is sent has it on top of the card, in words.
  const sent = await phone(links[0]);
  for (const link of links) {
    await sent.goto(link);
    if ((await text(sent)).includes("a crowd at the door")) break;
  }
  assert.match(await sent.innerText("h1 ~ .hs-banner, h1 ~ section >> nth=0"), /changed|Sent to you/);
  assert.equal(await sent.innerText("#u-next"), "Sent to you now");
  assert.equal(await sent.innerText(".hs-unit__place strong"), "Chapel 1");
  await look(sent, "card-sent");
});

test("when nobody can be there, that is said, with the rule, and nobody's day is changed", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await page.getByText("Something happened").click();
  await page.fill("#m-at", timeOf(2));
  await page.fill("#m-what", "a march past the school");
  await page.fill("#m-site", "-1.5, 52.5"); // the wrong way round
  await says(page, "one unit must have them all, and the largest has 2");
  await page.fill("#m-officers", "9");
  await press(page, "Propose a mended plan");
  await says(page, "Latitude -1.5, longitude 52.5 is not in or near the British Isles.");
  assert.equal(await page.inputValue("#m-site"), "-1.5, 52.5");
  await page.fill("#m-site", "52.5021, -1.4985"); // a street: no site of the plan
  await press(page, "Propose a mended plan");
  await until("the proposal", async () => {
    await page.goto(operation);
    return (await text(page)).includes("A mended plan waits for somebody to confirm it");
  });
  await page.getByRole("link", { name: "plan 3", exact: true }).click();
  assert.match(await text(page), /Nobody can be at a place \d+ m from [A-Z][^.]* by \d\d:\d\d(\+1)?: it needs 9 officers in one unit, and the largest that may go has 2\. What could help: ask for 2 there, or make one unit of 9\. This plan sends nobody there\./);
  await says(page, "No unit's day is another. Publishing this plan would do nothing, so it is not offered.");
  assert.equal(await page.getByRole("button", { name: "Publish plan 3" }).count(), 0);
  assert.ok(!(await text(page)).includes("a person confirms it by publishing it"));
  for (const name of ["What if?", "How many more?"]) {
    assert.equal(await page.locator("section[aria-labelledby=p-prop]").getByRole("link", { name }).count(), 1, name);
  }
  await look(page, "nobody");
  // The same is asked for again, with what stood in the way changed.
  await page.getByText("Ask again with other numbers").click();
  assert.equal(await page.inputValue("#m-what"), "a march past the school");
  assert.equal(await page.inputValue("#m-site"), "52.50210, -1.49850");
  assert.equal(await page.inputValue("#m-officers"), "9");
  await page.fill("#m-officers", "8");
  await page.fill("#m-within", "0");
  await press(page, "Propose a mended plan");
  await says(page, "Minutes are 1 to 720");
  assert.equal(await page.inputValue("#m-officers"), "8");
  await page.goto(operation);
  await page.getByRole("link", { name: "plan 3", exact: true }).first().click();
  await press(page, "Drop plan 3");
});

test("hours planned and worked; no report of before the plan", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await page.getByRole("link", { name: "Hours planned and worked" }).click();
  await says(page, "by now; 1 of 6 units told anything");
  await says(page, "Units that told nothing, and are not in what was worked: ");
  // To the minute, with those that have no visit.
  const hours = (await text(page)).match(/Of the (.*) that are planned, (.*) are of units that told anything, and (.*) of those that told nothing/);
  const [planned, told, silent] = hours.slice(1).map((one) => Number(one.split(" h ")[0]) * 60 + Number(one.split(" h ")[1]));
  assert.equal(planned, told + silent, hours[0]);
  assert.ok(told > 0 && silent > 0, hours[0]);
  assert.ok((await text(page)).includes(`, planned for ${hours[3]}`));
  const parts = [...(await page.locator("details", { hasText: "Units that told nothing" }).locator("p").textContent()).matchAll(/\((\d+) h (\d+)/g)];
  assert.equal(parts.reduce((sum, part) => sum + Number(part[1]) * 60 + Number(part[2]), 0), silent);
  const minutesOf = (cell) => cell.split(" h ").reduce((all, part, i) => all + Number(part) * (i === 0 ? 60 : 1), 0);
  for (const card of ["a-what", "a-unit", "a-pay", "a-area"]) {
    const rows = await page.locator(`section[aria-labelledby=${card}] tbody tr`).evaluateAll((all) => all.map((row) => [...row.querySelectorAll("td")].slice(0, 3).map((cell) => cell.textContent)));
    const total = rows.pop();
    for (const column of [0, 1, 2]) {
      assert.equal(rows.reduce((sum, row) => sum + minutesOf(row[column]), 0), minutesOf(total[column]), `${card}: ${rows.join("; ")} = ${total}`);
    }
  }
  await says(page, "There is no table of rates.");
  assert.ok((await page.getByRole("columnheader", { name: "Worked", includeHidden: true }).count()) > 0);
  await look(page, "account");
  // Nothing is reported of times before the plan was published, a moment ago.
  await page.goto(operation);
  assert.ok(!(await text(page)).includes("because the desk was locked at its time"));
});

test("what is over and was not told of stands below, with buttons of its own", async () => {
  const card = await phone(links[0]);
  let has = false;
  for (const link of links) {
    await card.goto(link);
    has = (await text(card)).includes("Over by the plan, and nothing told");
    if (has) break;
  }
  assert.ok(has, "no card has it");
  assert.notEqual(await card.innerText(".hs-unit__place strong"), "Old hall"); // what is next is next
  await card.locator("summary", { hasText: "Old hall" }).click();
  await look(card, "card-over");
  await press(card, "Skipped Old hall");
  assert.ok(!(await text(card)).includes("Over by the plan, and nothing told"));
  await says(card, "Told last: Skipped: Old hall");
});

test("what a unit tells by radio is written down for it, with when it happened", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await page.getByText("A unit tells by radio").click();
  const units = await page.locator("#p-tells option").allTextContents();
  let told = "";
  for (const unit of units) {
    await page.goto(`${operation}/tell?unit=${unit}`);
    told = unit; // one with a visit, that told nothing yet
    if ((await text(page)).includes("Nothing.") && (await page.locator("#t-task option").count()) > 1) break;
  }
  await says(page, `Unit ${told} tells`);
  const first = await page.locator("#t-task option").nth(1).innerText();
  await page.selectOption("#t-what", "arrived");
  await page.selectOption("#t-task", { index: 1 });
  await page.fill("#t-when", "23:59");
  await press(page, "Write it down");
  await says(page, "23:59 is still to come");
  assert.equal(await page.inputValue("#t-when"), "23:59");
  assert.equal(await page.inputValue("#t-what"), "arrived");
  await look(page, "radio-refused");
  const [from, to] = [timeOf(-25), timeOf(-15)];
  await page.fill("#t-when", from);
  await page.fill("#t-until", to);
  await press(page, "Write it down");
  await says(page, "It is written down.");
  await says(page, `${from} Arrived: ${first.replace(/^\S+ to \S+ /, "")}`);
  await says(page, `${to} Left`);
  await look(page, "radio-told");
  // The same visit again is not passed over as if it were written down, and the list says what was told of each.
  assert.match(await page.locator("#t-task option").nth(1).innerText(), /, left \d\d:\d\d$/);
  await page.selectOption("#t-what", "arrived");
  await page.selectOption("#t-task", { index: 1 });
  await page.fill("#t-when", timeOf(-10));
  await press(page, "Write it down");
  await says(page, "This unit told that already, for");
  await says(page, "nothing was written down");
  await page.goto(`${officers}/acts`);
  await says(page, `heard from unit ${told} of operation`);
  await says(page, `it happened ${from} to ${to}`);
  await page.goto(`${operation}/tell?unit=${told}`);
  await page.getByRole("button", { name: /^Take it back: / }).click();
  await says(page, "It is taken back.");
  await says(page, "Nothing.");
  // The unit itself, when it has a signal again, at a visit whose time is not over.
  const card = await phone(links[0]);
  for (const link of links) {
    await card.goto(link);
    if ((await card.innerText("h1")) === `Unit ${told}`) break;
  }
  const place = await card.innerText(".hs-unit__place strong");
  await card.getByText("Arrived, but earlier").click();
  await card.getByLabel("When it happened").first().fill(from);
  await look(card, "card-earlier");
  await press(card, "Arrived");
  await says(card, "You are at");
  await says(card, `Told last: Arrived: ${place}, ${from}`);
  await card.getByText("That was wrong").click();
  await press(card, "Take it back");
  await page.goto(`${operation}/tell?unit=no-such-unit`);
  await says(page, "The plan in force has no unit 'no-such-unit'.");
});

test("situation reports: one of now, and set times of one's own", async () => {
  await page.goto(operation);
  await says(page, "Made by the desk at 06:30, 10:00, 13:00, 16:00, 19:00, 22:00, 01:30+1");
  await press(page, "Make one now");
  await says(page, "The situation report is made");
  await says(page, "asked for by First officer");
  const made = await page.locator("#op-sit ~ ul a").count();
  await press(page, "Make one now"); // the minute may have ended between them
  const again = await page.locator("#op-sit ~ ul a").count();
  await says(page, again === made ? "No other situation report was made" : "The situation report is made");
  await page.getByText("Set the times").click();
  await page.fill("#op-times", "07:15, soon");
  await press(page, "Set them");
  await says(page, "'soon' is no time for a situation report.");
  assert.equal(await page.inputValue("#op-times"), "07:15, soon");
  await look(page, "times-refused");
  await page.fill("#op-times", "07:15, 21:45");
  await press(page, "Set them");
  await says(page, "The times of situation reports are set.");
  await says(page, "Made by the desk at 07:15, 21:45,");
  const report = await page.locator("#op-sit ~ ul a").first().getAttribute("href");
  const read = await page.context().newPage();
  await read.goto(officers + report);
  await says(read, "Today");
  await says(read, "a crowd at the door (plan 2 was put in force)");
  await says(read, "Waits for a decision");
  await read.close();
});

test("what if: a copy with something changed, side by side, and not published unawares", async () => {
  await page.goto(operation);
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  await page.getByRole("link", { name: "What if?" }).click();
  await says(page, "Neither this plan nor the operation changes.");
  await look(page, "what-if");
  await press(page, "Search for the copy");
  await says(page, "Nothing is changed yet.");
  await page.check("#w-hours-off");
  await page.check("#w-spacing");
  await press(page, "Search for the copy");
  await says(page, "no unit is left out for its long duty");
  assert.ok(await page.isChecked("#w-hours-off"));
  await page.uncheck("#w-hours-off");
  assert.ok(await page.isChecked("#w-spacing"));
  await page.uncheck("#w-spacing");
  await page.fill("#w-more", "two");
  await page.fill("#w-skip", "chapel 3\nChapel 4");
  await press(page, "Search for the copy");
  await says(page, "More units: 'two' is no number");
  await page.fill("#w-more", "2");
  await press(page, "Search for the copy");
  await says(page, "Say which unit the new ones are like.");
  await page.fill("#w-more", "");
  await page.fill("#w-like", "R0");
  await press(page, "Search for the copy");
  await says(page, "Say how many more units like R0.");
  assert.equal(await page.inputValue("#w-like"), "R0");
  await page.fill("#w-more", "2");
  await page.fill("#w-like", "R9");
  await press(page, "Search for the copy");
  await says(page, "No unit of this plan is called 'R9'.");
  assert.equal(await page.inputValue("#w-skip"), "chapel 3\nChapel 4");
  assert.equal(await page.inputValue("#w-more"), "2");
  await look(page, "what-if-refused");
  await page.fill("#w-like", "R0");
  await page.locator('input[name=out][value="S2"]').check();
  await page.fill("#w-start", "30");
  await page.fill("#w-shift", "S1");
  await page.fill("#w-seconds", "1");
  await press(page, "Search for the copy");
  await until("the copy", async () => (await text(page)).includes("Plan 4"));
  await says(page, "What if: 2 more units like R0 at Headquarters; without unit S2; unit S1 begins 30 min later; nobody goes to Chapel 3, Chapel 4");
  await page.getByRole("link", { name: "Plan 4 beside plan 1" }).click();
  await says(page, "What differs from the operation");
  await says(page, "Cost");
  await says(page, "only in the later plan");
  await says(page, "not wanted");
  assert.match(await text(page), /2 visits, the first ask at the side door; 10 min between \d\d:\d\d(\+1)? and \d\d:\d\d(\+1)?, 2 officers/);
  await look(page, "beside");
  await page.getByRole("link", { name: "Plan 4" }).first().click();
  await says(page, "Side by side with plan 1");
  await look(page, "copy");
  await press(page, "Publish plan 4");
  await says(page, "This plan is not of the operation as it stands.");
  await says(page, ": a crowd at the door");
  await page.check("#p-differs");
  // a colleague sends somebody meanwhile: the tick was for less
  const colleague = await page.context().newPage();
  await colleague.goto(operation);
  await colleague.getByRole("link", { name: "Plan 2", exact: true }).click();
  await colleague.getByText("Something happened").click();
  await colleague.fill("#m-at", timeOf(2));
  await colleague.fill("#m-what", "smoke in the hall");
  await colleague.fill("#m-site", "Chapel 5");
  await press(colleague, "Propose a mended plan");
  await until("the colleague's proposal", async () => {
    await colleague.goto(operation);
    return /wait for somebody to confirm one of them:.* plan 5/.test(await text(colleague)) ||
      /waits for somebody to confirm it: plan 5/.test(await text(colleague));
  });
  await colleague.close();
  await press(page, "Publish plan 4");
  await says(page, "Since you read what differs or would be lost, it has become something else.");
  await says(page, "plan 5, which waits to be published");
  await says(page, "somebody goes (smoke in the hall)");
  assert.ok(!(await page.isChecked("#p-differs")));
  await look(page, "read-again");
  await page.check("#p-differs");
  await press(page, "Publish plan 4");
  await says(page, "The plan is published.");
  await page.goto(`${officers}/acts`);
  assert.match(await text(page), /published plan 4 of operation 2, which replaces plan 2; it dropped proposals: plan 5; not in it, of what happened \(1\): sent \d\d:\d\d; it differs from the operation: 2 more units like R0/);
  assert.ok(!(await text(page)).includes("smoke"));
  await says(page, "had plan 1 of operation 2 searched for with something changed, 1 s");
});

test("what the plan in force does otherwise is taken over into the operation in one step", async () => {
  await page.goto(operation);
  await says(page, "What plan 4 does otherwise");
  await says(page, "a new search plans without it");
  const parts = await page.locator("#op-take ~ ul li").allInnerTexts();
  assert.deepEqual(parts, ["2 more units like R0 at Headquarters", "without unit S2", "unit S1 begins 30 min later", "nobody goes to Chapel 3, Chapel 4"]);
  await look(page, "take");
  const stale = await page.context().newPage();
  await stale.goto(operation);
  await press(page, "Take these changes over into the operation");
  await says(page, "The changes are taken over into the operation.");
  assert.equal(await page.locator("#op-take").count(), 0);
  await says(page, "R0+1");
  await says(page, "R0+2");
  assert.equal(await page.locator('input[name=unit][value="S2"]').count(), 0);
  assert.match(await text(page), new RegExp(`S1\\s+Headquarters\\s+${shiftOfS.later} to ${shiftOfS.to}`));
  await press(stale, "Take these changes over into the operation");
  await says(stale, "was taken over already");
  await stale.close();
  await page.getByRole("link", { name: "Plan 4", exact: true }).click();
  await says(page, "Taken over into the operation");
  assert.ok(!(await text(page)).includes("What differs from the operation"));
  await look(page, "taken");
  await page.goto(`${officers}/acts`);
  await says(page, "took over into operation 2 what plan 4 does otherwise: without unit S2, unit S1 begins 30 min later, nobody goes to Chapel 3, Chapel 4, 2 more units like R0 at Headquarters");
});

test("how many more: an interval with both proofs, a curve, and its plan as a draft", async () => {
  await page.goto(`${officers}/operation/1`);
  await press(page, "Open the operation again");
  await page.getByRole("link", { name: "Plan 2", exact: true }).click();
  await page.getByRole("link", { name: "How many more?" }).click();
  await look(page, "more");
  await page.selectOption("#q-goal", "share");
  await page.fill("#q-share", "most");
  await press(page, "Ask");
  await says(page, "'most%' is no share");
  assert.equal(await page.inputValue("#q-share"), "most");
  await page.selectOption("#q-goal", "site");
  await press(page, "Ask");
  await says(page, "Say which place.");
  await page.fill("#q-site", "at night");
  await page.selectOption("#q-who", "shift");
  await page.fill("#q-base", "police");
  await page.fill("#q-start", "two");
  await press(page, "Ask");
  await says(page, "From: write a time like 14:00");
  assert.equal(await page.inputValue("#q-base"), "police");
  await look(page, "more-refused");
  await page.selectOption("#q-who", "any");
  await page.fill("#q-seconds", "1");
  await press(page, "Ask");
  await until("the first answer", async () => (await text(page)).includes("The answer, with plan 3 as its proof"));
  await says(page, "How many more units for all visits to At night, when nobody is on duty?");
  await page.getByRole("link", { name: "The answer, with plan 3 as its proof" }).click();
  await says(page, "No number of such units will do");
  await look(page, "never");
  await page.getByRole("link", { name: "Ask again" }).click();
  await page.selectOption("#q-goal", "site");
  await page.fill("#q-site", "at night");
  await page.selectOption("#q-who", "shift");
  await page.fill("#q-base", "police");
  await page.fill("#q-start", "02:00");
  await page.fill("#q-end", "06:00");
  await page.fill("#q-seconds", "2");
  await press(page, "Ask");
  await until("the second answer", async () => (await text(page)).includes("The answer, with plan 4 as its proof"));
  await look(page, "answers");
  await page.getByRole("link", { name: "The answer, with plan 4 as its proof" }).click();
  await says(page, "Exactly 1 more unit (2 officers).");
  await says(page, "the independent checker found no rule broken");
  await look(page, "answer");
  await press(page, "Make plan 4 a draft");
  await says(page, "The plan is a draft now.");
  await says(page, "all visits to At night, when nobody is on duty must be made; 1 more unit: new+1");
  await page.getByRole("link", { name: "The answer that this plan proves" }).click();
  await says(page, "Exactly 1 more unit");
  assert.equal(await page.getByRole("button", { name: "Make plan 4 a draft" }).count(), 0);
  await page.goto(`${officers}/acts`);
  await says(page, "asked how many more units plan 2 of operation 1 needs, 2 s");
  await says(page, "made plan 4 of operation 1, found for an answer, a draft");
});

// Of today again: who has nothing to do is told where to be, who was taken out of service that it was.
test("a card without a visit says where to wait, one out of service that it is", async () => {
  await page.goto(`${officers}/operations`);
  await page.fill("#o-name", "Two units");
  await page.fill("#o-day", today);
  await press(page, "Start");
  const before = operation;
  operation = page.url().split("?")[0];
  const end = timeOf(240);
  await upload("sites", "two.csv", `id,name,area,lon,lat,from,to,visits,dwell_min,post\nhq,Headquarters,North,-1.5,52.51,,,0,,\nhall,Town hall,North,-1.49,52.51,${timeOf(60)},${timeOf(120)},,,2\nfar,Far hall,North,-1.48,52.51,${timeOf(60)},${timeOf(240)},1,10,\n`);
  assert.match(await text(page), /2 officers there from \S+ to \S+/); // and no visit besides
  assert.equal(((await text(page)).match(/\d visits? of/g) ?? []).length, 1);
  await page.locator('input[name=site][value="hall"]').check();
  await page.selectOption("#op-rating", "red");
  await page.fill("#op-source", "services manager");
  await press(page, "Rate");
  assert.equal(await page.locator(".hs-flag--danger", { hasText: "red" }).count(), 1);
  await upload("units", "two-units.csv", `id,base,start,end,officers,mode,rank\nPAIR,hq,${timeOf(-30)},${end},2,car,constable\nSPARE,hq,${timeOf(-30)},${end},1,car,constable\n`);
  await page.fill("#op-seconds", "1");
  await press(page, "Search for a plan");
  await until("the plan", async () => (await text(page)).includes("Plan 1"));
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  await press(page, "Publish plan 1");
  await page.getByText("Cards for telephones").click();
  await press(page, "Make new links");
  const cards = (await text(page)).match(/http:\/\/\S+\/unit\/[0-9a-f]{32}/g);
  const spare = await phone(cards[1]);
  await says(spare, "Unit SPARE");
  await says(spare, "No visit is planned");
  await says(spare, `Wait at Headquarters until ${end}, unless you are sent somewhere.`);
  await look(spare, "card-waits");
  await page.goto(operation);
  await press(page, "Make one now");
  await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  for (const plan of [2, 3]) {
    await page.getByText("Something happened").click();
    await page.fill("#m-what", "the car broke down");
    await page.locator('input[name=out][value="PAIR"]').check();
    await press(page, "Propose a mended plan");
    await until("the proposal", async () => {
      await page.goto(operation);
      return new RegExp(`somebody to confirm (it|one of them): plan ${plan}`).test(await text(page));
    });
    if (plan === 2) await page.getByRole("link", { name: "Plan 1", exact: true }).click();
  }
  await says(page, "Mended plans wait for somebody to confirm one of them: plan 3 plan 2");
  await look(page, "two-wait");
  await page.getByRole("link", { name: "plan 2", exact: true }).click();
  assert.match(await text(page), /PAIR: drops out at \d\d:\d\d(\+1)?; taken away: (Town|Far) hall \d\d:\d\d(\+1)?, (Town|Far) hall \d\d:\d\d/);
  await look(page, "drops-out");
  if (await page.locator("#p-differs").count()) await page.check("#p-differs");
  await press(page, "Publish plan 2");
  await says(page, "The plan is published.");
  const pair = await phone(cards[0]);
  assert.match(await text(pair), /This unit was taken out of service at \d\d:\d\d/);
  await says(pair, "ask your control room by radio");
  assert.equal(await pair.getByRole("button", { name: "Break begins" }).count(), 0);
  assert.equal(await pair.getByRole("button", { name: "On duty" }).count(), 0);
  await look(pair, "card-out");
  await page.goto(operation);
  await press(page, "Make one now"); // in the same minute, but something became of a plan
  await says(page, "The situation report is made");
  operation = before;
});

test("when as many searches wait as may, who asks for another keeps what was typed", async () => {
  for (let i = 0; i < 8; i++) {
    await page.goto(operation);
    await page.fill("#op-seconds", "600");
    await press(page, "Search for a plan");
    await says(page, "A plan is being searched for");
  }
  await page.goto(operation);
  await page.fill("#op-seconds", "5");
  await page.fill("#op-why", "the ninth of them");
  await press(page, "Search for a plan");
  await says(page, "Too many searches wait already.");
  assert.equal(await page.inputValue("#op-why"), "the ninth of them");
  assert.equal(await page.inputValue("#op-seconds"), "5");
  await look(page, "all-wait");
  await page.getByRole("link", { name: "Plan 4", exact: true }).click();
  await page.getByText("Something happened").click();
  await page.fill("#m-at", timeOf(0));
  await page.fill("#m-what", "a crowd at the door");
  await page.fill("#m-site", "Chapel 1");
  await press(page, "Propose a mended plan");
  await says(page, "Too many searches wait already.");
  assert.equal(await page.inputValue("#m-what"), "a crowd at the door");
});

// In an operation of its own: what is shown to be copied is taken, and a post says how many units it is.
test("each upload has an example that is taken as it stands; a post says who can stand there", async () => {
  await page.goto(`${officers}/operations`);
  await page.fill("#o-name", "Examples");
  await page.fill("#o-day", "2026-06-18");
  await press(page, "Start");
  operation = page.url().split("?")[0];
  const kinds = { sites: "sites", units: "units", events: "events", rates: "rates of pay" };
  const says1 = { sites: "Sites: 3 new, 0 changed.", units: "Units: 2 new, 0 changed.", events: "Events: 1 new, 0 changed or cancelled.", rates: "(4 in the table)" };
  for (const [kind, label] of Object.entries(kinds)) {
    await page.goto(operation);
    const example = await page.locator("details", { hasText: `an example: ${label}` }).last().locator("pre").textContent();
    await upload(kind, `example-${kind}`, example);
    await says(page, says1[kind]);
  }
  // What counts for a plan is said of each: the event's own worth, a skill, and what a unit's day has.
  await says(page, "1 visit of 15 min from 19:00 to 21:00, worth 5 (");
  await says(page, "car 25 km/h over 1.35 times the straight line and 60 s to set off; bicycle 14 km/h");
  await upload("sites", "own.csv", "id,name,area,lon,lat,from,to,visits,dwell_min,risk,weights,skills\nrally,Rally,Lambeth,-0.12,51.46,09:00,17:00,3,20,2,1 0.5 0.2,protection\n");
  await says(page, "3 visits of 20 min from 09:00 to 17:00, by who has protection, worth 2, then 1, 0.4");
  await upload("units", "own.csv", "id,base,start,end,brief_min,plain_h,notice_days,break_min,break_from,break_to\nP3,station,06:30,15:30,15,7.5,5,45,10:00,12:00\n");
  await says(page, "car, briefing 15 min, break of 45 min to begin from 10:00 to 12:00, overtime after 7.5 h, a rest day told 5 days before");
  await page.locator('input[name=unit][value="P3"]').check();
  await press(page, "Take the chosen units out");
  await page.locator('input[name=site][value="rally"]').check();
  await press(page, "Take the chosen out");
  await page.getByText("Add a site or an event by hand").click();
  await says(page, "Units here: 2 of 2 officers.");
  await page.fill("#s-name", "Count");
  await page.selectOption("#s-at", "hall");
  await page.fill("#s-from", "15:00");
  await page.fill("#s-to", "19:30");
  await page.fill("#s-visits", "0");
  await page.fill("#s-post", "8");
  await page.locator("form[action$='/site'] button").click();
  await says(page, "8 officers there from 15:00 to 19:30: 2 officers can stand there (P2), so it cannot be met; not P1 (on duty 06:30 to 15:30)");
  await look(page, "post");
  await press(page, "Set the rules");
  await says(page, "The rules are set.");
  await page.locator('input[name=unit][value="P2"]').check();
  await press(page, "Take the chosen units out");
  await says(page, "Taken out. Number of units: 1.");
  await page.locator('input[name=site][value="Count"]').check();
  await press(page, "Take the chosen out");
  await says(page, "Number of sites: 1.");
  await press(page, "Close the operation");
  await says(page, "The operation is closed.");
});
