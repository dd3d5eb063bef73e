// SPDX-License-Identifier: Apache-2.0
// A reporter's whole way through a real desk that nobody has unlocked (journey.mjs).
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run, startDesk } from "../support/desk.mjs";

const here = dirname(fileURLToPath(import.meta.url));

test("a report without script on a small screen, and back with the receipt", { timeout: 1_800_000 }, async () => {
  const desk = await startDesk("journey");
  try {
    const { stdout } = await run(process.execPath, [join(here, "journey.mjs"), desk.base]);
    console.log(stdout.trim());
  } catch (error) {
    throw new Error(error.stderr || error.message);
  } finally {
    await desk.stop();
  }
});
