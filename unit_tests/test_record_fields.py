from typing import Any

import pytest

from source_mparticle.api.record_fields import as_integer, replace_at


@pytest.mark.parametrize(
    ("record", "path", "expected"),
    [
        ({"id": "5318"}, ["id"], {"id": 5318}),
        ({"id": 5318}, ["id"], {"id": 5318}),
        ({"id": "9223372036854775807"}, ["id"], {"id": 2**63 - 1}),
        ({"id": "9223372036854775808"}, ["id"], {"id": "9223372036854775808"}),
        ({"id": "9" * 5000}, ["id"], {"id": "9" * 5000}),
        ({"id": "0"}, ["id"], {"id": 0}),
        ({"id": "0042"}, ["id"], {"id": "0042"}),
        ({"id": " 42"}, ["id"], {"id": " 42"}),
        ({"id": "42\n"}, ["id"], {"id": "42\n"}),
        ({"id": None}, ["id"], {"id": None}),
        ({}, ["id"], {}),
        ({"id": "ws-1"}, ["id"], {"id": "ws-1"}),
        ({"id": "٣"}, ["id"], {"id": "٣"}),
        ({"of": [{"id": "1"}, {"id": 2}, None]}, ["of", "*", "id"], {"of": [{"id": 1}, {"id": 2}, None]}),
        ({"of": None}, ["of", "*", "id"], {"of": None}),
        ({"of": "text"}, ["of", "*", "id"], {"of": "text"}),
    ],
)
def test_ids_become_integers_and_nothing_else_changes(record: Any, path: Any, expected: Any) -> None:
    replace_at(record, path, as_integer)
    assert record == expected
