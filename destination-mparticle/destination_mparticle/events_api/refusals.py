"""Which batches of a request mParticle refused, and why.

mParticle responds 202 to a bulk request even where it refuses some of its batches; the body then has one error for
each. The sentences are those of a JSON reader: `... Path '[3].mpid', line 1, position 153.` names the batch by its
index in the request, `... Path 'data.custom_attributes.tier', line 1, position 314.` by an offset into the request's
text. What clients of the live service saw is the only source for this; the documents do not mention it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from destination_mparticle.http.response import ApiResponse
from destination_mparticle.pipeline.batch import Batch

_PATH: Final = re.compile(
    # The last path in the sentence, which may quote a value that looks like one. A name ends only where a step ends;
    # otherwise a long name that does not match would be backtracked in every possible division.
    r".*Path '(?P<path>(?:\[\d+\]|\['[^']+'\]|\.|[^\s.'\"\[\]()\\/]+(?=[.\[']))*)'"
    r"(?:, line (?P<line>\d{1,9}), position (?P<position>\d{1,9}))?\.?\s*$",
    re.DOTALL,
)
_STEP: Final = re.compile(r"\['(?P<quoted>[^']+)'\]|\[\d+\]|\.?(?P<plain>[^.\[\]]+)")
_INDEX: Final = re.compile(r"\[(?P<index>\d{1,9})\]\.?")


def refused_indexes(response: ApiResponse, batches: Sequence[Batch]) -> list[int] | None:
    """Return the indexes of the batches that a response's errors are about, or None where they do not tell.

    They tell only if every error names a batch, and no two the same one, since there is one error for each refusal.
    """
    offsets = _Offsets(batches)
    found = {_index_in(error, offsets) for error in response.errors}
    if len(found) < len(response.errors) or None in found:
        return None
    return sorted(index for index in found if index is not None)


def error_path(error_text: str, body: bytes) -> str:
    """Return the path that an error names, without the batch's index; empty where it names none of this batch.

    The sentence around it may quote values, and a value may look like a path. So every step must be the name of a
    property that the batch has.
    """
    match = _PATH.match(error_text)
    if match is None:
        return ""
    index = _INDEX.match(match["path"])
    path = match["path"][index.end() :] if index else match["path"]
    names = [step["quoted"] or step["plain"] for step in _STEP.finditer(path)]
    return path if all(b'"%s":' % name.encode() in body for name in names if name) else ""


class _Offsets:
    """Where each batch lies in the text of its request."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self.count = len(batches)
        # Whether a position counts bytes or UTF-16 units is not known; where the two disagree, it says nothing.
        bodies = [batch.body for batch in batches]
        self._starts = [
            list(accumulate((size + 1 for size in sizes), initial=1))
            for sizes in ([len(body) for body in bodies], [_utf16_units(body) for body in bodies])
        ]

    def index_at(self, offset: int) -> int | None:
        """Return the index of the batch that holds an offset, counted from 0."""
        found = {self._index_at(starts, offset) for starts in self._starts}
        return found.pop() if len(found) == 1 else None

    def _index_at(self, starts: list[int], offset: int) -> int | None:
        index = bisect_right(starts, offset) - 1
        # The byte before the next start is the comma between the two.
        return index if 0 <= index < self.count and offset < starts[index + 1] - 1 else None


def _index_in(error: str, offsets: _Offsets) -> int | None:
    match = _PATH.match(error)
    if match is None:
        return None
    named = _INDEX.match(match["path"])
    if named is not None:
        index = int(named["index"])
        return index if index < offsets.count else None
    if match["position"] is None or int(match["line"]) != 1:
        return None
    return offsets.index_at(int(match["position"]) - 1)


def _utf16_units(text: bytes) -> int:
    return len(text) if text.isascii() else len(text.decode().encode("utf-16-le")) // 2
