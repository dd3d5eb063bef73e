#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthetic campaigns: pairwise F1 and speed of `hustings triage campaigns`. Seeded.

    tests/bench/campaigns.py [--messages N] [--bytes N] [--least-f1 F] [--least-speed MILLIONS]

Templates of 60 to 160 words are made of a few thousand words; senders change the greeting, the
closing, some words, add a personal paragraph or leave a sentence out. Half of the messages belong
to no campaign. Exit code 1 when a figure is below what is asked.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HUSTINGS = os.environ.get("HUSTINGS", str(ROOT / "build" / "hustings"))


def sentence(chance, words):
    text = " ".join(chance.choice(words) for _ in range(chance.randint(8, 18)))
    return text.capitalize() + "."


def variant(chance, template, words):
    """A sender's copy: a fifth sends it as it is."""
    kept = list(template)
    if chance.random() > 0.2:
        if chance.random() < 0.3 and len(kept) > 4:
            kept.pop(chance.randrange(len(kept)))
        if chance.random() < 0.5:
            at = chance.randrange(len(kept))
            changed = kept[at].split(" ")
            changed[chance.randrange(len(changed))] = chance.choice(words)
            kept[at] = " ".join(changed)
        if chance.random() < 0.4:
            kept.insert(chance.choice((0, len(kept))), sentence(chance, words))
    greeting = chance.choice(("Dear Mr Smith,\n", "Dear MP,\n", "Hello,\n", ""))
    closing = chance.choice(("\nYours sincerely,\n", "\nKind regards,\n", "\nThanks\n", "\n"))
    name = " ".join(chance.choice(words).capitalize() for _ in range(2))
    return greeting + " ".join(kept) + closing + name + f"\nQX{chance.randint(1, 20)} 1AA"


def make(count):
    chance = random.Random(4)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choice(letters) for _ in range(chance.randint(2, 9)))
             for _ in range(4000)]
    rows, number = [], 0
    while len(rows) < count // 2:
        number += 1
        template = [sentence(chance, words) for _ in range(chance.randint(5, 10))]
        for _ in range(chance.choice((3, 5, 10, 40, 200, 500))):
            rows.append((number, variant(chance, template, words)))
    while len(rows) < count:
        number += 1
        rows.append((number, " ".join(sentence(chance, words) for _ in range(chance.randint(1, 8)))))
    chance.shuffle(rows)
    return rows


def pairs(counts):
    return sum(n * (n - 1) // 2 for n in counts.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=20000)
    parser.add_argument("--bytes", type=int, default=0, help="cut messages at so many; F1 means nothing then")
    parser.add_argument("--least-f1", type=float, default=0)
    parser.add_argument("--least-speed", type=float, default=0)
    options = parser.parse_args()
    rows = make(options.messages)
    if options.bytes:
        rows = [(number, text[:options.bytes]) for number, text in rows]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        for i, (_, text) in enumerate(rows):
            file.write(json.dumps({"id": i, "text": text, "author": f"a{i % 977}"}) + "\n")
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(file.name, "rb") as source:
            out = subprocess.run([HUSTINGS, "triage", "campaigns", "--members"], stdin=source,
                                 stdout=subprocess.PIPE, check=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    group, into = {}, {}
    for line in out.splitlines():
        row = json.loads(line)
        if "id" in row:
            group[row["id"]] = row["campaign"]
        elif "into" in row:
            into[row["campaign"]] = row["into"]

    def root(number):
        while number in into:
            number = into[number]
        return number

    said, true, both = collections.Counter(), collections.Counter(), collections.Counter()
    for i, (number, _) in enumerate(rows):
        mine = root(group[i])
        said[mine] += 1
        true[number] += 1
        both[mine, number] += 1
    precision = pairs(both) / max(1, pairs(said))
    recall = pairs(both) / max(1, pairs(true))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    speed = len(rows) / seconds / 1e6
    size = sum(len(text) for _, text in rows) / len(rows)
    print(f"{len(rows)} messages of {size:.0f} bytes: pairwise precision {precision:.4f}, recall "
          f"{recall:.4f}, F1 {f1:.4f}; {speed:.3f} M messages/s of processor time, peak "
          f"{after.ru_maxrss / 1024:.0f} MB")
    return 0 if f1 >= options.least_f1 and speed >= options.least_speed else 1


if __name__ == "__main__":
    sys.exit(main())
