"""A Microsoft on this machine: sign-in and Graph for mail, calendars and contacts."""
