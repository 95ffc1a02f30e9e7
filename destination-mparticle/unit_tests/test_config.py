import pytest

from destination_mparticle.config import Config, Storage, parse_config, secrets

MINIMAL = {"api_key": "the-key", "api_secret": "the-secret", "pod": "EU1", "environment": "development"}


def test_a_minimal_configuration_is_filled_with_the_documented_defaults():
    assert parse_config(MINIMAL) == Config(
        api_key="the-key",
        api_secret="the-secret",
        pod="EU1",
        environment="development",
        streams=(),
        data_plan=None,
        max_batches_per_second=270,
        grouping="by_user",
        skip_rejected=False,
        storage=Storage(),
        validate_only=False,
        platform=None,
        events_url="https://s2s.eu1.mparticle.com/v2",
        api_url="https://api.mparticle.com",
        token_url="https://sso.auth.mparticle.com/oauth/token",
    )


def test_every_problem_is_named_at_once_and_no_value_is_repeated():
    broken = {
        "api_key": "",
        "pod": "MOON",
        "environment": 5,
        "streams": [{"object": "user", "fields": [{"field": "x"}], "unmapped": "perhaps"}],
        "object_storage_config": {"storage_type": "S3", "secret_access_key": "very-private"},
        "platform": {"client_id": "very-private", "account_id": "very-private"},
        "max_batches_per_second": 0,
        "events_url": "http://very-private.example.com",
    }
    with pytest.raises(Exception, match="api_secret") as error:
        parse_config(broken)
    text = str(error.value)
    for name in (
        *("`api_key`", "`api_secret`", "`pod`", "`environment`", "`stream`", "`value`", "`streams.0.unmapped`"),
        *("`s3_bucket_name`", "`client_secret`", "`platform.account_id`", "`max_batches_per_second`", "`events_url`"),
    ):
        assert name in text
    assert "very-private" not in text


def test_events_can_be_sent_one_to_a_batch():
    assert parse_config({**MINIMAL, "grouping": "single"}).grouping == "single"
    with pytest.raises(Exception, match="by_user, single"):
        parse_config({**MINIMAL, "grouping": "by_session"})


@pytest.mark.parametrize("storage", [{"storage_type": "GCS"}, {}, {"storage_type": 5}])
def test_an_unknown_store_is_named(storage):
    with pytest.raises(Exception, match=r"`object_storage_config.storage_type` must be one of None, Local, S3"):
        parse_config({**MINIMAL, "object_storage_config": storage})


@pytest.mark.parametrize("name", ["events_url", "api_url", "token_url"])
def test_addresses_are_https_except_on_this_machine(name):
    for good in (
        "https://x.example.com/v2",
        "http://localhost:8080/v2",
        "http://127.0.0.1:1",
        "http://host.docker.internal/x",
    ):
        parse_config({**MINIMAL, name: good})
    for bad in ("http://x.example.com", "ftp://localhost", "http://localhost.example.com/", "localhost", "https://"):
        with pytest.raises(Exception, match=name):
            parse_config({**MINIMAL, name: bad})


def test_secrets_are_found_wherever_they_stand():
    raw = {
        **MINIMAL,
        "platform": {"client_id": "an-id", "client_secret": "a-secret", "account_id": "1"},
        "object_storage_config": {"storage_type": "S3", "access_key_id": "an-access", "secret_access_key": "a-key"},
        "more": [{"api_secret": "in-a-list"}],
    }
    assert set(secrets(raw)) == {"the-key", "the-secret", "an-id", "a-secret", "an-access", "a-key", "in-a-list"}
