"""Facts of mParticle's that the source of exports states too are those of the destination."""

import pytest

pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")
pytest.importorskip("source_mparticle_exports", reason="pip install ./source-mparticle-exports")

from destination_mparticle.mparticle import identities as destination
from source_mparticle_exports.records import identities as exports


def test_both_know_the_same_identities_of_a_user() -> None:
    assert set(exports.USER_IDENTITIES) == set(destination.USER_IDENTITIES)


def test_both_know_the_same_second_spellings() -> None:
    for spelling, identity in destination.OTHER_SPELLINGS.items():
        if identity in exports.USER_IDENTITIES:
            assert exports.identity_type(spelling) == identity
