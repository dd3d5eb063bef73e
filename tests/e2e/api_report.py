# SPDX-License-Identifier: Apache-2.0
"""Reports as JSON: members, types, limits, receipts, additions, idempotency, methods."""
import concurrent.futures
import json
import re
import socket
import time

from api_client import MESSAGES, OPENAPI, REPORTS, openapi

WHOLE = {
    "what": "Canary one. “Quotes”, a tab\tand\nlines; caffè; বাংলা; \U0001f98a",
    "target": {"role": "councillor", "office": "Example ward", "name": "Canary Name"},
    "reporter": {"relation": "staff"}, "danger": "soon", "when": "2024-06-20T10:00:00Z",
    "where": {"postcode": "ZZ9 9ZZ", "place": "Example Town Hall", "constituency": "Exampleshire"},
    "channel": "email", "accounts": ["@canary", "canary@example.org"],
    "links": ["https://example.org/canary?a=1&b=2"], "impact": "I sleep badly.", "fear": 5,
    "consent": {"police": True, "party": False, "review": True},
    "contact": {"name": "Canary", "email": "canary@example.org", "phone": "01632 960000",
                "how": "mornings"}, "language": "cy"}
WORDS = re.compile(r"^[a-z]{3,8}(-[a-z]{3,8}){11}$")


def run(tap, client, desk):
    taken(tap, client)
    refused(tap, client)
    not_json(tap, client)
    sizes(tap, client, desk)
    receipts(tap, client)
    additions(tap, client)
    idempotency(tap, client, desk)
    methods(tap, client)
    pipelined(tap, desk)
    starts_after_kill(tap, desk)


def drop_false(report):
    """Consent that is not given reads back as absent or false: the same thing."""
    return {k: ({n: v for n, v in m.items() if v is not False} if isinstance(m, dict) else m)
            for k, m in report.items()}


def taken(tap, client):
    answer = client.post({"what": "x"})
    kept = answer.json
    tap.point(answer.status == 201 and WORDS.match(kept["receipt"]) is not None
              and set(kept) == {"receipt", "advice", "call_999"} and kept["call_999"] is False
              and all(isinstance(a, str) and a for a in kept["advice"]),
              "a report of one letter: receipt, advice, call_999, nothing else", answer)
    answer = client.post(dict(WHOLE, danger="now"))
    tap.point(answer.status == 201 and answer.json["call_999"] is True and answer.json["advice"],
              "danger now: call_999 and advice", answer)
    receipt = client.report(WHOLE)
    back = client.read(receipt)
    messages = back.json.get("messages", [{}])
    tap.point(back.status == 200 and set(back.json) == {"messages", "state"}
              and back.json["state"] == "received" and len(messages) == 1
              and messages[0]["kind"] == "report" and messages[0]["files"] == []
              and re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", messages[0]["at"]) is not None,
              "the mailbox: one report, its time, its state", back)
    tap.point(drop_false(messages[0].get("report", {})) == drop_false(WHOLE),
              "every member comes back as it was sent", messages)
    for kind in ("Application/JSON; charset=utf-8", "application/json ;x=y"):
        tap.point(client.post({"what": "x"}, content_type=kind).status == 201,
                  f"content type '{kind}'")
    answer = client.ask("POST", REPORTS + "?practice=1", {"Content-Type": "application/json"},
                        b'{"what":"practice"}')
    tap.point(answer.status == 201, "a practice report", answer)


def wrong_values(schema):
    """Values that this schema forbids, each with a name."""
    kind = schema.get("type")
    wrong = [(t, v) for t, v in (("string", "x"), ("integer", 3), ("number", 2.5),
                                 ("boolean", True), ("array", ["x"]), ("object", {"x": "y"}))
             if t != kind and not (t == "string" and "enum" in schema)]
    if "enum" in schema:
        wrong.append(("another word", "sometimes"))
    if "maxLength" in schema:
        wrong.append(("too long", "x" * (schema["maxLength"] + 1)))
    if "minimum" in schema:
        wrong += [("too small", schema["minimum"] - 1), ("too great", schema["maximum"] + 1),
                  ("huge", 10 ** 30)]
    if "maxItems" in schema:
        wrong.append(("too many", ["x"] * (schema["maxItems"] + 1)))
        wrong += [(f"list of {n}", [v]) for n, v in wrong_values(schema["items"])]
    return wrong


def most(schema):
    """The longest value that this schema allows."""
    if "maxLength" in schema:
        return "x" * schema["maxLength"]
    if "maxItems" in schema:
        return [most(schema["items"])] * schema["maxItems"]
    return None


def leaves(properties, path=()):
    for name, schema in properties.items():
        yield path + (name,), schema
        if schema.get("type") == "object":
            yield from leaves(schema["properties"], path + (name,))


def with_member(path, value):
    report = {"what": "x"}
    at = report
    for name in path[:-1]:
        at = at.setdefault(name, {})
    at[path[-1]] = value
    return report


def refused(tap, client):
    properties = openapi()["components"]["schemas"]["Report"]["properties"]
    for path, schema in leaves(properties):
        name = ".".join(path)
        bad = []
        for kind, value in wrong_values(schema):
            answer = client.post(with_member(path, value))
            named = path[-1] in answer.says or kind == "huge"  # the reader of JSON refuses that
            if answer.status != 400 or not named:
                bad.append(f"{kind}: {answer}")
        tap.point(not bad, f"'{name}' with what its schema forbids: 400 that names it",
                  "\n".join(bad))
        if most(schema) is not None and name != "contact.email":
            answer = client.post(with_member(path, most(schema)))
            tap.point(answer.status == 201, f"'{name}' as long as its schema allows", answer)
    groups = [()] + [p for p, s in leaves(properties) if s.get("type") == "object"]
    for group in groups:
        answer = client.post(with_member(group + ("whut",), "x"))
        tap.point(answer.status == 400 and ".".join(group + ("whut",)) in answer.says,
                  f"an unknown member {'.'.join(group) or 'at the top'}: 400 that names it", answer)
    for what, name in (("", "empty"), (" \n\t ", "blank"), (None, "null"), ("a\0b", "with a NUL"),
                       ("a\x1bb", "with an escape")):
        answer = client.post({"what": what})
        is_named = "what" in answer.says or what == "a\0b"
        tap.point(answer.status == 400 and is_named and "JSON_" not in answer.says,
                  f"'what' {name}: 400", answer)
    answer = client.post({"danger": "no"})
    tap.point(answer.status == 400 and pointers(answer) == ["#/what"],
              "'what' missing: 400 with the field", answer)
    answer = client.post({"what": "x", "contact": {"email": "nobody"}, "when": "a\nb"})
    tap.point(answer.status == 400
              and set(pointers(answer)) == {"#/contact/email", "#/when"},
              "two faults: both are named", answer)
    answer = client.post({"what": 5, "whut": 1, "a/b ~é": 2, "where": {"place": 3, "plaice": 4},
                          "accounts": ["@a", 7, "@b", None], "fear": 9, "contact": {"email": "nobody"},
                          "when": "2099-01-01", "danger": "perhaps", "target": "me"})
    tap.point(answer.status == 400 and set(pointers(answer)) == {
        "#/what", "#/whut", "#/a~1b%20~0%C3%A9", "#/where/place", "#/where/plaice", "#/accounts/1",
        "#/accounts/3",
        "#/fear", "#/contact/email", "#/when", "#/danger", "#/target"}
              and len(pointers(answer)) == 12 and "12 things" in answer.json["detail"],
              "all faults of the body at once: types, names and values", answer)
    answer = client.post({f"m{i}": i for i in range(200)})
    tap.point(answer.status == 400 and len(pointers(answer)) == 40,
              "two hundred faults: the first forty", answer)


def pointers(answer):
    """Where an answer says that the body is wrong; each with a sentence, or nothing counts."""
    errors = answer.json.get("errors", [])
    is_whole = all(set(e) == {"pointer", "detail"} and e["detail"] for e in errors)
    return [e["pointer"] for e in errors] if is_whole and answer.json.get("detail") else []


def not_json(tap, client):
    rows = [("nothing", b""), ("cut off", b'{"what":"x"'), ("a list", b'["what"]'),
            ("a text", b'"what"'), ("null", b"null"), ("two values", b'{"what":"x"}{}'),
            ("a member twice", b'{"what":"x","what":"y"}'), ("single quotes", b"{'what':'x'}"),
            ("bytes that are no UTF-8", b'{"what":"\xff\xfe"}'), ("overlong", b'{"what":"\xc0\xaf"}'),
            ("a surrogate in UTF-8", b'{"what":"\xed\xa0\x80"}'),
            ("half a pair", b'{"what":"\\ud83d"}'), ("a raw newline", b'{"what":"a\nb"}'),
            ("deep", b'{"what":' + b"[" * 5000 + b"]" * 5000 + b"}"),
            ("a form", b"what=x"), ("NaN", b'{"what":"x","fear":NaN}')]
    for name, body in rows:
        answer = client.post(body)
        tap.point(answer.status == 400 and pointers(answer) == ["#"]
                  and answer.json["detail"] == answer.json["errors"][0]["detail"],
                  f"not a JSON report ({name}): 400 that names the whole body", answer)
    for kind in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp",
                 "application/xml"):
        answer = client.post(b'{"what":"x"}', content_type=kind)
        tap.point(answer.status == 415, f"content type {kind}: 415", answer)


def head_only(client, head, chunks=None):
    """Sends a head (and endless chunks); the answer must come although the body never ends."""
    def more(s):
        s.settimeout(20)
        for _ in range(chunks or 0):
            s.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
    start = time.monotonic()
    answer = client.raw(head, seconds=20, more=more)
    return answer, time.monotonic() - start


def peak_kb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))


def sizes(tap, client, desk):
    front = desk.child_pid("front")
    before = peak_kb(front)
    for path, kind in ((REPORTS, "application/json"), (MESSAGES, "application/json"),
                       (REPORTS, "multipart/form-data; boundary=b")):
        head = (f"POST {path} HTTP/1.1\r\nHost: l\r\nContent-Type: {kind}\r\n"
                "Content-Length: 2147483648\r\n\r\n").encode()
        answer, seconds = head_only(client, head)
        tap.point(answer.status == 413 and seconds < 10, f"2 GB announced to {path} ({kind}): 413 "
                  "from the head", f"{seconds} s: {answer}")
        head = (f"POST {path} HTTP/1.1\r\nHost: l\r\nContent-Type: {kind}\r\n"
                "Transfer-Encoding: chunked\r\n\r\n").encode()
        if kind == "application/json":
            closing = lambda s: (s.sendall((b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 12),
                                 s.sendall(b"0\r\n\r\n"))
            answer = client.raw(head, more=closing)
            tap.point(answer.status == 413, f"chunks past the limit to {path}: 413", answer)
    answer = client.post(b'{"what":"x"}' + b" " * (256 * 1024))
    tap.point(answer.status == 413, "a JSON body of 256 KiB and a little: 413", answer)
    tap.point(peak_kb(front) - before < 8192, "none of it was read into memory",
              f"{before} kB → {peak_kb(front)} kB")
    answer = client.post({"what": "ä" * 32768})
    tap.point(answer.status == 201, "64 KiB of text", answer)
    answer = client.post({"what": "ä" * 32768 + "x"})
    tap.point(answer.status == 400 and pointers(answer) == ["#/what"],
              "64 KiB and a byte: 400 that names the member", answer)


def same_but_date(a, b):
    strip = lambda answer: {k: v for k, v in answer.headers.items() if k != "date"}
    return a.status == b.status and a.body == b.body and strip(a) == strip(b)


def receipts(tap, client):
    receipt = client.report()
    while len(set(receipt.split("-")[:2])) == 1:  # one of 2,048 begins with the same word twice
        receipt = client.report()
    words = receipt.split("-")
    for name, text in (("as it is", receipt), ("with spaces", " ".join(words)),
                       ("in capitals", receipt.upper()),
                       ("first four letters", "-".join(w[:4] for w in words))):
        tap.point(client.read(text).status == 200, f"the receipt {name} opens", text)
    swapped = "-".join([words[1], words[0]] + words[2:])
    unknown = client.read("-".join(["ability"] * 12))
    rows = [("wrong words", "-".join(["zzzz"] * 12)), ("two words swapped", swapped),
            ("eleven words", "-".join(words[:11])), ("thirteen words", receipt + "-" + words[0]),
            ("nothing", ""), ("5,000 bytes", "x" * 5000), ("not ASCII", "ä-ö-ü"),
            ("an SQL text", "' OR 1=1 --")]
    for name, text in rows:
        answer = client.read(text)
        tap.point(answer.status == 404 and same_but_date(answer, unknown),
                  f"a receipt of {name}: the same answer as an unknown one", answer)
        answer = client.post({"text": "x"}, path=MESSAGES, receipt=text)
        tap.point(answer.status == 404 and answer.body == unknown.body,
                  f"adding under a receipt of {name}: the same answer", answer)
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"},
                    {"Authorization": receipt}):
        answer = client.ask("GET", REPORTS, headers)
        tap.point(answer.status == 401 and answer.headers.get("www-authenticate") == "Bearer",
                  f"no bearer ({headers}): 401", answer)
    tap.point(client.post({"text": "x"}, path=MESSAGES).status == 401, "adding without: 401")


def additions(tap, client):
    receipt = client.report({"what": "Canary two."})
    answer = client.post({"text": "Canary three.\nMore."}, path=MESSAGES, receipt=receipt)
    tap.point(answer.status == 201 and answer.json == {"added": True, "call_999": False},
              "adding", answer)
    answer = client.post({"text": "He is outside with a knife and says he will kill me now."},
                         path=MESSAGES, receipt=client.report())
    tap.point(answer.status == 201 and answer.json == {"added": True, "call_999": True},
              "adding what tells of danger now: call_999", answer)
    messages = client.messages(receipt)
    tap.point([m["kind"] for m in messages] == ["report", "added"]
              and messages[1]["text"] == "Canary three.\nMore." and "at" in messages[1],
              "what was added is there, after the report", messages)
    for name, body, where in (
            ("empty", {"text": " "}, ["#/text"]), ("unknown member", {"text": "x", "y": 1}, ["#/y"]),
            ("a number", {"text": 5}, ["#/text"]), ("no member", {}, ["#/text"]),
            ("a list", ["x"], ["#"]), ("64 KiB and a byte", {"text": "x" * 65537}, ["#/text"]),
            ("NUL", {"text": "a\0"}, ["#"]), ("no JSON", b"text=x", ["#"]),
            ("two faults", {"y": 1, "text": ""}, ["#/text", "#/y"])):
        answer = client.post(body, path=MESSAGES, receipt=receipt)
        tap.point(answer.status == 400 and pointers(answer) == where,
                  f"adding {name}: 400 that names {where}", answer)
    answer = client.post({"text": "x"}, path=MESSAGES, receipt=receipt, content_type="text/plain")
    tap.point(answer.status == 415, "adding as text/plain: 415", answer)
    key = "message-key-0000001"
    first = client.post({"text": "once"}, key, MESSAGES, receipt=receipt)
    again = client.post({"text": "once"}, key, MESSAGES, receipt=receipt)
    other = client.post({"text": "twice"}, key, MESSAGES, receipt=receipt)
    stranger = client.report()
    elsewhere = client.post({"text": "once"}, key, MESSAGES, receipt=stranger)
    count = len(client.messages(receipt))
    tap.point((first.status, again.status, other.status) == (201, 201, 422) and count == 3,
              "adding twice with one key adds once; another text is 422",
              f"{first} {again} {other} {count}")
    tap.point(elsewhere.status == 422 and len(client.messages(stranger)) == 1,
              "the same key and text for another report is 422, not a false 'added'", elsewhere)
    tap.point(client.post({"text": "x"}, "short", MESSAGES, receipt=receipt).status == 400,
              "adding with a short key: 400")
    for _ in range(10):
        client.post({"text": "x" * 65536}, path=MESSAGES, receipt=receipt)
    back = client.read(receipt)
    tap.point(back.status == 200 and back.json["messages"][0]["kind"] == "report",
              "a mailbox with long messages still reads", back)
    fill_mailbox(tap, client)


def fill_mailbox(tap, client):
    receipt = client.report()
    last = None
    for i in range(520):
        last = client.post({"text": f"{i}"}, path=MESSAGES, receipt=receipt)
        if last.status != 201:
            break
    tap.point(last.status == 413 and client.read(receipt).status == 200,
              f"a full mailbox: 413 (after {i}), and it still reads", last)


def idempotency(tap, client, desk):
    body = dict(WHOLE, what="Canary four.")
    first = client.report(body, "idempotency-key-1")
    tap.point(client.report(body, "idempotency-key-1") == first, "the same key: the same receipt")
    turned = json.dumps(dict(reversed(body.items())), indent=3, ensure_ascii=False).encode()
    tap.point(client.post(turned, "idempotency-key-1").json.get("receipt") == first,
              "the same report in another order of members is the same report")
    answer = client.post(dict(body, what="Canary five."), "idempotency-key-1")
    tap.point(answer.status == 422, "the same key with another report: 422", answer)
    answer = client.ask("POST", REPORTS + "?practice=1",
                        {"Content-Type": "application/json", "Idempotency-Key": "idempotency-key-1"},
                        json.dumps(body).encode())
    tap.point(answer.status == 422, "the same key as practice: 422", answer)
    for length, wanted in ((15, 400), (16, 201), (200, 201), (201, 400)):
        answer = client.post({"what": "x"}, "k" * length)
        tap.point(answer.status == wanted, f"a key of {length} characters: {wanted}", answer)
    letters = desk.verify()["letters"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        race = set(pool.map(lambda _: client.report(body, "idempotency-key-race"), range(64)))
    tap.point(len(race) == 1 and desk.verify()["letters"] == letters + 1,
              "64 at once with one key: one receipt, one letter", race)
    tap.point(client.report(body) != client.report(body), "no key: not idempotent")
    desk.kill()
    desk.start()
    tap.point(client.report(body, "idempotency-key-1") == first,
              "the same key after kill -9: the same receipt")
    tap.point(client.post(dict(body, fear=1), "idempotency-key-1").status == 422,
              "and another report is 422")


def methods(tap, client):
    receipt = client.report()
    get, head = client.read(receipt), client.read(receipt, "HEAD")
    tap.point(head.status == 200 and head.body == b""
              and head.headers["content-length"] == get.headers["content-length"], "HEAD", head)
    document = client.ask("GET", OPENAPI)
    tap.point(document.status == 200 and document.json == openapi(), "openapi.json is served")
    for method, path in (("PUT", REPORTS), ("DELETE", REPORTS), ("PATCH", REPORTS),
                         ("OPTIONS", REPORTS), ("GET", MESSAGES), ("POST", OPENAPI)):
        answer = client.ask(method, path)
        client.seen[(method, path)].discard(405)
        tap.point(answer.status == 405 and answer.headers.get("allow"),
                  f"{method} {path}: 405 with Allow", answer)
    for path in ("/api/", "/api/v1", "/api/v1/reports/", "/api/v2/reports", "/api/v1/reports/1"):
        answer = client.ask("GET", path)
        tap.point(answer.status == 404, f"{path}: 404", answer)


def pipelined(tap, desk):
    """Answers come in the order of the questions, on one connection."""
    request = b"GET /api/v1/reports HTTP/1.1\r\nHost: l\r\n\r\n" * 3
    with socket.create_connection(("127.0.0.1", desk.front), 10) as s:
        s.sendall(request + b"GET /api/v1/none HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := s.recv(65536):
            data += piece
    codes = re.findall(rb"HTTP/1.1 (\d+)", data)
    tap.point(codes == [b"401"] * 3 + [b"404"], "pipelined questions", data)


def starts_after_kill(tap, desk):
    """A last run's children may hold the address a moment longer: the start waits for it."""
    desk.kill()
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for _ in range(3000):
            try:
                held.bind(("127.0.0.1", desk.front))
                break
            except OSError:
                time.sleep(0.02)
        held.listen()
        desk.start(wait=False)
        time.sleep(0.5)
        is_waiting = desk.child.poll() is None
    desk.wait_ready()
    tap.point(is_waiting, "a start straight after kill -9 waits for its address")
