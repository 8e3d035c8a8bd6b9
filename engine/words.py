"""Names, instants and lengths of time in sentences of both languages."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from engine.diagnostics import Text

NBSP = "\u00a0"
RELATIVE = timedelta(days=7)
DAYS = (
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
)
MONTHS = (
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
)
UNITS = (
    (86400, "jour", "day"),
    (3600, "heure", "hour"),
    (60, "minute", "minute"),
)


def quoted(name: str | Text) -> Text:
    """A name between the quotation marks of each language."""
    text = name if isinstance(name, Text) else Text(name, name)
    return Text(f"«{NBSP}{text.fr}{NBSP}»", f"“{text.en}”")


def listed(names: list[str]) -> str:
    """« a, b »."""
    return ", ".join(names)


def duration(length: timedelta) -> Text:
    """A length in its largest unit: « 8 minutes », « 3 heures », « 14 jours »."""
    seconds = int(abs(length).total_seconds())
    for size, fr, en in UNITS:
        if seconds >= size:
            count = seconds // size
            return Text(f"{count}{NBSP}{fr}{'s' * (count > 1)}", f"{count} {en}{'s' * (count > 1)}")
    return Text("moins d’une minute", "less than a minute")


def since(moment: datetime, now: datetime, zone: tzinfo) -> Text:
    """« depuis 6 minutes »; from a week on « depuis le jeudi 26 novembre »."""
    if now - moment < RELATIVE:
        length = duration(now - moment)
        return Text(f"depuis {length.fr}", f"for {length.en}")
    there = day(moment.astimezone(zone).date(), now.astimezone(zone).date())
    return Text(f"depuis le {there.fr}", f"since {there.en}")


def at(moment: datetime, now: datetime, zone: tzinfo) -> Text:
    """« le jeudi 26 novembre à 9 h 12 », « aujourd’hui à 17 h »."""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    minutes = f"{NBSP}{there.minute:02d}" if there.minute else ""
    hour = Text(f"{there.hour}{NBSP}h{minutes}", f"{there:%H:%M}")
    if there.date() == here.date():
        return Text(f"aujourd’hui à {hour.fr}", f"today at {hour.en}")
    named = day(there.date(), here.date())
    return Text(f"le {named.fr} à {hour.fr}", f"on {named.en} at {hour.en}")


def day(value: date, today: date) -> Text:
    """« jeudi 26 novembre », with the year when it is not the current one."""
    weekday, month = DAYS[value.weekday()], MONTHS[value.month - 1]
    year = f" {value.year}" if value.year != today.year else ""
    number = "1er" if value.day == 1 else str(value.day)
    return Text(f"{weekday[0]} {number} {month[0]}{year}", f"{weekday[1]} {value.day} {month[1]}{year}")
