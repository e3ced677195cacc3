"""The authorization page: who asks, for what, with a box for each permission; its answer goes to a loopback port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from sandbox.google.oauth import ALWAYS, CLIENT_ID, PROJECT, Grant, loopback
from sandbox.web.http import Answer, Request

if TYPE_CHECKING:
    from sandbox.google.world import Account, Google

_WORDS = {
    "openid": "Know who you are on Google",
    "email": "See your primary Google Account email address",
    "https://www.googleapis.com/auth/gmail.metadata":
        "View your email message metadata such as labels and headers, but not the email body",
    "https://www.googleapis.com/auth/gmail.readonly": "View your email messages and settings",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly": "See the list of Google calendars you use",
    "https://www.googleapis.com/auth/calendar.events.readonly": "View events on all your calendars",
    "https://www.googleapis.com/auth/contacts.readonly": "See and download your contacts",
    "https://www.googleapis.com/auth/contacts.other.readonly":
        "See and download contact info automatically saved in your other contacts",
}  # fmt: skip
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;background:#f0f4f9;color:#1f1f1f;margin:0}
main{max-width:34rem;margin:3rem auto;background:#fff;border-radius:1.5rem;padding:2rem 2.5rem}
h1{font-size:1.5rem;font-weight:400;margin:.3rem 0 1rem}
label{display:block;padding:.6rem 0 .6rem 1.8rem;text-indent:-1.8rem;border-top:1px solid #e0e0e0}
.warn{background:#fef7e0;border-radius:.8rem;padding:.8rem 1rem;margin-bottom:1.5rem}
.small{color:#5f6368;font-size:.85rem}
footer{display:flex;gap:1rem;justify-content:flex-end;margin-top:1.5rem}
button{font:inherit;border:0;border-radius:1.2rem;padding:.5rem 1.4rem;background:#0b57d0;color:#fff}
button.no{background:none;color:#0b57d0}
"""


def page(google: Google, request: Request) -> Answer:
    """GET: the question; or, where it is put wrongly, what is wrong with it."""
    problem = _problem(request.query)
    if problem:
        return _html(400, "<h1>Access blocked: Authorization Error</h1>"
                          f"<p>Error 400: {escape(problem)}</p>")  # fmt: skip
    hint = request.first("login_hint")
    accounts = sorted(google.accounts.values(), key=lambda one: one.address != hint)
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(values[0])}">'
        for name, values in request.query.items()
    )
    body = (
        "<p class='small'>Sandbox Google · this page was made on this computer</p>"
        "<div class='warn'><b>Google hasn’t verified this app</b><br>You registered it yourself. At the real Google"
        " this screen has <i>Advanced</i> and then <i>Go to Kith (unsafe)</i>.</div>"
        f"<h1>Kith wants access to your Google Account</h1><form method='post'>{hidden}"
        f"{_accounts(accounts)}{_boxes(request.first('scope').split())}"
        "<footer><button class='no' name='decision' value='cancel'>Cancel</button>"
        "<button name='decision' value='continue'>Continue</button></footer></form>"
    )
    return _html(200, body)


def decide(google: Google, request: Request) -> Answer:
    """POST: the owner has decided; the browser is sent back to whoever asked."""
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    query = {name: tuple(values) for name, values in form.items()}
    problem = _problem(query)
    if problem:
        return _html(400, f"<h1>Error 400: {escape(problem)}</h1>")
    back, state = form["redirect_uri"][0], form.get("state", [""])[0]
    if form.get("decision") != ["continue"]:
        return _redirect(back, {"error": "access_denied", "state": state})
    account = google.accounts[form.get("account", [next(iter(google.accounts))])[0]]
    asked = form["scope"][0].split()
    ticked = set(form.get("granted", []))
    granted = tuple(scope for scope in asked if scope in ALWAYS or scope in ticked)
    grant = Grant(account.subject, account.address, granted)
    code = google.authorization.code(grant, back, form["code_challenge"][0])
    return _redirect(back, {"state": state, "code": code, "scope": " ".join(granted)})


def _problem(query: Mapping[str, Sequence[str]]) -> str:
    first = {name: values[0] for name, values in query.items()}
    if first.get("client_id") != CLIENT_ID:
        return "invalid_client"
    if not loopback(first.get("redirect_uri", "")):
        return "redirect_uri_mismatch"
    if first.get("response_type") != "code" or not first.get("scope"):
        return "invalid_request"
    if first.get("code_challenge_method") != "S256" or len(first.get("code_challenge", "")) < 43:
        return "invalid_request (code_challenge)"
    unknown = [scope for scope in first["scope"].split() if scope not in _WORDS and scope not in ALWAYS]
    return f"invalid_scope ({unknown[0]})" if unknown else ""


def _accounts(accounts: Sequence[Account]) -> str:
    if len(accounts) == 1:
        one = accounts[0]
        return f"<p>{escape(one.address)}<input type='hidden' name='account' value='{one.subject}'></p>"
    return "".join(
        f"<label><input type='radio' name='account' value='{one.subject}'{' checked' * (number == 0)}> "
        f"{escape(one.address)}</label>"
        for number, one in enumerate(accounts)
    )


def _boxes(scopes: Sequence[str]) -> str:
    fixed = "".join(f"<label class='small'>{escape(_WORDS[one])}</label>" for one in scopes if one in ALWAYS)
    return fixed + "".join(
        f"<label><input type='checkbox' name='granted' value='{escape(one)}' checked> {escape(_WORDS[one])}</label>"
        for one in scopes
        if one not in ALWAYS
    )


def _html(status: int, body: str) -> Answer:
    text = f"<!doctype html><meta charset='utf-8'><title>Sign in: {PROJECT}</title><style>{_STYLE}</style>"
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Answer(status, f"{text}<main>{body}</main>".encode(), headers)


def _redirect(back: str, words: dict[str, str]) -> Answer:
    edge = "&" if "?" in back else "?"
    return Answer(302, b"", {"Location": f"{back}{edge}{urlencode(words)}"})
