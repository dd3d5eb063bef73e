# SPDX-License-Identifier: Apache-2.0
"""A desk on a disk that fills up: 503 that says so, nothing half written, and on it goes when there
is room again. Needs a small file system of its own, so root (mount a tmpfs)."""
import concurrent.futures
import os
import signal
import subprocess
import tempfile

from api_client import Client, Desk
from api_files import KIND, form, part, send

SIZE_MB, BALLAST_MB = 24, 8


def run(tap, seen):
    """True when it could be tried. Adds the statuses that came to `seen`."""
    with tempfile.TemporaryDirectory(prefix="hustings-disk.") as folder:
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=0755", "tmpfs", folder],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False).returncode == 0
        if not mounted:
            tap.skip("a full disk", "mounting a small tmpfs needs root")
            return False
        try:
            fill(tap, folder, seen)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
    return True


def fill(tap, folder, seen):
    ballast = os.path.join(folder, "ballast")
    with Desk(folder=os.path.join(folder, "desk")) as desk:
        with open(ballast, "wb") as file:
            file.write(b"\0" * (BALLAST_MB << 20))
        desk.start()
        client = Client(desk)
        kept, refusals = fill_up(client)
        tap.point(len(refusals) >= 5 and {a.status for a in refusals} == {503}
                  and all(a.headers.get("retry-after") for a in refusals)
                  and all("Nothing was kept" in a.says for a in refusals),
                  f"a full disk: 503 with Retry-After (after {len(kept)} reports)", refusals[:5])
        file_answer = send(client, form(part("report", b'{"what":"x"}'),
                                        part("file", b"x" * 3000000, "a.bin")))
        tap.point(file_answer.status == 503, "a file on a full disk: 503", file_answer)
        added = client.post({"text": "y" * 60000}, path="/api/v1/reports/messages",
                            receipt=kept[0][0])
        tap.point(added.status == 503, "adding on a full disk: 503", added)
        check_kept(tap, client, kept, "while it is full")
        whole(tap, desk, kept, "while it is full")
        desk.kill()
        desk.start()
        tap.point(client.read(kept[-1][0]).status == 200, "kill -9 and a start on a full disk")
        os.unlink(ballast)
        answer = client.post({"what": refusals[0].sent}, refusals[0].key)
        tap.point(answer.status == 201, "there is room again: the same report is taken", answer)
        kept.append((answer.json.get("receipt"), refusals[0].sent))
        check_kept(tap, client, kept, "afterwards")
        whole(tap, desk, kept, "afterwards")
        box_hangs(tap, desk, client)
    for key, codes in client.seen.items():
        seen.setdefault(key, set()).update(codes)
    tap.point(not client.faults, "the answers of a full disk are whole too", client.faults[:5])


def fill_up(client):
    """Reports of 48 kB, then of a few bytes, until none is taken."""
    kept, refusals, size = [], [], 48000
    while len(refusals) < 8 and len(kept) < 2000:
        text = f"report {len(kept)} {len(refusals)} " + "x" * size
        key = f"key-of-report-{len(kept)}-{len(refusals)}"
        answer = client.post({"what": text}, key)
        if answer.status == 201:
            kept.append((answer.json["receipt"], text))
        else:
            answer.sent, answer.key = text, key
            refusals.append(answer)
            size = 48000 if len(refusals) < 4 else 10
    return kept, refusals


def check_kept(tap, client, kept, when):
    lost = [text[:20] for receipt, text in kept
            if [m["report"]["what"] for m in client.messages(receipt)] != [text]]
    tap.point(not lost, f"every acknowledged report opens, once ({when})", lost[:10])


def whole(tap, desk, kept, when):
    verified = desk.verify()
    tap.point(verified["exit"] == 0 and verified["letters"] == len(kept),
              f"the ledger is whole, {len(kept)} letters ({when})", verified)


def box_hangs(tap, desk, client):
    """Box stopped (not killed): an honest 503 after a while, and on it goes."""
    receipt = client.report()
    letters = desk.verify()["letters"]
    upload = form(part("report", b'{"what":"x"}'), part("file", b"x" * 200000, "a.bin"))
    pid = desk.child_pid("box")
    os.kill(pid, signal.SIGSTOP)
    try:
        with concurrent.futures.ThreadPoolExecutor(9) as pool:
            reading = pool.submit(client.slow, "GET", "/api/v1/reports",
                                  {"Authorization": f"Bearer {receipt}"})
            sending = [pool.submit(client.slow, "POST", "/api/v1/reports", {"Content-Type": KIND},
                                   upload) for _ in range(8)]
            answers = [future.result() for future in [reading] + sending]
    finally:
        os.kill(pid, signal.SIGCONT)
    tap.point({a.status for a in answers} == {503}, "box hangs: 503, to readers and senders", answers)
    tap.point(client.read(receipt).status == 200, "box is back: the mailbox opens")
    verified = desk.verify()
    tap.point(verified["whole"] and verified["letters"] == letters,
              "an upload that was answered 503 is not kept", verified)
