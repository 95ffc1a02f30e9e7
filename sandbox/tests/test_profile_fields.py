import pytest
from mparticle_sandbox.core.profile_fields import FieldsError, parse_fields


def test_fields_are_separated_by_commas_and_may_have_blanks() -> None:
    assert parse_fields("user_attributes, device_identities") == ["user_attributes", "device_identities"]


@pytest.mark.parametrize(("text", "named"), [("", "missing"), ("user_attributes,hat", "hat")])
def test_missing_and_unknown_fields_are_told_in_a_sentence(text: str, named: str) -> None:
    with pytest.raises(FieldsError, match=named):
        parse_fields(text)
