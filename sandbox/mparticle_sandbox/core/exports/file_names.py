"""The names of files that mParticle writes, and of the folders that they lie in. All times are UTC."""

from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DIGITS = 5
NUMBERS = 10**_DIGITS


def event_file(app: str, at_us: int, number: int) -> str:
    """Return the name of a file of batches: the app, when it was forwarded (microseconds), a number of five digits."""
    return f"{app}_{_time(at_us):%Y%m%d%H%M%S%f}_{number:0{_DIGITS}}.txt"


def audience_file(name: str, audience_id: int, at_us: int, guid: str) -> str:
    """Return the name of a file of membership changes of an audience."""
    return f"{name.replace(' ', '-')}_{audience_id}_{_time(at_us):%Y-%m-%d_%H-%M-%S}_{guid}.txt"


def bucket_verification(at_us: int) -> str:
    """Return the name of the file, holding `{}`, with which mParticle tries a bucket."""
    return f"mParticle_Bucket_Verification_{_time(at_us):%Y%m%d-%H%M%S}.txt"


AZURE_VALIDATION = "mparticle_validation.txt"
"""The name of the empty file with which mParticle tries a container of Azure."""


def audience_validation(at_us: int) -> str:
    """Return the name of the empty file beside files of audiences; the form of its time is not documented."""
    return f"mparticle-validation-{_time(at_us):%Y%m%d%H%M%S}.txt"


def date_folder(at_ms: int) -> str | None:
    """Return the folder of a day, and None for a time beyond the years that a date can have."""
    try:
        day = _EPOCH + timedelta(milliseconds=at_ms)
    except OverflowError:
        return None
    return f"{day:%Y-%m-%d}" if day.year >= 1000 else None  # noqa: PLR2004 - four digits


def _time(at_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)
