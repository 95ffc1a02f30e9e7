"""Tells whether what stands beside a list, or in the headers of its response, says that the list goes on elsewhere.

mParticle documents no pages, so a list with some is not one that this connector can read whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Names as other APIs write them, in lower case and without separators: `@odata.nextLink` is `odatanextlink`.
_MORE = re.compile(
    r"(odata|has|is)*next(page|link|url|uri|href|cursor|token|offset|marker|start|key|index|id|records|items|results|"
    r"batch|set|continuation|number)*"
    r"|(has|is)?more(pages|results|records|items|rows|data|entries|available)*"
    r"|(ms)?continu(e|ation)(token|key|cursor|id|link|url|uri)*"
    r"|(scrollid|cursor|resum(e|ption)token)"
    r"|(is|was|has)?(list|results?|data|response)?(truncated|partial|incomplete)(list|results?|data|response)?"
)
_WHOLE = re.compile(r"(is)?(complete|last|lastpage|finalpage|done)")
_SKIPPED = re.compile(r"offset|skip")
_COUNT = re.compile(
    r"(total|count|numfound|totalhits)|total(number|num)?(of)?(count|records|results|items|elements|rows|entries|objects)"
    r"|(record|result|item|element|row)s?(count|total)"
)
_PAGES = re.compile(r"(total|num|number)?(of)?pages?(count|total)|(total|num|numberof)pages|lastpage")
_CONTAINERS = re.compile(
    r"links?|paging|paginat(ion|or)|pages?(info|details)?|meta(data)?|(response|result)(meta(data)?|info)|cursors?|info"
)
# How many containers, such as the links of a pagination, may be in each other.
_DEPTH = 3
_NOTHING = ("", "0", "false", "no", "none", "null")
_LINK_TO_NEXT = re.compile(r";\s*rel\s*=\s*(\"[^\"]*(?<![\w-])next(?![\w-])[^\"]*\"|next(?![\w-]))", re.IGNORECASE)
_RANGE = re.compile(r"\s*\w+\s+(?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)\s*", re.ASCII)
_WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def says_of_completeness(name: str) -> bool:
    """Whether a field of this name may say that a list goes on, or that it is whole."""
    plain = _plain(name)
    return any(kind.fullmatch(plain) for kind in (_MORE, _WHOLE, _SKIPPED, _COUNT, _PAGES, _CONTAINERS))


def is_more(beside: Mapping[str, Any], headers: Mapping[str, str], objects: int) -> bool:
    """Whether the fields beside a list of so many `objects`, or the headers, say that there are more than these.

    The fields are looked at, and those of containers such as `paging` and `_links`. A count says so only where it
    differs from `objects`.
    """
    return any(_says_more(*each, objects) for each in [*_fields(beside), *_in_headers(headers)]) or _has_more_after(
        headers, objects
    )


def _fields(beside: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, value in beside.items():
        plain = _plain(name)
        yield plain, value
        if depth < _DEPTH and _CONTAINERS.fullmatch(plain):
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield from _fields(inner, depth + 1)
                    # A link that names its relation in a field of its own.
                    yield _plain(str(inner.get("rel"))), inner.get("href")


def _in_headers(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Those that are no standard: `X-Next-Page` is `nextpage`."""
    return ((_plain(name[2:]), value) for name, value in headers.items() if name.lower().startswith("x-"))


def _has_more_after(headers: Mapping[str, str], objects: int) -> bool:
    given = {name.lower(): value for name, value in headers.items()}
    if _LINK_TO_NEXT.search(given.get("link", "")):
        return True
    part = _RANGE.fullmatch(given.get("content-range", ""))
    if not part:
        return False
    first, last, total = part.groups()
    shown = objects if last is None else int(last) + 1
    return int(first or 0) > 0 or (total != "*" and shown < int(total))


def _says_more(plain: str, value: Any, objects: int) -> bool:
    number = _number(value)
    if number is not None and _COUNT.fullmatch(plain):
        return number > objects
    if number is not None and _PAGES.fullmatch(plain):
        return number > 1
    if _SKIPPED.fullmatch(plain):
        return bool(number)
    if _WHOLE.fullmatch(plain):
        return value is False
    return _MORE.fullmatch(plain) is not None and _is_filled(value)


def _is_filled(value: Any) -> bool:
    """Whether a value says anything: an object or a list does if something in it does."""
    inside: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict | list):
        return any(map(_is_filled, inside))
    return value.strip().lower() not in _NOTHING if isinstance(value, str) else bool(value)


def _number(value: Any) -> int | None:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
