// SPDX-License-Identifier: Apache-2.0
// A reporter's whole way through a real desk that nobody has unlocked (journey.mjs).
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const program = process.env.HUSTINGS ?? join(here, "../../build/hustings");
const run = promisify(execFile);

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function answers(base) {
  for (let i = 0; i < 100; i += 1) {
    try {
      if ((await fetch(base)).ok) return;
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  throw new Error("the desk does not answer");
}

test("a report without script on a small screen, and back with the receipt", { timeout: 300_000 }, async () => {
  const work = mkdtempSync(join(tmpdir(), "hustings-journey."));
  const desk = join(work, "desk");
  const password = join(work, "password");
  writeFileSync(password, "a long enough password\n", { mode: 0o600 });
  await run(program, ["init", desk, "--officer", "duty", "--password-file", password]);
  const base = `http://127.0.0.1:${await freePort()}`;
  const officers = `127.0.0.1:${await freePort()}`;
  const serve = spawn(program, ["serve", desk, "--front", base.slice(7), "--desk", officers], { stdio: "ignore" });
  try {
    await answers(base);
    const { stdout } = await run(process.execPath, [join(here, "journey.mjs"), base]);
    console.log(stdout.trim());
  } catch (error) {
    throw new Error(error.stderr || error.message);
  } finally {
    serve.kill("SIGTERM");
    await new Promise((done) => serve.once("exit", done));
    rmSync(work, { recursive: true, force: true });
  }
});
