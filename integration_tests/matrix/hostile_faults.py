"""Answers that somebody made to do harm: by their size, their names, their encoding, or by promising more pages."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from integration_tests.matrix.fault import FAILED, KEPT, KEPT_OR_FAILED, Fault, everywhere
from integration_tests.matrix.reply import Reply, edited

# Names by which other APIs say that this is one page of several.
NEXT_PAGE = ("next", "nextPage", "next_page", "nextPageToken", "next_page_token", "hasMore", "has_more")
_NAMES = ("", "\0", "a.b", "{{ config }}", "__class__", "\u202e", "x" * 10_000)


def hostile_faults() -> Iterator[Fault]:
    """Each is read as what it is, or fails as what it is."""
    # At one list and one object, because of what it takes to print them.
    large = _with_fields("a text of 10 megabytes", lambda: {"matrix_extra": "x" * 10_000_000})
    yield replace(large, only=("audiences", "data_plan"))
    yield _with_fields("10,000 fields", lambda: {f"field {number}": number for number in range(10_000)})
    yield _with_fields("names of every kind", lambda: dict.fromkeys(_NAMES, 1))
    for name, opening, closing in (("lists", "[", "]"), ("objects", '{"data":', "}")):
        text = opening * 2000 + "1" + closing * 2000
        yield Fault(f"2,000 {name}, one in another", _body(text), everywhere(FAILED), token=FAILED)
    for name in NEXT_PAGE:
        token: Any = "same" if "token" in name.casefold() else True
        yield Fault(f"rows and {name}", _enveloped({name: token}), everywhere(FAILED))
    yield from _encodings()
    for name, value in {"negative": "-1", "text": "many", "of 5,000 digits": "9" * 5000}.items():
        damage = _with_headers({"Content-Length": value})
        yield Fault(f"a length that is {name}", damage, everywhere(KEPT_OR_FAILED), token=KEPT_OR_FAILED, hangs=True)


def _encodings() -> Iterator[Fault]:
    for name, encoding in {"an unknown encoding": "zip-of-our-own", "no encoding": "identity"}.items():
        damage = _with_headers({"Content-Encoding": encoding})
        yield Fault(name, damage, everywhere(KEPT), token=KEPT)
    for name, body_of, encoding, verdict in (
        ("deflate", zlib.compress, "deflate", KEPT),
        ("gzip in gzip", lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip", KEPT),
        ("gzip in gzip that says so once", lambda body: gzip.compress(gzip.compress(body)), "gzip", FAILED),
        ("gzip that says so a hundred times", gzip.compress, ", ".join(["gzip"] * 100), FAILED),
        ("gzip that is called deflate", gzip.compress, "deflate", FAILED),
    ):
        yield Fault(name, _encoded(body_of, encoding), everywhere(verdict), token=verdict)


def _with_fields(name: str, fields: Callable[[], dict[str, Any]]) -> Fault:
    return Fault(
        name,
        lambda reply: edited(reply, lambda items: [items[0] | fields(), *items[1:]] if items else items),
        everywhere(KEPT),
        ignored=tuple(fields()),
    )


def _enveloped(beside: dict[str, Any]) -> Callable[[Reply], Reply]:
    def damage(reply: Reply) -> Reply:
        content = json.loads(reply.body)
        data = content["data"] if isinstance(content, dict) and "data" in content else content
        return reply.with_json({"data": data, **beside})

    return damage


def _body(text: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply.with_body(text)


def _with_headers(headers: dict[str, str]) -> Callable[[Reply], Reply]:
    return lambda reply: replace(reply, headers={**reply.headers, **headers})


def _encoded(body_of: Callable[[bytes], bytes], encoding: str) -> Callable[[Reply], Reply]:
    return lambda reply: replace(
        reply, body=body_of(reply.body), headers={**reply.headers, "Content-Encoding": encoding}
    )
