// SPDX-License-Identifier: Apache-2.0
// journey.mjs BASE_URL [PICTURE_DIR]
// A reporter's way through a running desk with script off, on a 320 px screen: every question, a
// mistake on the way, a file, the receipt, a second submit, coming back, adding, leaving.
import assert from "node:assert/strict";
import { join } from "node:path";
import { launch } from "../support/browser.mjs";

const [base, pictures] = process.argv.slice(2);
const browser = await launch();
const context = await browser.newContext({
  viewport: { width: 320, height: 640 },
  javaScriptEnabled: false,
  locale: "en-GB",
});
const page = await context.newPage();
const asked = new Set();
page.on("request", (request) => asked.add(new URL(request.url()).origin));
let steps = 0;

async function seen(path, words) {
  steps += 1;
  assert.equal(new URL(page.url()).pathname, path);
  const text = await page.innerText("body");
  assert.ok(text.includes(words), `${path} does not say "${words}":\n${text}`);
  const bytes = Buffer.byteLength(await page.content());
  assert.ok(bytes < 15000, `${path} has ${bytes} bytes`);
  if (pictures) await page.screenshot({ path: join(pictures, `${String(steps).padStart(2, "0")}.png`), fullPage: true });
}
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const field = (name) => page.locator(`[name="${name}"]`);

await page.goto(`${base}/`);
await seen("/", "If someone is in danger now, call 999");
await press("Start now");
await seen("/report/now", "Is it happening now?");
await page.getByLabel("Yes, someone is in danger now").check();
await press("Continue");
await seen("/report/danger", "Call 999 now");
await press("Go on with the report");
await seen("/report/who", "Who is it about?");
await field("target.office").selectOption("councillor");
await field("target.role").selectOption("holder");
await field("target.name").fill("Example Person");
await field("reporter.relation").selectOption("self");
await press("Continue");
await seen("/report/what", "What happened?");
await press("Continue");
await seen("/report/what", "Tell us what happened. A few words are enough.");
assert.ok((await page.title()).startsWith("Error:"));
await field("what").fill('A man said: "I will find you".\n<script>alert(1)</script>');
await press("Continue");
await seen("/report/where", "When and where was it?");
// Another language in the middle of a page: a button of the form, and what was typed stays.
await field("where.place").fill("Half a pla");
await press("Cymraeg");
await seen("/report/where", "Pryd a ble");
assert.equal(await field("where.place").inputValue(), "Half a pla");
await press("English");
await seen("/report/where", "When and where was it?");
assert.equal(await field("where.place").inputValue(), "Half a pla");
// The key Enter goes on; it does not press the first button of the page, which is a language.
await field("where.place").press("Enter");
await seen("/report/how", "How did it reach you?");
await field("accounts").fill("@kept");
await press("Back");
await field("date").fill("2024-06-14");
await field("time").fill("21:40");
await field("where.place").fill("Library");
await field("where.postcode").fill("E1 6AN");
await press("Continue");
await seen("/report/how", "How did it reach you?");
assert.equal(await field("accounts").inputValue(), "@kept\n");
await field("channel").selectOption("in-person");
await field("accounts").fill("@one\n@two");
await press("Continue");
await seen("/report/files", "Do you have pictures or files?");
await field("files").setInputFiles({ name: "shot <1>.png", mimeType: "image/png", buffer: Buffer.alloc(200000, 7) });
await press("Add these files");
await seen("/report/files", "shot <1>.png");
await press("Continue");
await seen("/report/effect", "How has it affected you?");
await page.getByLabel("4 – afraid").check();
await press("Continue");
await seen("/report/share", "Who may we tell?");
await page.getByLabel("The police").check();
await press("Continue");
await seen("/report/contact", "May we contact you?");
await page.getByLabel("Yes, you may contact me").check();
await field("contact.email").fill("not an address");
await press("Continue");
await seen("/report/contact", "Write an email address like name@example.org");
assert.equal(await field("contact.email").inputValue(), "not an address");
await page.getByLabel("No, I want to stay anonymous").check();
await press("Continue");
await seen("/report/check", "<script>alert(1)</script>");
await seen("/report/check", "14 June 2024 at 9:40pm");
await seen("/report/check", "shot <1>.png");

// A change keeps the rest and comes back; another language keeps everything.
await page.getByRole("link", { name: /Change.*When and where was it/ }).click();
await field("where.place").fill("Library, back door");
await press("Save");
await seen("/report/check", "Library, back door");

// A name that several forces know is asked about once; none, and nothing, are answers too.
const where = async (place, postcode) => {
  await page.getByRole("link", { name: /Change.*When and where was it/ }).click();
  await field("where.place").fill(place);
  await field("where.postcode").fill(postcode);
  await press("Save");
};
await where("Bow", "");
await seen("/report/place", "Which place do you mean?");
await press("Save");
await seen("/report/check", "Bow");
await where("by the church in Bow", "");
await seen("/report/place", "Tower Hamlets");
await page.locator(".govuk-radios__item", { hasText: "Tower Hamlets" }).locator("input").check();
await press("Save");
await seen("/report/check", "by the church in Bow (Bow, Tower Hamlets)");
await where("by the church in Bow (Bow, Tower Hamlets)", "");
await seen("/report/check", "by the church in Bow (Bow, Tower Hamlets)");
await where("Library, back door", "E1 6AN");
await seen("/report/check", "Library, back door");
await page.getByRole("link", { name: "Cymraeg" }).click();
await seen("/report/check", "Gwiriwch eich atebion");
assert.equal(await page.getAttribute("html", "lang"), "cy");
await page.getByRole("link", { name: "English" }).click();
await seen("/report/check", "Check your answers");

const nonce = await page.locator('form[action="/report/send"] [name="nonce"]').inputValue();
await press("Send the report");
await seen("/report/send", "We cannot recover this receipt.");
await seen("/report/send", "Operation Ford");
await seen("/report/send", "When you are safe, come back with your receipt");
const receipt = (await page.innerText(".hs-receipt__line")).trim();
assert.match(receipt, /^([a-z]+-){11}[a-z]+$/);

// The same form again: the same receipt, not a second report.
const again = await context.request.post(`${base}/report/send`, { form: { nonce }, headers: { origin: base } });
assert.ok((await again.text()).includes(receipt), `second submit: ${again.status()}`);

const file = await context.request.post(`${base}/receipt.txt`, { form: { receipt } });
assert.ok((await file.text()).startsWith(receipt));

await page.goto(`${base}/return`);
await field("receipt").fill("one two three");
await press("Open my messages");
await seen("/mailbox", "These words do not open a report.");
await field("receipt").fill(receipt.toUpperCase().replaceAll("-", " "));
await press("Open my messages");
await seen("/mailbox", "I will find you");
await field("message").fill("He came back today.");
await press("Send the message");
await seen("/mailbox/add", "Your message has been added.");
await seen("/mailbox/add", "He came back today.");

// What is wrong at the door.
const stranger = await browser.newContext({ javaScriptEnabled: false });
const foreign = await stranger.request.post(`${base}/report/what`, { form: { nonce: "x", what: "y" } });
assert.equal(foreign.status(), 403);
assert.equal((await stranger.request.get(`${base}/nothing-here`)).status(), 404);
const large = await stranger.request.post(`${base}/report/what`, { data: Buffer.alloc(600_000, 97), headers: { "content-type": "application/x-www-form-urlencoded" } });
assert.equal(large.status(), 413);
assert.ok((await large.text()).includes("That was too large to send"));
const bengali = await stranger.request.get(`${base}/`, { headers: { "accept-language": "bn, en;q=0.5" } });
assert.ok((await bengali.text()).includes('lang="bn"'));
const css = (await page.content()).match(/\/assets\/hustings-[0-9a-f]+\.css/)[0];
const sheet = await stranger.request.get(base + css);
assert.ok(sheet.headers()["cache-control"].includes("immutable"));

// The way out: what was typed is gone, also for somebody who kept the cookie.
await page.goto(`${base}/report/now`);
await page.getByLabel("No", { exact: true }).check();
await press("Continue");
await seen("/report/who", "Who is it about?");
const kept = (await context.cookies()).find((cookie) => cookie.name === "draft");
const exit = await context.request.get(`${base}/exit`, { maxRedirects: 0 });
assert.equal(exit.status(), 303);
assert.ok(exit.headers()["location"].startsWith("https://www.bbc.co.uk/weather"));
assert.ok((await context.cookies()).every((cookie) => cookie.name !== "draft"));
const thief = await browser.newContext({ javaScriptEnabled: false });
await thief.addCookies([kept]);
assert.equal((await thief.request.get(`${base}/report/check`)).status(), 404);
assert.deepEqual([...asked], [base]);
await browser.close();
console.log(`${steps} pages seen, receipt ${receipt.split("-").length} words`);
