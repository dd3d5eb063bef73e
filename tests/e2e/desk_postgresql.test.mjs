// SPDX-License-Identifier: Apache-2.0
// The officers' side once more (desk.test.mjs), on a fresh database of the PostgreSQL that
// HUSTINGS_TEST_POSTGRESQL names.
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);
const server = process.env.HUSTINGS_TEST_POSTGRESQL;

test("the desk on PostgreSQL", { skip: server ? false : "HUSTINGS_TEST_POSTGRESQL is not set", timeout: 1_800_000 }, async () => {
  const name = `desk_web_${process.pid}_${Date.now()}`;
  const sql = (text) => run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server, "-c", text]);
  const store = new URL(server);
  store.pathname = `/${name}`;
  await sql(`CREATE DATABASE ${name}`);
  const env = { ...process.env, HUSTINGS_DESK_STORE: store.href };
  delete env.NODE_TEST_CONTEXT; // else the inner runner reports to the outer one
  try {
    await run(process.execPath, ["--test", "--test-reporter=tap", join(here, "desk.test.mjs")], { env, maxBuffer: 16 << 20 });
  } catch (error) {
    throw new Error(error.stdout || error.message);
  } finally {
    await sql(`DROP DATABASE ${name} WITH (FORCE)`);
  }
});
