#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What 'hustings plan' reaches on public instances and on a synthetic city, beside its targets.

usage: ./dev bench plan [--full] [--minutes M] [--seeds N] [--jobs J] [--only WORD] [--json]

Without --full (or with --quick, which is the same) every line of the table is measured on part of its
cells or with fewer seeds, and no run begins after --minutes (25); a line says how much it measured. --full
measures all cells with --seeds seeds (3) and no end.

Instances are read from $HUSTINGS_SHARED/data/plan; without them nothing is measured and the exit code
is 3. Time is processor time ('plan solve --cpu-seconds', one thread unless a line says two), so that a
busy machine changes how long the benchmark takes more than what comes out; only the mending of a plan is in
wall seconds too, because somebody waits for it. Every plan goes through 'hustings plan check'; one that
breaks a rule ends the run with 1. A target that is missed does not: machines differ.
Peers are constants, measured once on such a machine with defaults (one seed, about 3 CPU seconds a
cell, other cells than ours in part): they say where others stand, not who won. CBC and GLPK, for shift
cover, run beside ours when they are installed.

--only: solomon, pr, pr30, spread, threads, city, london, ten, vrptw or cover.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HUSTINGS = os.environ.get("HUSTINGS", os.path.join(ROOT, "build", "hustings"))
HARD = ("r104-m4", "rc104-m4", "r112-m3", "pr05-m3", "pr06-m4", "pr10-m4")
problems = []


def run(*words):
    """(stdout, stderr, CPU seconds, wall seconds, peak MB) of hustings; ends the run when it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.monotonic()
        child = subprocess.Popen([HUSTINGS, "plan", *words], stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said = err.read()
        if child.returncode != 0:
            raise SystemExit(f"bench: hustings plan {' '.join(words)} ended with "
                             f"{child.returncode}: {said[:300]}")
        return out.read(), said, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(name, problem, text):
    plan = write(f"{problem}.{os.getpid()}.{hash(text)}.plan", text)
    done = subprocess.run([HUSTINGS, "plan", "check", problem, plan, "--json"],
                          stdout=subprocess.PIPE, check=False)
    os.unlink(plan)
    found = json.loads(done.stdout)
    if done.returncode != 0 or found["broken"]:
        problems.append(f"{name}: {found['broken'][:3]}")
    return found


class Cell:
    """One problem file."""

    def __init__(self, folder, name, *source):
        self.name, self.path = name, os.path.join(folder, name + ".json")
        write(self.path, run("import", *source)[0])

    def solve(self, seconds, seed, threads=1):
        text, _, cpu, _, peak = run("solve", self.path, "--seed", str(seed), "--threads",
                                    str(threads), "--cpu-seconds", str(seconds))
        return check(self.name, self.path, text), cpu, json.loads(text)["iterations"], peak, text


class Bench:
    def __init__(self, shared, folder, options):
        self.shared, self.folder, self.options = shared, folder, options
        self.end = time.monotonic() + options.minutes * 60
        self.seeds = range(1, options.seeds + 1)
        self.rows = []

    def wants(self, *words):
        return self.options.only is None or self.options.only in words

    def is_late(self):
        return not self.options.full and time.monotonic() > self.end

    def say(self, what, value, unit, target, note):
        """One line, at once: who waits sees how far it is."""
        row = {"what": what, "value": value, "unit": unit, "target": target, "note": note}
        reached = ""
        if target and value is not None:
            ok = value <= target[1] if target[0] == "≤" else value >= target[1]
            row["reached"] = ok
            reached = "reached" if ok else "MISSED"
        self.rows.append(row)
        if not self.options.json:
            figure = "not measured" if value is None else f"{value:,.3f} {unit}"
            wanted = f"{target[0]} {target[1]:,} {unit}" if target else "no target"
            print(f"{what}\n    {figure}   ({wanted}{': ' if reached else ''}{reached})\n    {note}",
                  flush=True)

    def late(self, what, target):
        self.say(what, None, "", target, "the time of this run was up (--minutes, --full)")

    def each(self, jobs, one):
        """one(*job) for every job, some at a time; those that would begin too late are left out."""
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            done = pool.map(lambda job: None if self.is_late() else (job, one(*job)), jobs)
            return [item for item in done if item is not None]

    def gaps(self, cells, references, seconds, seeds, threads=1):
        """(cell, seed, gap in percent, CPU) of every run."""
        def one(cell, seed):
            found, cpu, *_ = cell.solve(seconds, seed, threads)
            want = references[cell.name]
            have = found["profit"] if want > 0 else -found["travel_s"]
            return 100 * (want - have) / abs(want), cpu
        jobs = [(cell, seed) for seed in seeds for cell in cells]
        return [(cell.name, seed, gap, cpu) for (cell, seed), (gap, cpu) in self.each(jobs, one)]


# ---- team orienteering ---------------------------------------------------------------------------

def gap_row(bench, what, cells, references, seconds, seeds, target, peers):
    found = bench.gaps(cells, references, seconds, seeds)
    if not found:
        return bench.late(what, target)
    means = [statistics.mean(g for _, s, g, _ in found if s == seed)
             for seed in sorted({s for _, s, _, _ in found})]
    wanted = len(cells) * len(seeds)
    return bench.say(what, statistics.mean(g for _, _, g, _ in found), "%", target,
                     f"{len(found)} of {wanted} runs; seeds {' '.join(f'{g:.3f}' for g in means)}; at the "
                     f"reference or above {sum(g <= 0 for _, _, g, _ in found)}; worst "
                     f"{max(g for _, _, g, _ in found):.2f} %; CPU "
                     f"{statistics.mean(c for *_, c in found):.2f} s a cell\n    peers: {peers}")


def spread_row(bench, cells, references):
    what = "TOPTW, spread of 10 seeds, 3 s, six hard cells: (best − worst) / best, mean over cells"
    found = bench.gaps(cells, references, 3, range(1, 11))
    spreads = {}
    for name in {n for n, *_ in found}:
        profits = [references[name] * (1 - g / 100) for n, _, g, _ in found if n == name]
        spreads[name] = 100 * (max(profits) - min(profits)) / max(profits)
    if not spreads:
        return bench.late(what, ("≤", 1))
    return bench.say(what, statistics.mean(spreads.values()), "%", ("≤", 1),
                     f"{len(found)} of {10 * len(cells)} runs; "
                     + ", ".join(f"{n} {s:.2f}" for n, s in sorted(spreads.items()))
                     + f"; mean gap {statistics.mean(g for _, _, g, _ in found):.3f} %")


def threads_row(bench, cells, references):
    one = bench.gaps(cells, references, 3, (1, 2))
    two = bench.gaps(cells, references, 3, (1, 2), threads=2)
    what = "TOPTW, the same cells with two threads, 3 s each: mean gap less that with one"
    if not one or not two:
        return bench.late(what, ("≤", 0))
    means = [statistics.mean(g for _, _, g, _ in found) for found in (one, two)]
    return bench.say(what, means[1] - means[0], "%", ("≤", 0),
                     f"one thread {means[0]:.3f} %, two {means[1]:.3f} %; two seeds, "
                     f"{len(two)} of {2 * len(cells)} runs")


def toptw(bench):
    references = {}
    if not bench.wants("solomon", "pr", "pr30", "spread", "threads"):
        return
    with open(os.path.join(bench.shared, "toptw_reference.csv"), encoding="utf-8") as file:
        for r in csv.DictReader(file):
            references[f"{r['instance']}-m{r['m']}"] = int(r["reference"])
    cells = {}

    def take(names):
        for name in names:
            if name not in cells:
                instance, units = name.split("-m")
                cells[name] = Cell(bench.folder, name, "toptw", os.path.join(
                    bench.shared, "toptw", instance + ".txt"), "--units", units)
        return [cells[name] for name in names]

    def gaps(word, what, names, part, seconds, most, peers):
        if bench.wants(word):
            gap_row(bench, f"TOPTW {what}, m = 1…4, {seconds} s: mean gap to the references",
                    take(names if full else names[::part]), references, seconds, seeds,
                    ("≤", most), peers)

    full = bench.options.full
    solomon = [n for n in references if not n.startswith("pr")]
    cordeau = [n for n in references if n.startswith("pr")]
    seeds = bench.seeds if full else range(1, 2)
    # a step that has no common factor with m = 1 … 4 takes each m equally often
    gaps("solomon", "Solomon-100", solomon, 3, 3, 0.1,
         "SISR peer 0.06-0.18 by class, PyVRP 0.7, VROOM 1.3")
    gaps("pr", "pr01-pr10", cordeau, 3, 3, 1.2,
         "SISR peer 1.79, PyVRP 6.2, VROOM 6.6 (references soft by up to 1.6)")
    if bench.wants("spread"):
        spread_row(bench, take(HARD), references)
    gaps("pr30", "pr01-pr10", cordeau, 9, 30, 0.4, "SISR peer 0.45 on 12 cells at 32 s")
    if bench.wants("threads"):
        threads_row(bench, take(HARD), references)


# ---- the city, and its day -----------------------------------------------------------------------

def city_cell(bench, name, sites, slots, units):
    source = os.path.join(bench.folder, name + ".city")
    with open(source, "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, os.path.join(bench.shared, "city.py"), str(sites),
                        str(slots), str(units)], stdout=file, stderr=subprocess.DEVNULL, check=True)
    return Cell(bench.folder, name, "city", source)


def replan(bench, cell, text):
    """Ten units drop out and five new tasks must be served, as in an incident."""
    plan = write(cell.path + ".before", text)
    event = write(cell.path + ".event", json.dumps(
        {"now_s": 20000, "units_out": [str(5 + 50 * i) for i in range(10)],
         "tasks": [{"id": f"X{i}", "site": str(100 + 7 * i), "open_s": 20500, "close_s": 24000,
                    "dwell_s": 1800, "profit": 50, "mandatory": True} for i in range(5)]}))
    walls, firsts, now = [], [], cell.path + ".now"
    for seed in range(1, 6):
        text, said, cpu, wall, _ = run("replan", cell.path, plan, event, "--seed", str(seed),
                                       "--problem", now)
        check("replan", now, text)
        walls.append(wall)
        firsts.append(float(re.search(r"first answer after ([\d.]+) ms", said).group(1)))
        changed = int(re.search(r"(\d+) units changed", said).group(1))
    load = f"five runs, median; load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    bench.say("replan at 1,000 units: first answer", statistics.median(firsts), "ms", ("≤", 100), load)
    bench.say("replan at 1,000 units: the whole command, with reading and writing (wall)",
              statistics.median(walls), "s", ("≤", 1), f"{load}; CPU {cpu:.2f} s; "
              f"{' '.join(f'{w:.2f}' for w in walls)}; {said.splitlines()[2]}")
    bench.say("replan at 1,000 units: units changed", changed / 10, "%", ("≤", 5), "of 1,000")


def cities(bench):
    if bench.wants("city"):
        cell = city_cell(bench, "city-700", 700, 6, 100)
        for seed in bench.seeds if bench.options.full else (1,):
            found, cpu, steps, *_ = cell.solve(10, seed)
            bench.say(f"city 700 x 6, 100 units, 10 s, seed {seed}: profit", found["profit"], "",
                      ("≥", 87500), f"CPU {cpu:.1f} s, {steps / cpu:,.0f} steps a second; "
                      "of 108,639 in all\n    peers: PyVRP 84,585 at 30 s, prototype 86,786 at 30 s")
    if bench.wants("london"):
        cell = city_cell(bench, "city-3600", 3600, 6, 1000)
        text, _, cpu, wall, peak = run("solve", cell.path, "--iterations", "1")
        first = check(cell.name, cell.path, text)["profit"]
        bench.say("city 3600 x 6, 1,000 units: first plan, with reading and writing", cpu, "s",
                  ("≤", 2), f"profit {first}, wall {wall:.1f} s\n    peers: greedy of the study 487,724")
        for seconds, target in ((20, 525000), (60, 532000)):
            found, cpu, steps, peak, text = cell.solve(seconds, 1)
            bench.say(f"city 3600 x 6, 1,000 units, {seconds} s: profit", found["profit"], "",
                      ("≥", target), f"CPU {cpu:.1f} s, {steps / cpu:,.0f} steps a second; of "
                      "555,294 in all\n    peers: prototype of the study 520,725 and 529,321")
        bench.say("city 3600 x 6: memory, peak", peak, "MB", ("≤", 200), "")
        replan(bench, cell, text)
    if bench.wants("ten"):
        cell = city_cell(bench, "city-36000", 36000, 6, 10000)
        text, _, cpu, wall, peak = run("solve", cell.path, "--iterations", "1")
        bench.say("ten times more sites (36000 x 6, 10,000 units): first plan", cpu, "s", None,
                  f"profit {check(cell.name, cell.path, text)['profit']}, wall {wall:.1f} s, "
                  f"{peak:.0f} MB")
        if bench.options.full:
            found, cpu, steps, peak, _ = cell.solve(60, 1)
            bench.say("ten times more sites, 60 s: profit", found["profit"], "", None,
                      f"CPU {cpu:.1f} s, {steps} steps, {peak:.0f} MB")


# ---- all mandatory; shift cover ------------------------------------------------------------------

def vrptw(bench):
    references = {"C1_2_1": -2698.6, "R1_2_1": -4667.2, "RC1_2_1": -3516.9, "R2_2_1": -3468.0}
    what = "VRPTW 200 customers, all mandatory, 15 s: mean gap to the references"
    if not bench.wants("vrptw"):
        return None
    cells = [Cell(bench.folder, name, "vrptw", os.path.join(bench.shared, "vrptw_200", name + ".txt"))
             for name in references]
    found = bench.gaps(cells, references, 15, bench.seeds if bench.options.full else (1,))
    if not found:
        return bench.late(what, ("≤", 0.5))
    return bench.say(what, statistics.mean(g for _, _, g, _ in found), "%", ("≤", 0.5),
                     ", ".join(f"{c.name} " + " ".join(f"{g:.2f}" for n, _, g, _ in found
                                                       if n == c.name) for c in cells)
                     + "\n    peers: HGS-DIMACS 0.01, PyVRP 0.25")


def cover(bench):
    what = "shift cover, 32 bases x 60 quarter-hours: CPU time beside CBC's, both optimal"
    if not bench.wants("cover"):
        return None
    if bench.is_late():
        return bench.late(what, ("≤", 1))
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plan_cover.py")
    done = subprocess.run([sys.executable, own, "--json", "--seeds", str(len(bench.seeds)), "--limit",
                           "60" if bench.options.full else "20"], capture_output=True, text=True,
                          check=False)
    results = json.loads(done.stdout) if done.stdout.strip() else []
    if done.returncode == 1 or not results:
        problems.append(f"shift cover: costs differ, or there is no proof {done.stderr[:200]}")
        return bench.say(what, None, "", ("≤", 1), "see below")
    notes, ratio = [], None
    for name in ("cbc", "glpk"):
        some = [r[name] for r in results if name in r]
        if not some:
            notes.append(f"{name} is NOT INSTALLED: nothing is compared with it")
            continue
        share = statistics.median(r["cpu_ratio"] for r in some)
        ratio = share if name == "cbc" else ratio
        proofs = sum(r["cost"] is not None for r in some)
        notes.append(f"{name} {statistics.median(r['cpu_s'] for r in some):.2f} s, optimal in "
                     f"{proofs} of {len(some)} (ours takes {share:.2f} of its time)")
    mine = statistics.median(r["cpu_s"] for r in results)
    return bench.say(what, ratio, "of CBC's", ("≤", 1),
                     f"ours {mine:.2f} s, optimal in all of {len(results)}; " + "; ".join(notes))


def main():
    words = argparse.ArgumentParser(prog="./dev bench plan", description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true")
    words.add_argument("--full", action="store_true")
    words.add_argument("--minutes", type=float, default=25)
    words.add_argument("--seeds", type=int, default=3)
    words.add_argument("--jobs", type=int, default=1)
    words.add_argument("--only")
    words.add_argument("--json", action="store_true")
    options = words.parse_args()
    shared = os.path.join(os.environ.get("HUSTINGS_SHARED", ""), "data", "plan")
    if not os.path.isfile(os.path.join(shared, "toptw_reference.csv")):
        print("bench: NOTHING MEASURED: the instances are not there; set HUSTINGS_SHARED to the folder "
              "that has data/plan", file=sys.stderr)
        return 3
    if not options.json:
        print(f"load average {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores; processor time, one "
              f"thread a run; {'all cells' if options.full else 'part of the cells (--full: all)'}")
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(shared, folder, options)
        for part in (cover, vrptw, cities, toptw):
            part(bench)
    aims = [r for r in bench.rows if r["target"]]
    if options.json:
        print(json.dumps({"rows": bench.rows, "problems": problems}, ensure_ascii=False, indent=1))
    else:
        missed = [r["what"] for r in aims if r.get("reached") is False]
        open_ = [r["what"] for r in aims if "reached" not in r]
        print(f"\n{len(aims) - len(missed) - len(open_)} of {len(aims)} targets reached in "
              f"{(time.monotonic() - begin) / 60:.0f} minutes; load average {os.getloadavg()[0]:.1f}")
        for title, some in (("missed", missed), ("not measured", open_)):
            for what in some:
                print(f"  {title}: {what}")
    for problem in problems:
        print(f"bench: broken: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
