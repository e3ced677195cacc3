"""Microsoft Graph: mail folders, calendars and contact folders of a work, school or personal account."""
