"""What is there in a demonstration, written into the description of what is sent: from ids that are there the deeper parts
are reached, which made-up ids never do."""

import copy
import urllib.parse

# What the `id` of a path is, by the first part of the path.
KINDS = {
    "accounts": "account",
    "agreements": "agreement",
    "allocations": "allocation",
    "areas": "area",
    "beneficiaries": "subject",
    "cases": "case",
    "complaints": "complaint",
    "courses": "course",
    "duplicates": "duplicate",
    "grievances": "grievance",
    "groups": "group",
    "households": "household",
    "loans": "loan",
    "meetings": "meeting",
    "papers": "paper-of",
    "payment-files": "file",
    "persons": "person",
    "postings": "posting",
    "projects": "project",
    "rankings": "ranking",
    "review-requests": "request",
    "rounds": "round",
}
# What the fields of bodies and queries are.
FIELDS = {
    "accounts": "account",
    "area": "unit",
    "case": "case",
    "chain": "chain",
    "commune": "commune",
    "from": "day",
    "to": "day",
    "group": "group",
    "hamlet": "hamlet",
    "head": "person",
    "household": "household",
    "id": "subject",
    "module": "module",
    "modules": "module",
    "on": "day",
    "pack": "pack",
    "parent": "area",
    "payment": "payment",
    "person": "person",
    "persons": "person",
    "round": "round",
    "seq": "seq",
    "session": "session",
    "standard": "pack",
    "subject": "subject",
    "units": "unit",
}
# Days, and amounts.
FIELDS |= dict.fromkeys(["due", "effective", "figures_of", "held_on", "known_at", "since", "until", "valid_from"], "day")
FIELDS |= dict.fromkeys(["amount", "budget", "count", "money", "own_share", "spent", "value_each"], "amount")
FIELDS |= dict.fromkeys(["every_months", "grace_months", "instalments"], "months")


def known(ask):
    """Ids by what they are; `ask(login, path)` reads."""
    officer = lambda path: ask("officer", path)
    commune = officer("/account")["area"]
    quoted = urllib.parse.quote(commune)
    rounds = sorted(officer(f"/rounds?commune={quoted}")["rows"], key=lambda row: row["kind"])
    # One round of another commune was decided.
    views = [ask("auditor", f"/rounds/{row['id']}") for row in ask("auditor", "/rounds")["rows"]]
    decided = [view for view in views if view["decisions"]]
    papers = [view for view in views if view["row"]["place"]["commune"] == commune] + decided
    cases = [case for row in rounds for case in officer(f"/cases?round={row['id']}&limit=4")["rows"]]
    cases += officer(f"/cases?round={rounds[0]['id']}&state=posted&limit=2")["rows"]
    certified = [case for view in decided for case in ask("auditor", f"/cases?round={view['row']['id']}&limit=2")["rows"]]
    households = [case["household"] for case in cases]
    members = [row for id in households[:2] for row in officer(f"/households/{id}")["members"]]
    things = support(officer, quoted)
    pack = rounds[0]["pack"]
    meetings = [row["id"] for view in papers for row in view["meetings"]]
    postings = [row["id"] for view in papers for row in view["postings"]]
    # None of those who ask: their passwords would be changed under them.
    accounts = [row for row in ask("admin", "/accounts")["rows"] if row["login"].startswith("thu-") and row["active"]]
    ids = {
        "account": [row["id"] for row in accounts],
        "area": [commune, ask("province", "/account")["area"]],
        "amount": [1, 1_000_000, 10_000_000, -1, 2**53],
        "case": [row["id"] for row in cases],
        "chain": [commune, "register"],
        "commune": [commune],
        "complaint": [row["id"] for row in officer("/complaints")["rows"]],
        "course": [row["id"] for row in officer("/courses")["rows"]][:2],
        "day": [things["today"], rounds[0]["opened"], "2026-12-31"],
        "decision": [row["id"] for view in decided for row in view["decisions"]],
        "duplicate": [row["id"] for row in officer(f"/duplicates?commune={quoted}")["rows"]],
        "formula": ["to_communes"],
        "grievance": [row["id"] for row in officer("/grievances")["rows"]],
        "hamlet": [hamlet["id"] for hamlet in officer(f"/areas/{quoted}/hamlets")],
        "household": households,
        "list": [commune.split(":")[0]],
        "meeting": meetings,
        "module": [row["id"] for row in officer(f"/training/{pack}/modules")],
        "months": [1, 6, 12, 2**31 - 1],
        "pack": sorted({row["pack"] for row in rounds}),
        "paper-of": [*meetings[:2], *postings[:2], *(row["id"] for row in [*cases[:2], *certified]), rounds[0]["id"]],
        "person": [member["person"] for member in members[:4]],
        "posting": postings,
        "report": ["final-results", "movement-poor", "deprivations-poor"],
        "request": [row["id"] for row in officer("/review-requests")["rows"]],
        "round": [view["row"]["id"] for view in papers],
        "seq": [row["seq"] for row in officer(f"/chains/{quoted}/entries?limit=3")["rows"]],
        "session": [1],
        "version": [1, 2, 3, 5, 8],
        "unit": [ask("province", "/account")["area"], commune, "vn-2026-04-30:03172"],
        "year": [rounds[0]["year"], rounds[0]["year"] - 1],
        **things["ids"],
    }
    versions = {"account": accounts, "case": cases, **things["versions"]}
    versions["household"] = [officer(f"/households/{id}")["row"] for id in households[:4]]
    for kind, rows in versions.items():
        ids[f"version of {kind}"] = [f'"{version}"' for version in sorted({row["version"] for row in rows})]
    ids["subject"] = [*households[:2], ids["group"][0]]
    return ids


def support(officer, quoted):
    """Some of each thing of support, in different states."""
    rows = lambda path: officer(path)["rows"]
    agreements = rows("/agreements?limit=60")
    first = {(row["state"], row["scheme"]): row for row in reversed(agreements)}
    things = {
        "agreement": list(first.values())[:8],
        "allocation": rows("/allocations"),
        "file": rows("/payment-files?limit=4"),
        "group": rows("/groups")[:2],
        "loan": rows("/loans")[:2],
        "project": rows("/projects")[:2],
        "ranking": rows("/rankings")[:4],
    }
    payments = rows("/payments?limit=50")[-4:]
    ids = {kind: [row["id"] for row in found] for kind, found in things.items()}
    ids["part"] = sorted({part["id"] for row in things["agreement"] for part in row["parts"]})
    ids["payment"] = [row["id"] for row in payments]
    ids["receipt"] = ["BL 1"]
    ids["scheme"] = sorted({row["scheme"] for row in agreements}) + ["preferential_credit_near_poor"]
    return {"ids": ids, "versions": things, "today": things["ranking"][-1]["on"]}


def one_of(values):
    """A value that is there, or one that is not."""
    return {"enum": [*values, "made-up"] if isinstance(values[0], str) else [*values, 0]}


def with_known(description, ids):
    """The description with the ids that are there written into what is sent. What is answered stays as it is."""
    description = copy.deepcopy(description)
    schemas = description["components"]["schemas"]
    sent = {}

    def fill(schema):
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if name not in sent:
                sent[name] = copy.deepcopy(schemas[name])
                fill(sent[name])
            schema["$ref"] = f"#/components/schemas/Sent_{name}"
        for name, part in schema.get("properties", {}).items():
            values = ids.get(FIELDS.get(name, name))
            if values and part.get("type") == "array":
                part["items"] = one_of(values)
            elif values and "enum" not in part and fits(values, part):
                nullable = "null" in part.get("type", "")
                part.clear()
                part.update(one_of([*values, None] if nullable else values))
            else:
                fill(part)
        for name in ("items", "additionalProperties"):
            if isinstance(schema.get(name), dict):
                fill(schema[name])
        for name in ("oneOf", "anyOf", "allOf", "prefixItems"):
            for part in schema.get(name, []):
                fill(part)

    for path, item in description["paths"].items():
        kind = KINDS.get(path.split("/")[1])
        for operation in item.values():
            for parameter in operation["parameters"]:
                name = parameter["name"]
                own = {"id": kind, "If-Match": f"version of {kind}", "number": "receipt"}
                meant = own.get(name, FIELDS.get(name, name))
                values = ids.get(meant)
                if values and parameter["in"] != "cookie" and "enum" not in parameter["schema"]:
                    parameter["schema"] = one_of(values)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                fill(content["schema"])
    schemas.update({f"Sent_{name}": schema for name, schema in sent.items()})
    return description


def fits(values, schema):
    """Whether a field of this schema takes such values: the same name may mean an amount here and a text there."""
    wanted = "string" if isinstance(values[0], str) else "integer"
    return wanted in schema.get("type", "")
