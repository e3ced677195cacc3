"""What `kith setup microsoft` says: the owner's own app registration, step by step.

learn.microsoft.com/entra/identity-platform/quickstart-register-app
"""

from __future__ import annotations

_PORTAL = "https://entra.microsoft.com"


def steps() -> list[str]:
    """All of it, from nothing."""
    return [
        "Your own app registration with Microsoft, in ten minutes and for nothing. You do this once.",
        "",
        f" 1  Open {_PORTAL}  , App registrations, New registration. The name is for you alone.",
        " 2  Supported account types: for a work or school account  this organizational directory only;",
        "    for outlook.com, hotmail.com and the like  Personal Microsoft accounts only.",
        " 3  Redirect URI: choose Public client/native (mobile & desktop) and enter  http://localhost",
        " 4  Under Authentication, Settings, switch on  Allow public client flows.",
        " 5  Under API permissions, Add a permission, Microsoft Graph, Delegated permissions, choose",
        "      Mail.ReadBasic   Calendars.ReadBasic   Contacts.Read   User.Read",
        "    All of them only read, and the first two give no body of anything.",
        " 6  From Overview take Application (client) ID, and for a work account Directory (tenant) ID:",
        "      kith setup microsoft CLIENT_ID --tenant TENANT_ID     (work or school)",
        "      kith setup microsoft CLIENT_ID --tenant consumers     (personal)",
        "",
        "An organisation may let only an administrator agree to apps. Then ask for it, or import an archive instead:",
        "that needs no consent.",
    ]


def after(tenant: str) -> list[str]:
    """What is left to do."""
    whom = {"consumers": "personal accounts", "common": "any account", "organizations": "work and school accounts"}
    return [
        f"Kith asks Microsoft as your app registration from now on, for {whom.get(tenant, f'accounts of {tenant}')}.",
        "",
        "Before you connect, make sure that",
        "  - Authentication has  http://localhost  under Mobile and desktop applications",
        "  - Authentication, Settings: Allow public client flows is on",
        "  - API permissions lists Mail.ReadBasic, Calendars.ReadBasic, Contacts.Read, User.Read",
        "When you connect, Microsoft says that the app is unverified. It is yours: choose Accept.",
        "",
        "Next:  kith connect microsoft   (on a server:  kith connect microsoft --device)",
    ]
