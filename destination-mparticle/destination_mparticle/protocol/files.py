"""Read the files that the command line names."""

import codecs
from pathlib import Path
from typing import Final

from destination_mparticle.errors import ConfigError

MAX_FILE_BYTES: Final = 64_000_000
"""Far more than any configuration or catalog has, and little enough to fit in memory."""


def read_bounded(path: str, option: str) -> bytes:
    """Return what a file holds, without a byte order mark, which some editors put first.

    Raises a `ConfigError`, also for a file that is too large or never ends.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError):
        raise ConfigError(f"The file given with {option} cannot be read.") from None
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"The file given with {option} is larger than {MAX_FILE_BYTES // 1_000_000} MB.")
    return content.removeprefix(codecs.BOM_UTF8)
