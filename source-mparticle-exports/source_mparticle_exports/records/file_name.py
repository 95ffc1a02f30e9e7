"""What the name of an exported file says, and which files hold no export.

Names of mParticle (documentation of its Amazon S3, Google Cloud Storage and Azure Blob Storage integrations):

- events: `<App Name>_<UTC time of forwarding, yyyyMMddHHmmssffffff>_<5 digits>.txt`
- audiences: `<Audience Name, spaces as hyphens>_<Audience ID>_<yyyy-MM-dd>_<HH-mm-ss>_<GUID>.txt`
- verification: `mParticle_Bucket_Verification_<time>.txt`, `mparticle_validation.txt`,
  `mparticle-validation-<time>.txt`

The ending is not looked at: that of compressed files is not documented.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum
from typing import Final

_EVENTS: Final = re.compile(r"(?P<app>.+)_(?P<time>\d{14})(?P<fraction>\d{0,6})_\d+(\.\w+)*")
_AUDIENCE: Final = re.compile(
    r"(?P<name>.+)_(?P<id>-?\d+)_(?P<date>\d{4}-\d{2}-\d{2})_(?P<time>\d{2}-\d{2}-\d{2})_[0-9A-Fa-f-]{32,36}(\.\w+)*"
)
_VERIFICATION: Final = re.compile(r"mparticle[-_ ](bucket[-_ ])?(verification|validation).*", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class FileKind(Enum):
    """What a file holds, as far as its name says."""

    EVENTS = "events"
    AUDIENCE = "audience"
    UNKNOWN = "unknown"
    """Not named by mParticle, or renamed since: what its lines say decides."""
    VERIFICATION = "verification"
    HIDDEN = "hidden"
    """Not an export: names with a leading dot or underscore are what tools leave behind."""


@dataclass(frozen=True)
class FileName:
    """What a file's name says."""

    name: str
    kind: FileKind
    app_name: str | None = None
    audience_name: str | None = None
    audience_id: str | None = None
    time: datetime | None = None
    """When mParticle wrote it, UTC. It may be later than the day of the folder."""


def parse_file_name(path: str) -> FileName:
    """Return what the last part of a path says."""
    name = path.rsplit("/", 1)[-1]
    if name.startswith("."):
        return FileName(name, FileKind.HIDDEN)
    if _VERIFICATION.fullmatch(name):
        return FileName(name, FileKind.VERIFICATION)
    if found := _EVENTS.fullmatch(name):
        time = _time(found["time"] + found["fraction"].ljust(6, "0"), "%Y%m%d%H%M%S%f")
        return FileName(name, FileKind.EVENTS, app_name=found["app"], time=time)
    if found := _AUDIENCE.fullmatch(name):
        time = _time(found["date"] + found["time"], "%Y-%m-%d%H-%M-%S")
        return FileName(name, FileKind.AUDIENCE, audience_name=found["name"], audience_id=found["id"], time=time)
    # An app's name may begin so; what tools leave behind is not named as mParticle's files are.
    return FileName(name, FileKind.HIDDEN if name.startswith("_") else FileKind.UNKNOWN)


def folder_day(name: str) -> date | None:
    """Return the day that a date folder is called after, or None for any other folder."""
    moment = _time(name, "%Y-%m-%d") if _DAY.fullmatch(name) else None
    return moment.date() if moment else None


def is_app(app_name: str | None, chosen: frozenset[str]) -> bool:
    """Tell whether a file's app is among the chosen ones. How a space is written in file names is not documented."""
    return app_name is not None and _spelling(app_name) in {_spelling(name) for name in chosen}


def _spelling(app_name: str) -> str:
    return re.sub(r"[\s_-]+", "", app_name).casefold()


def _time(digits: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(digits, form).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
