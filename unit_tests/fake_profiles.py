"""Helper of the tests: profiles as mParticle documents them, and the look-ups that were made."""

from typing import Any

from unit_tests.fake_mparticle import API

BASE = f"{API}/userprofile/v1"


PLACE = "77/1201/5318"


BIG = 2**63 - 25


STREAMS = ("user_profiles", "audience_memberships")


def profile(mpid: Any = BIG, **changes: Any) -> Any:
    response = {
        "mpid": mpid,
        "created_timestamp_ms": 1714557600000,
        "is_opted_out": False,
        "user_identities": [{"type": "customer_id", "encoding": "none", "value": "c-77"}],
        "user_attributes": {"tier": "gold", "interests": ["rail", "cycling"]},
        "audience_memberships": [
            {"audience_id": 9140, "audience_name": "Lapsed Buyers"},
            {"audience_id": 9141, "audience_name": "Fans", "expiration_timestamp_ms": 1814557600000},
        ],
    }
    return response | changes


def lookups(mocker: Any) -> list[Any]:
    return [request for request in mocker.request_history if "/userprofile/" in request.url]


def resolve(mocker: Any, responses: dict[str, Any]) -> None:
    for identity, response in responses.items():
        mocker.post(
            f"{BASE}/resolve/{PLACE}",
            additional_matcher=lambda request, value=identity: request.json()["identity"]["value"] == value,
            **response,
        )
