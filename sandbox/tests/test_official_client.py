import pytest
from mparticle_sandbox import SandboxProcess

mparticle = pytest.importorskip("mparticle")


def test_mparticles_own_python_client_is_understood(sandbox: SandboxProcess) -> None:
    configuration = mparticle.Configuration()
    configuration.host = sandbox.events_url
    configuration.api_key = sandbox.api_key
    configuration.api_secret = sandbox.api_secret
    content = mparticle.Batch()
    content.environment = "development"
    content.user_identities = mparticle.UserIdentities(customerid="c-9", email="ann@example.com")
    content.user_attributes = {"$city": "Ghent"}
    event = mparticle.AppEvent("Trip Searched", "search")
    event.timestamp_unixtime_ms = 1_714_557_612_345
    content.events = [event]
    api = mparticle.EventsApi(configuration)
    api.upload_events(content)
    api.bulk_upload_events([content])
    report = sandbox.events_report()
    assert (report["batches_accepted"], report["events"], report["silently_dropped"]) == (2, 2, {})
    assert [item["user_identities"]["customerid"] for item in sandbox.user("customer_id:c-9")] == ["c-9", "c-9"]
