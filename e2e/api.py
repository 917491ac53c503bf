"""The REST interface against its own description.

Starts a demonstration on a free port, signs in as different people, and has schemathesis send what the description
allows and what it does not. Nothing may break the server, and every answer must be one that the description names.

    VUON=target/debug/vuon python e2e/api.py [--postgres postgres://user@host/database]

With a server of PostgreSQL, on whose databases the user may decide, the demonstration is in a database of its own there.
"""

import argparse
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as xml
from pathlib import Path

from known import known, with_known
from walk import Walk
from walk_review import STORY
from walk_support import support

VUON = os.environ.get("VUON", "target/debug/vuon")
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
PASSWORD = "vuon-demo-2026"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# Who asks, and about how many examples of each operation. Of those who change most, every corner of each field.
# The administrator comes last: what is done to accounts may end somebody's session.
PEOPLE = {
    "officer": (12, "coverage,fuzzing"),
    "chair": (10, "coverage,fuzzing"),
    "province": (10, "coverage,fuzzing"),
    "auditor": (8, "fuzzing"),
    "ministry": (4, "fuzzing"),
    "enumerator": (4, "fuzzing"),
    "admin": (6, "fuzzing"),
}
# Operations that cannot give 2xx here, and why.
UNREACHED = {
    "POST /areas/waiting": "no hamlet waits for its commune: the demonstration's list of areas is the one in force",
    "POST /rounds/{id}/appraisals": "the pack's procedure asks nobody above since there are no districts",
}
SEED = "20251109"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def database_on(server):
    """A database of its own that goes away, as every command that is started finds it; none where there is no server."""
    if server is None:
        yield
        return
    name = f"vuon_api_{os.getpid()}"
    ask = lambda sql: subprocess.run(["psql", "--quiet", "--command", sql, server], check=True)
    ask(f"CREATE DATABASE {name}")
    os.environ["VUON_DATABASE"] = f"{server.rsplit('/', 1)[0]}/{name}"
    try:
        yield
    finally:
        ask(f"DROP DATABASE {name} WITH (FORCE)")


class Server:
    """A demonstration in a folder that goes away."""

    def __init__(self, folder):
        self.folder = folder
        self.root = f"http://127.0.0.1:{free_port()}"
        self.log = open(Path(folder) / "log", "wb")
        listen = self.root.removeprefix("http://")
        # Passwords are tried more often here than people try them.
        environment = {**os.environ, "VUON_SIGN_IN_TRIES": "500", "VUON_SIGN_IN_PER_MINUTE": "500"}
        command = [VUON, "serve", "--demo", "--data-dir", folder, "--listen", listen]
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.root}/readyz"):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        sys.exit("the server did not start:\n" + (Path(self.folder) / "log").read_text(errors="replace")[-4000:])

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None
        finally:
            self.log.close()


class Caller:
    """Somebody who asks: signed in, unless without a login."""

    def __init__(self, server, login=None):
        self.api = f"{server.root}/api/v1"
        self.token = None
        if login is None:
            return
        session = self.ask("POST", "/sessions", {"login": login, "password": PASSWORD})
        self.token = session["token"]
        if session["code_needed"]:
            command = [VUON, "register", "code", login, "--data-dir", server.folder]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            # A stronger session has a token of its own.
            self.token = self.ask("POST", "/sessions/factor", {"code": re.search(r"\d{6}", told)[0]})["token"]

    def is_there(self):
        """Whether the session still stands."""
        try:
            return bool(self.ask("GET", "/account"))
        except urllib.error.HTTPError:
            return False

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.api + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request) as response:
            return json.load(response)


def tested(server, caller, login, description, folder):
    """Runs schemathesis as somebody: operations passed and failed, and those that gave 2xx."""
    examples, phases = PEOPLE[login]
    file, junit, report = (Path(folder) / f"{login}{ending}" for ending in (".json", ".xml", ".report.json"))
    file.write_text(json.dumps(description))
    command = [
        SCHEMATHESIS, "run", str(file), "--url", caller.api,
        "--header", f"Authorization: Bearer {caller.token}",
        "--checks", CHECKS, "--phases", phases, "--max-examples", str(examples),
        "--seed", SEED, "--generation-database", "none", "--workers", "2", "--request-timeout", "30",
        "--warnings", "off", "--suppress-health-check", "all", "--no-color",
        "--report", "junit,json", "--report-junit-path", str(junit), "--report-json-path", str(report),
    ]  # fmt: skip
    # Two would end the very session that asks.
    for operation in ["sign_out", "untie_own_openid"]:
        command += ["--exclude-operation-id", operation]
    for _ in range(3):
        done = subprocess.run(command, capture_output=True, text=True)
        cases = list(xml.parse(junit).getroot().iter("testcase")) if junit.exists() else []
        failures = sum(1 for case in cases if case.find("failure") is not None)
        failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
        # A fault of CPython 3.11 itself, when two threads look at source code: asked again, with nothing else wrong.
        if failures or failed == 0 or "AST constructor recursion depth mismatch" not in done.stdout:
            break
    if done.returncode or failed or not cases:
        print(done.stdout[-20_000:], done.stderr[-4_000:])
        failed = max(failed, 1)
    rates = json.loads(report.read_text())["valid_rates"] if report.exists() else {}
    reached = {operation for operation, phases in rates.items() if any(rate["accepted"] for rate in phases.values())}
    return len(cases) - failed, failed, reached


def told_of(description, reached):
    """Says how many operations gave 2xx, and which should have and did not; how many those are."""
    asked = {f"{method.upper()} {path}" for path, item in description["paths"].items() for method in item}
    lost = sorted(asked - reached - UNREACHED.keys())
    print(f"{len(asked & reached)} of {len(asked)} operations gave 2xx at least once")
    for operation in lost:
        print(f"not reached any more: {operation}")
    for operation in sorted(UNREACHED.keys() & reached):
        print(f"reached now, and to be taken off the list of those that cannot be: {operation}")
    return len(lost)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--postgres", metavar="SERVER", help="postgres://user@host/database")
    engine = options.parse_args().postgres
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="vuon-api-") as folder, database_on(engine):
        server = Server(folder)
        try:
            server.wait()
            callers = {login: Caller(server, login) for login in PEOPLE}
            with urllib.request.urlopen(f"{server.root}/api/v1/openapi.json") as response:
                plain = json.load(response)
            walk = Walk(plain, callers, lambda: Caller(server))
            for part in [support, *STORY]:
                good, bad = walk.tells(part)
                passed, failed = passed + good, failed + bad
            description = with_known(plain, known(walk.asks))
            reached = walk.reached
            print(f"the story: {len(reached)} operations succeeded", flush=True)
            for login in PEOPLE:
                started = time.monotonic()
                good, bad, own = tested(server, callers[login], login, description, folder)
                took = time.monotonic() - started
                print(f"{login}: {good} operations passed, {bad} failed, {len(own)} reached, {took:.0f} s", flush=True)
                if not callers[login].is_there():
                    print(f"{login}: the session ended while it was asking: what came after was asked by nobody")
                    bad += 1
                passed, failed, reached = passed + good, failed + bad, reached | own
            failed += told_of(plain, reached)
            # What was done to the register by then stands in its ledger, and all of it verifies.
            # The operator asks: somebody's session or password may be among what was done.
            verify = [VUON, "audit", "verify", "--data-dir", folder]
            told = subprocess.run(verify, capture_output=True, text=True)
            print(f"ledger: {told.stdout}{told.stderr}")
            passed, failed = passed + (told.returncode == 0), failed + (told.returncode != 0)
        finally:
            ended = server.stop()
        print(f"server: ended with {ended}")
        passed, failed = passed + (ended == 0), failed + (ended != 0)
        if failed:
            print((Path(folder) / "log").read_text(errors="replace")[-6000:])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
