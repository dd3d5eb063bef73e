// SPDX-License-Identifier: Apache-2.0
// The officers' side of a real desk in a browser without script: sealed, log-in, queue, case,
// evidence that lies about itself, messages, a stale save, export, search, numbers, lock. Every
// page that is passed is checked by axe and at 320 px (../support/desk.mjs).
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { press, says, text } from "../support/browser.mjs";
import { openDesk, password, program, run, totp, until } from "../support/desk.mjs";

// 2 × 2 pixels
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==",
  "base64",
);
const lie = '<!doctype html><script>document.title="taken over"</script>I am a photo, honest';

let desk, work, base, officers, secret, newPage, logIn, look, receipt, duty;

before(async () => {
  desk = await openDesk("desk");
  ({ work, base, officers, secret, newPage, logIn, look } = desk);
  const body = new FormData();
  const report = { what: "He shouted: I will kill you, councillor. Zanzibar café.", target: { office: "councillor", role: "holder", name: "Example Person" }, danger: "soon", where: { place: "Mile End" }, fear: 4 };
  body.set("report", JSON.stringify(report));
  body.append("file", new Blob([lie], { type: "image/jpeg" }), "photo.jpg");
  body.append("file", new Blob([png], { type: "image/png" }), "picture.png");
  const answer = await fetch(`${base}/api/v1/reports`, { method: "POST", body });
  assert.equal(answer.status, 201, await answer.clone().text());
  receipt = (await answer.json()).receipt;
  duty = await newPage();
});

after(() => desk?.close());

test("sealed: nothing is shown but that letters wait", async () => {
  await duty.goto(`${officers}/queue`);
  assert.equal(new URL(duty.url()).pathname, "/login");
  await says(duty, "The desk is sealed since");
  await says(duty, "1 letter is waiting");
  await look(duty, "sealed");
  for (const path of ["/case/1", "/search?q=kill", "/numbers", "/map", "/officers", "/acts", "/case/1/print", "/case/1/erase"]) {
    const answer = await fetch(officers + path, { redirect: "manual" });
    assert.equal(answer.status, 303, path);
    assert.ok(answer.headers.get("location").startsWith("/login"), path);
  }
  const blind = await fetch(`${officers}/login`, { method: "POST", body: "login=duty&password=x&code=1", headers: { "content-type": "application/x-www-form-urlencoded" } });
  assert.equal(blind.status, 403);
});

test("log-in: one sentence for whatever was wrong, then the queue", async () => {
  const sentences = new Set();
  for (const [login, word] of [["duty", "wrong password here"], ["nobody", password]]) {
    await logIn(duty, login, totp(secret), word);
    assert.equal(new URL(duty.url()).pathname, "/login");
    sentences.add(await duty.innerText(".govuk-error-summary"));
    assert.equal(await duty.inputValue("#password"), "");
  }
  assert.equal(sentences.size, 1, [...sentences].join(" | "));
  await look(duty, "log-in-wrong");
  await logIn(duty, "duty", totp(secret));
  assert.equal(new URL(duty.url()).pathname, "/queue");
  const [cookie] = (await duty.context().cookies()).filter((c) => c.name === "desk");
  assert.ok(cookie.httpOnly && cookie.sameSite === "Strict");
  // A letter waits: the first page after the unlock shows it, or says that more is coming.
  const first = await text(duty);
  assert.ok(!first.includes("Nothing is waiting."), first);
  assert.ok(first.includes("Example Person") || first.includes("being opened"), first);
  await until("the import", async () => {
    await duty.reload();
    return (await text(duty)).includes("Example Person");
  });
  await says(duty, "Critical");
  await look(duty, "queue");
});

test("a form without its token does nothing", async () => {
  const answer = await duty.context().request.post(`${officers}/case/1/grade`, { form: { version: "1", grade: "0", reason: "x", csrf: "0".repeat(64) } });
  assert.equal(answer.status(), 403);
  const wrong = await duty.context().request.get(`${officers}/case/1/grade`);
  assert.equal(wrong.status(), 405);
});

test("a case: words behind the grade, answers, evidence that is shown and never run", async () => {
  await duty.getByRole("link", { name: /He shouted/ }).click();
  await says(duty, "Noticed:");
  await says(duty, "Suggested by a machine; a person decides.");
  assert.ok((await duty.locator("mark").count()) > 0);
  assert.match(await duty.locator("mark").first().innerText(), /\[.+\]/, "the reason stands in words, not in colour alone");
  await look(duty, "case");
  const url = duty.url();
  await duty.getByRole("link", { name: "photo.jpg" }).click();
  await says(duty, "This is a web page that calls itself something else");
  await says(duty, "document.title");
  assert.notEqual(await duty.title(), "taken over");
  assert.equal(await duty.locator("img").count(), 0);
  await look(duty, "evidence-lie");
  const evidence = new URL(duty.url()).pathname;
  const picture = await duty.context().request.get(`${officers}${evidence}/picture`);
  assert.equal(picture.status(), 415);
  const download = await duty.context().request.get(`${officers}${evidence}/download`);
  const head = download.headers();
  assert.equal(head["content-type"], "application/octet-stream");
  assert.match(head["content-disposition"], /^attachment; filename="[A-Za-z0-9._-]+"$/);
  assert.match(head["content-security-policy"], /sandbox/);
  assert.equal(head["x-content-type-options"], "nosniff");
  assert.equal((await download.body()).toString(), lie);
  await duty.goto(url);
  await duty.getByRole("link", { name: "picture.png" }).click();
  await says(duty, "a PNG picture");
  const shown = await duty.context().request.get(officers + (await duty.getAttribute("figure img", "src")));
  assert.equal(shown.headers()["content-type"], "image/png");
  assert.ok((await shown.body()).equals(png));
  await look(duty, "evidence-picture");
  await duty.goto(url);
});

test("grade: lowering needs a reason, and what was typed stays", async () => {
  const from = Number(await duty.inputValue("#grade"));
  await duty.selectOption("#grade", String(from - 1));
  await press(duty, "Set grade");
  await says(duty, "reason");
  assert.equal(await duty.locator(".govuk-error-summary").count(), 1);
  await look(duty, "case-refused");
  assert.equal(await duty.inputValue("#grade"), String(from - 1));
  await duty.fill("#grade-reason", "It was said by a small child.");
  await press(duty, "Set grade");
  await says(duty, "The grade is set.");
  await says(duty, "It was said by a small child.");
});

test("route: where it must go, corrected by an officer with a reason", async () => {
  const open = () => duty.locator("summary", { hasText: "Correct it" }).click();
  await open();
  await duty.fill("#route-place", "Atlantis upon Nowhere");
  await duty.fill("#route-reason", "The reporter rang.");
  await press(duty, "Correct the route");
  await says(duty, "No police force is known for 'Atlantis upon Nowhere'.");
  assert.equal(await duty.inputValue("#route-place"), "Atlantis upon Nowhere");
  assert.equal(await duty.inputValue("#route-reason"), "The reporter rang.");
  await look(duty, "route-refused");
  await duty.fill("#route-place", "SA1 3SN");
  await press(duty, "Correct the route");
  await says(duty, "The route is corrected.");
  await says(duty, "South Wales Police");
  await says(duty, "corrected where it must go to the place “SA1 3SN”: The reporter rang.");
  await open();
  await duty.selectOption("#route-force", "metropolitan");
  await duty.fill("#route-reason", "They asked for it.");
  await press(duty, "Correct the route");
  await says(duty, "Metropolitan Police Service");
  await says(duty, "chosen by an officer");
  await look(duty, "route-corrected");
});

// The reporter's page, opened with the receipt.
async function mailboxPage() {
  const answer = await fetch(`${base}/mailbox`, { method: "POST", body: new URLSearchParams({ receipt }) });
  assert.equal(answer.status, 200);
  return (await answer.text()).replace(/^[^]*<main/, "<main").replace(/<form[^]*/, "");
}

test("a message is looked at twice and reaches the reporter; a note never does", async () => {
  // the grade was set in the test before: somebody has read it, nobody has written
  const before = await mailboxPage();
  assert.ok(before.includes("An officer has read your report. Nobody has written to you yet."), before);
  await duty.fill("#note", "Only for us: known caller.");
  await press(duty, "Keep as private note");
  await says(duty, "The private note is kept.");
  await duty.fill("#message", "We have told your local police.");
  await press(duty, "Look at it before sending…");
  await says(duty, "it cannot be taken back");
  await look(duty, "message-confirm");
  await press(duty, "Send to the reporter");
  await says(duty, "The message was sent to every reporter of this case.");
  const mailbox = await fetch(`${base}/api/v1/reports`, { headers: { authorization: `Bearer ${receipt}` } });
  const words = await mailbox.text();
  assert.ok(words.includes("We have told your local police."), words);
  assert.ok(!words.includes("Only for us"), words);
  const page = await mailboxPage();
  assert.ok(page.includes("An officer has read your report. The desk has written to you: read it below."), page);
  assert.ok(!page.includes("Nobody has written"), page);
});

test("officers: one is added, sees who else has the case open, and a stale save keeps both texts", async () => {
  await duty.goto(`${officers}/officers`);
  await look(duty, "officers");
  await duty.fill("#o-name", "Second Officer");
  await duty.fill("#o-login", "second");
  await duty.selectOption("#o-role", "triager");
  await duty.fill("#o-password", "short");
  await press(duty, "Add officer");
  assert.equal(await duty.locator(".govuk-error-summary").count(), 1);
  assert.equal(await duty.inputValue("#o-name"), "Second Officer");
  await duty.selectOption("#o-role", "triager");
  await duty.fill("#o-password", "another good password");
  await press(duty, "Add officer");
  await says(duty, "This is shown once.");
  await look(duty, "secret");
  const theirs = (await duty.innerText(".hs-secret >> nth=0")).trim();
  const second = await newPage();
  await logIn(second, "second", totp(theirs), "another good password");
  await duty.goto(`${officers}/case/1`);
  await second.goto(`${officers}/case/1`);
  await says(second, "Also open:");
  assert.equal(await second.getByRole("link", { name: "Export" }).count(), 0);
  assert.equal((await second.context().request.get(`${officers}/officers`)).status(), 403);
  for (const page of [second, duty]) await page.locator("summary", { hasText: "Write a summary" }).click();
  await second.fill("#summary", "Their words");
  await press(second, "Save summary");
  await says(second, "The summary is saved.");
  await duty.fill("#summary", "My words\nin two lines");
  await press(duty, "Save summary");
  await says(duty, "Somebody else saved first");
  await says(duty, "Their words");
  assert.equal(await duty.inputValue("#text"), "My words\nin two lines");
  await look(duty, "conflict");
  await press(duty, "Save mine all the same");
  await says(duty, "The summary is saved.");
  assert.equal(await duty.inputValue("#summary"), "My words\nin two lines");
  await second.context().close();
});

test("hold and erasure: who holds and why; what goes and what stays", async () => {
  await duty.goto(`${officers}/case/1/erase`);
  await says(duty, "What is destroyed");
  await says(duty, "What stays");
  await look(duty, "erase");
  await duty.goto(`${officers}/case/1`);
  await duty.getByText("Hold this case").click();
  await duty.fill("#hold-reason", "the police need it");
  await press(duty, "Hold");
  await says(duty, "The case is held.");
  await says(duty, "the police need it");
  await look(duty, "held");
  await duty.goto(`${officers}/case/1/erase`);
  await says(duty, "Nothing of a held case can be erased.");
  assert.equal(await duty.getByRole("button", { name: "Ask for the erasure" }).count(), 0);
  await duty.goto(`${officers}/case/1`);
  await duty.locator('input[id^="lift-"]').fill("they have it");
  await press(duty, "Lift the hold");
  await says(duty, "The hold is lifted.");
});

test("export: one archive with page, originals and sums that fit", async () => {
  await duty.getByRole("link", { name: "Print" }).click();
  assert.ok(await duty.isChecked("#notes-no"));
  await look(duty, "print-choice");
  await press(duty, "Show the page to print and write it into the ledger");
  await says(duty, "Private notes of the desk are not part of this copy.");
  assert.ok(!(await text(duty)).includes("Only for us"));
  await look(duty, "print");
  await duty.goto(`${officers}/case/1/print`);
  await duty.check("#notes-yes");
  await press(duty, "Show the page to print and write it into the ledger");
  await says(duty, "Only for us: known caller.");
  await duty.goto(`${officers}/case/1/export`);
  await look(duty, "export");
  const form = await duty.locator('main input[name="csrf"]').getAttribute("value");
  const answer = await duty.context().request.post(`${officers}/case/1/export`, { form: { csrf: form, version: "0" } });
  assert.equal(answer.headers()["content-type"], "application/x-tar");
  const out = join(work, "out");
  mkdirSync(out);
  writeFileSync(join(out, "case.tar"), await answer.body());
  await run("tar", ["-xf", "case.tar"], { cwd: out });
  await run("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: out });
  assert.ok(readFileSync(join(out, "originals/002-picture.png")).equals(png));
  assert.equal(readFileSync(join(out, "originals/001-photo.jpg")).toString(), lie);
  const page = readFileSync(join(out, "case.html")).toString();
  assert.ok(page.includes("Zanzibar") && page.includes("My words") && !page.includes("<script"));
  assert.ok(!page.includes("Only for us"));
  const whole = await duty.context().request.post(`${officers}/case/1/export`, { form: { csrf: form, version: "0", notes: "yes" } });
  assert.ok((await whole.body()).includes("Only for us"));
});

test("search finds words with accents folded; numbers show no small count", async () => {
  await until("the index", async () => {
    await duty.goto(`${officers}/search?q=zanzib*+cafe`);
    return (await text(duty)).includes("Example Person");
  });
  assert.ok((await duty.locator("mark").count()) > 0);
  await look(duty, "search");
  await duty.goto(`${officers}/search?q=unfindable`);
  await says(duty, "Nothing was found.");
  await duty.goto(`${officers}/numbers`);
  await says(duty, "Not audited for publication");
  const cells = await duty.locator("td").allInnerTexts();
  assert.ok(cells.length > 0 && cells.every((cell) => cell === "[low]"), cells.join(" "));
  await look(duty, "numbers");
  await duty.goto(`${officers}/map?find=ynys+mon`);
  await says(duty, "Ynys Môn: [low]");
  assert.equal(await duty.locator(".hs-map__low path").count(), 650);
  assert.equal(await duty.locator("svg a").count(), 0, "a cell without a figure is no link");
  await look(duty, "map");
  await duty.goto(`${officers}/map?find=Atlantis`);
  await says(duty, "There is no constituency of that name");
  await look(duty, "map-nowhere");
});

test("a report by hand, as practice", async () => {
  await duty.goto(`${officers}/report`);
  await duty.fill("[name='target.name']", "Practice Person");
  await press(duty, "Seal and keep the report");
  assert.equal(await duty.locator(".govuk-error-summary").count(), 1);
  assert.equal(await duty.inputValue("[name='target.name']"), "Practice Person");
  await look(duty, "report-refused");
  await duty.fill("#what", "The caller says that a letter with white powder came.");
  await duty.check("#practice");
  await press(duty, "Seal and keep the report");
  await says(duty, "The report is kept");
  await says(duty, "PRACTICE: not a real report.");
  const words = (await duty.innerText(".hs-secret")).trim();
  await look(duty, "receipt");
  const mailbox = await fetch(`${base}/api/v1/reports`, { headers: { authorization: `Bearer ${words}` } });
  assert.equal(mailbox.status, 200);
  await until("the import", async () => {
    await duty.goto(`${officers}/queue?practice=1`);
    return (await text(duty)).includes("Practice Person");
  });
  assert.ok(!(await text(duty)).includes("Example Person"));
  // Row, case, paper, archive and search say that it is practice, and no paper calls it official.
  assert.equal(await duty.locator(".hs-queue__row .hs-flag", { hasText: "practice" }).count(), 1);
  await duty.getByRole("link", { name: /white powder/ }).click();
  assert.match(await duty.innerText("h1"), /^PRACTICE/);
  await says(duty, "practice: counts nowhere");
  await look(duty, "case-practice");
  const practice = new URL(duty.url()).pathname;
  await duty.goto(`${officers}${practice}/print`);
  await press(duty, "Show the page to print and write it into the ledger");
  await says(duty, "PRACTICE – not a real case. It counts nowhere.");
  assert.ok(!(await text(duty)).includes("OFFICIAL"));
  await duty.goto(`${officers}${practice}/export`);
  const token = await duty.locator('main input[name="csrf"]').getAttribute("value");
  const archive = await duty.context().request.post(`${officers}${practice}/export`, { form: { csrf: token, version: "0" } });
  assert.match(archive.headers()["content-disposition"], /"practice-case-\d+\.tar"/);
  assert.ok((await archive.body()).includes("PRACTICE – not a real case."));
  await until("the index", async () => {
    await duty.goto(`${officers}/search?q=powder`);
    return (await text(duty)).includes("Practice Person");
  });
  assert.equal(await duty.locator(".hs-hit .hs-flag", { hasText: "practice" }).count(), 1);
  await duty.goto(`${officers}/queue?practice=1`);
  await duty.locator("summary").first().click();
  await duty.fill("#filter-name", "Only practice");
  await press(duty, "Save filter");
  await says(duty, "The filter is saved.");
  await duty.getByRole("link", { name: "Only practice" }).click();
  await look(duty, "queue-filtered");
  await duty.locator("summary").first().click();
  await press(duty, "Delete “Only practice”");
  await says(duty, "The filter is deleted.");
});

test("areas to choose from, both cases before a merge, a polling place to look for", async () => {
  await duty.goto(`${officers}/queue?area=newport`);
  await says(duty, "Which of these is “newport”?");
  await look(duty, "queue-areas");
  await duty.getByRole("link", { name: "Newport (district)" }).click();
  assert.equal(await duty.inputValue("#f-area"), "Newport (district)");
  await duty.goto(`${officers}/queue?area=Atlantis`);
  await says(duty, "No police force, district or constituency is known as “Atlantis”.");
  await look(duty, "queue-no-area");
  await duty.goto(`${officers}/case/1`);
  await duty.locator("summary", { hasText: "Link or merge" }).click();
  await duty.fill("#merge-other", "2");
  await press(duty, "Look at both before merging…");
  await says(duty, "Merge case 1 into case 2?");
  await look(duty, "merge-confirm");
  await press(duty, "Merge case 1 into case 2");
  await says(duty, "Write why these two are one: it stands in the history of both.");
  await duty.fill("#together-reason", "The same evening.");
  await press(duty, "Merge case 1 into case 2"); // the one is practice
  await says(duty, "A practice case and a real one cannot become one case.");
  assert.equal(await duty.inputValue("#merge-other"), "2");
  await duty.locator("summary", { hasText: "Link or merge" }).evaluate((el) => (el.parentElement.open = true));
  await press(duty, "Look at both before merging…");
  assert.equal(await duty.inputValue("#together-reason"), "The same evening.");
  await duty.goto(`${officers}/report`);
  await duty.fill("#what", "Men stood at the door.");
  await duty.fill("[id='where.place']", "town hall");
  await press(duty, "Look for this polling place");
  await says(duty, "The directory has no polling place with these words.");
  assert.equal(await duty.inputValue("#what"), "Men stood at the door.");
  await look(duty, "report-place");
});

test("who did what, the ledger, and the lock that ends every session", async () => {
  await duty.goto(`${officers}/acts`);
  for (const words of ["opened the case", "exported the case, without private notes", "exported the case, with private notes", "printed the case, with private notes", "wrote a private note", "searched", "opened evidence", "entered a report by hand, as practice"]) {
    await says(duty, words);
  }
  assert.ok(!(await text(duty)).includes("Only for us"));
  await look(duty, "acts");
  await duty.goto(`${officers}/ledger`);
  await says(duty, "hustings ledger verify");
  await says(duty, "+log");
  await look(duty, "ledger");
  await duty.goto(`${officers}/password`);
  await look(duty, "password");
  await duty.goto(`${officers}/lock`);
  await look(duty, "lock");
  await press(duty, "Lock now");
  assert.equal(new URL(duty.url()).pathname, "/login");
  await says(duty, "The desk is sealed since");
  await duty.goto(`${officers}/case/1`);
  assert.equal(new URL(duty.url()).pathname, "/login");
  await run(program, ["ledger", "verify", desk.folder]);
});

test("a letter that does not open: officers are warned, see why, and can try again", async (t) => {
  if (process.env.HUSTINGS_DESK_STORE) return t.skip("the letterbox is broken through SQLite's file");
  const body = new FormData();
  body.set("report", JSON.stringify({ what: "Nobody will read this.", target: { name: "Lost Person" } }));
  const answer = await fetch(`${base}/api/v1/reports`, { method: "POST", body });
  assert.equal(answer.status, 201);
  const spoil = "import sqlite3,sys; db=sqlite3.connect(sys.argv[1],timeout=60); n=db.execute('UPDATE letter SET sealed_body=zeroblob(length(sealed_body))').rowcount; db.commit(); print(n)";
  const { stdout } = await run("python3", ["-c", spoil, join(desk.folder, "letterbox.db")]);
  assert.equal(stdout.trim(), "1");
  await logIn(duty, "duty", totp(secret, 1));
  await until("the warning", async () => {
    await duty.goto(`${officers}/queue`);
    return (await text(duty)).includes("Some letters could not be opened");
  });
  await look(duty, "queue-warning");
  await duty.getByRole("link", { name: "See why, and try again" }).click();
  await says(duty, "its text does not open");
  await look(duty, "quarantine");
  await duty.getByRole("button", { name: /^Try again/ }).click();
  await says(duty, "still cannot be opened: its text does not open.");
  await look(duty, "quarantine-tried");
  await duty.goto(`${officers}/acts`);
  await says(duty, "again: its text does not open");
});

test("a message is called sent when it is in the mailbox, and not before", async (t) => {
  if (process.env.HUSTINGS_DESK_STORE) return t.skip("the letterbox is broken through SQLite's file");
  const letterbox = (sql) => run("python3", ["-c", "import sqlite3,sys; db=sqlite3.connect(sys.argv[1],timeout=60); db.executescript(sys.argv[2])", join(desk.folder, "letterbox.db"), sql]);
  const write = async (words) => {
    await duty.goto(`${officers}/case/1`);
    await duty.fill("#message", words);
    await press(duty, "Look at it before sending…");
    await press(duty, "Send to the reporter");
  };
  const inMailbox = async (words) => (await (await fetch(`${base}/api/v1/reports`, { headers: { authorization: `Bearer ${receipt}` } })).text()).split(words).length - 1;
  await letterbox("ALTER TABLE mailbox_message RENAME TO away");
  await write("Waits in the outbox.");
  await says(duty, "the letterbox did not take it yet");
  await says(duty, "NOT SENT YET");
  await look(duty, "message-waits");
  await letterbox("ALTER TABLE away RENAME TO mailbox_message");
  await until("the sending", async () => {
    await duty.goto(`${officers}/case/1`);
    return !(await text(duty)).includes("NOT SENT YET");
  });
  await says(duty, "Waits in the outbox.");
  assert.equal(await inMailbox("Waits in the outbox."), 1);
  await letterbox("DELETE FROM mailbox_message; DELETE FROM mailbox");
  await write("Nobody will read this.");
  await says(duty, "it reaches nobody");
  await says(duty, "NOT DELIVERED");
  await look(duty, "message-lost");
  await duty.goto(`${officers}/lock`);
  await press(duty, "Lock now");
});

test("wrong passwords: a waiting time, after as many of a known login as of an unknown one", async () => {
  const seen = [];
  for (const login of ["duty", "stranger"]) {
    let [tries, last] = [0, ""];
    for (; tries < 10 && !/ wait /.test(last); tries += 1) {
      await logIn(duty, login, "000000", "not the password at all");
      last = await duty.innerText(".govuk-error-summary");
    }
    seen.push(`${tries} tries: ${last.replace(/\d+/g, "N")}`);
  }
  assert.equal(seen[0], seen[1]);
  assert.match(seen[0], /N (second|minute)/);
  await look(duty, "log-in-waiting");
});
