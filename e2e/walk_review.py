"""Households and people, a commune's review from the form to the certificate, accounts, areas, lists, courses."""

import base64
import hashlib
import hmac
import re
import struct
import time
import urllib.parse
import urllib.request

from walk import MADE_UP, later

# A household with little income in a poor house.
ANSWERS = {
    "income": "1000000", "living_area": "12.5", "house_wall": "non_durable", "house_column": "non_durable",
    "house_roof": "non_durable", "water_source": "surface", "toilet": "none", "has_internet_use": "false",
}  # fmt: skip
# A list as communes have them, of one household.
LIST = """Mã hộ,Thôn bản,Họ và tên,Quan hệ với chủ hộ,Giới tính,Ngày sinh,Dân tộc,Kết quả rà soát
TH-900,{hamlet},Lò Văn Thử,Chủ hộ,Nam,12/03/1979,Thái,Hộ nghèo
"""
# A picture of one point.
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PASSWORD = "vuon-demo-2026-thu"


def place(walk):
    """The officer's commune, its hamlets and round, and the day."""
    commune = walk.asks("officer", "/account")["area"]
    quoted = urllib.parse.quote(commune)
    return {
        "commune": commune,
        "hamlets": walk.asks("officer", f"/areas/{quoted}/hamlets"),
        "round": next(row for row in walk.asks("officer", f"/rounds?commune={quoted}")["rows"] if row["kind"] == "annual"),
        "today": walk.asks("officer", "/rankings?limit=50")["rows"][-1]["on"],
    }


def member(name, relation, born, sex, identity=None):
    return {"name": name, "relation": relation, "born": born, "sex": sex, "ethnic": "thai", "identity": identity}


def households(walk):
    """A household is recorded, grows, is divided, moves and is closed; two records of one household become one."""
    here = place(walk)
    commune, today = here["commune"], here["today"]
    hamlet = here["hamlets"][0]["id"]
    head = member("Lò Thị Thử", "head", "1980-05-01", "female")
    child = member("Lò Văn Con", "child", "2003-02-01", "male")
    new = {"code": None, "commune": commune, "hamlet": hamlet, "from": today, "members": [head, child]}
    id = walk.does("officer", "add_household", body=new)["id"]
    moved = {"kind": "moved_in", "member": member("Cà Thị Dâu", "other", "2004-02-01", "female")}
    version = walk.does("officer", "change_members", {"id": id}, body={"change": moved, "on": today}, version=1)["version"]
    people = {row["name"]: row["person"] for row in walk.asks("officer", f"/households/{id}")["members"]}
    first, grown = people["Lò Thị Thử"], people["Lò Văn Con"]
    number = {"number": "011080000123"}
    version = walk.does("officer", "set_identity", {"id": first}, body=number, version=version)["version"]
    walk.does("officer", "reveal_identity", {"id": first})
    walk.does("officer", "find_identity", body=number)
    apart = {"new_head": {"person": grown, "confirmed": False, "relations": {}}, "on": today}
    divided = walk.does("officer", "split_household", {"id": id}, body=apart, version=version)["id"]
    away = {"commune": "vn-2026-04-30:03172", "hamlet": None, "on": today}
    walk.does("officer", "move_household", {"id": divided}, body=away, version=1)
    seen = walk.asks("officer", f"/households/{id}")["row"]["version"]
    walk.does("officer", "close_household", {"id": id}, body={"cause": "moved_away", "on": today}, version=seen)

    double = {**new, "members": [member("Quàng Thị Trùng", "head", "1985-03-04", "female")]}
    for _ in range(2):
        walk.does("officer", "add_household", body=double)
    walk.does("officer", "find_duplicates", body={"commune": commune})
    pair = walk.asks("officer", f"/duplicates?commune={urllib.parse.quote(commune)}")["rows"][0]
    walk.does("officer", "judge_duplicate", {"id": pair["id"]}, body={"verdict": "merge"}, version=pair["version"])
    walk.does("officer", "undo_merge", {"id": pair["id"]})


def requests(walk):
    """A household asks for a review, and takes it back."""
    here = place(walk)
    new = [member("Vàng Thị Xin", "head", "1990-03-04", "female")]
    body = {"code": None, "commune": here["commune"], "hamlet": here["hamlets"][0]["id"], "from": here["today"], "members": new}
    household = walk.does("officer", "add_household", body=body)["id"]
    asked = {"household": household, "received_on": here["today"]}
    request = walk.does("officer", "request_review", body=asked)["id"]
    walk.does("officer", "withdraw_review_request", {"id": request}, body={"reason": MADE_UP})
    case = {"household": household, "reason": "requested", "requested_on": here["today"], "round": here["round"]["id"]}
    case = walk.does("officer", "list_case", body=case)["id"]
    walk.does("officer", "withdraw_case", {"id": case}, body={"reason": MADE_UP}, version=1)


def review(walk):
    """A form, a photo, a complaint, the meeting, the list that hangs, the decision, certificates."""
    here = place(walk)
    round, today = here["round"]["id"], here["today"]
    cases = lambda state: walk.asks("officer", f"/cases?round={round}&state={state}&limit=100")["rows"]
    case = cases("survey")[0]
    walk.does("officer", "save_draft", {"id": case["id"]}, body=answers(walk, case), version=case["version"])
    walk.does("officer", "drop_draft", {"id": case["id"]})
    signed(walk, case, "survey")
    named = {"Content-Disposition": 'attachment; filename="nha.png"'}
    kept = walk.does("officer", "attach", {"id": case["id"]}, body=PHOTO, headers=named, media="application/octet-stream")
    walk.does("officer", "document", {"id": case["id"], "hash": kept["hash"]})

    posted = cases("posted")[0]
    complaint = {"kind": "wrong_data", "received_on": today, "text": MADE_UP}
    complaint = walk.does("officer", "complain", {"id": posted["id"]}, body=complaint)["id"]
    posted = walk.asks("officer", f"/cases/{posted['id']}")["row"]
    version = signed(walk, posted, "recheck")
    answer = {"outcome": "corrected", "text": MADE_UP}
    walk.does("officer", "answer_complaint", {"id": complaint}, body=answer, version=version)

    waiting = cases("meeting")
    hamlet = walk.asks("officer", f"/households/{waiting[0]['household']}")["row"]["hamlet"]
    of_hamlet = [row for row in waiting if row["hamlet_name"] == waiting[0]["hamlet_name"]]
    meeting = {
        "hamlet": hamlet, "held_on": today, "invited": 60, "present": 40, "chair": MADE_UP, "secretary": MADE_UP,
        "notes": "", "votes": [{"case": row["id"], "agree": 40} for row in of_hamlet],
    }  # fmt: skip
    walk.does("officer", "hold_meeting", {"id": round}, body=meeting)
    walk.does("officer", "post_list", {"id": round}, body={"hamlet": hamlet, "place": MADE_UP})
    seen = [{"case": row["id"], "version": row["version"]} for row in cases("decision")]
    decision = {"number": "09/QĐ-UBND (giả lập)", "cases": seen, "effective": None}
    decision = walk.does("chair", "decide", {"id": round}, body=decision)["id"]
    walk.does("chair", "decision_paper", {"id": round, "decision": decision})
    walk.does("chair", "issue_certificates", {"id": round})
    within = {"commune": here["commune"], "kind": "in_year", "year": here["round"]["year"], "pack": here["round"]["pack"]}
    within = walk.does("officer", "open_round", body={**within, "method": None})["id"]
    walk.does("officer", "close_round", {"id": within})


def answers(walk, case):
    """The answers to a form of a household."""
    members = walk.asks("officer", f"/cases/{case['id']}")["members"]
    return {"household": ANSWERS, "members": [{"person": row["person"], "answers": {}} for row in members]}


def signed(walk, case, reason):
    """A form is signed; the version of the case after it."""
    body = {"answers": answers(walk, case), "reason": reason, "submission": f"thu-{case['id']}-{reason}"}
    return walk.does("officer", "sign_answers", {"id": case["id"]}, body=body, version=case["version"])["version"]


def grievances(walk):
    """Somebody without an account complains twice: one is answered, one taken up."""
    here = place(walk)
    for text in ("Nhà tôi không có tên (giả lập).", "Ghi sai năm sinh (giả lập)."):
        complained(walk, here["commune"], text)
    first, second = walk.asks("officer", "/grievances")["rows"][:2]
    walk.does("officer", "answer_grievance", {"id": first["id"]}, body={"text": MADE_UP})
    case = walk.asks("officer", f"/cases?round={here['round']['id']}&state=posted&limit=3")["rows"][-1]
    walk.does("officer", "take_up_grievance", {"id": second["id"]}, body={"case": case["id"]})


def complained(walk, commune, text):
    """Fills in the page for everybody."""
    root = walk.callers["officer"].api.removesuffix("/api/v1")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = opener.open(f"{root}/public/complaint?commune={urllib.parse.quote(commune)}").read().decode()
    given = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page))
    given |= {"kind": "wrongly_out", "household": "Ông Mẫu (giả lập)", "text": text}
    opener.open(f"{root}/public/complaint", urllib.parse.urlencode(given).encode()).read()


def accounts(walk):
    """An officer gets an account, a password of their own and a second factor, and is taken back all of it."""
    here = place(walk)
    login = f"thu-{time.time_ns() % 1_000_000}"
    new = {"login": login, "name": "Cán bộ thử (giả lập)", "role": "commune_officer", "area": here["commune"], "hamlet": None}
    account = walk.does("admin", "add_account", body={**new, "password": PASSWORD})
    walk.callers["new"] = caller = walk.newcomer()
    caller.token = walk.does("new", "sign_in", body={"login": login, "password": PASSWORD})["token"]
    walk.does("new", "change_password", body={"old": PASSWORD, "new": PASSWORD + "-2"})
    caller.token = walk.does("new", "sign_in", body={"login": login, "password": PASSWORD + "-2"})["token"]
    secret = walk.does("new", "new_second_factor")["secret"]
    code = code_of(secret, here["today"])
    walk.does("new", "confirm_second_factor", body={"secret": secret, "code": code})
    caller.token = walk.does("new", "give_second_factor", body={"code": code})["token"]
    erased(walk, here)
    walk.does("new", "untie_own_openid")
    caller.token = walk.does("new", "sign_in", body={"login": login, "password": PASSWORD + "-2"})["token"]
    walk.does("new", "sign_out")

    # Another stays, for whatever is done to accounts by chance.
    walk.does("admin", "add_account", body={**new, "login": login + "-2", "password": PASSWORD})

    version = walk.asks("admin", f"/accounts/{account['id']}")["version"]
    elsewhere = {"area": "vn-2026-04-30:03172", "hamlet": None}
    version = walk.does("admin", "move_account", {"id": account["id"]}, body=elsewhere, version=version)["version"]
    walk.does("admin", "untie_openid", {"id": account["id"]})
    walk.does("admin", "reset_second_factor", {"id": account["id"]})
    walk.does("admin", "reset_password", {"id": account["id"]}, body={"password": PASSWORD + "-3"})
    version = walk.asks("admin", f"/accounts/{account['id']}")["version"]
    walk.does("admin", "set_active", {"id": account["id"]}, body={"active": False}, version=version)


def erased(walk, here):
    """The new officer, with a second factor, erases somebody."""
    new = [member("Lò Thị Xóa", "head", "1950-03-04", "female"), member("Lò Văn Ở", "child", "1980-03-04", "male")]
    body = {"code": None, "commune": here["commune"], "hamlet": here["hamlets"][0]["id"], "from": here["today"], "members": new}
    household = walk.does("new", "add_household", body=body)["id"]
    person = walk.asks("new", f"/households/{household}")["members"][1]["person"]
    walk.does("new", "erase_person", {"id": person}, body={"reason": MADE_UP})


def code_of(secret, today):
    """The code of a second factor, by the clock of the demonstration, which stands some days from the calendar."""
    hours = 7 * 3600
    calendar = time.strftime("%Y-%m-%d", time.gmtime(time.time() + hours))
    days = 0
    while later(calendar, days) != today:
        days += 1 if calendar < today else -1
    steps = int(time.time() + days * 86_400) // 30
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    hashed = hmac.new(key, struct.pack(">Q", steps), hashlib.sha1).digest()
    start = hashed[-1] & 15
    return f"{(struct.unpack('>I', hashed[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def lists(walk):
    """A list is brought in; hamlets and areas; a report, with the residents and without."""
    here = place(walk)
    commune, hamlet = here["commune"], here["hamlets"][0]["name"]
    about = {"commune": commune, "standard": here["round"]["pack"], "status": "poor", "valid_from": here["today"], "complete": "false"}
    named = {"Content-Disposition": 'attachment; filename="danh-sach-gia-lap.csv"'}
    file = {"body": LIST.format(hamlet=hamlet).encode(), "headers": named, "media": "application/octet-stream"}
    plan = walk.does("officer", "plan_import", query=about, **file)["plan"]
    walk.does("officer", "run_import", query={**about, "plan": plan}, **file)
    walk.does("admin", "add_hamlet", {"id": commune}, body={"name": "Bản Thử (giả lập)", "since": here["today"]})
    unit = {"code": "1", "level": "province", "kind": "Tỉnh", "name": "Tỉnh thử (giả lập)", "parent_code": None}
    walk.does("admin", "load_areas", {"list": "thu-1"}, body={"in_force": False, "units": [unit]})
    residents = "unit,households,persons\n" + "".join(f"{row['name']},100,400\n" for row in here["hamlets"])
    report = {"id": commune, "report": "ethnic-groups"}
    walk.does("officer", "report", report, query={"format": "xlsx"})
    walk.does("officer", "report_with_residents", report, body=residents, query={"format": "json"}, media="text/csv")


def training(walk):
    """A course, and an exercise."""
    here = place(walk)
    pack = here["round"]["pack"]
    sessions = [{"held_on": day, "place": MADE_UP} for day in ("2026-01-05", later(here["today"], 200))]
    planned = {"title": "Lớp mẫu (giả lập)", "pack": pack, "materials": "", "sessions": sessions}
    course = walk.does("officer", "add_course", body=planned)["id"]
    walk.does("officer", "change_course", {"id": course}, body={**planned, "capacity": 30})
    someone = [row["id"] for row in walk.asks("officer", "/accounts")["rows"]][:1]
    walk.does("officer", "invite", {"id": course}, body={"accounts": someone})
    walk.does("officer", "take_back_invitation", {"id": course, "account": someone[0]})
    walk.does("officer", "invite", {"id": course}, body={"accounts": someone})
    walk.does("officer", "record_attendance", {"id": course, "session": 1}, body={"accounts": someone})
    other = walk.does("officer", "add_course", body=planned)["id"]
    walk.does("officer", "call_off_course", {"id": other}, body={"reason": MADE_UP})
    walk.does("officer", "course_results", {"id": course})
    module = walk.asks("officer", f"/training/{pack}/modules")[0]["id"]
    walk.does("officer", "exercise", {"pack": pack, "module": module})
    walk.does("officer", "practise", {"pack": pack, "module": module}, body={"household": {}, "members": []})
    walk.does("admin", "require_modules", body={"modules": []})


STORY = [households, requests, review, grievances, accounts, lists, training]
