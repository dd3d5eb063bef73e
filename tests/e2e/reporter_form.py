# SPDX-License-Identifier: Apache-2.0
"""One visitor's browser: cookies, redirects, the form's nonce, and what a page's fields hold."""
import html
import http.client
import json
import re
import urllib.parse


class Page:
    def __init__(self, status, path, text):
        self.status, self.path, self.text = status, path, text

    @property
    def errors(self):
        """The page's complaints and its heading, for a failing test's words."""
        found = re.findall(r'class="govuk-error-message">(.*?)</p>', self.text, re.S)
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.S)
        return f"{self.status} {self.path} {found} {heading.group(1) if heading else ''}"


def report_by_api(desk, report, query="", want_status=False):
    connection = http.client.HTTPConnection("127.0.0.1", desk.front, timeout=30)
    connection.request("POST", "/api/v1/reports" + query, json.dumps(report),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if want_status:
        return answer.status
    if answer.status != 201:
        raise RuntimeError(f"a good report was refused: {answer.status} {text[:500]!r}")
    return json.loads(text)["receipt"]


class Visitor:
    def __init__(self, desk):
        self.desk = desk
        self.cookies = {}
        self.nonce = ""

    def ask(self, method, path, body=None, kind=None, hops=5):
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.front, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                word = rest.split(";")[0]
                self.cookies.pop(key, None)
                if word:
                    self.cookies[key] = word
        text = answer.read().decode("utf-8", "replace")
        to = answer.getheader("Location")
        connection.close()
        if answer.status == 303 and to.startswith("/") and hops > 0:
            return self.ask("GET", to, hops=hops - 1)
        return Page(answer.status, path.split("?")[0], text)

    def get(self, path):
        return self.ask("GET", path)

    def post_raw(self, path, body):
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def post(self, path, **fields):
        fields.setdefault("nonce", self.nonce)
        return self.post_raw(path, urllib.parse.urlencode(fields).encode())

    def upload(self, files, more=True, lang=None):
        """[(name, bytes)…] as "add these files" sends them."""
        edge = "----edge-5f2c"
        body = b""
        button = ("lang", lang) if lang else ("more", "1") if more else ("", "")
        for name, value in (("nonce", self.nonce), button):
            body += (f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
                     "\r\n").encode()
        for name, data in files:
            body += (f'--{edge}\r\nContent-Disposition: form-data; name="files"; '
                     f'filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n').encode()
            body += data + b"\r\n"
        return self.ask("POST", "/report/files", body + f"--{edge}--\r\n".encode(),
                        f"multipart/form-data; boundary={edge}")

    @staticmethod
    def nonce_of(text):
        match = re.search(r'name="nonce" value="(\w+)"', text)
        return match.group(1) if match else ""

    def start(self):
        page = self.get("/report/now")
        self.nonce = self.nonce_of(page.text)
        return page

    @staticmethod
    def value_of(text, name):
        """What an input or text area holds; None when it is not there."""
        area = re.search(rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>(.*?)</textarea>', text,
                         re.S)
        if area:
            text = html.unescape(area.group(1))
            return text[1:] if text.startswith("\n") else text  # as a browser reads it
        field = re.search(rf'<input[^>]* name="{re.escape(name)}"[^>]*>', text)
        value = re.search(r' value="([^"]*)"', field.group(0)) if field else None
        return html.unescape(value.group(1)) if value else None

    def whole_begin(self, what):
        self.start()
        self.post("/report/now", danger="no")
        return self.post("/report/what", what=what)

    def whole(self, what):
        """A report from the first question to its receipt (empty when there is none)."""
        self.whole_begin(what)
        return self.receipt_of(self.post("/report/send"))

    @staticmethod
    def receipt_of(page):
        match = re.search(r'class="hs-receipt__line"[^>]*>([a-z-]+)<', page.text)
        return match.group(1) if match and page.status == 200 else ""
