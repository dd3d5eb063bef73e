# SPDX-License-Identifier: Apache-2.0
"""A desk for tests from outside: made in a temporary folder, served on free ports, killed and
started again; what its processes cost; and a TAP printer. Only Python's standard library."""
import datetime
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("HUSTINGS_BUILD") or os.path.join(ROOT, "build")
HUSTINGS = os.environ.get("HUSTINGS") or os.path.join(BUILD, "hustings")
LOAD = os.path.join(BUILD, "tests", "support", "load")
NOON = "2026-07-01T12:00:00+01:00"  # for a desk's clock: far from the ends of a day and of a week
CLOCK = os.path.join(BUILD, "tests", "support", "clock_ahead.so")


class Tap:
    """Prints points as they come; `end` prints the plan and gives the exit code."""

    def __init__(self):
        self.count = self.failed = 0

    def point(self, is_good, name, detail=""):
        self.count += 1
        self.failed += not is_good
        if not is_good:
            print("# " + str(detail).strip()[-3000:].replace("\n", "\n# "))
        print(f"{'ok' if is_good else 'not ok'} {self.count} - {name}", flush=True)
        return is_good

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}", flush=True)

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0


def free_port(first=12000):
    """One of ten thousand below the range that the system takes for outgoing connections: a reporter
    who dials a port in it while the desk is down may be connected to itself, and then hold it."""
    while True:
        with socket.socket() as s:
            port = random.randrange(first, first + 10000)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def stat_of(pid):
    """The fields of /proc/PID/stat from the state on (proc(5): number 3), or None."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def family(pid):
    """A process and all that descend from it."""
    parents = {}
    for name in os.listdir("/proc"):
        fields = stat_of(name) if name.isdigit() else None
        if fields:
            parents.setdefault(int(fields[1]), []).append(int(name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += parents.get(found[-1], [])
    return found


def cpu_seconds(pids):
    tick = os.sysconf("SC_CLK_TCK")
    fields = [stat_of(pid) for pid in pids]
    return sum(int(f[11]) + int(f[12]) for f in fields if f) / tick


def pss_kb(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return total


class PostgresqlPlace:
    """A fresh database on the server of HUSTINGS_TEST_POSTGRESQL, dropped at the end."""

    def __init__(self):
        server = os.environ["HUSTINGS_TEST_POSTGRESQL"]
        self.server = server
        self.name = f"desk_{os.getpid()}_{os.urandom(4).hex()}"
        parts = urllib.parse.urlsplit(server)
        self.url = urllib.parse.urlunsplit(parts._replace(path="/" + self.name))
        self.sql(f"CREATE DATABASE {self.name}")

    def sql(self, text, url=None):
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
                              url or self.server, "-c", text], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, text=True, check=True)
        return run.stdout.strip()

    def drop(self):
        self.sql(f"DROP DATABASE {self.name} WITH (FORCE)")


class Desk:
    """with Desk() as desk: desk.start() …    With at=NOON its clock starts there."""

    def __init__(self, engine="sqlite", folder=None, serve_words=(), at=None):
        self.home = tempfile.mkdtemp(prefix="hustings-desk.")
        self.folder = folder or os.path.join(self.home, "desk")
        self.front, self.desk = free_port(12000), free_port(22000)  # never the same
        self.environment = dict(os.environ)
        if at is not None:
            self.set_clock(int(datetime.datetime.fromisoformat(at).timestamp() - time.time()))
        self.place = PostgresqlPlace() if engine == "postgresql" else None
        self.serve_words = list(serve_words)
        self.child = None
        self.log_path = os.path.join(self.home, "log")  # not in the desk's own folder
        words = ["--store", self.place.url] if self.place else []
        words += ["--front", f"127.0.0.1:{self.front}", "--desk", f"127.0.0.1:{self.desk}"]
        run = self.command("init", self.folder, "--json", *words)
        if run.returncode != 0:
            self.close()
            raise RuntimeError(f"init failed: {run.stderr}")
        self.made = json.loads(run.stdout)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None and os.path.exists(self.log_path):
            print("# what the desk said:\n# " + self.log()[-3000:].replace("\n", "\n# "), flush=True)
        self.close()

    def set_clock(self, ahead):
        """The wall clock of all that is started from now on: so many seconds ahead of ours, which may
        itself be moved (all of a suite under clock_ahead.so)."""
        ours = int(os.environ.get("CLOCK_AHEAD", "0"))
        self.environment.update(LD_PRELOAD=CLOCK, CLOCK_AHEAD=str(ours + ahead))

    def command(self, *words):
        return subprocess.run([HUSTINGS, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, env=self.environment)

    def start(self, wait=True):
        """Its own process group, so that all of it can be killed at once."""
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(
                [HUSTINGS, "serve", self.folder, "--front", f"127.0.0.1:{self.front}", "--desk",
                 f"127.0.0.1:{self.desk}", *self.serve_words], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, env=self.environment)
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds=60):
        """Until reporters get an answer."""
        self.wait_answer(self.front, "/api/v1/openapi.json", seconds)

    def wait_officers(self, seconds=60):
        """Until officers do: their process begins beside the reporters' one."""
        self.wait_answer(self.desk, "/login", seconds)

    def wait_answer(self, port, path, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as s:
                    s.sendall(f"HEAD {path} HTTP/1.1\r\nHost: l\r\n"
                              "Connection: close\r\n\r\n".encode())
                    if s.recv(100).startswith(b"HTTP/1.1 200"):
                        return
            except OSError:
                time.sleep(0.02)
            if self.child.poll() is not None:
                break
        raise RuntimeError("the desk does not answer: " + self.log())

    def kill(self):
        """-9 for parent and children at once."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self):
        """In order; returns the exit code."""
        self.child.terminate()
        return self.child.wait(120)

    def child_pid(self, name, seconds=60):
        """Waits for it: the parent starts anew what a test has killed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for pid in family(self.child.pid)[1:]:
                try:
                    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                        if file.read().strip() == name:
                            return pid
                except (FileNotFoundError, ProcessLookupError):
                    continue  # it ended meanwhile
            time.sleep(0.02)
        raise RuntimeError(f"there is no process '{name}'")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def verify(self):
        run = self.command("ledger", "verify", self.folder, "--json")
        try:
            return dict(json.loads(run.stdout), exit=run.returncode)
        except ValueError:
            return {"whole": False, "letters": -1, "exit": run.returncode, "error": run.stderr}

    def load(self, verb, *words, wait=True):
        """tests/support/load: its result, or with wait=False the running process."""
        command = [LOAD, verb, "--port", str(self.front), *map(str, words)]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 text=True)
        return load_result(child) if wait else child

    def close(self):
        if self.child is not None and self.child.poll() is None:
            self.kill()
        if self.place is not None:
            self.place.drop()
        shutil.rmtree(self.home, ignore_errors=True)


def load_result(child):
    out, _ = child.communicate()
    return dict(json.loads(out), exit=child.returncode)


WORDS_JOINED = re.compile(rb"[a-z]{3,8}(?:-[a-z]{3,8})+")


def receipt_pairs(receipts):
    """Neighbouring words of receipts: what no file may hold."""
    pairs = set()
    for receipt in receipts:
        words = receipt.encode().split(b"-")
        pairs.update(zip(words, words[1:]))
    return pairs


def files_of(folder):
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            try:
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        yield path, file.read()
            except FileNotFoundError:
                continue  # a running server takes its own away


def pairs_in(data):
    """(where, pair) of each two words that are joined like a receipt's."""
    for match in WORDS_JOINED.finditer(data):
        words = match.group().split(b"-")
        for pair in zip(words, words[1:]):
            yield match.start(), pair


def pairs_of(folder):
    """What stands there joined like a receipt, by no receipt: "run-time" in a database's own tables.
    One of thousands of receipts has such a pair of words now and then."""
    return {pair for _, data in files_of(folder) for _, pair in pairs_in(data)}


def files_with(folder, canaries, pairs=frozenset()):
    """Every file under the folder that holds a canary's bytes or two neighbouring receipt words."""
    found = []
    for path, data in files_of(folder):
        found += [f"{path}: {c!r}" for c in canaries if c in data]
        if pairs:
            places = {at for at, pair in pairs_in(data) if pair in pairs}
            found += [f"{path}: a receipt at byte {at}" for at in sorted(places)]
    return found


def need_programs(tap):
    missing = [p for p in (HUSTINGS, LOAD, CLOCK) if not os.access(p, os.X_OK)]
    if missing:
        tap.point(False, "the programs are built", f"not there: {missing}; ./dev build")
        sys.exit(tap.end())
