#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What 'hustings plan' reaches on public instances and on a synthetic city.

usage: ./dev bench plan [--quick] [--seeds N] [--jobs J] [--only WORD] [--json]

Instances are read from $HUSTINGS_SHARED/data/plan; without them nothing is measured and the exit code
is 3. Time is CPU time of one thread: each cell is first run shortly to learn how many iterations a
second of CPU has, then with --iterations for as many as fit, so that a busy machine changes how long
the benchmark takes and not what comes out. The CPU seconds that were really used stand beside each
figure. Every plan goes through 'hustings plan check'; one that breaks a rule ends the run with 1.
Peers are constants, measured once on such a machine with defaults (one seed, about 3 CPU seconds a
cell, other cells than ours in part): they say where others stand, not who won.

--quick: every fifth cell. --only: solomon, pr, pr30, spread, city, london, ten, vrptw or replan.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HUSTINGS = os.environ.get("HUSTINGS", os.path.join(ROOT, "build", "hustings"))
TRIAL = 20000  # iterations
problems = []


def run(*words):
    """(stdout, CPU seconds, wall seconds, peak MB) of hustings; ends the run when it fails."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.monotonic()
        child = subprocess.Popen([HUSTINGS, "plan", *words], stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"bench: hustings plan {' '.join(words)} ended with {child.returncode}")
        out.seek(0)
        return (out.read(), used.ru_utime + used.ru_stime, time.monotonic() - start,
                used.ru_maxrss / 1024)


class Cell:
    """One problem file; the iterations that a number of CPU seconds has are learnt once."""

    def __init__(self, folder, name, *source):
        self.name, self.path = name, os.path.join(folder, name + ".json")
        text, *_ = run("import", *source)
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)
        self.rate = None

    def learn(self):
        if self.rate is None:
            _, begin, _, _ = run("solve", self.path, "--iterations", "1")
            _, end, _, _ = run("solve", self.path, "--iterations", str(TRIAL))
            self.rate = (begin, TRIAL / max(end - begin, 0.005))

    def solve(self, seconds, seed):
        self.learn()
        begin, rate = self.rate
        iterations = max(int((seconds - begin) * rate), 1)
        text, cpu, _, peak = run("solve", self.path, "--seed", str(seed), "--iterations",
                                 str(iterations))
        return self.checked(text), cpu, iterations, peak

    def checked(self, text):
        plan = f"{self.path}.{os.getpid()}.{hash(text)}.plan"
        with open(plan, "w", encoding="utf-8") as file:
            file.write(text)
        check = subprocess.run([HUSTINGS, "plan", "check", self.path, plan, "--json"],
                               stdout=subprocess.PIPE, check=False)
        os.unlink(plan)
        found = json.loads(check.stdout)
        if check.returncode != 0 or found["broken"]:
            problems.append(f"{self.name}: {found['broken'][:3]}")
        return found


def row(what, value, unit, target, note):
    return {"what": what, "value": value, "unit": unit, "target": target, "note": note}


def gaps(cells, references, seconds, seeds, jobs):
    """(cell, seed, gap in percent, CPU) of every run, some at a time."""
    def one(job):
        cell, seed = job
        found, cpu, _, _ = cell.solve(seconds, seed)
        want = references[cell.name]
        have = found["profit"] if want > 0 else -found["travel_s"]
        return cell.name, seed, 100 * (want - have) / abs(want), cpu
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, [(cell, seed) for cell in cells for seed in seeds]))


def toptw(shared, folder, options):
    references, cells = {}, {}
    with open(os.path.join(shared, "toptw_reference.csv"), encoding="utf-8") as file:
        for r in csv.DictReader(file):
            references[f"{r['instance']}-m{r['m']}"] = int(r["reference"])
    wanted = [w for w in ("solomon", "pr", "pr30", "spread") if options.only in (None, w)]
    if not wanted:
        return []
    for number, name in enumerate(references):
        if not options.quick or number % 5 == 0:
            instance, units = name.split("-m")
            cells[name] = Cell(folder, name, "toptw", os.path.join(shared, "toptw", instance + ".txt"),
                               "--units", units)
    solomon = [cell for name, cell in cells.items() if not name.startswith("pr")]
    cordeau = [cell for name, cell in cells.items() if name.startswith("pr")]
    seeds = range(1, options.seeds + 1)
    rows = []

    def mean(what, some, seconds, target, peers):
        found = gaps(some, references, seconds, seeds, options.jobs)
        by_seed = [statistics.mean(g for _, s, g, _ in found if s == seed) for seed in seeds]
        rows.append(row(what, statistics.mean(by_seed), "%", target,
                        f"{len(some)} cells, {len(by_seed)} seeds: "
                        f"{' '.join(f'{g:.3f}' for g in by_seed)}; at the reference or above "
                        f"{sum(g <= 0 for _, _, g, _ in found)} of {len(found)}; worst "
                        f"{max(g for _, _, g, _ in found):.2f}; CPU "
                        f"{statistics.mean(c for _, _, _, c in found):.2f} s a cell; {peers}"))

    if "solomon" in wanted:
        mean("TOPTW Solomon-100, m 1-4, 3 s: mean gap", solomon, 3, ("≤", 0.1),
             "SISR peer 0.06-0.18 by class, PyVRP 0.7, VROOM 1.3")
    if "pr" in wanted:
        mean("TOPTW pr01-pr10, m 1-4, 3 s: mean gap", cordeau, 3, ("≤", 1.2),
             "SISR peer 1.79, PyVRP 6.2, VROOM 6.6 (to references soft by up to 1.6)")
    if "pr30" in wanted:
        mean("TOPTW pr01-pr10, m 1-4, 30 s: mean gap", cordeau, 30, ("≤", 0.4),
             "SISR peer 0.45 on 12 cells at 32 s")
    if "spread" in wanted:
        some = [cell for cell in solomon + cordeau if cell.name in
                ("r104-m4", "rc104-m4", "r112-m3", "pr05-m3", "pr06-m4", "pr10-m4")]
        found = gaps(some, references, 3, range(1, 11), options.jobs)
        spreads = {c.name: max(g for n, _, g, _ in found if n == c.name)
                   - min(g for n, _, g, _ in found if n == c.name) for c in some}
        rows.append(row("TOPTW, ten seeds, 3 s: mean spread best to worst",
                        statistics.mean(spreads.values()), "%", ("≤", 1),
                        ", ".join(f"{n} {s:.2f}" for n, s in spreads.items())))
    return rows


def city_cell(shared, folder, name, sites, slots, units):
    source = os.path.join(folder, name + ".city")
    with open(source, "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, os.path.join(shared, "city.py"), str(sites), str(slots),
                        str(units)], stdout=file, stderr=subprocess.DEVNULL, check=True)
    return Cell(folder, name, "city", source)


def cities(shared, folder, options):
    rows = []
    if options.only in (None, "city"):
        cell = city_cell(shared, folder, "city-700", 700, 6, 100)
        for seed in range(1, options.seeds + 1):
            found, cpu, steps, _ = cell.solve(10, seed)
            rows.append(row(f"city 700 x 6, 100 units, 10 s, seed {seed}", found["profit"], "",
                            ("≥", 87500), f"CPU {cpu:.1f} s, {steps / cpu:,.0f} steps a second; "
                            "PyVRP 84,585 at 30 s; 108,639 in all"))
    if options.only in (None, "london"):
        cell = city_cell(shared, folder, "city-3600", 3600, 6, 1000)
        text, cpu, wall, peak = run("solve", cell.path, "--iterations", "1")
        rows.append(row("city 3600 x 6, 1,000 units: first plan", cpu, "s", ("≤", 2),
                        f"profit {cell.checked(text)['profit']}, wall {wall:.1f} s, "
                        "with reading and writing; greedy of the study 487,724"))
        for seconds, target in ((20, 525000), (60, 532000)):
            found, cpu, steps, peak = cell.solve(seconds, 1)
            rows.append(row(f"city 3600 x 6, 1,000 units, {seconds} s", found["profit"], "",
                            ("≥", target), f"CPU {cpu:.1f} s, {steps / cpu:,.0f} steps a second; "
                            "prototype of the study 520,725 and 529,321; 555,294 in all"))
        rows.append(row("city 3600 x 6: memory, peak", peak, "MB", ("≤", 200), ""))
    if options.only in (None, "ten"):
        cell = city_cell(shared, folder, "city-36000", 36000, 6, 10000)
        text, cpu, wall, peak = run("solve", cell.path, "--iterations", "1")
        rows.append(row("city 36000 x 6, 10,000 units: first plan", cpu, "s", None,
                        f"profit {cell.checked(text)['profit']}, wall {wall:.1f} s, {peak:.0f} MB"))
        found, cpu, steps, peak = cell.solve(60, 1)
        rows.append(row("city 36000 x 6, 10,000 units, 60 s", found["profit"], "", None,
                        f"CPU {cpu:.1f} s, {steps} steps, {peak:.0f} MB"))
    return rows


def vrptw(shared, folder, options):
    references = {"C1_2_1": -2698.6, "R1_2_1": -4667.2, "RC1_2_1": -3516.9, "R2_2_1": -3468.0}
    if options.only not in (None, "vrptw"):
        return []
    cells = [Cell(folder, name, "vrptw", os.path.join(shared, "vrptw_200", name + ".txt"))
             for name in references]
    found = gaps(cells, references, 15, range(1, options.seeds + 1), options.jobs)
    return [row("VRPTW 200, all mandatory, 15 s: mean gap",
                statistics.mean(g for _, _, g, _ in found), "%", ("≤", 0.5),
                ", ".join(f"{c.name} " + " ".join(f"{g:.2f}" for n, _, g, _ in found if n == c.name)
                          for c in cells) + "; HGS-DIMACS 0.01, PyVRP 0.25")]


def main():
    words = argparse.ArgumentParser(prog="./dev bench plan")
    words.add_argument("--quick", action="store_true")
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
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for part in (cities, vrptw, toptw):
            rows += part(shared, folder, options)
    if options.json:
        print(json.dumps({"rows": rows, "problems": problems}, ensure_ascii=False, indent=1))
    else:
        print(f"load average {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores; one thread, CPU time")
        for r in rows:
            target = f"{r['target'][0]} {r['target'][1]:,}" if r["target"] else ""
            print(f"{r['what']:52} {r['value']:>12,.3f} {r['unit']:3} {target:10}\n      {r['note']}")
    for problem in problems:
        print(f"bench: broken: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
