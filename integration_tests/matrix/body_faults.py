"""Answers of 200 whose body is not what it should be, as a whole."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from integration_tests.matrix.fault import (
    EMPTY,
    FAILED,
    KEPT,
    KEPT_OR_FAILED,
    MISSING,
    MISSING_OR_FAILED,
    Fault,
    everywhere,
    verdicts,
)
from integration_tests.matrix.reply import Reply

ERRORS = [{"code": "VALIDATION_ERROR", "message": "broken"}]
_NO_LIST = verdicts(FAILED, FAILED, MISSING_OR_FAILED, MISSING_OR_FAILED)
_NO_KEY = verdicts(FAILED, FAILED, MISSING, MISSING_OR_FAILED)
_NO_ROWS = verdicts(EMPTY, FAILED, MISSING_OR_FAILED, MISSING_OR_FAILED)


def body_faults() -> Iterator[Fault]:
    """Bodies that are something else, and bodies that are the right one in a form of its own."""
    for text in ("", " ", "\n"):
        yield Fault(f"body {text!r}", _body(text), everywhere(FAILED), token=FAILED)
    for text in ("null", "0", '"text"', "true", "[null]", "[[]]", "[1]", '["id"]', "[{}]", "[[{}]]"):
        yield Fault(f"body {text}", _body(text), _NO_LIST, token=FAILED)
    for text in ('{"data": null}', '{"data": null, "errors": null}', '{"data": {}}', '{"data": [null]}'):
        yield Fault(f"body {text}", _body(text), _NO_LIST, token=FAILED)
    for text in ('{"data": [{}]}', '{"data": "text"}', '{"data": 5}', '{"data": {"data": []}}', '{"Data": []}'):
        yield Fault(f"body {text}", _body(text), _NO_LIST, token=FAILED)
    for text in ("{}", '{"message": "no"}', '{"error": "no"}', '{"status": "ok", "results": []}'):
        yield Fault(f"body {text}", _body(text), _NO_KEY, token=FAILED)
    for text in ("[]", '{"data": []}', '{"data": [], "errors": null}', '{"data": [], "errors": []}', " [ ] "):
        yield Fault(f"body {text}", _body(text), _NO_ROWS, token=FAILED)
    yield from _with_errors()
    yield from _no_json()
    yield from _other_forms()


def _with_errors() -> Iterator[Fault]:
    for content in ({"errors": ERRORS}, {"data": [], "errors": ERRORS}, {"data": None, "errors": ["broken"]}):
        text = json.dumps(content)
        yield Fault(f"body {text}", _body(text), everywhere(FAILED), token=FAILED)
    yield Fault("rows and errors", _wrapped(errors=ERRORS), everywhere(FAILED))
    yield Fault("rows and an error that is text", _wrapped(errors="broken"), everywhere(FAILED))
    yield Fault("rows in the other envelope", _other_envelope, everywhere(KEPT))
    errors: Any
    for errors in (None, [], {}, ""):
        yield Fault(f"rows and errors {errors!r}", _wrapped(errors=errors), everywhere(KEPT))


def _no_json() -> Iterator[Fault]:
    html = "<!doctype html><html><title>Sign in</title></html>"
    as_html = {"Content-Type": "text/html"}
    for name, damage in {
        "HTML": lambda reply: replace(reply, body=html.encode(), headers=as_html),
        "HTML that claims to be JSON": _body(html),
        "half of the JSON": lambda reply: reply.with_body(reply.body.strip()[: len(reply.body.strip()) // 2]),
        "JSON without its last character": lambda reply: reply.with_body(reply.body.strip()[:-1]),
        "JSON and a comma": lambda reply: reply.with_body(reply.body + b","),
        "JSON twice": lambda reply: reply.with_body(reply.body + reply.body),
        "gzip garbage": lambda reply: _encoded(reply, b"\x1f\x8b" + b"garbage" * 9, "gzip"),
        "gzip cut short": lambda reply: _encoded(reply, gzip.compress(reply.body)[:-12], "gzip"),
        "JSON that claims to be gzip": lambda reply: _encoded(reply, reply.body, "gzip"),
        "gzip that does not say so": lambda reply: reply.with_body(gzip.compress(reply.body)),
        "XML": _body("<?xml version='1.0'?><rows/>"),
        "a byte of zero": _body("\0"),
        "binary": lambda reply: reply.with_body(bytes(range(256))),
        "CSV": _body("id,name\n1,a\n"),
        "JSON with a comment": lambda reply: reply.with_body(b"/* rows */" + reply.body),
        "single quotes": lambda reply: reply.with_body(reply.body.replace(b'"', b"'")),
    }.items():
        yield Fault(name, damage, everywhere(FAILED), token=FAILED)


def _other_forms() -> Iterator[Fault]:
    for name, damage in {
        "gzip": lambda reply: _encoded(reply, gzip.compress(reply.body), "gzip"),
        "BOM": lambda reply: reply.with_body(b"\xef\xbb\xbf" + reply.body),
        "blanks around": lambda reply: reply.with_body(b"\r\n\t " + reply.body + b"\n\n"),
        "indented": lambda reply: reply.with_body(json.dumps(json.loads(reply.body), indent=4)),
        "content type of HTML": lambda reply: replace(reply, headers={"Content-Type": "text/html"}),
        "content type of latin-1": lambda reply: replace(
            reply, headers={"Content-Type": "application/json; charset=iso-8859-1"}
        ),
        "no content type": lambda reply: replace(reply, headers={}),
    }.items():
        yield Fault(name, damage, everywhere(KEPT))
    for encoding in ("utf-16", "utf-32-be"):
        yield Fault(encoding, _recoded(encoding), everywhere(KEPT_OR_FAILED), token=KEPT_OR_FAILED)


def _body(text: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply.with_body(text)


def _encoded(reply: Reply, body: bytes, encoding: str) -> Reply:
    return replace(reply, body=body, headers={**reply.headers, "Content-Encoding": encoding})


def _recoded(encoding: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply.with_body(reply.body.decode().encode(encoding))


def _other_envelope(reply: Reply) -> Reply:
    content = json.loads(reply.body)
    if isinstance(content, dict) and "data" in content:
        return reply.with_json(content["data"])
    return reply.with_json({"data": content, "errors": None})


def _wrapped(errors: Any) -> Callable[[Reply], Reply]:
    def damage(reply: Reply) -> Reply:
        content = json.loads(reply.body)
        data = content["data"] if isinstance(content, dict) and "data" in content else content
        return reply.with_json({"data": data, "errors": errors})

    return damage
