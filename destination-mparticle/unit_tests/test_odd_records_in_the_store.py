"""The store of rejected records keeps what came, whatever it holds."""

from pathlib import Path

import pytest

from destination_mparticle.config import Storage
from destination_mparticle.protocol.messages import record_text
from destination_mparticle.tracking.reject_store import open_store
from destination_mparticle.validation.reasons import Reason, Rejection
from unit_tests.odd_values import BIG, NOW, ODD, STREAM, comparable, line_of, record_in


def stored(folder: Path, line: bytes) -> bytes:
    store = open_store(Storage("Local", str(folder)), "r", NOW)
    store.add(STREAM, record_text(line), Rejection(Reason.BAD_VALUE, "", ""))
    store.flush()
    (path,) = folder.rglob("*.jsonl")
    return path.read_bytes()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_the_store_keeps_an_odd_record_as_one_line_that_reads_the_same_again(tmp_path: Path, odd: str | bytes) -> None:
    line = line_of(odd)

    content = stored(tmp_path, line)

    assert content.count(b"\n") == 1
    content.decode()
    again = b'{"type":"RECORD","record":%s}' % content
    assert comparable(record_in(again).data["odd"]) == comparable(record_in(line).data["odd"])


@pytest.mark.parametrize("digits", [BIG, "1.10", "0.1234567890123456789012", "1e400", "1E+2", "-0.0"])
def test_the_store_keeps_every_digit_as_it_came(tmp_path: Path, digits: str) -> None:
    assert f'"odd":{digits}}}'.encode() in stored(tmp_path, line_of(digits))


def test_the_store_escapes_what_is_not_one_line_of_utf_8(tmp_path: Path) -> None:
    content = stored(tmp_path, b'{"type":"RECORD","record":\t{"stream":"s",\r"data":{"a":"\xff\x00\t\xc3\xa9"}}}\n')
    assert content.endswith('"data":{"a":"\\udcff\\u0000\\u0009é"}}\n'.encode())
