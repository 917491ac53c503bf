"""The story of a demonstration goes on through the REST interface: one request for each thing that only a right one reaches.

What is made up by chance never finds a version, a part, a turn and a day that fit together. Each request here is one that
must succeed, and its answer is held against the description like every other.
"""

import datetime

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MADE_UP = "ghi khi thử máy chủ (giả lập)"


class Refused(Exception):
    """A request that must succeed did not."""


class Walk:
    """People who ask, and what they reached."""

    def __init__(self, description, callers, newcomer):
        self.schema = schemathesis.openapi.from_dict(description)
        self.callers = callers
        # Makes somebody who has not signed in.
        self.newcomer = newcomer
        # Operations that gave 2xx, as `POST /path`; answers that are not as they are described.
        self.reached = set()
        self.wrong = []

    def does(self, login, operation, path=None, body=None, version=None, query=None, headers=None, media="application/json"):
        """Somebody sends a right request; what is answered."""
        caller = self.callers[login]
        known = self.schema.find_operation_by_id(operation)
        headers = dict(headers or {})
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        given = {} if body is None else {"body": body, "media_type": media}
        case = known.Case(path_parameters=path or {}, query=query or {}, headers=headers, **given)
        token = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
        answer = case.call(base_url=caller.api, headers=token)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as wrong:
            self.wrong += [f"{operation}: {fault}" for fault in wrong.exceptions]
        if not 200 <= answer.status_code < 300:
            raise Refused(f"{login}, {operation}: {answer.status_code} {answer.text[:400]}")
        self.reached.add(f"{known.method.upper()} {known.path}")
        json = any("json" in kind for kind in answer.headers.get("content-type", []))
        return answer.json() if json and answer.content else answer.content

    def tells(self, part):
        """Goes through a part of the story: how many operations succeeded for the first time, and how many faults there were."""
        before = len(self.reached)
        self.wrong = []
        try:
            part(self)
        except Exception as fault:  # Whatever is wrong, the other parts are still gone through.
            self.wrong.append(f"the story stops in {part.__name__}: {fault!r}")
        for fault in self.wrong:
            print(fault, flush=True)
        return len(self.reached) - before, len(self.wrong)

    def asks(self, login, path):
        """Reads something that the next request is about."""
        return self.callers[login].ask("GET", path)

    def version(self, kind, id):
        """The present version of a thing of support."""
        return self.asks("officer", f"/{kind}/{id}")["version"]


def later(day, days):
    """Some days later."""
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))
