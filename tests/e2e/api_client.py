# SPDX-License-Identifier: Apache-2.0
"""One HTTP exchange over a socket of its own, byte for byte as the test wants it; every answer is
looked at for what all answers must have, and remembered for the comparison with openapi.json."""
import json
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from api_schema import faults  # noqa: E402
from desk import ROOT, Desk, Tap, files_with, need_programs  # noqa: E402,F401

REPORTS, MESSAGES, OPENAPI = "/api/v1/reports", "/api/v1/reports/messages", "/api/v1/openapi.json"
SECURITY = {"content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer", "cross-origin-resource-policy": "same-origin"}


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/1.1 ") else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def says(self):
        """All words of a problem, or of whatever came instead."""
        return self.body.decode("utf-8", "replace")

    def __repr__(self):
        return f"{self.status} {self.headers.get('content-type')} {self.body[:300]!r}"


def openapi():
    with open(os.path.join(ROOT, "assets", "openapi.json"), encoding="utf-8") as file:
        return json.load(file)


DOCUMENT = openapi()


def schema_faults(method, path, answer):
    """The body against what openapi.json says of this answer; every refusal is a Problem."""
    described = DOCUMENT["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
    response = described.get(str(answer.status))
    if response is None and answer.status < 400:
        return [f"{answer.status} is not described"]
    schema = (next(iter(response["content"].values()))["schema"] if response
              else {"$ref": "#/components/schemas/Problem"})
    return faults(DOCUMENT, schema, answer.json)


class Client:
    def __init__(self, desk):
        self.desk = desk
        self.seen = {}    # (method, path) → set of statuses
        self.faults = []  # what any answer lacked

    def raw(self, request, seconds=60, more=None):
        """Sends bytes and reads to the end of the answer. more(socket): what to send next."""
        with socket.create_connection(("127.0.0.1", self.desk.front), seconds) as s:
            data = b""
            try:
                s.sendall(request)
                if more is not None:
                    more(s)
            except OSError:
                pass  # the server may answer and hang up before it has read all
            try:
                while piece := s.recv(65536):
                    data += piece
            except OSError:
                pass
        words = request.split(b" ", 2)
        return self.look(words[0].decode(), words[1].decode().split("?")[0], Answer(data))

    def look(self, method, path, answer):
        self.seen.setdefault((method, path), set()).add(answer.status)
        wanted = "application/problem+json" if answer.status >= 400 else "application/json"
        if answer.headers.get("content-type") != wanted:
            self.faults.append(f"{method} {path}: content type: {answer}")
        for name, value in SECURITY.items():
            if value not in answer.headers.get(name, ""):
                self.faults.append(f"{method} {path}: no {name}: {answer}")
        if answer.headers.get("cache-control") != "no-store" and path != OPENAPI:
            self.faults.append(f"{method} {path}: may be cached")
        for name in ("set-cookie", "server", "x-powered-by"):
            if name in answer.headers:
                self.faults.append(f"{method} {path}: sends {name}")
        if answer.status >= 400 and method != "HEAD":
            problem = answer.json
            if problem.get("status") != answer.status or not problem.get("title") \
                    or not problem.get("detail"):
                self.faults.append(f"{method} {path}: no whole problem: {answer}")
        if method != "HEAD":
            for fault in schema_faults(method, path, answer):
                self.faults.append(f"{method} {path}: not as openapi.json says: {fault}: {answer}")
        return answer

    def slow(self, method, path, headers=(), body=b""):
        return self.ask(method, path, headers, body, 60)

    def ask(self, method, path, headers=(), body=b"", seconds=60):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in dict(headers).items()]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        return self.raw("\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body,
                        seconds)

    def post(self, body, key=None, path=REPORTS, content_type="application/json", receipt=None):
        """body: bytes, or an object that becomes JSON."""
        headers = {"Content-Type": content_type} if content_type else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        if receipt is not None:
            headers["Authorization"] = f"Bearer {receipt}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, headers, data)

    def report(self, body=None, key=None):
        """A report that must be taken; its receipt."""
        answer = self.post({"what": "Something was shouted."} if body is None else body, key)
        if answer.status != 201:
            raise RuntimeError(f"a good report was refused: {answer}")
        return answer.json["receipt"]

    def read(self, receipt, method="GET"):
        return self.ask(method, REPORTS, {"Authorization": f"Bearer {receipt}"})

    def messages(self, receipt):
        return self.read(receipt).json.get("messages", [])
