"""Tells a complete JSON text from one that was cut short and from other text, without building its objects."""

import re

import msgspec

from source_mparticle.api import errors

_BOM = b"\xef\xbb\xbf"
_CLOSED_BY = {ord("["): ord("]"), ord("{"): ord("}")}
# Words in msgspec's message for a text that ends too early, and for one that goes on after its end.
_TRUNCATED, _TRAILING = "truncated", "trailing"
_BLANKS = b" \t\r\n"
# Every escape, so that the text after an escaped backslash is not taken for one. Only a half of a pair is captured.
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_REPLACEMENT = b"ufffd"


def complete_json(body: bytearray, url: str) -> bytearray:
    """The text, changed in place: without a byte order mark, and with U+FFFD for each half of a surrogate pair.

    .NET cuts texts without regard for pairs, and a row is worth more than half a character. Raises `Unavailable` for a
    text that ends too early, `UnexpectedResponse` for one that is not JSON.
    """
    if body.startswith(_BOM):
        del body[: len(_BOM)]
    if _HALF.search(body):
        _replace_half_pairs(body)
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError) as error:
        # Without its cause, which may quote the body.
        raise (errors.cut_short(url) if _is_cut(body, str(error)) else errors.no_list(url)) from None
    return body


def _replace_half_pairs(body: bytearray) -> None:
    for half in [escape.start(1) for escape in _ESCAPES.finditer(body) if escape[1]]:
        body[half : half + len(_REPLACEMENT)] = _REPLACEMENT


def _is_cut(body: bytearray, complaint: str) -> bool:
    text = body.strip(_BLANKS)
    if not text:
        return True
    closing = _CLOSED_BY.get(text[0])
    ends_early = text[-1] != closing and _TRAILING not in complaint
    return closing is not None and (ends_early or _TRUNCATED in complaint)
