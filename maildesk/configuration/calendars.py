"""The calendars of desks: the files that ``closures`` names, and the service time that comes of all keys together.

Calendar files are read with the config, once each however many desks name them, and again when the config is read
again (SIGHUP). What is wrong with one is a fault in that file, with its line; a file that cannot be read is a fault of
the key that names it. A calendar that never opens, or contradicts itself, is refused here, before any customer is
promised a moment in it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from maildesk.configuration.desk_keys import DeskKeys
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.reading import Reading
from maildesk.configuration.report import Fault
from maildesk.desk.service_time.closures import Closures, Series
from maildesk.desk.service_time.hours import NeverOpen, ServiceTime

SIZE_LIMIT = 5_000_000  # octets: somebody named an archive instead of a calendar of closures


def read_calendars(reading: Reading) -> None:
    """Read the calendar files of all desks into the reading, and note what is wrong with them."""
    desk: DeskKeys
    for path, desk in reading.all("desk"):
        for file in desk.closures:
            if file not in reading.closures:
                reading.closures[file] = _read(reading, (*path, "closures"), file)
        for file in _doubled(desk.closures):
            reading.fault((*path, "closures"), f'"{file}" is named twice; once is enough.')


def service_time(desk: DeskKeys, closures: Closures | None) -> ServiceTime:
    """The service time of a desk. Raises ``ValueError`` with a sentence where its keys contradict each other."""
    holidays = frozenset[date]()
    if not desk.holidays:
        return ServiceTime(
            desk.time_zone, desk.hours, holidays, frozenset(desk.closed_days), dict(desk.open_days), closures
        )
    from maildesk.desk.service_time.public_holidays import (
        public_holidays,  # 0.2 s and 20 MB: only where a desk names a region
    )

    of_region = public_holidays(desk.holidays)
    return ServiceTime(
        desk.time_zone, desk.hours, of_region, frozenset(desk.closed_days), dict(desk.open_days), closures
    )


def closures_of(reading: Reading, desk: DeskKeys) -> Closures | None:
    """The closures of a desk's calendar files; None where it names none."""
    series = [each for file in desk.closures for each in reading.closures.get(file, ())]
    return Closures(series) if series else None


def judge_calendar(reading: Reading, path: KeyPath, desk: DeskKeys) -> None:
    """Note what is wrong with a desk's calendar as a whole."""
    now = datetime.now(UTC)
    try:
        service_time(desk, None).next_opening(now)
    except NeverOpen as error:
        reading.fault((*path, "hours"), _nobody(error, "hours, holidays and closed_days"))
        return
    except ValueError as error:
        reading.fault((*path, "hours"), str(error))
        return
    try:
        service_time(desk, closures_of(reading, desk)).next_opening(now)
    except NeverOpen as error:
        reading.fault((*path, "closures"), _nobody(error, "these files"))


def _nobody(error: NeverOpen, where: str) -> str:
    return f"{str(error).partition(';')[0]}, so no promise could be kept; look at {where}."


def _doubled(files: tuple[Path, ...]) -> list[Path]:
    return [file for index, file in enumerate(files) if file in files[:index]]


def _read(reading: Reading, key: KeyPath, file: Path) -> tuple[Series, ...]:
    text = _text(reading, key, file)
    if text is None:
        return ()
    from maildesk.desk.service_time.calendar_files import (
        read_calendar,  # 0.15 s and 15 MB: only where a desk names a file
    )

    series, flaws = read_calendar(text)
    reading.faults += [Fault(str(file), flaw.line, "", flaw.sentence) for flaw in flaws]
    return series


def _text(reading: Reading, key: KeyPath, file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            content = opened.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        reading.fault(key, f"There is no calendar {file}; put it there or correct the path.")
        return None
    except OSError as trouble:
        reading.fault(
            key, f"The calendar {file} cannot be read ({trouble.strerror}); look at its path and permissions."
        )
        return None
    if len(content) > SIZE_LIMIT:
        reading.fault(key, f"{file} is too large to be a calendar of closures; name one that holds these alone.")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reading.faults.append(
            Fault(str(file), line, "", "The calendar is not UTF-8; export it again in that encoding.")
        )
        return None
