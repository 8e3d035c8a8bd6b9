"""Dates, durations, numbers and values in words, in the language of the page.

Instants are aware; they are shown in the time zone of the page. French puts non-breaking spaces
(U+00A0) where a line must not break: « 9 h 12 », « 1 284 ».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale, get_timezone, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from engine.feel.values import YearsMonths

NBSP = "\u00a0"
DEFAULT_ZONE = ZoneInfo("Europe/Paris")
RELATIVE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in words: `relative` alone, `inline` inside a sentence, `absolute` for the tooltip.

    `iso` is for machines.
    """

    relative: str
    inline: str
    absolute: str
    iso: str

    def __html__(self) -> Markup:
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            self.iso, self.absolute, self.relative
        )

    def __str__(self) -> str:
        return self.relative


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date as its stamp shows it; `tone` is '', soon, late, hold or done."""

    text: str
    date: str
    iso: str
    tone: str


def locale() -> str:
    """`fr` or `en`; French outside a request."""
    found = get_locale()
    return "en" if found is not None and found.language == "en" else "fr"


def zone() -> tzinfo:
    """The time zone of the page."""
    return get_timezone() or DEFAULT_ZONE


def local(moment: datetime) -> datetime:
    """The instant on the wall clock of the page."""
    return moment.astimezone(zone())


def day(value: date, *, year: bool = True, weekday: bool = True) -> str:
    """« jeudi 3 décembre 2026 », « mardi 1er décembre »."""
    pattern = ("EEEE " if weekday else "") + "d MMMM" + (" y" if year else "")
    words = str(format_date(value, pattern, locale=locale()))
    if locale() == "fr" and value.day == 1:
        words = words.replace("1 ", "1er ", 1)
    return words


def day_in(value: date, today: date) -> str:
    """The day without its year when that is the current one."""
    return day(value, year=value.year != today.year)


def hour(value: datetime | time) -> str:
    """« 9 h 12 », « 17 h »; “09:12”."""
    if locale() == "en":
        return f"{value:%H:%M}"
    minutes = f"{NBSP}{value.minute:02d}" if value.minute else ""
    return f"{value.hour}{NBSP}h{minutes}"


def instant(moment: datetime) -> str:
    """« jeudi 3 décembre 2026 à 9 h 12 »."""
    there = local(moment)
    return _("%(day)s à %(hour)s", day=day(there.date()), hour=hour(there))


def short_instant(moment: datetime, now: datetime) -> str:
    """« jeudi 26 novembre, 10 h 40 »: for lists; the year only when it is another one."""
    there = local(moment)
    return f"{day_in(there.date(), local(now).date())}, {hour(there)}"


def moment(value: datetime, now: datetime) -> Moment:
    """An instant as people say it: relative up to seven days, the day after that."""
    words = _relative(value, now)
    return Moment(capital(words), words, instant(value), value.isoformat(timespec="seconds"))


def since(value: datetime, now: datetime) -> str:
    """« depuis 6 minutes », « depuis le jeudi 26 novembre »."""
    if now - value < timedelta(days=RELATIVE_DAYS):
        return _("depuis %(duration)s", duration=duration(now - value))
    return _("depuis le %(day)s", day=day_in(local(value).date(), local(now).date()))


def _relative(value: datetime, now: datetime) -> str:
    return _past(value, now) if value <= now else _future(value, now)


def _past(value: datetime, now: datetime) -> str:
    gone = now - value
    days = (local(now).date() - local(value).date()).days
    if gone < timedelta(minutes=1):
        return _("à l’instant")
    if gone < timedelta(hours=1):
        minutes = int(gone.total_seconds() // 60)
        return ngettext("il y a %(num)s minute", "il y a %(num)s minutes", minutes)
    if days == 0:
        return _("aujourd’hui à %(hour)s", hour=hour(local(value)))
    if days == 1:
        return _("hier à %(hour)s", hour=hour(local(value)))
    if days <= RELATIVE_DAYS:
        return ngettext("il y a %(num)s jour", "il y a %(num)s jours", days)
    return short_instant(value, now)


def _future(value: datetime, now: datetime) -> str:
    days = (local(value).date() - local(now).date()).days
    if value - now < timedelta(hours=1):
        minutes = max(1, round((value - now).total_seconds() / 60))
        return ngettext("dans %(num)s minute", "dans %(num)s minutes", minutes)
    if days == 0:
        return _("aujourd’hui à %(hour)s", hour=hour(local(value)))
    if days == 1:
        return _("demain à %(hour)s", hour=hour(local(value)))
    words = day_in(local(value).date(), local(now).date())
    if days > RELATIVE_DAYS:
        return words
    return ngettext("%(day)s, dans %(num)s jour", "%(day)s, dans %(num)s jours", days, day=words)


def duration(length: timedelta) -> str:
    """A length in its largest unit: « 8 minutes », « 3 heures », « 14 jours »."""
    seconds = int(abs(length).total_seconds())
    if seconds < 60:
        return _("moins d’une minute")
    if seconds < 3600:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // 60)
    if seconds < 86400:
        return ngettext("%(num)s heure", "%(num)s heures", seconds // 3600)
    return ngettext("%(num)s jour", "%(num)s jours", seconds // 86400)


def deadline(due: datetime, now: datetime) -> Deadline:
    """The stamp of a due date: « Reste 4 jours », « 2 jours de retard »."""
    there, today = local(due), local(now).date()
    days = (there.date() - today).days
    iso = due.isoformat(timespec="minutes")
    if due < now:
        return Deadline(_late(due, now, -days), _due_day(there, today), iso, "late")
    if days == 0:
        text = _("Reste %(duration)s", duration=duration(due - now))
        return Deadline(text, _due_day(there, today), iso, "soon")
    text = ngettext("Reste %(num)s jour", "Reste %(num)s jours", days)
    return Deadline(text, _due_day(there, today), iso, "soon" if days == 1 else "")


def _late(due: datetime, now: datetime, days: int) -> str:
    if days:
        return ngettext("%(num)s jour de retard", "%(num)s jours de retard", days)
    return _("%(duration)s de retard", duration=capital(duration(now - due)))


def _due_day(there: datetime, today: date) -> str:
    if there.date() == today:
        return _("aujourd’hui à %(hour)s", hour=hour(there))
    return day_in(there.date(), today)


def number(value: Decimal | float) -> str:
    """« 1 284 », « 3,7 »; every digit is kept."""
    text = f"{Decimal(value) if isinstance(value, int) else value:,f}"
    if locale() == "en":
        return text
    return text.replace(",", NBSP).replace(".", ",")


def size(octets: int) -> str:
    """« 214 Ko », « 1,2 Mo »."""
    unit_names = ("octets", "Ko", "Mo") if locale() == "fr" else ("bytes", "kB", "MB")
    if octets < 1000:
        return f"{octets}{NBSP}{unit_names[0]}"
    if octets < 1_000_000:
        return f"{round(octets / 1000)}{NBSP}{unit_names[1]}"
    return f"{number(Decimal(octets) / 1_000_000 // Decimal('0.1') * Decimal('0.1'))}{NBSP}{unit_names[2]}"


def value(found: Any) -> str:
    """A variable's value as people read it; `_options` of a form give better words where they exist."""
    if found is None or found == "":
        return _("Non renseigné")
    if isinstance(found, bool):
        return _("Oui") if found else _("Non")
    if isinstance(found, Decimal | int | float):
        return number(found)
    if isinstance(found, list):
        return ", ".join(value(item) for item in found) or _("Aucun")
    if isinstance(found, dict):
        return _context(found)
    return _temporal(found)


def _context(found: dict[str, Any]) -> str:
    if "media_type" in found and "name" in found:
        return str(found["name"])
    parts = [_("%(name)s : %(value)s", name=name, value=value(item)) for name, item in found.items()]
    return " ; ".join(parts) if locale() == "fr" else "; ".join(parts)


def _temporal(found: Any) -> str:
    if isinstance(found, datetime):
        return instant(found) if found.tzinfo else f"{day(found.date())}, {hour(found)}"
    if isinstance(found, date):
        return day(found, weekday=False)
    if isinstance(found, time):
        return hour(found)
    if isinstance(found, timedelta):
        return duration(found)
    if isinstance(found, YearsMonths):
        return _months(int(found.months))
    return str(found)


def _months(total: int) -> str:
    years, months = divmod(abs(total), 12)
    parts = []
    if years:
        parts.append(ngettext("%(num)s an", "%(num)s ans", years))
    if months or not years:
        parts.append(ngettext("%(num)s mois", "%(num)s mois", months))
    return _(" et ").join(parts)


def capital(words: str) -> str:
    """The same words with a capital first letter."""
    return words[:1].upper() + words[1:]


def quoted(name: str) -> str:
    """A name between the quotation marks of the language."""
    return f"«{NBSP}{name}{NBSP}»" if locale() == "fr" else f"“{name}”"


def duration_of_seconds(seconds: float) -> str:
    """« 30 secondes », and from a minute on as `duration`."""
    if seconds < 60:
        return ngettext("%(num)s seconde", "%(num)s secondes", round(seconds))
    return duration(timedelta(seconds=seconds))
