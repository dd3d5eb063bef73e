#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures triage, and beside it scikit-learn and fastText on the same data.

    tests/bench/triage.py --public DIR --hansard FILE [--part dev|test] [--baselines] [--model FILE]

The examples, labels and parts are those of `hustings train --print`; with --part test this is the
only program that reads data/politician/test.csv. Thresholds are those in the model file; nothing
is chosen here. Baselines (Debian: python3-sklearn, fasttext) learn one model a head from the same
examples, and their thresholds for slices are taken from the tuning part in the same way.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HUSTINGS = os.environ.get("HUSTINGS", str(ROOT / "build" / "hustings"))
HEADS = ("abusive", "threat", "identity", "sexual", "insult")
SETS = [("edos", "identity"), ("edos", "threat"), ("toxspans", "abusive"), ("toxspans", "insult"),
        ("toxspans", "identity"), ("toxspans", "threat"), ("paradetox", "abusive"),
        ("hatemoji", "identity"), ("convabuse", "abusive"), ("convabuse", "identity"),
        ("convabuse", "sexual"), ("misogyny", "identity"), ("fox", "identity"),
        ("surge", "abusive"), ("politician", "abusive"), ("politician", "threat"),
        ("politician", "identity"), ("politician", "sexual"), ("politician", "insult"),
        ("functions", "abusive"), ("wiki", "abusive"), ("madlibs", "abusive")]
UNSEEN = {"functions", "wiki", "madlibs"}  # no line and no writer of these is learnt from


def auc(scores, labels):
    """Area under the curve by ranks; ties count half."""
    order = sorted(zip(scores, labels))
    ranks, i, total = 0.0, 0, 0
    while i < len(order):
        j = i
        while j < len(order) and order[j][0] == order[i][0]:
            j += 1
        ranks += sum(label for _, label in order[i:j]) * (i + j + 1) / 2
        i = j
    total = sum(labels)
    if total in (0, len(labels)):
        return float("nan")
    return (ranks - total * (total + 1) / 2) / (total * (len(labels) - total))


def ece(scores, labels, bins=15):
    held = collections.defaultdict(list)
    for score, label in zip(scores, labels):
        held[min(int(score * bins), bins - 1)].append((score, label))
    return sum(abs(sum(s for s, _ in b) - sum(l for _, l in b)) for b in held.values()) / len(scores)


def examples(options, part):
    command = [HUSTINGS, "train", "--public", options.public, "--hansard", options.hansard,
               "--lines", str(ROOT / "data/politician"),
               "--functions", str(ROOT / "data/functions"), "--grammar", str(ROOT / "data/triage"),
               "--print", part]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    rows = [json.loads(line) for line in out.splitlines()]
    return [row for row in rows if row["text"].strip()]


def triage(options, texts, *more):
    """One result a text, and seconds of processor time."""
    lines = "".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n"
                    for i, t in enumerate(texts))
    command = [HUSTINGS, "triage", *more]
    if options.model:
        command += ["--model", options.model]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=False).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [json.loads(line) for line in out.splitlines()], seconds


class Triage:
    name = "hustings"

    def __init__(self, options):
        self.options = options

    def scores(self, texts):
        results, _ = triage(self.options, texts, "--no-reasons")
        return {head: [r.get(head, 0.0) for r in results] for head in HEADS}, results


class ScikitLearn:
    name = "scikit-learn"

    def __init__(self, train):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_union
        begin = time.process_time()
        self.union = make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, strip_accents="unicode"),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True,
                            strip_accents="unicode", max_features=400000))
        matrix = self.union.fit_transform([row["text"] for row in train])
        self.models = {}
        for head in HEADS:
            at = [i for i, row in enumerate(train) if head in row]
            model = LogisticRegression(C=4, solver="liblinear", class_weight="balanced")
            model.fit(matrix[at], [train[i][head] for i in at],
                      sample_weight=[train[i]["weight"] for i in at])
            self.models[head] = model
        self.seconds = time.process_time() - begin

    def scores(self, texts):
        matrix = self.union.transform(texts)
        return {h: list(m.predict_proba(matrix)[:, 1]) for h, m in self.models.items()}, None


class FastText:
    name = "fastText"

    def __init__(self, train, folder):
        self.folder = folder
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for head in HEADS:
            with open(f"{folder}/{head}.txt", "w", encoding="utf-8") as out:
                for row in train:
                    if head in row:
                        # a weight is a number of copies
                        out.write(f"__label__{row[head]} {self.flat(row['text'])}\n"
                                  * max(1, round(row["weight"])))
            subprocess.run(["fasttext", "supervised", "-input", f"{folder}/{head}.txt", "-output",
                            f"{folder}/{head}", "-dim", "32", "-wordNgrams", "2", "-minn", "3",
                            "-maxn", "5", "-epoch", "10", "-lr", "0.3", "-bucket", "500000",
                            "-thread", "2", "-verbose", "0"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds = after.ru_utime - before.ru_utime

    @staticmethod
    def flat(text):
        return re.sub(r"\s+", " ", re.sub(r"([.,!?\"'()])", r" \1 ", text.lower())).strip() or "-"

    def scores(self, texts):
        lines = "\n".join(self.flat(t) for t in texts) + "\n"
        scores = {}
        for head in HEADS:
            out = subprocess.run(["fasttext", "predict-prob", f"{self.folder}/{head}.bin", "-", "2"],
                                 input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
            scores[head] = []
            for line in out.decode().splitlines():
                words = line.split()
                found = dict(zip(words[::2], map(float, words[1::2])))
                scores[head].append(found.get("__label__1", 0.0))
        return scores, None


def recall_at(scores, wanted, lawful, share):
    """Recall where at most `share` of the lawful lines are at or above the threshold."""
    bar = sorted((scores[i] for i in lawful), reverse=True)
    least = bar[int(len(bar) * share)] if bar else 0
    hit = sum(scores[i] > least for i in wanted)
    return hit / max(1, len(wanted))


def macro_f1(flags, labels):
    result = 0
    for side in (0, 1):
        hits = sum(f == side and l == side for f, l in zip(flags, labels))
        said = sum(f == side for f in flags)
        true = sum(l == side for l in labels)
        result += 2 * hits / max(1, said + true) / 2
    return result


def obfuscate(text, how):
    words = text.split(" ")
    changed = []
    for i, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and i % 2 == 0:
            if how == "leet":
                word = word[0] + word[1:].translate(str.maketrans("aeios", "43105"))
            elif how == "spaced":
                word = " ".join(word)
            elif how == "zero-width":
                word = "\u200b".join(word)
            elif how == "homoglyph":
                word = word.translate(str.maketrans("aeopcyxi", "аеорсухі"))
        changed.append(word)
    return " ".join(changed)


def best_bar(scores, labels):
    best, at = -1, 0.5
    for bar in sorted(set(round(s, 2) for s in scores)):
        value = macro_f1([s >= bar for s in scores], labels)
        if value > best:
            best, at = value, bar
    return at


def report(rows, systems, dev_rows, options):
    of = collections.defaultdict(list)
    for i, row in enumerate(rows):
        of[row["source"]].append(i)
    texts = [row["text"] for row in rows]
    all_scores, dev_scores, own = {}, {}, None
    for system in systems:
        all_scores[system.name], results = system.scores(texts)
        own = results or own
        dev_scores[system.name], _ = system.scores([row["text"] for row in dev_rows])
    names = [system.name for system in systems]
    print(f"\nAUC ({options.part})" + " " * 12 + "".join(f"{n:>14}" for n in names))
    means = collections.defaultdict(list)
    for source, head in SETS:
        at = [i for i in of[source] if head in rows[i]]
        labels = [rows[i][head] for i in at]
        if len(set(labels)) < 2:
            continue
        line = f"{source}/{head:<10} {sum(labels):5}/{len(at):<6}".ljust(30)
        for name in names:
            value = auc([all_scores[name][head][i] for i in at], labels)
            means[name].append(value)
            if source in UNSEEN:
                means[name + "/unseen"].append(value)
            line += f"{value:14.3f}"
        print(line)
    for what, key in (("mean", ""), ("mean, unseen", "/unseen")):
        print(what.ljust(30) + "".join(
            f"{sum(means[n + key]) / max(1, len(means[n + key])):14.3f}" for n in names))

    lines = of["politician"]
    mail = [i for i in lines if rows[i]["mail"]]
    print(f"\npoliticians: {len(lines)} lines, {len(mail)} lawful")
    for label, key in (("explicit threat", "explicit"), ("any threat", "threat")):
        wanted = [i for i in lines if rows[i].get(key) == 1]
        for share in (0.01, 0.05):
            print(f"  recall on {label}, {share:.0%} false alarms".ljust(48) + "".join(
                f"{recall_at(all_scores[n]['threat'], wanted, mail, share):12.3f}" for n in names))
    if own:
        for key in ("explicit", "threat"):
            wanted = [i for i in lines if rows[i].get(key) == 1]
            flagged = sum("threat" in own[i].get("over", []) for i in wanted)
            urgent = sum(own[i].get("grade", "G0") >= "G4" for i in wanted)
            serious = sum(own[i].get("grade", "G0") >= "G3" for i in wanted)
            print(f"  {key}: over {flagged / len(wanted):.3f}, G3+ {serious / len(wanted):.3f}, "
                  f"G4+ {urgent / len(wanted):.3f} of {len(wanted)}")
        for what, at in (("lawful mail", mail), ("hansard", of["hansard"]),
                         ("xstest, safe", of["xstest"])):
            if at:
                print(f"  {what}: threat over {sum('threat' in own[i]['over'] for i in at)}, "
                      f"G3+ {sum(own[i]['grade'] >= 'G3' for i in at)}, "
                      f"G4+ {sum(own[i]['grade'] >= 'G4' for i in at)} of {len(at)}")

    print("\nmacro-F1, threshold frozen on dev")
    for source, head in SETS:
        at = [i for i in of[source] if head in rows[i]]
        labels = [rows[i][head] for i in at]
        if len(set(labels)) < 2:
            continue
        line = f"{source}/{head}".ljust(30)
        for name in names:
            dev = [i for i, row in enumerate(dev_rows) if head in row]
            bar = best_bar([dev_scores[name][head][i] for i in dev], [dev_rows[i][head] for i in dev])
            line += f"{macro_f1([all_scores[name][head][i] >= bar for i in at], labels):14.3f}"
        print(line)

    print("\ncalibration (ECE, 15 bins, all sets that are also learnt from)")
    for head in HEADS:
        at = [i for i, row in enumerate(rows) if head in row and row["source"] not in UNSEEN
              and row["source"] != "xstest"]
        print(head.ljust(30) + "".join(
            f"{ece([all_scores[n][head][i] for i in at], [rows[i][head] for i in at]):14.3f}"
            for n in names))

    bias(rows, of["madlibs"], names, all_scores, dev_scores, dev_rows, own)
    slices(rows, lines, systems)


def bias(rows, at, names, all_scores, dev_scores, dev_rows, own):
    """False positives on neutral sentences that differ by an identity term alone."""
    if not at:
        return
    terms = collections.Counter()
    for i in at:
        if rows[i]["note"] == "name_adj":
            terms[" ".join(rows[i]["text"].split(" is a ")[-1].split(" ")[1:])] += 1
    print("\nbias: madlibs, false positives by identity term (abusive)")
    for name in names:
        dev = [i for i, row in enumerate(dev_rows) if "abusive" in row]
        bar = best_bar([dev_scores[name]["abusive"][i] for i in dev],
                       [dev_rows[i]["abusive"] for i in dev])
        rates = {}
        for term in terms:
            good = [i for i in at if rows[i]["note"] == "name_adj" and rows[i]["abusive"] == 0
                    and rows[i]["text"].endswith(" " + term)]
            if len(good) >= 50:
                if name == "hustings" and own:
                    flags = ["abusive" in own[i]["over"] for i in good]
                else:
                    flags = [all_scores[name]["abusive"][i] >= bar for i in good]
                rates[term] = sum(flags) / len(good)
        worst = sorted(rates, key=rates.get)
        print(f"  {name}: {len(rates)} terms, gap {rates[worst[-1]] - rates[worst[0]]:.3f}; most "
              + ", ".join(f"{t} {rates[t]:.2f}" for t in worst[-4:]))


def slices(rows, lines, systems):
    print("\nobfuscation: AUC of threat on politicians' lines, half of the longer words changed")
    labels = [rows[i]["threat"] for i in lines]
    for how in ("clean", "leet", "spaced", "zero-width", "homoglyph"):
        line = how.ljust(30)
        texts = [obfuscate(rows[i]["text"], how) for i in lines]
        for system in systems:
            scores, _ = system.scores(texts)
            line += f"{auc(scores['threat'], labels):14.3f}"
        print(line)


def speed(options, rows):
    texts = [row["text"][:142] for row in rows if 100 <= len(row["text"]) and row["text"].isascii()]
    texts = [t for t in texts if t.strip()]
    texts = (texts * (300000 // len(texts) + 1))[:300000]
    size = sum(map(len, texts)) / len(texts)
    for more in (["--no-reasons"], [], ["--no-reasons", "--threads", "2"]):
        begin = time.monotonic()
        _, seconds = triage_raw(options, texts, *more)
        wall = time.monotonic() - begin
        print(f"  {' '.join(more) or 'with reasons'}: {len(texts) / seconds / 1e6:.3f} M/s of "
              f"processor time, {len(texts) / _ / 1e6:.3f} M/s of wall time ({size:.0f} bytes)")
        del wall


def triage_raw(options, texts, *more):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        for i, text in enumerate(texts):
            file.write(json.dumps({"id": i, "text": text}) + "\n")
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        command = [HUSTINGS, "triage", *more] + (["--model", options.model] if options.model else [])
        with open(file.name, "rb") as source:
            subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, check=True)
        wall = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return wall, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--public", required=True)
    parser.add_argument("--hansard", required=True)
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    parser.add_argument("--model")
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--no-speed", action="store_true")
    options = parser.parse_args()
    rows = examples(options, options.part)
    dev_rows = rows if options.part == "dev" else examples(options, "dev")
    systems = [Triage(options)]
    with tempfile.TemporaryDirectory() as folder:
        if options.baselines:
            train = examples(options, "train")
            for make in (lambda: ScikitLearn(train), lambda: FastText(train, folder)):
                systems.append(make())
                print(f"{systems[-1].name}: trained in {systems[-1].seconds:.0f} s of processor time")
        report(rows, systems, dev_rows, options)
    model = pathlib.Path(options.model or ROOT / "models" / "triage.htm")
    print(f"\nmodel file: {model.stat().st_size / 1e6:.2f} MB")
    if not options.no_speed:
        print("speed, JSON Lines in and out:")
        speed(options, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
