// SPDX-License-Identifier: Apache-2.0
// The reporter's whole way by keyboard alone, script off, on a screen of 320 px, in every language:
// where the focus goes, that it is seen, what a screen reader is told on each page and each error,
// and that nothing scrolls sideways, also with letters twice as large. Tab, Shift-Tab, Enter, Space
// and letters only. HUSTINGS_PICTURES=DIR keeps a picture of every page.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, violations } from "../support/browser.mjs";
import { pictures, startDesk } from "../support/desk.mjs";

const here = dirname(fileURLToPath(import.meta.url));
// 320 × 256 is what is left of 1280 × 1024 at 400 %.
const screens = { en: { width: 320, height: 256 }, cy: { width: 320, height: 640 }, bn: { width: 320, height: 640 } };
const controls = new Set(["link", "button", "textbox", "radio", "checkbox", "combobox", "searchbox", "spinbutton", "Date", "InputTime", "listbox"]);

let desk, base, browser, looker;

before(async () => {
  desk = await startDesk("keyboard");
  base = desk.base;
  browser = await launch();
  looker = await (await browser.newContext({ bypassCSP: true })).newPage();
  if (pictures) mkdirSync(pictures, { recursive: true });
});

after(async () => {
  await browser?.close();
  await desk?.stop();
});

// What a language calls an error, from its catalogue.
function errorWord(language) {
  if (language === "en") return "Error";
  const po = readFileSync(join(here, `../../po/${language}.po`), "utf8");
  return po.match(/msgid "Error"\nmsgstr "([^"]+)"/)[1];
}

// --- where the focus is ---

const where = (page) =>
  page.evaluate(() => {
    const el = document.activeElement;
    if (!el || el === document.body) return null;
    const box = el.getBoundingClientRect();
    const label = el.labels?.[0];
    const drawn = label ? label.getBoundingClientRect() : box;
    const bar = document.querySelector(".hs-exit").getBoundingClientRect();
    const isFixed = getComputedStyle(document.querySelector(".hs-exit")).position === "fixed";
    const middle = box.top + Math.min(box.height, 40) / 2;
    return {
      tag: el.tagName.toLowerCase(),
      type: el.type ?? "",
      name: el.name ?? "",
      id: el.id,
      text: (el.innerText ?? "").trim().slice(0, 60),
      href: el.getAttribute("href") ?? "",
      isMain: Boolean(el.closest("main")),
      isSubmit: el.matches("main button:not(.govuk-button--secondary), main a.govuk-button:not(.govuk-button--secondary)"),
      isSeen: drawn.width > 0 && box.bottom > 0 && box.top < innerHeight,
      isCovered: isFixed && !el.closest(".hs-exit") && middle > bar.top && middle < bar.bottom,
    };
  });

// What would show that an element has the focus: its own drawing, or that of its label's box.
const drawing = (handle) =>
  handle.evaluate((el) => {
    const of = (node, pseudo) => {
      const s = getComputedStyle(node, pseudo);
      return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.color, s.borderTopColor, s.top].join("|");
    };
    return [of(el), ...(el.labels ? [...el.labels].map((label) => of(label, "::before")) : [])].join("||");
  });

// Tabs once through the page: the skip link first, in the order of the document, each stop seen,
// none under the bar at the foot.
async function walk(page, label) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.evaluate(() => getSelection().removeAllRanges());
  await page.goto(page.url()).catch(() => {});
  const stops = [];
  let last = null;
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    const stop = await where(page);
    // a field for a date has a stop for each of its parts
    if (last && (await last.handle.evaluate((el) => el === document.activeElement))) continue;
    if (last) {
      const unfocused = await drawing(last.handle);
      assert.notEqual(unfocused, last.drawn, `${label}: the focus is not seen on ${JSON.stringify(last.stop)}`);
    }
    if (!stop) break;
    const handle = await page.evaluateHandle(() => document.activeElement);
    if (stops.length > 0 && (await handle.evaluate((el) => el.matches(".govuk-skip-link")))) break;
    if (last) {
      const follows = await handle.evaluate((el, before) => Boolean(before.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING), last.handle);
      assert.ok(follows, `${label}: ${JSON.stringify(stop)} comes after ${JSON.stringify(last.stop)}`);
    }
    assert.ok(stop.isSeen, `${label}: ${JSON.stringify(stop)} is off the screen`);
    assert.ok(!stop.isCovered, `${label}: ${JSON.stringify(stop)} is under the bar`);
    last = { handle, stop, drawn: await drawing(handle) };
    stops.push(stop);
  }
  assert.equal(stops[0]?.href, "#main", `${label}: the skip link comes first`);
  assert.ok(stops.length >= 8 && stops.length < 60, `${label}: ${stops.length} stops`);
  // everything that can be used is a stop; of a group of radios, one; the button that only the key
  // Enter presses is none, and nothing else may be passed over
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")];
    const forEnter = 'button[form="answers"][tabindex="-1"][aria-hidden="true"]:not([name])';
    const shown = all.filter((el) => el.checkVisibility() && !el.matches(forEnter));
    return new Set(shown.map((el, i) => (el.type === "radio" ? `radio ${el.name}` : i))).size;
  });
  const reached = new Set(stops.map((s, i) => (s.type === "radio" ? `radio ${s.name}` : i))).size;
  assert.equal(reached, wanted, `${label}: stops`);
  return stops;
}

async function tabTo(page, fits, what, key = "Tab") {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press(key);
    const stop = await where(page);
    if (stop && fits(stop)) return stop;
  }
  throw new Error(`${page.url()}: no way by ${key} to ${what}`);
}
const field = (name) => [(stop) => stop.name === name, name];

async function submit(page) {
  await tabTo(page, (stop) => stop.isSubmit, "the button");
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
}

// --- what a screen reader is told ---

async function tree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes.filter((node) => !node.ignored);
}

async function told(page, language, label) {
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll("h1, h2, h3, h4")]
      .filter((h) => !h.closest(".govuk-error-summary"))
      .map((h) => Number(h.tagName[1])),
    errors: [...document.querySelectorAll(".govuk-error-message")].map((p) => ({
      id: p.id,
      text: p.innerText.trim(),
      users: [...document.querySelectorAll("[aria-describedby]")].filter((el) => el.getAttribute("aria-describedby").split(" ").includes(p.id)).length,
    })),
    dangling: [...document.querySelectorAll("[aria-describedby]")].flatMap((el) => el.getAttribute("aria-describedby").split(" ").filter((id) => !document.getElementById(id))),
    links: [...document.querySelectorAll(".govuk-error-summary a")].map((a) => a.getAttribute("href")),
    deadLinks: [...document.querySelectorAll('a[href^="#"]')].filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.hash),
    doubled: [...document.querySelectorAll("[id]")].map((el) => el.id).filter((id, i, all) => all.indexOf(id) !== i),
    landmarks: document.querySelectorAll("main").length,
    wide: document.documentElement.scrollWidth,
  }));
  assert.equal(facts.lang, language, label);
  assert.equal(facts.headings[0], 1, `${label}: the first heading is the page's`);
  assert.equal(facts.headings.filter((level) => level === 1).length, 1, `${label}: one h1`);
  facts.headings.reduce((was, is) => (assert.ok(is <= was + 1, `${label}: h${was} then h${is}`), is));
  assert.deepEqual(facts.dangling, [], `${label}: aria-describedby`);
  assert.deepEqual(facts.deadLinks, [], `${label}: links to nowhere`);
  assert.deepEqual(facts.doubled, [], `${label}: ids`);
  assert.equal(facts.landmarks, 1, label);
  assert.ok(facts.wide <= 320, `${label}: ${facts.wide} px wide`);
  const nodes = await tree(page);
  for (const node of nodes) {
    if (controls.has(node.role?.value)) {
      assert.ok(node.name?.value?.trim(), `${label}: a ${node.role.value} without a name`);
    }
  }
  const described = nodes.map((node) => node.description?.value ?? "").join("\n");
  for (const error of facts.errors) {
    assert.ok(error.users >= 1, `${label}: '${error.text}' belongs to no field`);
    assert.ok(described.includes(error.text.replace(/^[^:]+:\s*/, "")), `${label}: '${error.text}' is not read with its field`);
  }
  const isError = facts.errors.length > 0;
  assert.equal(facts.title.startsWith(`${errorWord(language)}: `), isError, `${label}: title '${facts.title}'`);
  if (isError) {
    assert.ok(facts.links.length > 0, label);
    const stop = await page.evaluate(() => document.activeElement?.className ?? "");
    assert.ok(stop.includes("govuk-error-summary"), `${label}: the summary has the focus, not '${stop}'`);
  }
  return facts.title;
}

// axe needs script: the same bytes once more where it may run; and letters twice as large there.
async function lookedAt(page, label) {
  const html = await page.content();
  await looker.unrouteAll();
  await looker.route("**/looked-at", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await looker.setViewportSize({ width: 320, height: 640 });
  await looker.goto(`${base}/looked-at`);
  assert.deepEqual(await violations(looker), [], `axe on ${label}`);
  await looker.setViewportSize({ width: 640, height: 512 });
  await looker.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  const large = await looker.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    body: parseFloat(getComputedStyle(document.querySelector("main p, main label, main dt")).fontSize),
    cut: [...document.querySelectorAll("main *")].filter((el) => getComputedStyle(el).overflowX === "hidden" && el.scrollWidth > el.clientWidth + 1 && !el.className.includes("visually-hidden")).length,
  }));
  assert.ok(large.wide <= 640, `${label}: letters twice as large make it ${large.wide} px wide on 640`);
  assert.ok(large.body >= 30, `${label}: letters do not grow (${large.body} px)`);
  assert.equal(large.cut, 0, `${label}: large letters are cut off`);
}

// --- the way ---

async function journey(language) {
  const context = await browser.newContext({ viewport: screens[language], javaScriptEnabled: false, locale: "en-GB" });
  const page = await context.newPage();
  const titles = new Map();
  const asked = new Set();
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  page.on("response", async (response) => {
    const type = response.headers()["content-type"] ?? "";
    if (type.startsWith("text/html") && response.status() < 300) {
      sizes.push([response.url(), response.body().then((body) => body.length, () => 0)]);
    }
  });
  const sizes = [];
  let count = 0;
  // a page that a form answered cannot be loaded again, so its stops are not walked
  const see = async (name, { hasAddress = true } = {}) => {
    const label = `${language} ${name}`;
    count += 1;
    const title = await told(page, language, label);
    const earlier = titles.get(title);
    assert.ok(!earlier || earlier === name, `${label}: the title '${title}' is also that of ${earlier}`);
    titles.set(title, name);
    await lookedAt(page, label);
    if (pictures) await page.screenshot({ path: join(pictures, `${language}-${String(count).padStart(2, "0")}-${name}.png`), fullPage: true });
    if (hasAddress) await walk(page, label);
  };
  const fresh = async () => page.goto(page.url());

  await page.goto(`${base}/?lang=${language}`);
  await page.goto(`${base}/`);
  await see("start");
  // the skip link goes past the head of the page
  await fresh();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok((await where(page)).isMain, "behind the skip link comes the page's own");
  await fresh();
  await submit(page);
  await see("now");
  await fresh();
  await tabTo(page, ...field("danger"));
  await page.keyboard.press("Space");
  await submit(page);
  await see("danger");
  await fresh();
  await tabTo(page, (stop) => stop.href === "/report/who", "the way on");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await see("who");
  await fresh();
  await tabTo(page, ...field("target.name"));
  await page.keyboard.type("n".repeat(301));
  await submit(page);
  await see("who-error", { hasAddress: false });
  // from the summary, Tab and Enter lead to the field
  await page.keyboard.press("Tab");
  assert.equal((await where(page)).href, "#target.name");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  assert.equal((await where(page)).name, "target.name");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Example Person");
  await submit(page);
  await see("what");
  await fresh();
  await submit(page);
  await see("what-error", { hasAddress: false });
  await tabTo(page, ...field("what"));
  await page.keyboard.type("He said: I will find you.");
  await submit(page);
  await see("where");
  await fresh();
  await tabTo(page, ...field("where.postcode"));
  await page.keyboard.type("E1 6AN, the flat above the shop");
  await submit(page);
  await see("where-error", { hasAddress: false });
  await tabTo(page, ...field("where.postcode"));
  await page.keyboard.press("Control+A");
  await page.keyboard.type("E1 6AN");
  await submit(page);
  await see("how");
  await fresh();
  await tabTo(page, ...field("accounts"));
  await page.keyboard.type("@one");
  await tabTo(page, ...field("links"));
  await page.keyboard.type("https://example.org/post");
  // and back again
  await tabTo(page, ...field("accounts"), "Shift+Tab");
  await submit(page);
  await see("files");
  await fresh();
  await submit(page);
  await see("effect");
  await fresh();
  await tabTo(page, ...field("fear"));
  await page.keyboard.press("Space");
  await submit(page);
  await see("share");
  await fresh();
  await tabTo(page, ...field("consent.police"));
  await page.keyboard.press("Space");
  await submit(page);
  await see("contact");
  await fresh();
  await tabTo(page, ...field("contact.email"));
  await page.keyboard.type("a@b.example");
  await submit(page);
  await see("contact-error", { hasAddress: false });
  await tabTo(page, ...field("contact"));
  await page.keyboard.press("Space");
  await submit(page);
  await see("check");
  await fresh();
  await submit(page);
  await see("sent");
  const receipt = (await page.innerText(".hs-receipt__line")).trim();
  assert.match(receipt, /^([a-z]+-){11}[a-z]+$/);
  await page.goto(`${base}/return`);
  await see("return");
  await fresh();
  await tabTo(page, ...field("receipt"));
  await page.keyboard.type("one two three");
  await submit(page);
  await see("return-error", { hasAddress: false });
  await tabTo(page, ...field("receipt"));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(receipt.replaceAll("-", " "));
  await submit(page);
  await see("mailbox", { hasAddress: false });
  await submit(page);
  await see("mailbox-error", { hasAddress: false });
  await tabTo(page, ...field("message"));
  await page.keyboard.type("He came back.");
  await submit(page);
  await see("mailbox", { hasAddress: false });
  assert.ok((await page.innerText("main")).includes("He came back."));
  for (const path of ["privacy", "cookies", "accessibility", "practice"]) {
    await page.goto(`${base}/${path}`);
    await see(path);
  }
  await fresh();
  await tabTo(page, (stop) => stop.tag === "button", "the start of practice");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await see("practice-now");
  await page.goto(`${base}/no-such-page`);
  await see("not-found");
  await tabTo(page, (stop) => stop.href === "/practice/end", "the way out of practice");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal(new URL(page.url()).pathname, "/");
  assert.deepEqual([...asked], [base], "no other host is asked");
  for (const [url, size] of sizes) {
    assert.ok((await size) <= 15000, `${url}: ${await size} bytes`);
  }
  await context.close();
  return count;
}

for (const language of Object.keys(screens)) {
  test(`by keyboard alone, in ${language}`, { timeout: 1_800_000 }, async () => {
    const count = await journey(language);
    assert.ok(count >= 28, `${count} pages`);
    console.log(`${language}: ${count} pages`);
  });
}
