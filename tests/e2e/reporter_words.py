# SPDX-License-Identifier: Apache-2.0
"""What the reporter's pages say, and what they keep: another language in the middle of a page loses
nothing, the receipt says whom to call and in which words, one form of date in three languages, an
address that takes no form says so."""
import http.client
import re

from reporter_form import Visitor, report_by_api

LANGUAGES = ("en", "cy", "bn")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")
TIME = r"(?:1[0-2]|[1-9]):[0-5]\d(?:am|pm)"
DATE = rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}"
CALLED = r'<h2[^>]*>{}</h2>(.*?)<h2'


def run(tap, desk):
    switches(tap, desk)
    switches_elsewhere(tap, desk)
    goes_back(tap, desk)
    whom_to_call(tap, desk)
    receipt_again(tap, desk)
    danger_added(tap, desk)
    dates(tap, desk)
    files_told(tap, desk)
    asides(tap, desk)
    little_to_read(tap, desk)
    nothing_chosen(tap, desk)
    no_form_here(tap, desk)


# ---- another language ---------------------------------------------------------------------------

TYPED = {
    "now": {"danger": "soon"},
    "who": {"target.office": "councillor", "target.role": "holder", "target.name": "Ann Example",
            "reporter.relation": "staff"},
    "what": {"what": "Half a sent\r\n"},
    "where": {"date": "7 May", "time": "late", "where.place": "Here", "where.postcode": "E1, flat",
              "where.constituency": "Someshire"},
    "how": {"channel": "email", "accounts": "@one\r\n@two", "links": "https://example.org/1"},
    "effect": {"impact": "Stayed in", "fear": "4"},
    "share": {"consent.police": "yes"},
    "contact": {"contact": "yes", "contact.name": "C", "contact.email": "not an address",
                "contact.phone": "1", "contact.how": "mornings"},
}


def holds(page, name, value):
    """The page shows this answer: typed, chosen or ticked."""
    if re.search(rf'<(?:input|textarea)[^>]* name="{re.escape(name)}"', page.text) is None:
        return re.search(rf'<option value="{re.escape(value)}" selected>', page.text) is not None
    inputs = re.findall(rf'<input[^>]* name="{re.escape(name)}"[^>]*>', page.text)
    boxes = [field for field in inputs if re.search(r'type="(?:radio|checkbox)"', field)]
    if boxes:
        return any(f'value="{value}"' in field and " checked" in field for field in boxes)
    shown = Visitor.value_of(page.text, name)
    return shown is not None and shown.strip() == value.replace("\r\n", "\n").strip()


def button_of(page, language):
    """Where the button of the page's own form leads that shows it in that language."""
    for button in re.findall(r"<button[^>]*>", page.text):
        if 'name="lang"' in button and f'value="{language}"' in button:
            form = re.search(r' form="([^"]+)"', button)
            to = re.search(r' formaction="([^"]+)"', button)
            if form and to and re.search(rf'<form[^>]* id="{form.group(1)}"', page.text):
                return to.group(1)
    return ""


def switches(tap, desk):
    for page, fields in TYPED.items():
        visitor = Visitor(desk)
        visitor.start()
        visitor.post("/report/what", what="Kept.")
        shown = visitor.get(f"/report/{page}?change=1")
        to = button_of(shown, "cy") or f"/report/{page}"
        answer = visitor.post(to, lang="cy", change="1", **fields)
        lost = [name for name, value in fields.items() if not holds(answer, name, value)]
        tap.point(bool(button_of(shown, "cy")) and answer.status == 200
                  and '<html lang="cy">' in answer.text and not lost
                  and 'class="govuk-error-message"' not in answer.text,
                  f"/report/{page} in another language: what was typed is there, nothing complains",
                  f"{answer.errors} lost={lost} {re.findall('<button[^>]*>', shown.text)}")
        tap.point('name="change"' in answer.text and visitor.cookies.get("lang") == "cy",
                  f"/report/{page} in another language: the way back to the check page stays",
                  answer.errors)
        back = visitor.post(button_of(answer, "en") or to, lang="en", **fields)
        tap.point('<html lang="en">' in back.text, f"/report/{page}: and English again", back.errors)


def first_button(page):
    """What the key Enter presses: the first button of the form in the order of the page."""
    for button in re.findall(r"<button[^>]*>", page.text):
        if ' form="answers"' in button:
            return button
    return ""


def switches_elsewhere(tap, desk):
    visitor = Visitor(desk)
    visitor.start()
    page = visitor.get("/report/what")
    tap.point('type="submit"' in first_button(page) and "name=" not in first_button(page)
              and "formaction" not in first_button(page),
              "the key Enter goes on, it does not change the language", first_button(page))
    page = visitor.get("/")
    tap.point(button_of(page, "cy") == "" and 'href="/?lang=cy"' in page.text,
              "a page without a form has links")
    page = visitor.get("/return")
    answer = visitor.post(button_of(page, "bn") or "/return", lang="bn", receipt="half of my wo")
    tap.point(answer.status == 200 and '<html lang="bn">' in answer.text
              and visitor.value_of(answer.text, "receipt") == "half of my wo",
              "the page for the receipt keeps the words", answer.errors)
    receipt = report_by_api(desk, {"what": "Languages of a mailbox."})
    page = visitor.post("/mailbox", receipt=receipt, lang="en")
    answer = visitor.post(button_of(page, "cy") or "/mailbox", lang="cy", receipt=receipt,
                          message="Half a mess")
    tap.point(answer.status == 200 and '<html lang="cy">' in answer.text
              and "Languages of a mailbox." in answer.text
              and visitor.value_of(answer.text, "message") == "Half a mess",
              "the mailbox stays open, and the message that was begun is there", answer.errors)
    read = [t for t in re.findall(r'class="hs-thread__text"><bdi>(.*?)</bdi>', answer.text)]
    tap.point(read == ["Languages of a mailbox."], "and was not sent", read)
    visitor = Visitor(desk)
    visitor.whole_begin("A place with two names.")
    page = visitor.post("/report/where", **{"where.place": "Bow"})
    answer = visitor.post(button_of(page, "cy") or "/report/place", lang="cy", choice="2")
    tap.point(page.path == "/report/place" and '<html lang="cy">' in answer.text
              and holds(answer, "choice", "2"),
              "the question which place is meant keeps what was chosen", answer.errors)
    files = Visitor(desk)
    files.start()
    answer = files.upload([("kept.png", b"x" * 100)], lang="bn")
    tap.point(answer.status == 200 and '<html lang="bn">' in answer.text
              and "kept.png" in answer.text and answer.path == "/report/files",
              "files that were chosen are kept", answer.errors)


def goes_back(tap, desk):
    """Back is a button of the form, too: it keeps what was typed and leads where it says."""
    pages = ["now", "who", "what", "where", "how", "files", "effect", "share", "contact"]
    for page, fields in TYPED.items():
        visitor = Visitor(desk)
        visitor.start()
        visitor.post("/report/what", what="Kept.")
        shown = visitor.get(f"/report/{page}")
        button = re.search(r'<button[^>]*name="back"[^>]*>', shown.text)
        answer = visitor.post(f"/report/{page}", back="1", **fields)
        before = pages.index(page) - 1
        again = visitor.get(f"/report/{page}")
        lost = [name for name, value in fields.items() if not holds(again, name, value)]
        tap.point(button is not None and 'form="answers"' in button.group(0)
                  and answer.path == ("/" if before < 0 else f"/report/{pages[before]}") and not lost,
                  f"Back from /report/{page}: what was typed stays", f"{answer.path} {lost} {button}")
        answer = visitor.post(f"/report/{page}", back="1", change="1", **fields)
        tap.point(answer.path == "/report/check",
                  f"Back from /report/{page}, opened to change it: to the check page", answer.path)
    visitor = Visitor(desk)
    visitor.start()
    answer = visitor.upload([("kept.png", b"x" * 100)], back=True)
    tap.point(answer.path == "/report/how" and "kept.png" in visitor.get("/report/files").text,
              "Back with files chosen: they are kept", answer.path)


# ---- whom to call -------------------------------------------------------------------------------

def sent(desk, language="en", what="He shouted that he would hit me.", danger="no", **who):
    visitor = Visitor(desk)
    visitor.get(f"/?lang={language}")
    visitor.start()
    visitor.post("/report/now", danger=danger)
    if who:
        visitor.post("/report/who", **{f"target.{k}": v for k, v in who.items()})
    visitor.post("/report/what", what=what)
    return visitor, visitor.post("/report/send")


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.replace("&#39;", "'")))


def whom_to_call(tap, desk):
    for office, words in (("councillor", "“Operation Ford”"), ("mp", "“Operation Bridger”")):
        _, page = sent(desk, office=office, role="holder")
        text = plain(page.text)
        call, say, back = (text.find("Call 101"), text.find(words), text.find("Come back"))
        tap.point(0 < call < say < back and 'href="tel:101"' in page.text
                  and "hs-urgent__title" not in page.text,
                  f"{office}: whom to call, the exact words, then when to come back", text[:3000])
        tap.point(text.count(words) == 1, f"{office}: and the words are said once", text)
        _, page = sent(desk, office=office, role="holder", danger="now")
        text = plain(page.text)
        call, say, back = (text.find("call 999"), text.find(words), text.find("When you are safe"))
        tap.point(0 < call < say < back and "in a day or two" not in text
                  and "Call 101" not in text and page.text.find('href="tel:999"') > 0,
                  f"{office} in danger now: 999, the words to say, and come back when it is safe",
                  text[:3000])
    _, page = sent(desk)
    tap.point("Call 101" in plain(page.text), "no office is named: 101 all the same")
    for language, number in (("cy", "Ffoniwch 101"), ("bn", "১০১")):
        _, page = sent(desk, language, office="councillor", role="holder")
        tap.point(number in plain(page.text) and "“Operation Ford”" in plain(page.text),
                  f"{language}: whom to call and the words", plain(page.text)[:3000])


def receipt_again(tap, desk):
    """A reload or another language: the draft is gone, the receipt opens what was sent."""
    visitor, page = sent(desk, office="councillor", role="holder")
    again = visitor.get("/report/send")
    tap.point(visitor.receipt_of(again) == visitor.receipt_of(page) != ""
              and plain(again.text) == plain(page.text),
              "the receipt seen again says the same as the first time", again.errors)
    welsh = visitor.get("/report/send?lang=cy")
    tap.point("Ffoniwch 101" in plain(welsh.text) and "“Operation Ford”" in plain(welsh.text),
              "and in Welsh whom to call", plain(welsh.text)[:2000])
    visitor, page = sent(desk, danger="now")
    again = visitor.get("/report/send")
    tap.point("hs-urgent__title" in again.text and plain(again.text) == plain(page.text),
              "and with danger now 999 again", plain(again.text)[:1500])
    visitor, page = sent(desk, what="I disagree with the bins.")
    again = visitor.get("/report/send")
    tap.point("hs-urgent__title" not in again.text and plain(again.text) == plain(page.text),
              "and without danger no alarm", plain(again.text)[:1500])


def danger_added(tap, desk):
    receipt = report_by_api(desk, {"what": "A leaflet.", "target": {"role": "councillor"}})
    visitor = Visitor(desk)
    page = visitor.post("/mailbox/add", receipt=receipt,
                        message="He is outside with a knife and says he will kill me now.")
    text = plain(page.text)
    tap.point("hs-urgent__title" in page.text and "This message does not replace the call." in text
              and "“Operation Ford”" in text and text.find("999") < text.find("has been added"),
              "a message that tells of danger now: 999 first, and the words to say", text[:1500])
    page = visitor.post("/mailbox/add", receipt=receipt, message="Thank you.")
    tap.point("hs-urgent__title" not in page.text, "an ordinary message does not shout")


# ---- dates --------------------------------------------------------------------------------------

def dates(tap, desk):
    visitor = Visitor(desk)
    visitor.whole_begin("Dates.")
    page = visitor.get("/report/check")
    row = r'<dt[^>]*>Date</dt><dd[^>]*>(.*?)</dd>'
    shown = re.search(row, page.text, re.S)
    tap.point(shown is not None and "Not answered" in shown.group(1),
              "an empty date is not answered, as any other", shown and shown.group(1))
    for date, time, words in (("2024-06-14", "21:40", "14 June 2024 at 9:40pm"),
                              ("2024-06-14", "00:05", "14 June 2024 at 12:05am"),
                              ("2024-01-02", "12:00", "2 January 2024 at 12:00pm"),
                              ("2024-06-14", "", "14 June 2024")):
        visitor.post("/report/where", date=date, time=time)
        page = visitor.get("/report/check")
        tap.point(f"<bdi>{words}</bdi>" in page.text, f"check your answers: {date} {time} is {words}",
                  re.findall(row, page.text))
    sent_page = visitor.post("/report/send")
    line = re.search(r'hs-print-only">([^<]*)<', sent_page.text)
    hours = r"between (?:\d{1,2}(?:am|pm)|midnight|midday) and (?:\d{1,2}(?:am|pm)|midnight|midday)"
    tap.point(line is not None and re.search(rf"^Sent: {DATE}, {hours}$", line.group(1)) is not None,
              "the paper says between which hours, for it knows no more", line and line.group(1))
    receipt = visitor.receipt_of(sent_page)
    page = visitor.post("/mailbox", receipt=receipt)
    told = re.findall(r"· ([^<]*)</p>", page.text)
    tap.point(len(told) == 1 and re.fullmatch(rf"{DATE}, {hours}", told[0]) is not None
              and "1 July 2026" in told[0], "the mailbox has the day and the hours, as the paper has",
              told)
    forms = set()
    for language in LANGUAGES:
        page = visitor.post("/mailbox", receipt=receipt, lang=language)
        forms.update(re.findall(r"· ([^<]*)</p>", page.text))
        tap.point(re.search(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d", plain(page.text)) is None,
                  f"{language}: no date of numbers alone", plain(page.text))
    tap.point(len(forms) == 3, "each language has its own months", forms)


def asides(tap, desk):
    """The small pages, and the name of the site, keep what was half typed, and lead back to it."""
    visitor = Visitor(desk)
    visitor.start()
    page = visitor.get("/report/what")
    buttons = re.findall(r'<button type="submit" form="answers" formaction="([^"]*)" name="aside" '
                         r'value="(\w+)"', page.text)
    tap.point(sorted(word for _, word in buttons) == ["accessibility", "cookies", "practice", "privacy",
                                                      "return", "start"]
              and {to for to, _ in buttons} == {"/report/what"}
              and not re.search(r'<a [^>]*href="/(privacy|cookies|accessibility|return|practice)?"',
                                page.text), "on a question the ways elsewhere are buttons of its form",
              buttons)
    for _, word in buttons:
        words = f"Half typed before {word}."
        page = visitor.post("/report/what", what=words, aside=word)
        to = "/" if word == "start" else f"/{word}"
        back = re.search(r'href="([^"]*)" class="govuk-back-link"', page.text)
        tap.point(page.status == 200 and page.path == to and back
                  and words in visitor.get(back.group(1)).text,
                  f"'{word}' opens, leads back, and what was typed is there", page.errors)
    page = visitor.post("/report/what", what="x", aside="https://elsewhere.example")
    tap.point(page.path == "/report/where", "no other word leads anywhere", page.errors)
    receipt = report_by_api(desk, {"what": "Asides."})
    page = Visitor(desk).post("/mailbox", receipt=receipt)
    tap.point('href="/privacy" target="_blank"' in page.text and "opens in a new tab" in page.text,
              "beside a message that nothing can keep they open a tab", page.errors)


def little_to_read(tap, desk):
    """Who is in danger gets three things to do; the rest is one press away, and on the paper."""
    visitor = Visitor(desk)
    visitor.start()
    visitor.post("/report/now", danger="now")
    visitor.post("/report/what", what="He is outside my door with a knife and says he will kill me. He "
                                      "wrote it on Facebook first.")
    visitor.post("/report/how", channel="facebook")
    page = visitor.post("/report/send")
    lists = [re.findall(r"<li>", part) for part in
             re.findall(r'<ul class="hs-advice[^"]*">(.*?)</ul>', page.text, re.S)]
    folded = re.search(r'<details class="hs-more hs-screen-only">.*?</details>', page.text, re.S)
    tap.point(visitor.receipt_of(page) and len(lists) == 3 and len(lists[0]) == 3
              and len(lists[1]) == len(lists[2]) >= 2 and folded and "hs-advice" in folded.group(0),
              "a receipt in danger: three things at once, the rest folded", [len(x) for x in lists])
    visitor = Visitor(desk)
    page_of_none = visitor.whole_begin("They called me names on the street.")
    page = visitor.post("/report/send")
    tap.point("<details" not in page.text and 'class="hs-advice"' in page.text,
              "a receipt without danger has its advice open", page_of_none.errors)


def files_told(tap, desk):
    visitor = Visitor(desk)
    visitor.whole_begin("Files.")
    visitor.upload([("shout <1>.mp3", b"x" * 3000), ("b.png", b"y" * 2_200_000)])
    receipt = visitor.receipt_of(visitor.post("/report/send"))
    page = visitor.post("/mailbox", receipt=receipt)
    text = plain(page.text)
    tap.point("shout &lt;1&gt;.mp3" in text and "3 kB" in text and "b.png" in text
              and "2.0 MB" in text, "the mailbox names the files that were sent, and their sizes",
              text)


def nothing_chosen(tap, desk):
    visitor = Visitor(desk)
    visitor.whole_begin("No file.")
    visitor.upload([("first.png", b"x" * 100)])
    answer = visitor.upload([("", b"")])
    tap.point(answer.status == 422 and 'id="files-error"' in answer.text
              and 'href="#files"' in answer.text and "first.png" in answer.text
              and "Choose" in re.search(r'id="files-error"(.*?)</p>', answer.text, re.S).group(1),
              "“Add these files” with none chosen says so beside the field", answer.errors)
    answer = visitor.upload([("", b"")], more=False)
    tap.point(answer.path == "/report/effect", "“Continue” with none chosen goes on", answer.errors)


# ---- addresses that take no form ----------------------------------------------------------------

def no_form_here(tap, desk):
    for port, name in ((desk.front, "public"), (desk.desk, "desk")):
        for path, wanted in (("/search", {404, 405}), ("/nothing", {404}), ("/privacy", {404, 405}),
                             ("/", {405}), ("/api/v1/nothing", {404}),
                             ("/api/v1/openapi.json", {404, 405})):
            for size in (5, 700_000):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                answer = None
                try:
                    try:
                        connection.request("POST", path, b"x" * size,
                                           {"Content-Type": "application/x-www-form-urlencoded"})
                    except OSError:
                        pass  # answered from its head alone
                    answer = connection.getresponse()
                    allow = answer.getheader("Allow") or ""
                    body = answer.read()
                except OSError as error:
                    tap.point(False, f"{name}: POST {path} with {size} bytes", error)
                    continue
                finally:
                    connection.close()
                tap.point(answer.status in wanted
                          and (answer.status != 405 or allow == "GET, HEAD") and len(body) > 100,
                          f"{name}: POST {path} with {size} bytes is {' or '.join(map(str, wanted))}",
                          f"{answer.status} {allow} {body[:200]}")
