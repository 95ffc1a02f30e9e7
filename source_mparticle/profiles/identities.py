"""The identities to look up: from the configuration and from a CSV file, each once."""

import csv
import re
import stat
from contextlib import suppress
from pathlib import Path

from source_mparticle.configuration.validation import MPID, is_mpid
from source_mparticle.profiles import errors
from source_mparticle.profiles.options import ProfileOptions

# In an identity: what is left of two rows where a quote between them is not closed.
_BREAK = re.compile(r"[\r\n]")


def identities(options: ProfileOptions) -> list[str]:
    """Every configured identity once, in the order given; those of the CSV file come last.

    Raises `ConfigurationError` for a file that cannot be read, a column that it lacks, a file that names nobody, and
    an MPID that is no number. No message holds an identity.
    """
    wanted = _each_once([*options.identities, *(_from_csv(options) if options.csv_url else ())])
    if options.identity_type == MPID:
        wrong = sum(not is_mpid(identity) for identity in wanted)
        if wrong:
            raise errors.wrong_mpids(wrong)
    return wanted


def _each_once(given: list[str]) -> list[str]:
    return list(dict.fromkeys(identity for identity in (each.strip() for each in given) if identity))


def _from_csv(options: ProfileOptions) -> list[str]:
    # Only where there is a file: fsspec is a third of what the connection check imports.
    import fsspec  # noqa: PLC0415

    if _may_never_end(str(options.csv_url)):
        raise errors.unreadable_csv("not a regular file")
    try:
        with fsspec.open(options.csv_url, "rt", encoding="utf-8-sig", newline="") as file:
            # Strict, so that a quote that is opened and never closed does not swallow the rest of the file.
            rows = csv.DictReader(file, strict=True)
            columns = rows.fieldnames or ()
            found = _each_once([row.get(options.csv_column) or "" for row in rows])
    except Exception as error:
        # Every kind of storage raises exceptions of its own, and all mean the same to the user.
        raise errors.unreadable_csv(type(error).__name__) from error
    if columns and options.csv_column not in columns:
        raise errors.csv_without_column(options.csv_column)
    if columns.count(options.csv_column) > 1 or any(_BREAK.search(identity) for identity in found):
        raise errors.ambiguous_csv(options.csv_column)
    if not found:
        raise errors.csv_without_rows()
    return found


def _may_never_end(address: str) -> bool:
    """Whether an address is a local pipe, socket or device, on which opening or reading may hang."""
    from fsspec.core import url_to_fs  # noqa: PLC0415
    from fsspec.implementations.local import LocalFileSystem  # noqa: PLC0415

    # What is wrong with an address, opening it will tell.
    with suppress(Exception):
        storage, path = url_to_fs(address)
        if isinstance(storage, LocalFileSystem):
            mode = Path(path).stat().st_mode
            return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False
