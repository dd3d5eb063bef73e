#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What 'hustings route' costs on one core, beside SQLite doing the same join in the same run.

usage: tests/bench/route.py [--lines N] [--json]

Lines are real postcodes (the first of every run of the pack) and the names of the gazetteer, in
random order, through a pipe-free file to /dev/null, as JSON Lines. CPU is user + system time of the
process; the second is the wall clock of a machine that may be busy, so both are shown. The peer is
the sqlite3 program with the same tables in memory, indexed, asked the same JSON Lines by one SQL
statement that prints one JSON object a line with constituency and force: the run that holds the
postcode, joined to the force; or the towns of exactly that name. It folds no names, weighs no
evidence and knows no doors.
Nothing here asserts a time: machines differ.
"""
import argparse
import csv
import json
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HUSTINGS = os.environ.get("HUSTINGS", os.path.join(ROOT, "build", "hustings"))
PACK = os.path.join(ROOT, "packs", "uk")
STARTS = 21


def read(name):
    with open(os.path.join(PACK, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def runs_of(text, parts):
    """(from, place) of one outcode; '' where nothing is known."""
    if not text:
        return [("", parts[0])]
    runs = []
    for run in text.split():
        begin, mark = run.split(":")
        runs.append((begin, "" if mark == "-" else parts[int(mark.rstrip("!"))]))
    return runs


def tables():
    seats, districts = [], []
    for row in read("postcodes.csv"):
        for column, out in (("constituencies", seats), ("districts", districts)):
            parts = [p.split(":")[0] for p in row[column].split()]
            runs = row["constituency_runs" if out is seats else "district_runs"]
            out += [(row["outcode"] + " " + begin, place) for begin, place in runs_of(runs, parts)]
    return seats, districts


def run(command, path):
    """Best of three: wall seconds, CPU seconds, and the memory of the largest."""
    best = (1e9, 1e9)
    for _ in range(3):
        with open(path, "rb") as lines, open(os.devnull, "wb") as out:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.monotonic()
            subprocess.run(command, stdin=lines, stdout=out, check=True)
            wall = time.monotonic() - start
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, (cpu, wall))
    return best


def write(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
                        for line in lines)
    return path


def many(values, count):
    random.seed(3)
    return [random.choice(values) for _ in range(count)]


def sqlite(folder, files):
    """Seconds of CPU that the peer needs for the same questions; none where it is not there."""
    program = shutil.which("sqlite3")
    if program is None:
        return None, None
    seats, districts = tables()
    force = {r["gss"]: r["force"] for r in read("districts.csv")}
    towns = [(r["name"], r["constituency"], force.get(r["district"], r["force"]))
             for r in read("places.csv")]
    for name, rows in (("seats", seats), ("districts", districts), ("force", force.items()),
                       ("towns", towns)):
        with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    head = (".mode csv\ncreate table seats(p text primary key, v) without rowid;\n"
            "create table districts(p text primary key, v) without rowid;\n"
            "create table force(d text primary key, f) without rowid;\n"
            "create table towns(n text, s, f);\ncreate table lines(l text);\n"
            + "".join(f".import {folder}/{t}.csv {t}\n"
                      for t in ("seats", "districts", "force", "towns"))
            + "create index town_names on towns(n);\n.mode ascii\n.separator \\037 \\n\n")
    by_code = ("select json_object('id',l->>'id',"
               "'constituency',(select v from seats where p<=l->>'postcode' "
               "order by p desc limit 1),"
               "'force',(select f from force where d=(select v from districts "
               "where p<=l->>'postcode' order by p desc limit 1))) from lines;\n")
    by_name = ("select json_object('id',l->>'id','force',json_group_array(t.f)) from lines "
               "left join towns t on t.n=l->>'place' group by lines.rowid;\n")
    seconds = []
    for query, path in (("", None), (by_code, files[0]), (by_name, files[1])):
        script = os.path.join(folder, "query.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write(head + (f".import {path} lines\n" if path else "") + query)
        seconds.append(run([program, ":memory:"], script)[0])
    return seconds[1] - seconds[0], seconds[2] - seconds[0]


def peak_mb(path):
    """VmHWM when every line has been answered: ru_maxrss would count this program before exec."""
    with open(path, "rb") as file:
        data = file.read()
    with subprocess.Popen([HUSTINGS, "route"], stdin=subprocess.PIPE,
                          stdout=subprocess.DEVNULL) as child:
        child.stdin.write(data)
        child.stdin.flush()
        with open(f"/proc/{child.pid}/status", encoding="utf-8") as file:
            kb = [int(line.split()[1]) for line in file if line.startswith("VmHWM")][0]
        child.stdin.close()
    return kb / 1024


def cpu_ms(*command):
    """The shortest CPU time of a run with empty input."""
    times = []
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([HUSTINGS, *command], stdin=subprocess.DEVNULL, check=True,
                       stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return 1000 * min(times)


def measure(lines):
    rows = []

    def row(what, value, unit, target, note=""):
        rows.append({"what": what, "value": value, "unit": unit, "target": target, "note": note})

    with tempfile.TemporaryDirectory() as folder:
        real = sorted({p for t in tables() for p, _ in t if not p.endswith(" ")})
        codes = many(real, lines)
        names = many([r["name"] for r in read("places.csv")], lines // 4)
        sentences = [f"They shouted at me outside the library in {n} on Tuesday" for n in names]
        files = {
            "postcodes": (write(folder, "p", ({"id": i, "postcode": c} for i, c in enumerate(codes))),
                          lines, ("≥", 500000)),
            "place names": (write(folder, "n", ({"id": i, "place": n} for i, n in enumerate(names))),
                            len(names), ("≥", 100000)),
            "sentences with a place": (write(folder, "s", ({"id": i, "place": s}
                                                           for i, s in enumerate(sentences))),
                                       len(names), None),
        }
        peers = dict(zip(("postcodes", "place names"), sqlite(folder, (files["postcodes"][0], files["place names"][0]))))
        for what, (path, count, target) in files.items():
            cpu, wall = run([HUSTINGS, "route"], path)
            note = f"{count / wall:,.0f}/s by the wall clock"
            peer = peers.get(what)
            if peer:
                note += f"; sqlite3 {count / peer:,.0f}/s, ratio {peer / cpu:.1f}"
            row(f"{what} a second of CPU", count / cpu, "/s", target, note)
        row("resident memory, peak", peak_mb(files["postcodes"][0]), "MB", ("≤", 20))
        alone, empty = cpu_ms("version"), cpu_ms("route")
        row("the pack loads in (CPU)", empty - alone, "ms", ("≤", 5),
            f"an empty run {empty:.1f} ms less the program alone {alone:.1f} ms")
    return rows


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    words.add_argument("--lines", type=int, default=400000)
    words.add_argument("--json", action="store_true")
    options = words.parse_args()
    rows = measure(options.lines)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    print(f"load average {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores")
    for r in rows:
        target = f"{r['target'][0]} {r['target'][1]:,}" if r["target"] else ""
        print(f"{r['what']:40} {r['value']:>14,.1f} {r['unit']:3} {target:12} {r['note']}")


if __name__ == "__main__":
    main()
