#!/usr/bin/env python3
"""`make bench`: Gridline's release programs on workload W, each figure beside a floor measured in the same run.

    Tests/Benchmarks/bench.py [HARNESS_FOLDER] [--quick] [--out FILE]

HARNESS_FOLDER (default ../shared/peers beside the repository) has the seeded workload and the measuring tools; without it there is nothing
to compare with and the run says so. The floors are what any such sync must do on this machine, with nothing around it: SQLite's C library
for commits, lists and changesets, zlib, and an echo over a loopback socket. Standard library only.
"""
import argparse
import ctypes
import ctypes.util
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib

here = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(here))


def spread(xs, scale=1.0):
    """median, 5th and 95th percentile"""
    xs = sorted(xs)
    pick = lambda q: xs[min(len(xs) - 1, int(q * len(xs)))] * scale
    return dict(median=statistics.median(xs) * scale, low=pick(0.05), high=pick(0.95), samples=len(xs))


class SQLite:
    """just enough of the C library: exec, and one session's changeset"""
    lib = ctypes.CDLL(ctypes.util.find_library("sqlite3") or "libsqlite3.so.0")

    def __init__(self, path):
        self.db = ctypes.c_void_p()
        assert self.lib.sqlite3_open(path.encode(), ctypes.byref(self.db)) == 0

    def run(self, sql):
        assert self.lib.sqlite3_exec(self.db, sql.encode(), None, None, None) == 0, sql[:80]

    def changeset(self, statements):
        session, size, data = ctypes.c_void_p(), ctypes.c_int(), ctypes.c_void_p()
        assert self.lib.sqlite3session_create(self.db, b"main", ctypes.byref(session)) == 0
        assert self.lib.sqlite3session_attach(session, None) == 0
        self.run("BEGIN;" + ";".join(statements) + ";COMMIT")
        assert self.lib.sqlite3session_changeset(session, ctypes.byref(size), ctypes.byref(data)) == 0
        return ctypes.string_at(data, size.value)

    def close(self):
        self.lib.sqlite3_close(self.db)


def quoted(v):
    return "NULL" if v is None else str(v) if isinstance(v, (int, float)) else "'" + v.replace("'", "''") + "'"


def edit_sql(W, e):
    return ["UPDATE ticket SET status=%s, updated_at=%s, updated_by=%s WHERE id=%s" % tuple(map(quoted, (e["status"], e["at"], e["by"], e["ticket"]))),
            "INSERT INTO note VALUES(%s)" % ",".join(map(quoted, (e["note_id"], e["ticket"], e["by"], e["at"], e["note"])))]


def floors(W, tmp):
    """what SQLite, zlib and a socket take by themselves"""
    tix = W.tickets(10, 50)
    per, before, after = W.edits(10, 50, 20, 0.1, 0, tix=tix)
    db = SQLite(tmp + "/floor.db")
    db.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + W.SCHEMA)
    db.run("BEGIN;" + ";".join("INSERT INTO ticket VALUES(%s)" % ",".join(quoted(t[c]) for c in W.COLUMNS) for t in tix) + ";COMMIT")
    out, apply = {}, []
    bytes_each = []
    for i, edits in per.items():
        theirs = [x for x in before + after if x["worker"] == i]
        up = zlib.compress(db.changeset(sum((edit_sql(W, e) for e in edits), [])))
        t = time.perf_counter()
        down = zlib.compress(db.changeset(sum((edit_sql(W, dict(e, note_id=e["note_id"] + "x")) for e in theirs), [])))
        apply.append(time.perf_counter() - t)
        bytes_each.append((len(up) + len(down)) / len(edits))
    out["bytes_per_edit"] = spread(bytes_each)
    one = []
    for e in per[0] + per[1]:
        t = time.perf_counter()
        db.run("BEGIN;" + ";".join(edit_sql(W, dict(e, note_id=e["note_id"] + "y"))) + ";COMMIT")
        one.append(time.perf_counter() - t)
    out["commit_ms"] = spread(one, 1000)
    t = time.perf_counter()
    db.run("BEGIN;" + ";".join(s for k in per for e in per[k] for s in edit_sql(W, dict(e, note_id=e["note_id"] + "z"))) + ";COMMIT")
    out["edits_per_s_one_transaction"] = round(sum(map(len, per.values())) / (time.perf_counter() - t))
    db.close()
    out["echo_ms"] = echo(6000, 2000)
    out["echo_empty_ms"] = echo(300, 60)
    out["bootstrap_10000_s"] = bootstrap(W, tmp)
    return out


def echo(up, down, count=60):
    """a POST of `up` bytes on a fresh connection, `down` bytes back: a thread that answers, nothing else"""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                c, _ = server.accept()
            except OSError:
                return
            b = b""
            while len(b) < up:
                b += c.recv(65536)
            c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % down + bytes(down))
            c.close()
    threading.Thread(target=serve, daemon=True).start()
    took = []
    for _ in range(count):
        t = time.perf_counter()
        c = socket.create_connection(server.getsockname())
        c.sendall(b"x" * up)
        while c.recv(65536):
            pass
        c.close()
        took.append(time.perf_counter() - t)
    server.shutdown(socket.SHUT_RDWR)  # closing alone would leave the thread listening
    server.close()
    return spread(took, 1000)


def bootstrap(W, tmp):
    """10,000 tickets into an empty file, one transaction"""
    tix = W.tickets(1, 10000)
    rows = ["INSERT INTO ticket VALUES(%s)" % ",".join(quoted(t[c]) for c in W.COLUMNS) for t in tix]
    db = SQLite(tmp + "/boot.db")
    db.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + W.SCHEMA)
    t = time.perf_counter()
    db.run("BEGIN;" + ";".join(rows) + ";COMMIT")
    took = time.perf_counter() - t
    db.close()
    return took


def starts(binary):
    """a program that does nothing: what every start pays"""
    took = []
    for _ in range(40):
        t = time.perf_counter()
        subprocess.run([binary], stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - t)
    return spread(took, 1000)


def durable(binaries):
    """50 devices with 20 commands each, all at once, over real HTTP: the rush of bench-city, small"""
    program = binaries + "/gridline-bench-city"
    if not os.path.exists(program):
        return None
    r = subprocess.run([program, "rush", "--tickets", "2500", "--replicas", "50", "--at-once", "50", "--spread", "0", "--json"],
                       env=dict(os.environ, GRIDLINE_BIN=binaries), capture_output=True, text=True, cwd=ROOT)
    if r.returncode != 0:
        return None
    wave = json.loads(r.stdout)["stampede"]
    return dict(commandsPerSecond=wave["commands"] / wave["seconds"], wave=wave)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("harness", nargs="?", default=os.path.join(os.path.dirname(ROOT), "shared", "peers"))
    ap.add_argument("--quick", action="store_true")
    ap.add_argument("--out", default="")
    a = ap.parse_args()
    if not os.path.exists(a.harness + "/workload.py"):
        sys.exit("bench: no workload at %s; name the folder that has workload.py, lib.py, fleet.py and report.py" % a.harness)
    sys.path[:0] = [here, a.harness]
    sys.dont_write_bytecode = True
    import p_gridline
    import run_peers
    import workload as W
    with tempfile.TemporaryDirectory(prefix="gridline-floor-") as tmp:
        low = floors(W, tmp)
    low["start_ms"] = starts("/bin/true")
    res = run_peers.measure(a.harness, quick=a.quick)
    res["floors"] = low
    res["durable"] = durable(p_gridline.BIN)
    if a.out:
        with open(a.out, "w") as f:
            json.dump(res, f, ensure_ascii=False, indent=1)
    print(table(res))
    import report
    print(run_peers.render(res, report))


def table(res):
    s, low, c = res["gridline_small"], res["floors"], res["gridline_cli"]
    w, rows = s["wire"], []

    def row(name, value, unit, floor, floor_name, least, aim):
        rows.append("| %s | %.4g %s | %.3g (%s) | %.1f | %s | %s |" % (name, value, unit, floor, floor_name, value / floor, least, aim))
    row("sync of one worker with 20 edits, start to exit, median", s["sync_ms_median"], "ms", low["commit_ms"]["median"] * 2 + low["echo_ms"]["median"] + low["start_ms"]["median"],
        "start, echo, two commits", "25", "15")
    if "gridline_big" in res:
        row("the same, 50 workers", res["gridline_big"]["sync_ms_median"], "ms", low["commit_ms"]["median"] * 2 + low["echo_ms"]["median"] + low["start_ms"]["median"],
            "start, echo, two commits", "25", "15")
    row("no-change sync, start to exit, median", s["noop_ms_median"], "ms", low["echo_empty_ms"]["median"] + low["start_ms"]["median"], "start, echo", "15", "10")
    row("wire bytes per edit, both ways", w["bytes_per_edit_worker_sync"], "B", low["bytes_per_edit"]["median"], "zlib'd changesets", "300", "220")
    row("wire bytes of a no-change sync", w["noop"]["up"] + w["noop"]["down"], "B", 179, "two bare HTTP messages", "450", "300")
    row("turns and connections per sync", w["worker_sync_turns"] + w["worker_sync_conns"], "", 2, "one POST", "2", "2")
    row("server CPU per sync of 20 edits", s["server_cpu_ms_per_sync"], "ms", low["commit_ms"]["median"], "one commit", "3", "1.5")
    row("8 syncs at once, per second", s["par"]["syncs_per_s"], "/s", 1000 / (low["commit_ms"]["median"] + low["echo_ms"]["median"] + low["start_ms"]["median"]),
        "one after the other: start, echo, commit", "150", "300")
    if res.get("durable"):
        row("durable commands per second, 50 devices at once", res["durable"]["commandsPerSecond"], "/s", low["edits_per_s_one_transaction"], "one transaction", "5,000", "15,000")
    if "gridline_boot_10000" in res:
        row("bootstrap of 10,000 tickets", res["gridline_boot_10000"]["wall_s"], "s", low["bootstrap_10000_s"], "one transaction of INSERTs", "1.0", "0.4")
    x = res.get("gridline_big", s)
    row("server memory, %d workers" % x["N"], x["server_rss_mib"], "MiB", 2, "SQLite's cache", "80", "50")
    row("start and list 50 tickets", c["median_ms"], "ms", low["start_ms"]["median"], "start of /bin/true", "15", "7")
    lost = [sum(k["lost_notes"] + k["dup_notes"] for k in v["checks"]) for v in (s, res.get("gridline_big")) if v]
    head = ["| figure | measured | floor of this run | ratio | must | aim |", "|---|---|---|---|---|---|"]
    return "\n".join(head + rows) + "\n\nlost or duplicated notes: %s; spread: sync p95 %.4g ms, no-change p95 %.4g ms, list p95 %.4g ms\n" % (
        lost, s["sync_ms_p95"], s["noop_ms_p95"], c["p95_ms"])


if __name__ == "__main__":
    main()
