# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around the reporter's pages: bodies that nobody reads, a file that lies about
itself, a disk that is full, a clock that jumps."""
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

from api_report import peak_kb
from desk import Desk
from reporter_form import Visitor, report_by_api

MB, GB = 1 << 20, 1 << 30
LIMIT = 512 * 1024  # of a form without files


def refused_unread(desk, path, kind, length, body=b""):
    """Sends a head with that length, and without a body then not one byte: the answer must come all
    the same."""
    with socket.create_connection(("127.0.0.1", desk.front), 10) as s:
        s.sendall((f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
                   f"Content-Length: {length}\r\n\r\n").encode() + body)
        data = b""
        try:
            while piece := s.recv(65536):
                data += piece
                if b"\r\n\r\n" in data and b"</html>" in data or b'"detail"' in data:
                    break
        except OSError:
            pass
    return data


def large(tap, desk):
    form, files = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    front = desk.child_pid("front")
    before = peak_kb(front)
    data = refused_unread(desk, "/report/what", form, LIMIT + 1, b"a" * (LIMIT + 1))
    tap.point(data.startswith(b"HTTP/1.1 413") and b"too large to send" in data,
              "a form that is a little too large is taken, thrown away and refused in words", data[:300])
    for path, kind, length in (("/report/what", form, 2 * MB), ("/report/what", form, 2 * GB),
                               ("/report/files", files, 2 * GB), ("/mailbox/add", form, 2 * GB),
                               ("/practice", form, 2 * GB)):
        data = refused_unread(desk, path, kind, length)
        tap.point(data.startswith(b"HTTP/1.1 413") and b"too large to send" in data,
                  f"{path} with {length} bytes: 413 in the reporter's words, none of it read",
                  data[:300])
    tap.point(peak_kb(front) - before < 2048, "and nothing was set aside for them",
              f"{before} → {peak_kb(front)} kB")
    # a body at the limit of the form is read, and its text is refused beside the field
    visitor = Visitor(desk)
    visitor.start()
    answer = visitor.post("/report/what", what="w" * (300 * 1024))
    tap.point(answer.status == 422 and 'href="#what"' in answer.text
              and len(visitor.value_of(answer.text, "what") or "") == 300 * 1024,
              "a text that not even the draft can hold: the page keeps it", answer.errors)
    answer = visitor.get("/report/check")
    tap.point(answer.status in (200, 404), "and the draft is not broken by it", answer.errors)


LIE = b'<!doctype html><script>document.title="taken over"</script>I am a photo'


def lying_file(tap, desk, officer, row_of):
    visitor = Visitor(desk)
    visitor.whole_begin("Lying Pelican photo.")
    visitor.upload([("photo.jpg", LIE)])
    receipt = visitor.receipt_of(visitor.post("/report/send"))
    row = row_of(officer, "Lying Pelican") or ""
    link = re.search(r'href="([^"]+)"', row)
    _, case, _, _ = officer.ask("GET", link.group(1) if link else "/nothing")
    file = re.search(rb'href="(/evidence/[^"]+)"', case) or re.search(
        rb'href="([^"]*evidence[^"]*)"', case)
    status, page, _, _ = officer.ask("GET", file.group(1).decode() if file else "/nothing")
    tap.point(bool(receipt) and status == 200 and b"calls itself something else" in page
              and b"<script>document" not in page,
              "an HTML file called .jpg by the form: kept, named for what it is, never run",
              f"{receipt} {status} {page[-300:]!r}")


def box_silent(tap, desk):
    visitor = Visitor(desk)
    visitor.start()
    box = desk.child_pid("box")
    os.kill(box, signal.SIGSTOP)
    try:
        answer = visitor.post("/report/what", what="Written while box did not answer.")
    finally:
        os.kill(box, signal.SIGCONT)
    tap.point(answer.status == 503 and "Go back with your browser" in answer.text
              and "999" in answer.text, "box does not answer: 503, and how not to lose it",
              answer.text)


def database_away(tap):
    """The server of a PostgreSQL desk lets nobody in: what was written stays on the page."""
    if "HUSTINGS_TEST_POSTGRESQL" not in os.environ:
        tap.skip("a database that is away", "HUSTINGS_TEST_POSTGRESQL is not set")
        return
    with Desk("postgresql") as desk:
        desk.start()
        desk.wait_officers()  # whoever cannot begin without a database stops the desk
        visitor = Visitor(desk)
        visitor.start()
        receipt = report_by_api(desk, {"what": "The database goes away."})
        desk.place.sql(f"ALTER DATABASE {desk.place.name} ALLOW_CONNECTIONS false")
        desk.place.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       f" WHERE datname = '{desk.place.name}'")
        try:
            words = "Written while the database was away."
            added = visitor.post("/mailbox/add", receipt=receipt, message=words)
            typed = visitor.post("/report/what", what=words)
        finally:
            desk.place.sql(f"ALTER DATABASE {desk.place.name} ALLOW_CONNECTIONS true")
        tap.point(added.status == 503 and "We cannot show your messages right now." in added.text
                  and words in (visitor.value_of(added.text, "message") or ""),
                  "a message while the database is away: 503, and the page keeps it",
                  added.errors + added.text[-700:])
        tap.point(typed.status == 503, "a page while the database is away: 503", typed.errors)
        end = time.monotonic() + 120
        while added.status != 200 and time.monotonic() < end:
            time.sleep(0.3)
            added = visitor.post("/mailbox/add", receipt=receipt, message=words)
        tap.point("Your message has been added." in added.text, "it is back: the message is taken",
                  added.errors)


# ---- a disk that is full ------------------------------------------------------------------------

def full_disk(tap):
    with tempfile.TemporaryDirectory(prefix="hustings-disk.") as folder:
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0755", "tmpfs", folder],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False).returncode == 0
        if not mounted:
            tap.skip("the form on a full disk", "mounting a small tmpfs needs root")
            return
        try:
            fill(tap, folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(tap, folder):
    ballast = os.path.join(folder, "ballast")
    with Desk(folder=os.path.join(folder, "desk")) as desk:
        desk.start()
        kept = report_by_api(desk, {"what": "Before all this."})
        visitor = Visitor(desk)
        visitor.whole_begin("Written before the disk was full.")
        late = Visitor(desk)
        late.start()
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass
        # what is left in the last pages of the stores goes first
        sent = visitor.post("/report/send")
        for _ in range(400):
            if sent.status != 200:
                break
            visitor = Visitor(desk)
            visitor.whole_begin("Written while the disk filled." + "x" * 30000)
            sent = visitor.post("/report/send")
        tap.point(sent.status == 503 and "We cannot take this right now" in sent.text,
                  "sending on a full disk: 503 that says so", sent.errors)
        typed = late.post("/report/what", what="Typed on a full disk. " + "y" * 60000)
        tap.point(typed.status == 503 and "We could not keep this just now" in typed.text
                  and "Typed on a full disk." in (late.value_of(typed.text, "what") or ""),
                  "a page on a full disk: 503, and the page itself keeps what was typed",
                  typed.errors)
        added = late.post("/mailbox/add", receipt=kept, message="Added on a full disk." + "z" * 60000)
        tap.point(added.status == 503 and "We could not keep this just now" in added.text
                  and "Added on a full disk." in (late.value_of(added.text, "message") or ""),
                  "a message on a full disk: 503, and the page keeps it", added.errors)
        verified = desk.verify()
        tap.point(verified["whole"], "nothing is half written", verified)
        letters = verified["letters"]
        os.unlink(ballast)
        again = visitor.post("/report/send")
        receipt = visitor.receipt_of(again)
        tap.point(bool(receipt), "there is room again: the same form is taken", again.errors)
        again = visitor.post("/report/send")
        tap.point(visitor.receipt_of(again) == receipt, "once", again.errors)
        typed = late.post("/report/what", what="Typed on a full disk.")
        tap.point(typed.path == "/report/check" or typed.status == 200, "and the page goes on",
                  typed.errors)
        verified = desk.verify()
        tap.point(verified["whole"] and verified["letters"] == letters + 1,
                  "the ledger is whole, with one letter more", verified)


# ---- a clock that jumps -------------------------------------------------------------------------

YEAR = 365 * 24 * 3600


def clock(tap):
    """The unit test clock_test turns box's clock under it; this turns the whole desk's at its
    start, as a board without a battery does."""
    with Desk() as desk:
        receipts = []
        for name, ahead in (("right", 0), ("a year ahead", YEAR), ("in 1990", -36 * YEAR),
                            ("right again", 0)):
            desk.set_clock(ahead)
            desk.start()
            visitor = Visitor(desk)
            visitor.start()
            day = time.strftime("%Y-%m-%d", time.gmtime())
            answer = visitor.post("/report/where", date=day)
            tap.point(answer.status in (200, 303) and 'id="date-error"' not in answer.text,
                      f"clock {name}: today is not refused as a day to come", answer.errors)
            visitor.post("/report/what", what=f"Told while the clock was {name}.")
            years = {time.gmtime(time.time() + ahead).tm_year}
            receipt = visitor.receipt_of(visitor.post("/report/send"))
            years.add(time.gmtime(time.time() + ahead).tm_year)
            receipts.append((name, receipt, years))
            tap.point(bool(receipt), f"clock {name}: a report is taken, and its draft lived")
            desk.stop()
        desk.start()
        for name, receipt, years in receipts:
            page = Visitor(desk).post("/mailbox", receipt=receipt)
            told = re.search(r"· ([^<]*)</p>", page.text)
            tap.point(f"Told while the clock was {name}." in page.text and told is not None
                      and any(f" {year}, between " in told.group(1) for year in years),
                      f"what was told while the clock was {name} is there, dated {max(years)}",
                      f"{page.errors} {told}")
        report_by_api(desk, {"what": "After all that."})
        tap.point(desk.verify()["whole"], "the ledger is whole after it all", desk.verify())
