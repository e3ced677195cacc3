"""The sign-in's pages: who asks, for what, for whose account; and where the code of another device is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from sandbox.microsoft.oauth import AT_THE_PAGE, CLIENT_ID, described, loopback, scopes
from sandbox.web.http import Answer, Request

if TYPE_CHECKING:
    from sandbox.microsoft.world import Microsoft

_WORDS = {
    "User.Read": "Sign you in and read your profile",
    "Mail.ReadBasic": "Read your basic mail: everything but bodies, previews, attachments",
    "Mail.Read": "Read your mail",
    "Calendars.ReadBasic": "Read basic details of your calendars: everything but bodies, attachments",
    "Calendars.Read": "Read your calendars",
    "Contacts.Read": "Read your contacts",
}
_STYLE = """
body{font:15px/1.5 'Segoe UI',system-ui,sans-serif;background:#f2f2f2;color:#1b1b1b;margin:0}
main{max-width:27rem;margin:3rem auto;background:#fff;padding:2.5rem 2.75rem;box-shadow:0 2px 6px rgba(0,0,0,.2)}
h1{font-size:1.5rem;font-weight:600;margin:.3rem 0 1rem}
li{padding:.25rem 0}
.small{color:#616161;font-size:.8rem}
.warn{background:#fff4ce;padding:.6rem .8rem;margin-bottom:1rem}
footer{display:flex;gap:.5rem;justify-content:flex-end;margin-top:1.5rem}
button{font:inherit;border:0;padding:.4rem 1.4rem;background:#0067b8;color:#fff}
button.no{background:#ccc;color:#000}
input[type=text]{font:inherit;width:100%;box-sizing:border-box;padding:.4rem;text-transform:uppercase}
"""


def page(microsoft: Microsoft, request: Request) -> Answer:
    """GET: the question; or, where it is put wrongly, what is wrong with it."""
    problem = _problem(request.query)
    if problem:
        return _html(400, f"<h1>Sorry, but we’re having trouble signing you in.</h1><p>{escape(problem)}</p>")
    mode = microsoft.authorization.mode
    if mode in AT_THE_PAGE and mode != "admin":
        error, text = described(mode)
        words = {"error": error, "error_description": text, "state": request.first("state")}
        return _redirect(request.first("redirect_uri"), words)
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(values[0])}">'
        for name, values in request.query.items()
    )
    return _html(200, _question(microsoft, scopes(request.first("scope")), request.first("login_hint"), hidden))


def decide(microsoft: Microsoft, request: Request) -> Answer:
    """POST: the owner has decided; the browser is sent back to whoever asked."""
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    problem = _problem({name: tuple(values) for name, values in form.items()})
    if problem:
        return _html(400, f"<h1>{escape(problem)}</h1>")
    back, state = form["redirect_uri"][0], form.get("state", [""])[0]
    if microsoft.authorization.mode == "admin":
        error, text = described("admin")
        return _redirect(back, {"error": error, "error_description": text, "state": state})
    if form.get("decision") != ["continue"]:
        text = "AADSTS65004: User declined to consent to access the app."
        return _redirect(back, {"error": "access_denied", "error_description": text, "state": state})
    account = microsoft.accounts[form.get("account", [next(iter(microsoft.accounts))])[0]]
    grant = microsoft.consent(account, scopes(form["scope"][0]))
    nonce = form.get("nonce", [""])[0]
    code = microsoft.authorization.code(grant, back, form["code_challenge"][0], nonce)
    return _redirect(back, {"code": code, "state": state, "session_state": "sandbox"})


def device(microsoft: Microsoft, request: Request) -> Answer:
    """Where a person types the code that another device shows, and then agrees."""
    if request.method == "GET":
        body = (
            "<p class='small'>Sandbox Microsoft · this page was made on this computer</p><h1>Enter code</h1>"
            "<form method='post'><input type='text' name='code' autocomplete='off' autofocus aria-label='Code'>"
            "<footer><button name='decision' value='continue'>Next</button></footer></form>"
        )
        return _html(200, body)
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    code = form.get("code", [""])[0]
    asked = microsoft.authorization.asked_by(code)
    if asked is None:
        return _html(400, "<h1>That code didn’t work.</h1>")
    agreed = form.get("decision") == ["continue"]
    grant = microsoft.consent(microsoft.only(), asked) if agreed else None
    microsoft.authorization.enter(code, grant)
    return _html(200, f"<h1>You have {'signed in' if agreed else 'declined'}</h1>")


def _question(microsoft: Microsoft, asked: Sequence[str], hint: str, hidden: str) -> str:
    accounts = sorted(microsoft.accounts.values(), key=lambda one: one.address != hint)
    if len(accounts) == 1:
        who = f"<p>{escape(accounts[0].address)}<input type='hidden' name='account' value='{accounts[0].subject}'></p>"
    else:
        who = "".join(
            f"<p><input type='radio' name='account' value='{one.subject}'{' checked' * (number == 0)}> "
            f"{escape(one.address)}</p>"
            for number, one in enumerate(accounts)
        )
    items = "".join(f"<li>{escape(_WORDS.get(one, one))}</li>" for one in asked)
    return (
        "<p class='small'>Sandbox Microsoft · this page was made on this computer</p>"
        f"<h1>Permissions requested</h1><div class='warn'>Kith · <b>unverified</b>: you registered it yourself</div>"
        f"<form method='post'>{hidden}{who}<p>This app would like to:</p><ul>{items}"
        "<li>Maintain access to data you have given it access to</li></ul>"
        "<footer><button class='no' name='decision' value='cancel'>Cancel</button>"
        "<button name='decision' value='continue'>Accept</button></footer></form>"
    )


def _problem(query: Mapping[str, Sequence[str]]) -> str:
    first = {name: values[0] for name, values in query.items()}
    if first.get("client_id") != CLIENT_ID:
        return described("unknown_app")[1]
    if not loopback(first.get("redirect_uri", "")):
        return described("redirect")[1]
    if first.get("response_type") != "code" or not first.get("scope"):
        return "AADSTS900144: The request body must contain 'response_type' and 'scope'."
    if first.get("code_challenge_method") != "S256" or len(first.get("code_challenge", "")) < 43:
        return "AADSTS9002325: Proof Key for Code Exchange is required."
    unknown = [one for one in scopes(first["scope"]) if one not in _WORDS]
    return (
        f"AADSTS70011: The provided value for the input parameter 'scope' is not valid ({unknown[0]})."
        if unknown
        else ""
    )


def _html(status: int, body: str) -> Answer:
    text = f"<!doctype html><meta charset='utf-8'><title>Sign in to your account</title><style>{_STYLE}</style>"
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Answer(status, f"{text}<main>{body}</main>".encode(), headers)


def _redirect(back: str, words: dict[str, str]) -> Answer:
    return Answer(302, b"", {"Location": f"{back}{'&' if '?' in back else '?'}{urlencode(words)}"})
