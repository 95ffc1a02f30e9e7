import pytest

from source_mparticle.api.ids import make_integers


@pytest.mark.parametrize(
    ("record", "path", "expected"),
    [
        ({"id": "5318"}, ["id"], {"id": 5318}),
        ({"id": 5318}, ["id"], {"id": 5318}),
        ({"id": "9223372036854775807"}, ["id"], {"id": 2**63 - 1}),
        ({"id": None}, ["id"], {"id": None}),
        ({}, ["id"], {}),
        ({"id": "ws-1"}, ["id"], {"id": "ws-1"}),
        ({"id": "٣"}, ["id"], {"id": "٣"}),
        ({"of": [{"id": "1"}, {"id": 2}, None]}, ["of", "*", "id"], {"of": [{"id": 1}, {"id": 2}, None]}),
        ({"of": None}, ["of", "*", "id"], {"of": None}),
        ({"of": "text"}, ["of", "*", "id"], {"of": "text"}),
    ],
)
def test_ids_become_integers_and_nothing_else_changes(record, path, expected):
    make_integers(record, path)
    assert record == expected
