# SPDX-License-Identifier: Apache-2.0
"""Fossil's ticket form as the nearest thing that Debian installs: a form, a database, durable.

It is not the same work: Fossil neither encrypts nor proves, and it answers with a redirect. What is
compared is what the person at the form waits for: 'it is kept'."""
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from desk import free_port  # noqa: E402

TEXT = ("The account wrote under every photograph that I put up this week, mostly at night. " * 12)[:900]


def version():
    if shutil.which("fossil") is None:
        return None
    run = subprocess.run(["fossil", "version"], stdout=subprocess.PIPE, text=True, check=True)
    return run.stdout.strip()


class Fossil:
    """A fresh repository behind `fossil server --localhost`; the administrator is logged in, since
    that user may file tickets without a further setting."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="hustings-fossil.")
        self.repository = os.path.join(self.home, "r.fossil")
        self.port = free_port()
        self.environment = dict(os.environ, HOME=self.home)
        self.run("init", self.repository, "-A", "admin")
        self.run("user", "password", "admin", "secret-1", "-R", self.repository)
        self.child = subprocess.Popen(
            ["fossil", "server", "--localhost", "--port", str(self.port), self.repository],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.cookie = self.log_in()

    def run(self, *words):
        return subprocess.run(["fossil", *words], env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=True).stdout

    def ask(self, method, path, fields=None, cookie=""):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Referer": f"http://127.0.0.1:{self.port}{path}", "Cookie": cookie}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        return response, text

    def log_in(self):
        for _ in range(200):
            try:
                response, _ = self.ask("POST", "/login",
                                       {"u": "admin", "p": "secret-1", "in": "Login"})
                return response.getheader("Set-Cookie").split(";")[0]
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
        raise RuntimeError("fossil server does not answer")

    def token(self):
        """The form's CSRF token: the same for the whole log-in, so it is fetched once a client."""
        _, page = self.ask("GET", "/tktnew", cookie=self.cookie)
        return re.search(r'name="csrf" value="([^"]+)"', page).group(1)

    def client(self, end, result):
        token = self.token()
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                response, _ = self.ask("POST", "/tktnew", {
                    "csrf": token, "title": "Report", "type": "Incident", "severity": "Minor",
                    "foundin": "", "private_contact": "", "mutype": "Markdown",
                    "icomment": TEXT, "submit": "Submit"}, self.cookie)
                is_good = response.status == 302 and "/tktview/" in response.getheader("Location")
            except (OSError, http.client.HTTPException):
                is_good = False
            result.append((is_good, time.monotonic() - start))

    def tickets(self):
        return int(self.run("sql", "-R", self.repository, "SELECT count(*) FROM ticket;"))

    def close(self):
        """Ends it; the CPU seconds of the server and of every child that it forked."""
        self.child.terminate()
        _, _, usage = os.wait4(self.child.pid, 0)
        self.child.returncode = 0
        shutil.rmtree(self.home, ignore_errors=True)
        return usage.ru_utime + usage.ru_stime


def measure(clients, seconds):
    fossil = Fossil()
    result, threads = [], []
    start = time.monotonic()
    for _ in range(clients):
        threads.append(threading.Thread(target=fossil.client, args=(start + seconds, result)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - start
    tickets = fossil.tickets()
    cpu = fossil.close()
    waits = sorted(wait for is_good, wait in result if is_good) or [0]
    return {"clients": clients, "seconds": wall, "good": tickets,
            "failed": sum(not is_good for is_good, _ in result),
            "per_second": tickets / wall, "p99_ms": 1000 * waits[int(.99 * (len(waits) - 1))],
            "cpu_ms": 1000 * cpu / max(tickets, 1)}
