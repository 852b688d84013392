"""Measures Gridline with the side-by-side harness and prints its row of each table, with the floor of the same run.

    python3 run_peers.py HARNESS_FOLDER [--out FILE] [--quick]

HARNESS_FOLDER has workload.py, lib.py, fleet.py, report.py, p_floor.py, p_lib.py. Needs the Python package apsw for the floor (without it
the floor is left out and said to be).
"""
import argparse
import json
import os
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("harness")
    ap.add_argument("--out", default="")
    ap.add_argument("--quick", action="store_true", help="the small workload alone, one timed round")
    ap.add_argument("--phases", default="cli,small,big,boot,kill")
    a = ap.parse_args()
    res = measure(a.harness, a.phases.split(","), a.quick)
    if a.out:
        with open(a.out, "w") as f:
            json.dump(res, f, ensure_ascii=False, indent=1)
    import report
    print(render(res, report))


def measure(harness, phases=("cli", "small", "big", "boot", "kill"), quick=False):
    """every figure of the harness, as its own fleet.py gives them"""
    sys.path[:0] = [here, harness]
    sys.dont_write_bytecode = True
    import fleet
    import lib
    import p_gridline
    import workload as W
    small, big = (10, 50, 20, 0.1), (50, 100, 20, 0.1)
    res = dict(fingerprints=[W.fingerprint(*small), W.fingerprint(*big)], load_at_start=os.getloadavg()[0],
               started=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), cpus=os.cpu_count())
    with tempfile.TemporaryDirectory(prefix="gridline-bench-") as tmp:
        try:
            import p_floor
            os.makedirs(tmp + "/f")
            res["floor_small"] = p_floor.bench(tmp + "/f", *small)
        except ImportError as e:
            lib.log("no floor of the harness itself: %s is missing" % e.name)
        os.makedirs(tmp + "/g")
        g = p_gridline.Gridline(tmp + "/g")
        try:
            if "cli" in phases:
                rs = g.list50(18)[3:]
                res["gridline_cli"] = dict(median_ms=fleet.ms(lib.med([r.wall for r in rs])), p95_ms=fleet.ms(lib.p95([r.wall for r in rs])),
                                           cpu_ms=fleet.ms(lib.med([r.cpu for r in rs])))
            plan = ["proxy", "seq", "par"] if quick else ["proxy", "seq", "seq", "seq", "par", "par", "par"]
            if "small" in phases:
                res["gridline_small"] = dict(fleet.fleet(g, *small, "part", plan), announced=g.announced)
            if "big" in phases and not quick:
                res["gridline_big"] = dict(fleet.fleet(g, *big, "part", ["proxy", "seq", "par"]), announced=g.announced)
            if "boot" in phases:
                res["gridline_boot_1000"] = g.bootstrap(1000, 5)
                if not quick:
                    res["gridline_boot_10000"] = g.bootstrap(10000, 5)
            if "kill" in phases and not quick:
                res["gridline_kill"] = fleet.kill_tests(g)
        finally:
            g.close()
    res["load_at_end"] = os.getloadavg()[0]
    return res


def render(res, report):
    f, o = report.f, []
    for size in ("small", "big"):
        x = res.get("gridline_" + size)
        if not x:
            continue
        w = x["wire"]
        rows = [["peer (N=%d, K=%d)" % (x["N"], x["K"]), "sync of one worker with 20 edits: median ms", "p95 ms", "client CPU ms", "server CPU ms", "second pull ms",
                 "no-change sync ms", "8 at once: syncs/s", "failed", "wire B/edit (worker sync)", "wire B/edit (whole round)", "no-change wire B", "turns+conns per sync",
                 "server RSS MiB", "one offline edit ms"],
                ["Gridline", f(x["sync_ms_median"]), f(x["sync_ms_p95"]), f(x["client_cpu_ms"]), f(x["server_cpu_ms_per_sync"]), f(x["pass2_ms_median"]), f(x["noop_ms_median"]),
                 f(x["par"]["syncs_per_s"]), x["par"]["failed_first_try"], f(w["bytes_per_edit_worker_sync"], 0), f(w["bytes_per_edit_until_quiescent"], 0),
                 w["noop"]["up"] + w["noop"]["down"], "%g+%g" % (w["worker_sync_turns"], w["worker_sync_conns"]), f(x["server_rss_mib"]), f(x["edit_ms"])]]
        y = res.get("floor_" + size)
        if y:
            rows.append(["floor", f(y["sync_ms_median"], 2), f(y["sync_ms_p95"], 2), "–", f(y["server_cpu_ms_per_sync"], 2), "–", f(y["noop_ms_median"], 2), "–", "–",
                         f(y["bytes_per_edit"], 0), "–", y["noop_wire"]["up"] + y["noop_wire"]["down"], "1+1", f(y["server_rss_mib"]), "–"])
        o.append(report.mk(rows))
        o.append("checks: %s; conflicts decided: %s; announced (dispatcher, devices, with both values): %s\n" % (
            json.dumps(x["checks"][-1]), json.dumps(x["conflicts"]), x.get("announced", "–")))
    boots = [res[k] for k in ("gridline_boot_1000", "gridline_boot_10000") if k in res]
    if boots:
        rows = [["cold bootstrap", "tickets", "s", "client CPU s", "server CPU s", "wire MB", "replica MB", "server RSS MiB"]]
        for b in boots:
            rows.append(["gridline sync", b["n"], f(b["wall_s"], 3), f(b["client_cpu_s"], 3), f(b["server_cpu_s"], 3), f((b["wire"]["up"] + b["wire"]["down"]) / 1e6, 2),
                         f(b["replica_bytes"] / 1e6), f(b["server_rss_mib"])])
        o.append(report.mk(rows))
    c = res.get("gridline_cli")
    if c:
        o.append(report.mk([["start-up + list 50 tickets", "median ms", "p95 ms", "CPU ms"], ["gridline list", f(c["median_ms"]), f(c["p95_ms"]), f(c["cpu_ms"])]]))
    for who, k in res.get("gridline_kill", {}).items():
        o.append("kill -9 of the %s: %s\n" % (who, json.dumps(k)))
    o.append("Measured %s, %s CPUs, load %.2f at start and %.2f at end; workload fingerprints %s.\n" % (
        res["started"], res["cpus"], res["load_at_start"], res["load_at_end"], " / ".join(res["fingerprints"])))
    return "\n".join(o)


if __name__ == "__main__":
    main()
