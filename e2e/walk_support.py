"""Capital, rankings, agreements and their money, a group and its fund, a project."""

import urllib.parse

from walk import MADE_UP, later

CREDIT = "preferential_credit_poor"
GROUP = "production_group"
PRODUCTION = "production_support"


def support(walk):
    """Capital, rankings, agreements and their money, a group and its fund, a project."""
    commune = walk.asks("officer", "/account")["area"]
    year, today = ranked(walk, commune)
    capital(walk, commune, year, today)
    credit(walk, commune, year, today)
    production(walk, today)
    group(walk, commune)
    project(walk, commune, today)
    sealed(walk, commune)
    turned_over(walk, commune, year)
    walk.does("officer", "gaps_and_overlaps", {"id": commune})


def ranked(walk, commune):
    """A ranking is made and approved; the year and the day on which the demonstration stands."""
    year = max(row["year"] for row in walk.asks("officer", "/rankings")["rows"])
    new = {"area": commune, "scheme": "preferential_credit_near_poor", "year": year, "places": 5, "money": None}
    ranking = walk.does("officer", "rank", body=new)["id"]
    walk.does("chair", "approve_ranking", {"id": ranking}, version=1)
    quota = {"scheme": "preferential_credit_newly_escaped", "places": 5, "money": None}
    walk.does("officer", "rank_schemes", body={"area": commune, "year": year, "schemes": [quota]})
    return year, walk.asks("officer", f"/rankings/{ranking}")["on"]


def capital(walk, commune, year, today):
    """The province is given capital, tries a formula, and decides."""
    decided = walk.asks("province", "/allocations")["rows"][0]["published"]
    unit = walk.asks("province", "/account")["area"]
    scheme = "preferential_credit_near_poor"
    given = {"unit": unit, "scheme": scheme, "year": year, "amount": 50_000_000, "document": MADE_UP}
    walk.does("province", "receive_capital", body=given)
    units = [line["unit"] for line in decided["result"]["lines"]]
    told = {"border_commune": "0", "transfers": "0.9", "poor_rate": "25"}
    new = {
        "unit": unit, "scheme": scheme, "year": year, "formula": "to_communes", "amount": 50_000_000,
        "figures_of": today, "units": units, "figures": {unit: told for unit in units}, "coefficients": {},
    }  # fmt: skip
    walk.does("province", "what_if", body={**new, "coefficients": {"poor_households": "5"}})
    draft = walk.does("province", "draft_allocation", body=new)["id"]
    walk.does("province", "decide_allocation", {"id": draft}, version=1)
    classes = {"classes": ["coastal_commune"], "document": MADE_UP, "since": today}
    walk.does("admin", "set_area_classes", {"id": commune}, body=classes)


def drawn_up(household, year, today):
    """A loan of ten million that comes back in two parts."""
    return {
        "scheme": CREDIT, "recipient": {"kind": "household", "id": household}, "year": year, "purpose": MADE_UP,
        "amount": 10_000_000, "things": None, "own_share": 0, "from": today, "due": [today],
        "plan": {"regular": {"grace_months": 0, "instalments": 2, "every_months": 6}},
    }  # fmt: skip


def credit(walk, commune, year, today):
    """Four loans: one is refused, the bank pays three, and each of them ends in another way."""
    rankings = walk.asks("officer", f"/rankings?scheme={CREDIT}")["rows"]
    ranking = next(row["id"] for row in rankings if row["year"] == year)
    within = walk.asks("officer", f"/rankings/{ranking}/rows?within=true&limit=4")["rows"]
    new = [drawn_up(row["recipient"]["id"], year, today) for row in within]
    refused = walk.does("officer", "draw_up", body=new[0])["id"]
    walk.does("chair", "refuse_agreement", {"id": refused}, body={"why": MADE_UP}, version=1)
    loans = walk.does("officer", "draw_up_all", body={"commune": commune, "agreements": new[1:]})["ids"]
    seen = [{"agreement": loan, "version": 1} for loan in loans]
    walk.does("chair", "approve_agreements", body={"commune": commune, "agreements": seen})
    for loan in loans:
        shown = {"kind": "signature", "on": today, "reference": MADE_UP}
        walk.does("officer", "reach_part", {"id": loan, "part": "whole"}, body=shown, version=2)
    seen = [{"agreement": loan, "version": 3} for loan in loans]
    walk.does("chair", "order_payments", body={"commune": commune, "agreements": seen})
    paid(walk, commune, today)
    first, second, third = loans
    walk.does("officer", "agreement_paper", {"id": first})
    back = {"amount": 1_000_000, "on": today, "receipt": "BL 1"}
    walk.does("officer", "repay", {"id": first}, body=back, version=walk.version("agreements", first))
    walk.does("officer", "receipt", {"id": first, "number": "BL 1"})
    seasonal = {"seasonal": [{"due": later(today, 200), "amount": 10_000_000}]}
    plan = {"plan": seasonal, "why": MADE_UP}
    walk.does("chair", "reschedule", {"id": second}, body=plan, version=walk.version("agreements", second))
    walk.does("chair", "write_off", {"id": third}, body={"why": MADE_UP}, version=walk.version("agreements", third))


def paid(walk, commune, today):
    """The bank pays one, names a wrong sum of another, which the chair settles, and answers of the third in a CSV file."""
    file = walk.does("officer", "make_payment_file", body={"commune": commune})["id"]
    lines = walk.asks("officer", f"/payment-files/{file}/rows")
    first, second, third, *_ = (
        {"payment": line["payment"], "paid": True, "amount": line["amount"], "on": today, "note": ""} for line in lines
    )
    answer = [first, {**second, "amount": second["amount"] - 1}]
    walk.does("officer", "take_answer", {"id": file}, body=answer)
    settled = {"row": second, "why": MADE_UP}
    walk.does("chair", "settle", {"id": file}, body=settled, version=walk.version("payment-files", file))
    text = f"payment,paid,amount,on,note\n{third['payment']},1,{third['amount']},{today},\n"
    walk.does("officer", "take_answer_csv", {"id": file}, body=text, media="text/csv")


def production(walk, today):
    """Of agreements in parts one is given more time, one gives back, one is stopped and one ended."""
    running = walk.asks("officer", f"/agreements?scheme={PRODUCTION}&state=running&limit=50")["rows"]
    waits = lambda row: next(part["id"] for part in row["parts"] if part["state"] == "waiting")
    begun = [row for row in running if waits(row) == "stock_bought"]
    not_begun = [row for row in running if waits(row) == "signed"]
    more, back, *_ = begun
    longer = {"due": later(today, 30), "why": MADE_UP}
    walk.does("chair", "extend_part", {"id": more["id"], "part": "stock_bought"}, body=longer, version=more["version"])
    given = {"amount": 1_000_000, "receipt": "BL 2 (giả lập)"}
    walk.does("officer", "refund", {"id": back["id"]}, body=given, version=back["version"])
    late, ended, *_ = not_begun
    why = {"why": MADE_UP}
    walk.does("chair", "stop_agreement", {"id": late["id"], "part": "signed"}, body=why, version=late["version"])
    walk.does("chair", "end_agreement", {"id": ended["id"]}, body=why, version=ended["version"])


def group(walk, commune):
    """A group from its beginning to its end; and the fund of the demonstration's own group goes on."""
    own = next(row for row in walk.asks("officer", "/groups")["rows"] if row["state"] == "certified")
    new = {
        "commune": commune, "hamlet": None, "scheme": GROUP, "name": "Tổ thử (giả lập)", "led_by": "village",
        "leader": MADE_UP,
    }  # fmt: skip
    id = walk.does("officer", "new_group", body=new)["id"]
    taken = {member["household"] for member in own["members"]}
    poor = walk.asks("officer", f"/areas/{urllib.parse.quote(commune)}/entitled?scheme={GROUP}&limit=50")["rows"]
    households = [row["household"] for row in poor if row["household"] not in taken]
    for place, household in enumerate(households[:6]):
        person = walk.asks("officer", f"/households/{household}")["members"][0]["person"]
        joins = {"household": household, "person": person}
        walk.does("officer", "join_group", {"id": id}, body=joins, version=place + 1)
    walk.does("officer", "leave_group", {"id": id}, body={"household": households[0]}, version=7)
    walk.does("chair", "certify_group", {"id": id}, version=8)
    walk.does("chair", "dissolve_group", {"id": id}, body={"why": MADE_UP}, version=9)

    loan = next(row for row in walk.asks("officer", "/loans")["rows"] if not row["over"])
    back = {"amount": 1_000_000, "on": loan["debt"]["terms"]["from"], "receipt": "BL 1"}
    walk.does("officer", "repay_loan", {"id": loan["id"]}, body=back, version=loan["version"])
    walk.does("officer", "loan_receipt", {"id": loan["id"], "number": "BL 1"})
    plan = {"regular": {"grace_months": 0, "instalments": 2, "every_months": 6}}
    changed = {"plan": plan, "why": MADE_UP}
    walk.does("chair", "reschedule_loan", {"id": loan["id"]}, body=changed, version=loan["version"] + 1)
    lent = {"household": own["members"][1]["household"], "amount": 5_000_000, "in_things": False, "plan": plan}
    id = walk.does("chair", "lend_from_group", {"id": own["id"]}, body=lent, version=own["version"])["id"]
    walk.does("chair", "write_off_loan", {"id": id}, body={"why": MADE_UP}, version=1)


def project(walk, commune, today):
    """A project is called for."""
    hamlet = walk.asks("officer", "/groups")["rows"][0]["at"]["hamlet"]
    new = {
        "commune": commune, "hamlet": hamlet, "scheme": GROUP, "title": "Dự án thử (giả lập)", "model": "nuôi gà",
        "group": None,
    }  # fmt: skip
    id = walk.does("officer", "call_for_project", body=new)["id"]
    step = {"step": "disseminated", "on": today, "how": MADE_UP}
    walk.does("officer", "take_project_step", {"id": id}, body=step, version=1)


def sealed(walk, commune):
    """A sealed fact is recorded, and opened for a reason."""
    household = walk.asks("officer", f"/households?commune={urllib.parse.quote(commune)}&limit=1")["rows"][0]["id"]
    person = walk.asks("officer", f"/households/{household}")["members"][0]["person"]
    walk.does("officer", "seal_fact", {"id": person}, body={"fact": "hiv", "holds": True})
    walk.does("chair", "open_facts", {"id": person}, body={"why": MADE_UP})


def turned_over(walk, commune, year):
    """Last year's capital that is left goes by the rule of its allocation; what came back is capital again."""
    walk.does("province", "carry_over", body={"unit": commune, "scheme": "production_support", "year": year - 1})
    walk.does("province", "reuse", body={"unit": commune, "scheme": CREDIT, "year": year})
    other = {"unit": commune, "programme": MADE_UP, "year": year, "amount": 1_000_000, "document": MADE_UP}
    walk.does("province", "record_source", body=other)
    figure = {"target": "poor_rate_minority", "unit": commune, "year": year - 1, "value": "12.5", "document": MADE_UP}
    walk.does("province", "report_figure", body=figure)
