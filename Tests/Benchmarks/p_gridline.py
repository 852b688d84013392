"""Gridline as a peer of the side-by-side harness: the release programs, one central queue, one replica per worker.

Put the folder with the harness (workload.py, lib.py, fleet.py, report.py) on the module path; `run_peers.py` beside this file does.
An edit of the workload is one command, `gridline edit N --finding STATUS --note TEXT`. The dispatcher "hq" has no replica: like
every dispatcher of Gridline it works at the centre (`gridline-server edit`), so its sync moves nothing. A conflicting edit is settled
by its column's rule (`merged`: what was found on the spot belongs to the field) and both values stay, or it is held for a dispatcher;
its note lands either way. At its sync hq looks at the lists of conflicts and of held commands, counts what is announced there and on
the workers' devices, and declines what is held: the next round's edits then find no undecided one before them.
GRIDLINE_BIN names the folder of the programs; default: .build/release of this repository.
"""
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import time

import lib
import workload as W

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("GRIDLINE_BIN", ROOT + "/.build/release")
CLIENT, SERVER = BIN + "/gridline", BIN + "/gridline-server"
HQ = "hq"
# What an import takes; the harness's other columns have no place in an intake and stay out.
MAP = ("external_id=id,title=title,description=description,category=category,location=address,name=contact_name,"
       "phone=contact_phone,latitude=lat,longitude=lon")


class Gridline:
    name = "gridline"

    def __init__(self, tmp):
        self.d, self.srv, self.port = tmp, None, lib.free_port()

    # --- the centre

    @property
    def store(self):
        return self.d + "/s"

    def _env(self, home=None):
        e = {k: v for k, v in os.environ.items() if not k.startswith("GRIDLINE_")}
        e.update(HOME=self.d, LANG="C.UTF-8", GRIDLINE_STORE=self.store, GRIDLINE_AS=HQ)
        if home:
            e["GRIDLINE_HOME"] = home
        return e

    def centre(self, *a, check=True):
        return lib.run([SERVER, *a], env=self._env(), cwd=self.d, check=check)

    def start_server(self):
        self.srv = lib.Server([SERVER, "serve", "--listen", "127.0.0.1:%d" % self.port], self.port, env=self._env(), cwd=self.d,
                              logfile=self.d + "/serve.log")

    def close(self):
        if self.srv:
            self.srv.stop()
            self.srv = None

    def build(self, n, k, tix, mode):
        self.close()
        for x in ("s", "c", "snap"):
            shutil.rmtree(self.d + "/" + x, ignore_errors=True)
        if os.path.exists(self.store + ".key"):  # the centre's key stands beside the store
            os.remove(self.store + ".key")
        os.makedirs(self.d + "/c")
        self.n, self.mode, self._at, self.announced, self._told, self._seen = n, mode, {}, (0, 0, 0), set(), set()
        self.centre("init", "--operator", HQ, "--name", "值班长")
        for i in range(n):
            self.centre("person", "add", W.worker(i), "--name", "网格员%d" % i, "--role", "worker")
        with open(self.d + "/tickets.csv", "w", newline="") as f:
            w = csv.DictWriter(f, W.COLUMNS)
            w.writeheader()
            w.writerows(tix)
        self.centre("import", "tickets.csv", "--map", MAP, "--source", "w")
        db = self._db()
        self.numbers = dict(db.execute("SELECT s.external_id, t.number FROM import_source s JOIN ticket t ON t.id=s.ticket"))
        db.close()
        assert len(self.numbers) == len(tix), len(self.numbers)
        with open(self.d + "/dispatch.csv", "w") as f:
            f.write("ticket,assignee\n")
            f.writelines("%s,%s\n" % (self.numbers[t["id"]], t["assignee"] if n > 1 else W.worker(0)) for t in tix)
        self.centre("dispatch", "--batch", "dispatch.csv")
        self.start_server()
        for i in range(n):
            self.enrol(self.rep(i))
            self.sync(self.rep(i))

    def enrol(self, rep):
        os.makedirs(rep[0])
        code = json.loads(self.centre("enrol-code", rep[1], "--json").out)["code"]
        lib.run([CLIENT, "enrol", "http://127.0.0.1:%d" % self.port, code], env=self._env(rep[0]), cwd=self.d)

    # --- the harness's view

    def parts(self):
        return range(1)

    def part_of(self, i):
        return 0

    def rep(self, i):
        return ("%s/c/w%03d" % (self.d, i), W.worker(i))

    def hq(self, p):
        return (None, HQ)

    def edit(self, rep, e):
        number = self.numbers[e["ticket"]]
        if rep[0] is None:
            return [self.centre("edit", number, "--set", "finding=" + e["status"], "--set", "body=" + e["note"])]
        return [lib.run([CLIENT, "edit", number, "--finding", e["status"], "--note", e["note"]], env=self._env(rep[0]), cwd=self.d)]

    def sync(self, rep, port=None, check=True, on_start=None):
        if rep[0] is None:
            return self.decide()
        self._point(rep, port or self.port)
        r = lib.run([CLIENT, "sync"], env=self._env(rep[0]), cwd=self.d, check=False, on_start=on_start)
        r.rc0 = r.rc
        if r.rc == 5:  # a command is held: done, and a person is told
            r.rc = 0
        if check and r.rc != 0:
            raise RuntimeError("sync -> %s\n%s\n%s" % (r.rc, r.out[-600:], r.err[-600:]))
        return r

    _at = {}

    def _point(self, rep, port):
        """the address stands in the replica; only a measurement moves it (through the counting proxy and back), outside the timing"""
        if self._at.get(rep[0], self.port) != port:
            db = sqlite3.connect(rep[0] + "/replica.sqlite")
            db.execute("UPDATE identity SET server=?", ("http://127.0.0.1:%d" % port,))
            db.commit()
            db.close()
            self._at[rep[0]] = port

    def _db(self):
        return sqlite3.connect("file:%s/%s?mode=ro" % (self.store, self._file()), uri=True)

    def _file(self):
        return next(x for x in sorted(os.listdir(self.store)) if x.endswith(".sqlite"))

    def _view(self, where=""):
        db = self._db()
        st = dict(db.execute("SELECT s.external_id, t.finding FROM import_source s JOIN ticket t ON t.id=s.ticket WHERE t.deleted=0" + where))
        notes = [x for (x,) in db.execute("SELECT n.body FROM note n JOIN ticket t ON t.id=n.ticket WHERE n.deleted=0" + where)]
        db.close()
        return st, notes

    def state(self, rep):
        if rep[0] is None:
            return self._view()
        ids = {v: k for k, v in self.numbers.items()}
        db = sqlite3.connect("file:%s/replica.sqlite?mode=ro" % rep[0], uri=True)
        st = {ids[number]: finding for number, finding in db.execute("SELECT number, finding FROM ticket")}
        notes = [x for (x,) in db.execute("SELECT body FROM note")]
        db.close()
        return st, notes

    def server_state(self, p):
        return self._view()

    def worker_view(self, i):
        return self._view(" AND t.assignee='%s'" % W.worker(i))

    announced, _told, _seen = (0, 0, 0), set(), set()

    def decide(self):
        """what a dispatcher does; `announced` = how many conflicts were in the lists, how many the workers' devices showed, and how many
        named both values of the column"""
        r = lib.run(["true"])
        held = json.loads(self.centre("held", "--limit", "100000", "--json").out)
        listed = json.loads(self.centre("conflicts", "--all", "--limit", "100000", "--json").out)
        new = {(c["command"], c["field"]): c for c in listed if (c["command"], c["field"]) not in self._told}
        # A held command may have no column in dispute: its list is where it is announced.
        bare = [x["command"] for x in held if x["command"] not in {c for c, _ in new} and (x["command"], "") not in self._told]
        self._told |= set(new) | {(c, "") for c in bare}
        if new or held:
            both = sum(1 for c in new.values() if c.get("ours") and c.get("theirs"))
            seen = set()
            for i in range(self.n):
                db = sqlite3.connect("file:%s/replica.sqlite?mode=ro" % self.rep(i)[0], uri=True)
                seen |= {(c, f) for c, f in db.execute("SELECT hex(command), field FROM conflict")}
                seen |= {(c, "") for (c,) in db.execute("SELECT hex(id) FROM command WHERE verdict='held' AND decision IS NULL AND"
                                                        " NOT EXISTS (SELECT 1 FROM conflict c WHERE c.command=command.id)")}
                db.close()
            shown, self._seen = len(seen - self._seen), self._seen | seen
            self.announced = tuple(a + b for a, b in zip(self.announced, (len(new) + len(bare), shown, both)))
        for x in held:
            self.centre("decide", x["command"], "decline", "--reason", "以中心为准")
        return r

    def rss_kib(self):
        r = self.srv.stop()
        self.srv = None
        return r

    # --- kill tests

    def snapshot(self):
        self.close()
        shutil.rmtree(self.d + "/snap", ignore_errors=True)
        os.makedirs(self.d + "/snap")
        for x in "sc":
            shutil.copytree(self.d + "/" + x, self.d + "/snap/" + x)
        self.start_server()

    def restore(self):
        if self.srv:
            self.srv.kill9()
        for x in "sc":
            shutil.rmtree(self.d + "/" + x)
            shutil.copytree(self.d + "/snap/" + x, self.d + "/" + x)
        self._at = {}
        for home in os.listdir(self.d + "/c"):
            self._at[self.d + "/c/" + home] = None
        self.start_server()

    def kill_extra(self, r):
        # kill_tests plans no true conflict
        return len(json.loads(self.centre("held", "--json").out)) + len(json.loads(self.centre("conflicts", "--json").out))

    # --- single figures

    def bootstrap(self, n, reps):
        """an enrolled, empty replica gets its n tickets with one command"""
        self.build(1, n, W.tickets(1, n), "shared")
        proxy = lib.Proxy(0, self.port)
        rs, cpu = [], []
        for j in range(reps + 1):
            rep = ("%s/c/boot%d" % (self.d, j), W.worker(0))
            self.enrol(rep)
            if j == reps:
                self.srv.watch()
                self.sync(rep, proxy.port)
                c = proxy.counts()
                break
            c0 = self.srv.cpu()
            rs.append(self.sync(rep))
            cpu.append(self.srv.cpu() - c0)
        st, _ = self.state(rep)
        assert len(st) == n, len(st)
        size = sum(os.path.getsize(rep[0] + "/" + x) for x in os.listdir(rep[0]))
        rss = self.rss_kib()
        proxy.close()
        return dict(n=n, wall_s=round(lib.med([r.wall for r in rs]), 3), samples=reps, client_cpu_s=round(lib.med([r.cpu for r in rs]), 3),
                    server_cpu_s=round(lib.med(cpu), 3), wire=c, replica_bytes=size, server_rss_mib=round(rss / 1024, 1))

    def list50(self, reps=15):
        self.build(1, 50, W.tickets(1, 50), "shared")
        rep = self.rep(0)
        rs = [lib.run([CLIENT, "list"], env=self._env(rep[0]), cwd=self.d) for _ in range(reps)]
        assert rs[0].out.count("\n") >= 50, rs[0].out[:300]
        self.close()
        return rs
