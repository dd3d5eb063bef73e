# SPDX-License-Identifier: Apache-2.0
"""Reports with files: multipart bodies good and bad, large and cut off."""
import os
import socket
import sqlite3
import time

from api_client import REPORTS
from api_report import peak_kb

MB = 1024 * 1024
FILE_MAX, BODY_MAX = 25 * MB, 100 * MB
BOUNDARY = "a-boundary-7d3"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def part(name, data, filename=None, kind=None):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"'
    head += f"\r\nContent-Type: {kind}" if kind else ""
    return head.encode() + b"\r\n\r\n" + data + b"\r\n"


def form(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


REPORT = part("report", b'{"what":"Canary with files."}', kind="application/json")


def run(tap, client, desk):
    good(tap, client, desk)
    bad(tap, client)
    large(tap, client, desk)
    repeats(tap, client, desk)
    vanishing(tap, client, desk)


def send(client, body, key=None):
    return client.post(body, key, content_type=KIND)


def good(tap, client, desk):
    png = part("file", b"\x89PNG canary" * 1000, "caffè/…\\photo.png", "image/png")
    page = part("file", b"<script>alert('canary')</script>", "page.jpg", "image/jpeg")
    answer = send(client, form(REPORT, png, page))
    messages = client.messages(answer.json.get("receipt", ""))
    tap.point(answer.status == 201 and len(messages) == 1 and len(messages[0]["files"]) == 2
              and messages[0]["files"][1]["name"] == "page.jpg"
              and all(f["size"] > 0 for f in messages[0]["files"]), "two files", (answer, messages))
    answer = send(client, form(png, REPORT))
    tap.point(answer.status == 201, "the file before the report", answer)
    answer = send(client, form(REPORT, part("file", b"", "empty.txt")))
    tap.point(answer.status == 201, "an empty file", answer)
    answer = send(client, form(REPORT))
    tap.point(answer.status == 201, "no file", answer)
    ten = [part("file", b"canary %d" % i, f"{i}.txt", "text/plain") for i in range(10)]
    answer = send(client, form(REPORT, *ten))
    tap.point(answer.status == 201, "ten files", answer)
    verified = desk.verify()
    tap.point(verified["whole"] and verified["evidence_files"] == 14,
              "the ledger knows each of the 14 files", verified)


def bad(tap, client):
    eleven = [part("file", b"x", f"{i}.txt") for i in range(11)]
    whole = form(REPORT, part("file", b"x" * 1000, "a.txt"))
    rows = [("eleven files", form(REPORT, *eleven), 413),
            ("no report", form(part("file", b"x", "a.txt")), 400),
            ("a report that is a file", form(part("report", b'{"what":"x"}', "r.json")), 400),
            ("a report that is not JSON", form(part("report", b"what=x")), 400),
            ("a report with an unknown member", form(part("report", b'{"what":"x","y":1}')), 400),
            ("an empty report", form(part("report", b"")), 400),
            ("a report of 300 kB", form(part("report", b'{"what":"' + b"x" * 300000 + b'"}')), 413),
            ("another field", form(REPORT, part("colour", b"red")), 400),
            ("two reports", form(REPORT, REPORT), 400),
            ("nothing", b"", 400), ("no boundary in it", b"x" * 1000, 400),
            ("no last boundary", whole[:-len(BOUNDARY) - 6], 400),
            ("cut off in a file", whole[:-300], 400), ("cut off in a head", whole[:60], 400),
            ("a part without a name", form(REPORT, f"--{BOUNDARY}\r\n\r\nx\r\n".encode()), 400)]
    for name, body, wanted in rows:
        answer = send(client, body)
        tap.point(answer.status == wanted, f"multipart with {name}: {wanted}", answer)
    for kind in ("multipart/form-data", "multipart/form-data; boundary=",
                 "multipart/form-data; boundary=" + "x" * 200):
        answer = client.post(whole, content_type=kind)
        tap.point(answer.status == 400, f"{kind[:40]}: 400", answer)
    answer = client.post(whole, content_type="multipart/mixed; boundary=" + BOUNDARY)
    tap.point(answer.status == 415, "multipart/mixed: 415", answer)


def large(tap, client, desk):
    processes = [desk.child_pid(name) for name in ("front", "box")]
    before = [peak_kb(pid) for pid in processes]
    answer = send(client, form(REPORT, part("file", os.urandom(FILE_MAX), "film.mp4")))
    tap.point(answer.status == 201, "a file of 25 MB", answer)
    answer = send(client, form(REPORT, part("file", b"x" * (FILE_MAX + 1), "film.mp4")))
    tap.point(answer.status == 413, "a file of 25 MB and a byte: 413", answer)
    four = [part("file", b"x" * FILE_MAX, f"{i}.mp4") for i in range(4)]
    answer = send(client, form(REPORT, *four))
    tap.point(answer.status == 413, "100 MB and a little: 413", answer)
    grown = [peak_kb(pid) - was for pid, was in zip(processes, before)]
    tap.point(max(grown) < 48 * 1024, f"large files do not pile up in memory (kB grown: {grown})",
              grown)


def repeats(tap, client, desk):
    body = form(REPORT, part("file", b"canary" * 50000, "a.png", "image/png"))
    other = form(REPORT, part("file", b"canarx" * 50000, "a.png", "image/png"))
    first = send(client, body, "key-of-an-upload-1")
    letters = desk.verify()["letters"]
    again = send(client, body, "key-of-an-upload-1")
    tap.point(first.status == again.status == 201 and first.body == again.body
              and desk.verify()["letters"] == letters,
              "the same upload with the same key: the same receipt", (first, again))
    answer = send(client, other, "key-of-an-upload-1")
    tap.point(answer.status == 422, "another file with the same key: 422", answer)


def chunks_waiting(desk):
    """Chunks that no report has taken, and how many of them the sweep would never find."""
    with sqlite3.connect(f"file:{desk.folder}/letterbox.db?mode=ro", uri=True) as db:
        return db.execute("SELECT COUNT(*), COALESCE(SUM(expires = 0 OR expires > ?), 0)"
                          " FROM evidence_chunk WHERE leaf = 0",
                          ((time.time() + 2 * 3600 + 60) * 1e6,)).fetchone()


def vanishing(tap, client, desk):
    """Clients that go in the middle of an upload, politely and not."""
    letters = desk.verify()["letters"]
    body = form(REPORT, part("file", os.urandom(3 * MB), "a.bin"))
    head = (f"POST {REPORTS} HTTP/1.1\r\nHost: l\r\nContent-Type: {KIND}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    for i in range(40):
        with socket.create_connection(("127.0.0.1", desk.front), 10) as s:
            s.sendall(head + body[:(i * 80000) % len(body)])
            if i % 2:  # a reset instead of an end
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    for _ in range(5):  # gone just after the last byte
        with socket.create_connection(("127.0.0.1", desk.front), 10) as s:
            s.sendall(head + body)
    answer = send(client, body)
    verified = desk.verify()
    tap.point(answer.status == 201, "45 clients vanish in an upload: the next one is served",
              answer)
    tap.point(verified["whole"] and letters + 1 <= verified["letters"] <= letters + 6,
              "only whole uploads became reports", verified)
    count, immortal = chunks_waiting(desk)
    tap.point(count > 0 and immortal == 0,
              "what they left behind has its end within two hours (swept: clock_test)",
              (count, immortal))
    tap.point("front' ended" not in desk.log() and "box' ended" not in desk.log(),
              "no process fell over", desk.log())
