"""User profiles: looked up under `/userprofile/v1` by MPID or by an identity, never listed."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, FIRST_WORKSPACE_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.core.events_api.schema.batch import ENVIRONMENTS
from mparticle_sandbox.core.profile_fields import shown
from mparticle_sandbox.core.profile_search import profile_with, workspace_scope
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import people
from mparticle_sandbox.seed.timestamps import epoch_ms, random_timestamp
from mparticle_sandbox.web.json_schemas import OBJECT, TEXT, open_record
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.profile_api import profile_route
from mparticle_sandbox.web.responses import ApiError, json_response, read_json
from mparticle_sandbox.web.routing import sandbox_of

# Beyond what a double holds exactly, so that a client that reads numbers as such looks up somebody else.
_SMALLEST_MPID = 2**53 + 1
_LARGEST_MPID = 2**63 - 1
_MOST_DIGITS = len(str(_LARGEST_MPID))
_EVERY_NTH_IS_NEGATIVE = 3
_MOST_MEMBERSHIPS = 4
_MEMBERSHIP_DAYS = (30, 365)
_NOT_FOUND = 404
_IDENTITY = open_record(environment_type={"enum": [*ENVIRONMENTS]}, identity=open_record(type=TEXT, value=TEXT))


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    if catalog["workspaces"].get(FIRST_WORKSPACE_ID) is None:
        return
    audiences = [
        audience
        for audience in catalog["audiences"].list(("account", FIRST_ACCOUNT_ID))
        if any(workspace["id"] == FIRST_WORKSPACE_ID for workspace in audience["workspaces"])
    ]
    for index in range(size.profiles):
        profile = _profile(index, audiences, random)
        catalog["profiles"].put(profile["mpid"], profile, workspace_scope(FIRST_WORKSPACE_ID))


def _profile(index: int, audiences: list[Entity], random: Random) -> Entity:
    mpid = random.randint(_SMALLEST_MPID, _LARGEST_MPID)
    created = random_timestamp(random)
    stored = random_timestamp(random, after=created)
    joined = random.sample(audiences, random.randint(0, min(_MOST_MEMBERSHIPS, len(audiences))))
    return {
        "mpid": -mpid if index % _EVERY_NTH_IS_NEGATIVE == _EVERY_NTH_IS_NEGATIVE - 1 else mpid,
        "created_timestamp_ms": epoch_ms(created),
        "last_stored_timestamp_ms": epoch_ms(stored),
        "is_opted_out": random.random() < 0.1,  # noqa: PLR2004 - one in ten
        "limit_ad_tracking": random.choice((True, False, None)),
        "device_identities": people.device_identities(random),
        "user_identities": people.user_identities(index, random),
        "account_userattributes": None,
        "user_attributes": people.user_attributes(random),
        "audience_memberships": [_membership(audience, stored, random) for audience in joined],
    }


def _membership(audience: Entity, stored: datetime, random: Random) -> dict[str, Any]:
    ends = epoch_ms(stored + timedelta(days=random.randint(*_MEMBERSHIP_DAYS)))
    return {
        "audience_id": audience["id"],
        "audience_name": audience["name"],
        "expiration_timestamp_ms": random.choice((None, ends)),
    }


@describe("Return the profile of an MPID.", {200: OBJECT}, 400)
async def _by_mpid(request: Request, workspace_id: int, asked: list[str]) -> Response:
    text = request.path_params["mpid"]
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise _bad_request("The MPID must be a whole number of 64 bits.")
    sandbox = sandbox_of(request)
    found = sandbox.catalog["profiles"].find(int(text), workspace_scope(workspace_id))
    if found is None:
        raise _unknown_user(sandbox.settings.statuses.unknown_mpid)
    return _response(request, found, asked)


@describe("Return the profile of an identity.", {200: OBJECT}, 400, body=_IDENTITY)
async def _by_identity(request: Request, workspace_id: int, asked: list[str]) -> Response:
    environment, kind, value = _asked_identity(await read_json(request))
    sandbox = sandbox_of(request)
    found = profile_with(sandbox.catalog, workspace_id, environment, {kind: value})
    if found is None:
        raise _unknown_user(sandbox.settings.unknown_identity_status)
    return _response(request, found, asked)


def _asked_identity(content: Any) -> tuple[str, str, str]:
    """Return environment, type and value of the identity to look for."""
    environment = content.get("environment_type") if isinstance(content, dict) else None
    if environment not in ENVIRONMENTS:
        raise _bad_request("environment_type must be production or development.")
    identity = content.get("identity")
    kind, value = (identity.get("type"), identity.get("value")) if isinstance(identity, dict) else (None, None)
    if not isinstance(kind, str) or not isinstance(value, str):
        raise _bad_request("identity must be an object whose type and value are strings.")
    return environment, kind, value


def _response(request: Request, profile: Entity, asked: list[str]) -> Response:
    audiences = sandbox_of(request).catalog["audiences"]
    # An audience can be deleted while the sandbox runs, and takes its memberships with it.
    current = [item for item in profile["audience_memberships"] if audiences.get(item["audience_id"]) is not None]
    return json_response(shown({**profile, "audience_memberships": current}, asked))


def _unknown_user(status: int) -> ApiError:
    code = "NOT_FOUND" if status == _NOT_FOUND else "BAD_REQUEST"
    return ApiError(status, code, "No user of this workspace is known by this MPID or identity.")


def _bad_request(message: str) -> ApiError:
    return ApiError(400, "BAD_REQUEST", message)


PROFILES = Resource(
    name="profiles",
    seed=_seed,
    routes=(
        profile_route("", "/{mpid}", GET=_by_mpid),
        profile_route("/resolve", "", POST=_by_identity),
    ),
)
