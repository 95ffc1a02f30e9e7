"""A name that is not an option has no effect, so a warning says which option was meant."""

import pytest

from source_mparticle.configuration.unknown_options import unknown_option_warnings
from source_mparticle.configuration.validation import errors_in
from source_mparticle.manifest import option_spec
from unit_tests.fake_mparticle import Config

SPEC = option_spec()
MINIMAL: Config = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201"}


@pytest.mark.parametrize(
    ("config", "meant"),
    [
        (
            {"workspace_id": "5318"},
            "`workspace_id`, which is not an option and has no effect: did you mean Workspace IDs",
        ),
        (
            {"identities": ["1"]},
            "`identities`, which is not an option and has no effect: did you mean Identities (`profiles.",
        ),
        ({"clientid": "x"}, "did you mean Client ID (`client_id`)?"),
        (
            {"profiles": {"org_id": "77"}},
            "`profiles.org_id`, which is not an option and has no effect: did you mean Org",
        ),
        ({"profiles": {"identites": []}}, "did you mean Identities (`profiles.identities`)?"),
        ({"start_date": "2024-01-01"}, "`start_date`, which is not an option and has no effect."),
    ],
    ids=str,
)
def test_a_name_that_is_not_an_option_is_named_with_the_one_that_was_meant(config: Config, meant: str) -> None:
    (warning,) = unknown_option_warnings({**MINIMAL, **config}, SPEC)
    assert meant in warning
    assert errors_in({**MINIMAL, **config}, SPEC) == []


def test_known_names_and_airbytes_own_are_no_cause_for_a_warning() -> None:
    assert unknown_option_warnings({**MINIMAL, "profiles": {"workspace_id": "1"}, "_limit": 5}, SPEC) == []
