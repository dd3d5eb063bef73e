# SPDX-License-Identifier: Apache-2.0
"""An officer at the desk, for the bench: logs in and times pages over one connection."""
import http.client
import re
import time
import urllib.parse


class Officer:
    def __init__(self, desk):
        self.desk = desk
        self.connection = http.client.HTTPConnection("127.0.0.1", desk.desk, timeout=60)
        self.cookies = {}

    def ask(self, method, path, form=None):
        """(status, body, seconds, location)"""
        headers = {"Host": "localhost"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.monotonic()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        seconds = time.monotonic() - start
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return answer.status, text, seconds, answer.getheader("Location")

    def log_in(self):
        """Tries again with the next code: each is accepted once."""
        for _ in range(3):
            _, page, _, _ = self.ask("GET", "/login")
            csrf = re.search(rb'name="csrf" value="([^"]*)"', page)
            code = self.desk.command("totp", self.desk.made["totp_secret"]).stdout.strip()
            status, _, _, to = self.ask("POST", "/login", {
                "csrf": csrf.group(1).decode() if csrf else "", "next": "/queue",
                "login": self.desk.made["officer"], "password": self.desk.made["password"],
                "code": code})
            if status == 303 and to == "/queue":
                return
            time.sleep(31)
        raise RuntimeError("the officer cannot log in: " + self.desk.log())
