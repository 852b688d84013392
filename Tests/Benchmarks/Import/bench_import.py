#!/usr/bin/env python3
"""Measures `gridline-server import`: rows per second and peak memory, on generated and on real messages.

    Tests/Benchmarks/Import/bench_import.py [--server PATH] [--rows 20000,100000] [--runs 3] [--work DIR]

Each run takes a fresh store, on a disk, and is timed from the outside: start of the program, reading, deciding, writing, closing.
Memory is the peak of the resident set (VmHWM, as wait4 gives it). The floor, measured in the same run, is Python's sqlite3
writing the same texts into one table with one index, in the same number of transactions, with WAL and synchronous=FULL: what the
disk and SQLite ask for before anything is decided, journalled or scoped.

Generated rows are of the size of real messages (about 1.1 KB) and come from a seed; nothing in them is anybody's words.
"""

import argparse
import csv
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
MAP = "external_id=id,title=subject,description=detail,created_at=created_at"


def categories():
    with open(os.path.join(ROOT, "Schema/Reference/taxonomy.csv"), encoding="utf-8") as file:
        return [(row["code"], row["level1"], row["level2"], row["level3"]) for row in csv.DictReader(file)]


def generated(rows, path, seed=1):
    """About 1.1 KB of UTF-8 each: names of categories, places and numbers, put together by a seed."""
    chance = random.Random(seed)
    names = categories()
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "user", "subject", "created_at", "detail", "against", "for"])
        for number in range(rows):
            _, first, second, third = chance.choice(names)
            place = f"{chance.randrange(1, 60)}区{chance.randrange(1, 400)}路{chance.randrange(1, 300)}号"
            words = [f"{place}反映{first}方面{second}类问题，具体为{third}。"]
            while sum(map(len, words)) < chance.randrange(260, 420):
                _, a, b, c = chance.choice(names)
                words.append(f"另涉及{a}、{b}、{c}，自{chance.randrange(1, 12)}月起，每日{chance.randrange(0, 24)}时前后，")
            created = f"2026-{chance.randrange(1, 11):02}-{chance.randrange(1, 28):02}T{chance.randrange(0, 24):02}:00:00+08:00"
            out.writerow([f"G{seed}-{number}", f"U{number}", f"{place}{third}", created, "".join(words), 0, chance.randrange(5)])


def real(rows, path, data):
    """The real messages, repeated under new identifiers until there are enough."""
    messages = []
    for name in ("messages-hot.csv", "messages-replied.csv", "messages-labelled.csv"):
        file = os.path.join(data, name)
        if not os.path.exists(file):
            return 0
        with open(file, encoding="utf-8-sig", newline="") as handle:
            messages += [(row["subject"], row["created_at"], row["detail"]) for row in csv.DictReader(handle)]
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "subject", "created_at", "detail"])
        for number in range(rows):
            subject, created, detail = messages[number % len(messages)]
            out.writerow([f"R{number}", subject, created, detail])
    return len(messages)


def timed(command, **options):
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    out, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - started, usage, process.returncode, out.decode(), errors.decode()


def run(server, source, work, extra):
    store = os.path.join(work, "centre")
    shutil.rmtree(store, ignore_errors=True)
    for leftover in (store + ".key",):
        if os.path.exists(leftover):
            os.remove(leftover)
    subprocess.run([server, "init", "--store", store, "--operator", "op", "--name", "op"], check=True, capture_output=True)
    command = [server, "import", "tickets", source, "--map", MAP, "--source", "bench", "--as", "op", "--store", store, "--json"] + extra
    seconds, usage, status, out, errors = timed(command)
    if status not in (0, 1) or not out.strip():
        sys.exit(f"import ended with {status}: {errors}")
    report = json.loads(out.strip().splitlines()[-1])
    again = timed(command)
    for name in os.listdir(os.path.dirname(source)):
        if ".rejects" in name:
            os.remove(os.path.join(os.path.dirname(source), name))
    size = sum(os.path.getsize(os.path.join(store, name)) for name in os.listdir(store))
    return {
        "seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss, "imported": report["imported"],
        "rejected": report["faultCount"], "store": size, "again": again[0],
    }


def floor(source, work, batch):
    path = os.path.join(work, "floor.sqlite")
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    started = time.monotonic()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE t(id TEXT PRIMARY KEY, subject TEXT, created_at TEXT, detail TEXT)")
    count = 0
    with open(source, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        db.execute("BEGIN")
        for row in rows:
            db.execute("INSERT INTO t VALUES (?,?,?,?)", (row["id"], row["subject"], row["created_at"], row["detail"]))
            count += 1
            if count % batch == 0:
                db.execute("COMMIT")
                db.execute("BEGIN")
        db.execute("COMMIT")
    db.close()
    return count / (time.monotonic() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=os.path.join(ROOT, ".build/release/gridline-server"))
    parser.add_argument("--rows", default="20000,100000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", help="where the stores are made; a folder on a disk")
    parser.add_argument("--data", default=os.environ.get("GRIDLINE_DATA", os.path.join(os.path.dirname(ROOT), "shared/data")))
    parser.add_argument("--batch", type=int, help="rows of one transaction; else what the program takes by itself")
    options = parser.parse_args()
    batch = ["--batch", str(options.batch)] if options.batch else []
    work = tempfile.mkdtemp(prefix="gridline-import-", dir=options.work)
    try:
        print("| input | rows | MB | rows/s median (min..max) | floor rows/s | CPU s | peak MiB | again s | store MB |")
        print("|---|---|---|---|---|---|---|---|---|")
        for rows in map(int, options.rows.split(",")):
            for name in ("generated", "real"):
                source = os.path.join(work, f"{name}.csv")
                if name == "generated":
                    generated(rows, source)
                elif not real(rows, source, options.data):
                    print(f"| {name} | {rows} | not measured: no messages in {options.data} |||||||")
                    continue
                found = [run(options.server, source, work, batch) for _ in range(options.runs)]
                if any(one["imported"] + one["rejected"] != rows for one in found):
                    sys.exit(f"{name}: {found[0]['imported']} of {rows} imported")
                rates = sorted(one["imported"] / one["seconds"] for one in found)
                middle = found[0]
                print(
                    f"| {name} | {rows} | {os.path.getsize(source) / 1e6:.0f} | {statistics.median(rates):.0f} ({rates[0]:.0f}..{rates[-1]:.0f}) "
                    f"| {floor(source, work, options.batch or 4000):.0f} | {middle['cpu']:.1f} | {max(one['peak_kib'] for one in found) / 1024:.0f} "
                    f"| {middle['again']:.1f} | {middle['store'] / 1e6:.0f} |", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
