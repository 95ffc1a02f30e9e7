from typing import Any

import pytest

from source_mparticle.api.redaction import MASK, mask_at

DOCUMENTED = {"settings": [{"name": "apiKey", "value": "k-1"}, {"name": "empty", "value": None}]}


def test_values_are_masked_and_null_stays_null() -> None:
    record = {**DOCUMENTED, "name": "AdNet"}
    mask_at(record, ["settings", "*", "value"])
    assert record == {
        "settings": [{"name": "apiKey", "value": MASK}, {"name": "empty", "value": None}],
        "name": "AdNet",
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"apiKey": "k-1"},
        {"token": {"value": "k-1"}},
        ["k-1"],
        [["k-1"]],
        [{"Value": "k-1"}],
        [{"value": {"deep": "k-1"}}],
        "k-1",
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["settings", "Settings"])
def test_what_has_another_form_than_documented_is_masked_whole(settings: Any, name: str) -> None:
    record = {name: settings}
    mask_at(record, ["settings", "*", "value"])
    assert "k-1" not in str(record)


@pytest.mark.parametrize("record", [{}, {"settings": None}, {"settings": []}, {"settings": [{"name": "a"}]}], ids=str)
def test_a_record_that_has_nothing_to_hide_stays_as_it_is(record: Any) -> None:
    before = str(record)
    mask_at(record, ["settings", "*", "value"])
    assert str(record) == before
