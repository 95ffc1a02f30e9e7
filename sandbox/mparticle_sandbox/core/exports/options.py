"""How exports are written."""

from dataclasses import dataclass

DATE_FOLDERS = ("none", "event", "upload", "event_or_upload")


@dataclass(frozen=True)
class ExportOptions:
    """How exports are written.

    `folder`: the base folder below the destination; empty for none.
    `dates`: the time by which a batch lies in a folder `YYYY-MM-DD` below the base folder, one of `DATE_FOLDERS`.
    `gzip`: whether files are compressed; their names stay the same.
    `single_events`: whether a line holds one event each in place of one batch.
    `changes`: whether what a batch changes about its user becomes events.
    `every`: how many accepted batches are collected before files are written.
    `redelivered`, `late`, `text_numbers`: the shares, from 0 to 1, of lines that come a second time in another file, of
    those that come in a file of their own with a later name, and of those whose large numbers are text.
    `late_by_h`: by how many hours the name of a late file is later than its writing.
    """

    folder: str = ""
    dates: str = "none"
    gzip: bool = False
    single_events: bool = False
    changes: bool = False
    every: int = 1000
    redelivered: float = 0.0
    late: float = 0.0
    text_numbers: float = 0.0
    late_by_h: int = 48
