"""What the report may say about a response: its shape, never a value. Nothing else reaches the report."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from mparticle_sandbox.probe.client import NOT_JSON, Response
from mparticle_sandbox.probe.documented_fields import ENUMERATIONS, KEYS, OPAQUE

Count = Literal["none", "one", "several"]
RATE_HEADER = "x-mp-rate-limit-percentage-used"
_HEADERS = (RATE_HEADER, "x-mp-rate-limit-exceeded", "retry-after", "content-encoding")
_ENCODINGS = ("gzip", "deflate", "br", "zstd")
_TIME = re.compile(r"(\d{4})-\d\d-\d\d([T ])\d\d:\d\d:\d\d(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DOCUMENTED_DIGITS = 3
_FIRST_YEAR = 1970
# Up to ten years: much longer ones overflow when added to the time.
LIFETIMES_S = range(1, 10 * 365 * 86_400 + 1)
# Documented fields lie no deeper; a response that goes deeper is not followed.
_DEEPEST = 8


@dataclass(frozen=True)
class Observation:
    """The shape of one response.

    `body` is how it is built, and `type_key` the name of the type in its envelope. `forms` holds, for each path of a
    documented field in an item, such as `platforms.os`, the forms of its values; `undocumented_values` how many
    different values of an enumerated field are not documented; `unknown_keys` how many names are not documented.
    """

    status: int
    body: str
    type_key: str
    count: Count
    forms: Mapping[str, frozenset[str]]
    undocumented_values: Mapping[str, Count]
    unknown_keys: Count
    headers: frozenset[str]
    encoding: str
    redirect: str
    lifetime_s: int | None


def observe(name: str, url: str, response: Response) -> Observation:
    """Return the shape of the response to the call `name`, which asked for `url`."""
    found = items(response.content)
    forms_by_path: dict[str, set[str]] = {}
    undocumented: set[str] = set()
    for item in found:
        for path, value in _fields(item, "", undocumented):
            forms_by_path.setdefault(path, set()).add(form(value))
    return Observation(
        status=response.status,
        body=_body(response),
        type_key=_type_key(response.content),
        count=bucket(len(found)),
        forms={path: frozenset(forms) for path, forms in forms_by_path.items()},
        undocumented_values=_undocumented_values(name, found),
        unknown_keys=bucket(len(undocumented)),
        headers=frozenset(header for header in _HEADERS if header in response.headers),
        encoding=_encoding(response.headers.get("content-encoding", "")),
        redirect=_redirect(url, response),
        lifetime_s=_lifetime(response.content) if name == "token" else None,
    )


def items(content: Any) -> list[dict[str, Any]]:
    """Return the items of a list, bare or in an envelope, or a single object as the only one."""
    if isinstance(content, dict):
        data = content.get("data")
        content = data if isinstance(data, list) else [content]
    return [item for item in content if isinstance(item, dict)] if isinstance(content, list) else []


def bucket(number: int) -> Count:
    """Return a number as none, one or several."""
    return "none" if number == 0 else "one" if number == 1 else "several"


def form(value: Any) -> str:
    """Return the JSON type of a value; of a text also whether it is made of digits, or how it writes a time."""
    if isinstance(value, str):
        return "text of digits" if value.isascii() and value.isdigit() else _time_form(value) or "text"
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "decimal", list: "list", dict: "object"}
    return kinds[type(value)]


def _time_form(text: str) -> str | None:
    if _DATE.fullmatch(text):
        return "a date"
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, separator, digits, zone = match.groups()
    parts = [
        "no zone" if zone is None else "Z" if zone == "Z" else "an offset",
        *(["a blank for the T"] if separator == " " else []),
        *(["more than 3 digits"] if len(digits or "") > _DOCUMENTED_DIGITS else []),
        *(["the year 1"] if year == "0001" else ["before 1970"] if int(year) < _FIRST_YEAR else []),
    ]
    return ", ".join(parts)


def _fields(item: Mapping[str, Any], before: str, undocumented: set[str]) -> Iterator[tuple[str, Any]]:
    for key, value in item.items():
        path = f"{before}{key}"
        if key not in KEYS:
            undocumented.add(path)
            continue
        yield path, value
        if key not in OPAQUE and path.count(".") < _DEEPEST:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield from _fields(inner, f"{path}.", undocumented)


def _undocumented_values(name: str, found: list[dict[str, Any]]) -> dict[str, Count]:
    undocumented: set[str] = set()
    counts: dict[str, Count] = {}
    for (call, path), documented in ENUMERATIONS.items():
        if call == name:
            values = {str(value) for item in found for at, value in _fields(item, "", undocumented) if at == path}
            if values - {"None"}:
                counts[path] = bucket(len(values - documented - {"None"}))
    return counts


def _body(response: Response) -> str:
    content = response.content
    if not response.body.strip():
        return "empty"
    if content is NOT_JSON:
        return "HTML" if response.body.lstrip()[:1] == b"<" else "text"
    if isinstance(content, list):
        return "bare list"
    if not isinstance(content, dict):
        return "a single value"
    if "data" in content:
        return "envelope with errors" if content.get("errors") else "envelope"
    return _object(content)


def _object(content: Mapping[str, Any]) -> str:
    errors = content.get("errors")
    if isinstance(errors, list):
        named = [key for key in ("code", "message") if all(isinstance(each, dict) and key in each for each in errors)]
        status = "statusCode and " if "statusCode" in content else ""
        return f"{status}errors with {' and '.join(named) or 'other keys'}"
    if "error" in content:
        return "error and error_description" if "error_description" in content else "error"
    return "message" if "message" in content else "object"


def _type_key(content: Any) -> str:
    if not isinstance(content, dict):
        return "neither"
    return " and ".join(key for key in ("dataType", "data_type") if key in content) or "neither"


def _encoding(header: str) -> str:
    encoding = header.strip().lower()
    return encoding if encoding in ("", *_ENCODINGS) else "another"


def _redirect(url: str, response: Response) -> str:
    target = response.headers.get("location")
    if response.status // 100 != 3 or target is None:  # noqa: PLR2004 - the class of redirects
        return ""
    try:
        host = urlsplit(target).netloc
    except ValueError:
        return "to no address"
    return "to the same host" if host in ("", urlsplit(url).netloc) else "to another host"


def _lifetime(content: Any) -> int | None:
    seconds = content.get("expires_in") if isinstance(content, dict) else None
    return seconds if type(seconds) is int and seconds in LIFETIMES_S else None
