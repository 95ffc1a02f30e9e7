"""Reading which accounts there are."""

import pytest

from destination_mparticle.platform_api.account_list import AccountList, read_account_list


@pytest.mark.parametrize("text", [b'[{"id":"7","name":"North"}]', b'{"data":[{"id":7,"name":"North"}],"errors":null}'])
def test_a_list_of_accounts_is_read_bare_or_wrapped_with_either_kind_of_id(text: bytes) -> None:
    accounts = read_account_list(text)

    assert accounts.has("7")
    assert accounts.gained(AccountList(frozenset()), " North")
    assert not accounts.gained(accounts, "North")
    assert not accounts.gained(AccountList(frozenset()), "South")


@pytest.mark.parametrize(
    "text", [b"", b"5", b"{}", b'{"data":null}', b'{"data":[{"name":"x"}]}', b'{"data":[],"errors":[{"message":"x"}]}']
)
def test_what_is_no_list_of_accounts_never_counts_as_an_empty_one(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence
        read_account_list(text)
