#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a queue page takes while twenty log-ins are being checked at the same time.

The log-ins are wrong ones under names that do not exist: they cost the same as right ones and none
of them has to wait for another. Prints one JSON object: milliseconds of the page alone and during
the log-ins, and how long the log-ins took.
"""
import json
import os
import statistics
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]
from desk import Desk  # noqa: E402
from officer import Officer  # noqa: E402

LOGINS = 20


def one_login(desk, number, seconds):
    officer = Officer(desk)
    page = officer.ask("GET", "/login")[1].decode()
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    start = time.monotonic()
    status = officer.ask("POST", "/login", {"csrf": csrf, "login": f"nobody{number}",
                                            "password": "not the right one", "code": "000000",
                                            "next": "/"})[0]
    seconds.append((time.monotonic() - start, status))


def pages(officer, is_over):
    seconds = []
    while not is_over():
        status, _, took, _ = officer.ask("GET", "/queue")
        assert status == 200, status
        seconds.append(took)
        time.sleep(0.005)
    return seconds


def figures(seconds):
    ordered = sorted(s * 1000 for s in seconds)
    return {"pages": len(ordered), "median_ms": round(statistics.median(ordered), 1),
            "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1), "max_ms": round(ordered[-1], 1)}


def measure():
    with Desk() as desk:
        desk.start()
        officer = Officer(desk)
        officer.log_in()
        end = time.monotonic() + 2
        alone = pages(officer, lambda: time.monotonic() > end)
        done = []
        threads = [threading.Thread(target=one_login, args=(desk, i, done)) for i in range(LOGINS)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        during = pages(officer, lambda: len(done) == LOGINS)
        took = time.monotonic() - start
        return {"alone": figures(alone), "during": figures(during), "logins": LOGINS,
                "answers": sorted({status for _, status in done}),
                "logins_s": round(took, 2), "slowest_login_s": round(max(s for s, _ in done), 2)}


if __name__ == "__main__":
    print(json.dumps(measure()))
