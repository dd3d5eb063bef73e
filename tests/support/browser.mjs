// SPDX-License-Identifier: Apache-2.0
// What tests in a browser share: chromium, axe, and a person's words and buttons on a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// On a busy machine a page takes its time: nothing is given up before this.
const patience = 180_000;

export async function launch() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"], timeout: patience });
  const open = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await open(options);
    context.setDefaultTimeout(patience);
    return context;
  };
  return browser;
}

// What axe finds on a page that may run script, a line a rule.
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), rules);
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("; ")}`);
}

export const text = (page) => page.innerText("body");
export async function says(page, words) {
  const all = await text(page);
  assert.ok(all.includes(words), `${page.url()} does not say "${words}":\n${all}`);
}
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
