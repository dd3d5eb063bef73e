#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""'hustings plan roster' beside what Debian has: CBC and GLPK, on the same shifts in the same run.

usage: tests/bench/plan_cover.py [--bases 32] [--seeds 3] [--limit 60] [--json]

32 bases × 60 quarter-hours (07:00 to 22:00), 186 shapes of shifts a base (6, 7, 8 and 10 hours, every
half hour, the break at one of three places): 5,952 whole numbers. What is wanted is made by a seed.
The shapes of the model that CBC and GLPK get are made here, from the definition and not from hustings;
so equal costs are also a test of the shapes. CPU seconds are those of the whole process, reading
included. GLPK, which may not end, is stopped after --limit seconds; what it then has is shown as "at least
so long" and its cost is not compared. A solver that is not there is said, loudly, and the exit code is 3 (1 when costs differ, or
hustings has no proof).
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HUSTINGS = os.environ.get("HUSTINGS", os.path.join(ROOT, "build", "hustings"))
SLOTS, FIRST, LENGTHS = 60, 7 * 4, (6, 7, 8, 10)
BREAKS = ((6, 30), (7, 35), (8, 40), (9, 45), (10, 50))  # below so many hours: minutes


def shapes():
    """(start, end, break start, break end, minutes) in slots."""
    rows = []
    for hours in LENGTHS:
        minutes = next((m for below, m in BREAKS if hours < below), 60)
        length, pause = hours * 4, -(-minutes // 15)
        for start in range(0, SLOTS - length + 1, 2):
            for place in (-6, 0, 6):
                at = start + length // 2 + place
                rows.append((start, start + length, at, at + pause, hours * 60))
    return rows


def wanted(bases, seed):
    rng = random.Random(seed)
    def peak(slot):
        return 1.6 if 40 <= slot < 52 else 1.3 if slot < 8 else 1.0
    return [[int(peak(t) * (3 + b % 9) + rng.randrange(4)) for t in range(SLOTS)]
            for b in range(bases)]


def problem(need, path):
    rows = [{"base": f"b{b}", "from_s": (FIRST + t) * 900, "to_s": (FIRST + t + 1) * 900,
             "officers": n} for b, line in enumerate(need) for t, n in enumerate(line)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": "hustings-plan-problem", "version": 1,
                   "travel": {"by": "plane", "modes": [{"id": "car", "kmh": 25}]},
                   "sites": [{"id": f"b{b}", "x": b * 9000, "y": 0} for b in range(len(need))],
                   "units": [{"id": "u", "base": "b0", "start_s": 0, "end_s": 1}],
                   "presence": rows}, file)


def model(need, rows, path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("Minimize\n cost:")
        for b in range(len(need)):
            for v, row in enumerate(rows):
                file.write(f" + {row[4]} x{b}_{v}\n")
        file.write("Subject To\n")
        for b, line in enumerate(need):
            for t, n in enumerate(line):
                terms = [f" + x{b}_{v}\n" for v, (s, e, p, q, _) in enumerate(rows)
                         if s <= t < e and not p <= t < q]
                file.write(f" c{b}_{t}:{''.join(terms)} >= {n}\n")
        file.write("Generals\n")
        for b in range(len(need)):
            for v in range(len(rows)):
                file.write(f" x{b}_{v}\n")
        file.write("End\n")


def run(words):
    """(all output, CPU seconds); None when it was stopped after ten minutes."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(["timeout", "600", *words], stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        code = child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return (out.read() if code == 0 else None), used.ru_utime + used.ru_stime


def ours(folder):
    text, cpu = run([HUSTINGS, "plan", "roster", f"{folder}/p.json", "--json", "--lengths",
                     ",".join(map(str, LENGTHS)), "--every-min", "30", "--without", "pairs"])
    if text is None:
        raise SystemExit("bench: hustings plan roster failed")
    answer = json.loads(text[text.index("{"):])
    return answer["cost"], cpu, answer


def cbc(folder, _limit):
    text, cpu = run(["cbc", f"{folder}/m.lp", "ratio", "0", "solve", "quit"])
    found = re.search(r"Objective value:\s+([\d.]+)", text or "")
    return (round(float(found.group(1))) if found else None), cpu


# It removes the files that it is to write first: a device must not be among them.
def glpk(folder, limit):
    text, cpu = run(["glpsol", "--lp", f"{folder}/m.lp", "--cuts", "--tmlim", str(limit),
                     "--log", f"{folder}/glpk.log", "-o", f"{folder}/glpk.txt"])
    if text is None or not os.path.exists(f"{folder}/glpk.txt"):
        return None, cpu
    with open(f"{folder}/glpk.txt", encoding="utf-8") as file:
        answer = file.read()
    found = re.search(r"Objective:\s+cost = (\d+)", answer)
    return (int(found.group(1)) if found and "INTEGER OPTIMAL" in answer else None), cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bases", type=int, default=32)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows, results, is_bad = shapes(), [], False
    missing = [name for name in ("cbc", "glpsol") if shutil.which(name) is None]
    for name in missing:
        print(f"MISSING: {name} is not here, so nothing is compared with it "
              "(contrib/packages-bench.txt)", file=sys.stderr)
    for seed in range(1, args.seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            need = wanted(args.bases, seed)
            problem(need, f"{folder}/p.json")
            model(need, rows, f"{folder}/m.lp")
            cost, cpu, answer = ours(folder)
            result = {"seed": seed, "shapes": answer["shapes"], "cost": cost,
                      "bound": answer["bound"], "optimal": answer["optimal"], "cpu_s": round(cpu, 3)}
            is_bad |= not answer["optimal"] or answer["shapes"] != len(rows)
            for name, peer in (("cbc", cbc), ("glpk", glpk)):
                if (name if name == "cbc" else "glpsol") in missing:
                    continue
                other, other_cpu = peer(folder, args.limit)
                result[name] = {"cost": other, "cpu_s": round(other_cpu, 3),
                                "cpu_ratio": round(cpu / other_cpu, 3)}
                is_bad |= other is not None and other != cost
            results.append(result)
            if not args.json:
                peers = "".join(f"; {n} cost {result[n]['cost'] or 'not proved'} in {result[n]['cpu_s']:.2f} s "
                                f"(hustings takes {result[n]['cpu_ratio']:.2f} of that)"
                                for n in ("cbc", "glpk") if n in result)
                print(f"seed {seed}: {args.bases} bases x {SLOTS} quarter-hours x {len(rows)} shapes: "
                      f"hustings cost {cost}, bound {answer['bound']}, {cpu:.2f} s CPU{peers}",
                      flush=True)
    if args.json:
        print(json.dumps(results))
    return 1 if is_bad else 3 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
