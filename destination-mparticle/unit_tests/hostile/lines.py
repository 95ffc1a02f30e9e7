"""Lines of input around records: broken ones, odd ones that pass, and states of odd shapes."""

from typing import Final

SECRET_WORD: Final = "ann@example.com"
"""Stands in every broken line, and may not be repeated in any message."""

_RECORD: Final = '{"type":"RECORD","record":%s}'
_STATE: Final = '{"type":"STATE","state":%s}'

BROKEN: Final[dict[str, str]] = {
    "half a line": '{"type":"RECORD","record":{"stream":"events","data":{"x":"ann@example.com"',
    "two messages": '{"type":"LOG"}{"type":"LOG","x":"ann@example.com"}',
    "text": "ann@example.com",
    "a number": "5",
    "null": "null",
    "a list": '["ann@example.com"]',
    "a text in quotes": '"ann@example.com"',
    "NUL": "\x00\x00",
    "a single quote": "{'type':'RECORD'}",
    "no type": '{"record":{"x":"ann@example.com"}}',
    "a type of null": '{"type":null}',
    "a type that is a list": '{"type":["RECORD"]}',
    "a type in lower case": '{"type":"record","record":{"stream":"events","data":{"x":"ann@example.com"}}}',
    **{
        f"a record that is {value}": _RECORD % value
        for value in ("null", "true", "5", '"ann@example.com"', "[]", "{}", '["stream"]')
    },
    **{
        f"a stream that is {value}": _RECORD % f'{{"stream":{value},"data":{{"x":"ann@example.com"}}}}'
        for value in ("null", "true", "5", "[]", "{}", r'"\ud800"')
    },
    **{
        f"a namespace that is {value}": _RECORD % f'{{"stream":"events","namespace":{value},"data":{{}}}}'
        for value in ("true", "5", "[]", "{}", r'"\ud800"')
    },
    **{
        f"data that is {value}": _RECORD % f'{{"stream":"events","data":{value}}}'
        for value in ("null", "true", "5", '"ann@example.com"', "[]", "[" * 2_000 + "]" * 2_000)
    },
    "no data": _RECORD % '{"stream":"events"}',
    **{f"a state that is {value}": _STATE % value for value in ("null", "true", "5", '"ann@example.com"', "[]")},
    **{
        f"a state of a stream that is {value}": _STATE % f'{{"type":"STREAM","stream":{value}}}'
        for value in ("null", "5", "[]", "{}", '{"stream_descriptor":null}', '{"stream_descriptor":{"name":5}}')
    },
    **{f"statistics that are {value}": _STATE % f'{{"destinationStats":{value}}}' for value in ("5", "[]", '"x"')},
}

SKIPPED: Final[dict[str, str]] = {
    "an empty line": "",
    "blanks": " \t ",
    "a log": '{"type":"LOG","log":{"level":"INFO","message":"x"}}',
    "a log of a wrong shape": '{"type":"LOG","log":[5,NaN]}',
    "a trace": '{"type":"TRACE","trace":{"type":"STREAM_STATUS"}}',
    "a control message": '{"type":"CONTROL","control":null}',
    "a type of a later version": '{"type":"FUTURE","future":{"a":"\x00"}}',
    "an empty type": '{"type":""}',
    "a nested message of another type": '{"type":"LOG","log":' + "[" * 2_000 + "]" * 2_000 + "}",
}

ODD_STATES: Final[dict[str, str]] = {
    "empty": "{}",
    "legacy data": '{"data":{"cursor":5}}',
    "a type of a later version": '{"type":"FUTURE","future":{}}',
    "a type of null": '{"type":null,"data":null}',
    "global without streams": '{"type":"GLOBAL","global":{}}',
    "global of null": '{"type":"GLOBAL","global":null}',
    "of a stream that is not in the catalog": '{"type":"STREAM","stream":{"stream_descriptor":{"name":"other"}}}',
    "without a stream state": '{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"}}}',
    "a stream state of null": '{"type":"STREAM","stream":{"stream_descriptor":{"name":"events"},"stream_state":null}}',
    "statistics of null": '{"destinationStats":null,"data":{}}',
    "statistics with odd counts": '{"destinationStats":{"recordCount":"x","rejectedRecordCount":[]},"data":{}}',
    "statistics twice": '{"destinationStats":{"a":1},"data":{},"destinationStats":{"b":2}}',
    "no number": '{"data":{"cursor":NaN,"other":-Infinity}}',
    "an integer of 30 digits": '{"data":{"cursor":' + "9" * 30 + "}}",
    "half a surrogate pair": r'{"data":{"cursor":"\ud800"}}',
    "nested lists": '{"data":' + "[" * 2_000 + "]" * 2_000 + "}",
    "a large text": '{"data":"' + "x" * 1_000_000 + '"}',
}


def state_line(state: str) -> bytes:
    """A STATE message as a line of input."""
    return (_STATE % state).encode() + b"\n"
