#!/usr/bin/env python3
"""How long people wait: a full register, many at once, each with a pause between two clicks.

    python3 bench/register_load.py --vuon target/debug/vuon --database postgres://vuon@127.0.0.1:5433/vuon \
        --data-dir register --communes vn-2026-04-30:03151,… --seconds 60

In:  a register filled by bench/register_seed.py, served by this script on a free port. Its key file is in --data-dir.
Out: for each kind of request how many there were, and the median, 95th and 99th percentile of the time from the request
     to the whole answer, in milliseconds, the client's own work included.
Each of the people is an officer of another commune with a round open (opened before the clock runs). They pause for a
second on average, as long as it takes to read a page quickly. With --province somebody of the province looks at its
dashboards all the while; when the others have gone each of them is timed alone, as are the movement tables of the province
and a commune's list as of a day.
"""

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import threading
import time
import uuid

PASSWORD = "a made-up sentence for measuring"
ANSWERS = {"income": "1000000", "living_area": "12.5", "water_source": "surface", "toilet": "none", "has_tv": "true"}
NAMES = ["nguyen", "tran", "le", "pham", "lo", "an", "hoa", "minh"]


class Person:
    """Somebody with a connection that stays open."""

    def __init__(self, port, login, commune):
        self.port, self.login, self.commune = port, login, commune
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = None
        self.times = {}

    def ask(self, kind, method, path, body=None, **headers):
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        if method == "POST" and not path.endswith("-searches"):
            headers["Idempotency-Key"] = str(uuid.uuid4())
        began = time.perf_counter()
        self.connection.request(method, "/api/v1" + path, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = self.connection.getresponse()
        text = answer.read()
        took = time.perf_counter() - began
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]}")
        if kind:
            self.times.setdefault(kind, []).append(took)
        return (json.loads(text) if text else None), answer.headers.get("ETag")

    def sign_in(self):
        self.token = self.ask(None, "POST", "/sessions", {"login": self.login, "password": PASSWORD})[0]["token"]

    def prepare(self):
        """A round of the commune, and its cases."""
        new = {"commune": self.commune, "kind": "annual", "year": time.localtime().tm_year, "pack": "vn-2022-2026"}
        open_rounds = self.ask(None, "GET", f"/rounds?commune={self.commune}")[0]["rows"]
        self.round = open_rounds[0]["id"] if open_rounds else self.ask("open a round", "POST", "/rounds", new)[0]["id"]
        self.cases = [row["id"] for row in self.ask(None, "GET", f"/cases?round={self.round}&limit=200")[0]["rows"]]
        self.households = [row["id"] for row in self.ask(None, "GET", "/households?limit=200")[0]["rows"]]

    def work(self, until, chance, pause):
        while time.perf_counter() < until:
            what = chance.random()
            if what < 0.30:
                self.ask("open a household", "GET", f"/households/{chance.choice(self.households)}")
            elif what < 0.50:
                self.ask("search by name", "POST", "/household-searches", {"text": chance.choice(NAMES)})
            elif what < 0.65:
                self.ask("list page", "GET", "/households?limit=50")
            elif what < 0.75:
                self.ask("round dashboard", "GET", f"/rounds/{self.round}")
            elif what < 0.90 or not self.cases:
                case = chance.choice(self.cases) if self.cases else None
                if case:
                    answers = {"household": {**ANSWERS, "income": str(chance.randint(0, 9_000_000))}, "members": []}
                    self.ask("draft of form B", "PUT", f"/cases/{case}/draft", answers, If_Match='"1"')
            else:
                case = chance.choice(self.cases)
                view, tag = self.ask("open a case", "GET", f"/cases/{case}")
                members = [{"person": member["person"], "answers": {}} for member in view["members"]]
                answers = {"household": {**ANSWERS, "income": str(chance.randint(0, 9_000_000))}, "members": members}
                signed = {"answers": answers, "reason": "survey", "submission": str(uuid.uuid4())}
                self.ask("sign form B", "POST", f"/cases/{case}/answers", signed, If_Match=tag)
            time.sleep(chance.expovariate(1 / pause) if pause else 0)


class Province(Person):
    """Somebody who looks at figures of a whole province."""

    def look(self):
        year = time.localtime().tm_year
        self.ask("province: progress", "GET", f"/areas/{self.commune}/progress?year={year}")
        self.ask("province: work today", "GET", "/work")
        self.ask("province: search a name", "POST", "/household-searches", {"text": random.choice(NAMES)})

    def work(self, until, chance, pause):
        while time.perf_counter() < until:
            self.look()
            time.sleep(chance.expovariate(1 / pause) if pause else 0)

    def alone(self, commune):
        """The same with nobody else about, and lists of a commune as of a day."""
        self.times = {}
        day = f"{time.localtime().tm_year - 1}-12-31"
        for _ in range(5):
            self.look()
            year = time.localtime().tm_year
            self.ask("report: movements of a year", "GET", f"/areas/{self.commune}/flows?from={year}-01-01&to={year}-12-31")
            self.ask("list of a commune as of a day", "GET", f"/lists?commune={commune}&on={day}&limit=50")
            self.export("export of a commune", f"/lists.csv?commune={commune}&on={day}")
        print(f"{'alone':32}{'median ms':>10}")
        for kind, times in self.times.items():
            print(f"{kind:32}{1000 * statistics.median(times):>10.1f}")

    def export(self, kind, path):
        began = time.perf_counter()
        self.connection.request("GET", "/api/v1" + path, headers={"Authorization": f"Bearer {self.token}"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{path}: {answer.status} {text[:300]}")
        rows = text.count(b"\n") - 1
        self.times.setdefault(f"{kind}, {rows:,} rows", []).append(time.perf_counter() - began)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(asked):
    port = free_port()
    environment = {**os.environ, "VUON_SIGN_IN_TRIES": "1000", "VUON_SIGN_IN_PER_MINUTE": "1000", "VUON_LOG__FILTER": "warn"}
    command = [asked.vuon, "serve", "--database", asked.database, "--data-dir", asked.data_dir, "--listen", f"127.0.0.1:{port}"]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=environment)
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/sign-in")
            connection.getresponse().read()
            break
        except ConnectionError:
            if server.poll() is not None:
                raise SystemExit("the server did not start")
            time.sleep(0.02)
    print(f"start to first page: {time.perf_counter() - began:.2f} s; idle memory {memory(server.pid, 'VmRSS')} MB")
    return server, port


def memory(pid, what):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith(what))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--vuon", "--database", "--data-dir"):
        parser.add_argument(name, required=True)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two clicks, on average")
    parser.add_argument("--communes", required=True, help="list:code of the communes, separated by commas; one person each")
    parser.add_argument("--province", help="list:code of the province somebody of which looks on")
    asked = parser.parse_args()
    communes = asked.communes.split(",")[: asked.people]
    accounts = [(f"officer.{commune.rpartition(':')[2]}", commune) for commune in communes]
    server, port = start(asked)
    try:
        people = [Person(port, login, commune) for login, commune in accounts]
        for person in people:
            person.sign_in()
            person.prepare()
        if asked.province:
            watcher = Province(port, f"province.{asked.province.rpartition(':')[2]}", asked.province)
            watcher.sign_in()
            people.append(watcher)
        until = time.perf_counter() + asked.seconds
        threads = [
            threading.Thread(target=person.work, args=(until, random.Random(number), asked.pause))
            for number, person in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"{len(people)} people, {asked.seconds:.0f} s, a pause of {asked.pause} s; peak memory {memory(server.pid, 'VmHWM')} MB")
        print(f"{'':32}{'requests':>10}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}")
        for kind in sorted({kind for person in people for kind in person.times}):
            times = sorted(1000 * t for person in people for t in person.times.get(kind, []))
            cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
            print(f"{kind:32}{len(times):>10}{cuts[49]:>10.1f}{cuts[94]:>10.1f}{cuts[98]:>10.1f}")
        if asked.province:
            watcher.alone(communes[0])
    finally:
        server.terminate()
        server.wait()


main()
