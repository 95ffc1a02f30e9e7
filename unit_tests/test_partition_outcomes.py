import pytest

from source_mparticle.api.errors import MparticleError
from source_mparticle.api.partition_outcomes import NAMED, PartitionOutcomes

MISSING = MparticleError("nothing there")


@pytest.fixture
def log() -> list[str]:
    return []


def test_responses_without_a_row_are_believed_once_another_proves_the_feature(log: list[str]) -> None:
    outcomes = PartitionOutcomes("apps", 3, log.append)
    outcomes.missing("answered 404", MISSING, "/v1/apps/1")
    outcomes.missing("came without its key", MISSING, "/v1/apps/2")
    outcomes.found()
    assert log == [
        "apps: no row for /v1/apps/1, which answered 404.",
        "apps: no row for /v1/apps/2, which came without its key.",
        "apps: 2 of 3 requests returned no row: 1 answered 404, 1 came without its key.",
    ]


def test_the_last_response_raises_the_first_error_where_nothing_proves_the_feature(log: list[str]) -> None:
    outcomes = PartitionOutcomes("apps", 2, log.append)
    outcomes.missing("answered 404", MISSING, "/v1/apps/1")
    with pytest.raises(MparticleError, match="nothing there"):
        outcomes.missing("came without its key", MparticleError("another"), "/v1/apps/2")


def test_no_row_may_be_a_response_like_any_other(log: list[str]) -> None:
    outcomes = PartitionOutcomes("apps", 1, log.append)
    outcomes.missing("answered 404", None, "/v1/apps/1")
    assert log[-1] == "apps: 1 of 1 requests returned no row: 1 answered 404."


def test_a_stream_of_which_everything_was_found_is_not_mentioned(log: list[str]) -> None:
    outcomes = PartitionOutcomes("apps", 2, log.append)
    outcomes.found()
    outcomes.found()
    assert log == []


def test_only_the_first_few_responses_without_a_row_are_named(log: list[str]) -> None:
    outcomes = PartitionOutcomes("apps", 1001, log.append)
    outcomes.found()
    for number in range(1000):
        outcomes.missing("answered 404", MISSING, f"/v1/apps/{number}")
    assert len(log) == NAMED + 1
    assert log[-1] == "apps: 1000 of 1001 requests returned no row: 1000 answered 404."


def test_users_are_counted_without_naming_them(log: list[str]) -> None:
    outcomes = PartitionOutcomes("user_profiles", 2, log.append, "users")
    outcomes.found()
    outcomes.missing("unknown to mParticle", MISSING)
    assert log == ["user_profiles: 1 of 2 users returned no row: 1 unknown to mParticle."]
