# SPDX-License-Identifier: Apache-2.0
"""How often a place name alone leads for certain to a wrong force: lists that the pack did not have.

A module of tests/route/run.

The pack is made again without half of its towns, and without half of its wards, and is then asked
for the names of the half it has never seen. Each name alone, as somebody would type it. A name is
*certain* and right, certain and wrong, several (the right force is among those named), other
(named, but not the right one, and not certain), or unknown. Two draws of each, fixed, so that the
same pack gives the same numbers. What is left out was left out at random and not by how well known
it is, so this is harder than what people report.
"""
import csv
import json
import os
import random
import shutil
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HUSTINGS = os.environ.get("HUSTINGS", os.path.join(ROOT, "build", "hustings"))
PACK = os.path.join(ROOT, "packs", "uk")
SEEDS = (1, 2)
WRONG_MAX = {"places.csv": 0.025, "wards.csv": 0.03}


def read(name):
    with open(os.path.join(PACK, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(pack, names):
    lines = "".join(json.dumps({"place": n}, ensure_ascii=False) + "\n" for n in names)
    run = subprocess.run([HUSTINGS, "route", "--no-doors", "--pack", pack], input=lines.encode(),
                         check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def verdict(answer, force):
    forces = [f["id"] for f in answer["force"]]
    if answer["certain"]:
        return "right" if forces == [force] else "wrong"
    return "unknown" if not forces else "several" if force in forces else "other"


def withheld(table, force_of):
    """Counts over the draws, and what went wrong."""
    counts = dict.fromkeys(("right", "wrong", "several", "other", "unknown"), 0)
    wrong = []
    rows = read(table)
    for seed in SEEDS:
        draw = random.Random(seed)
        hidden = [draw.random() < 0.5 for _ in rows]
        with tempfile.TemporaryDirectory() as work:
            pack = os.path.join(work, "half")
            shutil.copytree(PACK, pack)
            with open(os.path.join(pack, table), "w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
                out.writeheader()
                out.writerows(r for r, is_hidden in zip(rows, hidden) if not is_hidden)
            subprocess.run([HUSTINGS, "pack", "build", pack], check=True,
                           stdout=subprocess.DEVNULL)
            asked = [r for r, is_hidden in zip(rows, hidden) if is_hidden and r["name"]]
            for row, answer in zip(asked, ask(pack, [r["name"] for r in asked])):
                force = force_of[row["district"]] if row["district"] else row["force"]
                what = verdict(answer, force)
                counts[what] += 1
                if what == "wrong":
                    wrong.append((row["name"], force, answer["force"][0]["id"],
                                  answer["force"][0]["rule"]))
    return counts, wrong


def check(point, say):
    force_of = {r["gss"]: r["force"] for r in read("districts.csv")}
    for table, what in (("places.csv", "towns"), ("wards.csv", "wards")):
        counts, wrong = withheld(table, force_of)
        total = sum(counts.values())
        for row in wrong[:: max(len(wrong) // 5, 1)]:
            say(f"    {row}")
        share = counts["wrong"] / total
        sure = counts["right"] + counts["wrong"]
        point(share <= WRONG_MAX[table],
              f"{what} withheld: {total} names, "
              + ", ".join(f"{k} {v}" for k, v in counts.items())
              + f"; certain and wrong {share:.2%} of all, {counts['wrong'] / sure:.2%} of the certain")
