# SPDX-License-Identifier: Apache-2.0
"""An officer at the desk, for tests: logs in with the codes of a secret, reads and posts pages."""
import base64
import hashlib
import hmac
import http.client
import re
import struct
import time
import urllib.parse


def totp(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def next_step(used):
    """The step whose code to give next, waited for if need be. Accepted is one to either side of now,
    each once and in order; the oldest only while it has time left to be looked at."""
    while True:
        now, age = divmod(int(time.time()), 30)
        step = max(used + 1, now - (age < 15))
        if step <= now + 1:
            return step
        time.sleep(0.2)


class Supervisor:
    """Codes of one step before to one step after are accepted, each once and in order: so three
    log-ins are possible at once, and then one every thirty seconds."""

    def __init__(self, login, password, secret):
        self.login, self.password, self.secret = login, password, secret
        self.step = 0
        self.cookies = {}
        self.port = None

    def ask(self, method, path, form=None):
        headers = {"Host": "localhost"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.split(";")[0]
            return answer.status, text, answer.getheader("Location") or ""
        finally:
            connection.close()

    def get(self, path):
        status, text, _ = self.ask("GET", path)
        return text if status == 200 else b"status %d: " % status + text

    def log_in(self, port):
        self.port, self.cookies = port, {}
        end = time.monotonic() + 100
        while time.monotonic() < end:
            now = int(time.time()) // 30
            self.step = max(self.step + 1, now - 1)
            if self.step > now + 1:
                self.step -= 1
                time.sleep(1)
                continue
            try:
                csrf = re.search(rb'name="csrf" value="([^"]*)"', self.get("/login"))
                status, _, to = self.ask("POST", "/login", {
                    "csrf": csrf.group(1).decode() if csrf else "", "next": "/queue",
                    "login": self.login, "password": self.password,
                    "code": totp(self.secret, self.step)})
            except OSError:  # the officers' process starts last
                self.step -= 1
                time.sleep(0.1)
                continue
            if status == 303 and to == "/queue":
                return self
        raise RuntimeError(f"{self.login} cannot log in")

    def form(self, page, **more):
        """The hidden token and version of a page, with more fields."""
        text = self.get(page)
        fields = {}
        for name in ("csrf", "version"):
            found = re.search(rb'name="%s" value="([^"]*)"' % name.encode(), text)
            fields[name] = found.group(1).decode() if found else ""
        return dict(fields, **more)

    def act(self, page, path, **fields):
        """A form of `page` sent to `path`: (status, text, location)."""
        return self.ask("POST", path, self.form(page, **fields))
