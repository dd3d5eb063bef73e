// SPDX-License-Identifier: Apache-2.0
// Every sample page in every language: no axe violation, fits a 320 px screen, small, asks nobody.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.HUSTINGS_BUILD ?? join(here, "../../build");
const run = promisify(execFile);

for (const language of ["en", "cy", "bn"]) {
  test(`sample pages in ${language}`, { timeout: 1_800_000 }, async () => {
    const out = mkdtempSync(join(tmpdir(), "hustings-pages."));
    try {
      const words = [join(here, "pages.mjs"), join(build, "tests/e2e/preview"), out, language];
      const { stdout } = await run(process.execPath, words);
      console.log(stdout.trim());
    } catch (error) {
      throw new Error(error.stderr || error.message);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
}
