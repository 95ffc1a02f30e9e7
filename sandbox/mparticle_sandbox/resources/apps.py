"""Apps: `/v1/apps`, with their platforms nested and below `/v1/apps/{id}/platforms`."""

from datetime import datetime
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company, integrations
from mparticle_sandbox.seed.timestamps import naive, random_timestamp
from mparticle_sandbox.web.lists import LIST, list_response, list_text
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import ENVELOPE, entity_id, envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "application"
_PLATFORM_TYPE = "platform"
_FIRST_ID = 881
_APPS = {"Shop": ("iOS", "Android", "MobileWeb"), "Trips": ("iOS", "Android"), "In-Store Screens": ("SmartTV",)}
_SWITCHES = ("AppDefined", "ForceTrue", "ForceFalse", None)
_MORE_APPS = ("Wallet", "Partner Portal", "Kiosk", "Rail", "Hotels", "Gift Cards", "Staff")
_MOST_PLATFORMS = 3


def app_of(request: Request, account_id: int) -> Entity:
    """Return the app that the path names; refuse one that the account does not have."""
    text = request.path_params["app_id"]
    app = sandbox_of(request).catalog["apps"].find(entity_id(text), ("account", account_id))
    if app is None:
        raise not_found("app", text)
    return app


def platform_of(request: Request, account_id: int) -> Entity:
    """Return the platform that the path names, in the case that is set; refuse one that the app does not have."""
    slug = request.path_params["os"]
    wanted = slug.lower() if sandbox_of(request).settings.os_in_path == "any" else slug
    for platform in app_of(request, account_id)["platforms"]:
        if platform["os"].lower() == wanted:
            return dict(platform)
    raise not_found("platform", slug)


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    known = list(_APPS.items())
    for index in range(size.apps):
        name, systems = known[index] if index < len(known) else _another(index - len(known), random)
        created = random_timestamp(random)
        app_id = _FIRST_ID + index
        platforms = [_platform(app_id, system, random_timestamp(random, after=created), random) for system in systems]
        app = {
            "name": name,
            "platforms": platforms,
            "last_modified_on": naive(random_timestamp(random, after=created)),
            "data_type": _DATA_TYPE,
            "id": app_id,
            "created_on": naive(created),
        }
        catalog["apps"].put(app_id, app, ("account", FIRST_ACCOUNT_ID))


def _another(index: int, random: Random) -> tuple[str, tuple[str, ...]]:
    systems = random.sample(integrations.PLATFORMS, random.randint(1, _MOST_PLATFORMS))
    return company.cycled(_MORE_APPS, index), tuple(systems)


def _platform(app_id: int, system: str, created: datetime, random: Random) -> dict[str, Any]:
    return {
        "application_id": app_id,
        "os": system,
        # The secret is shown when a platform is created and never again.
        "access_keys": [{"key": f"us1-{random.getrandbits(128):032x}", "secret": None, "data_type": "token"}],
        "crash_handling": random.choice(("AppDefined", "ForceCatch", "ForceIgnore", None)),
        "network_performance": random.choice(_SWITCHES),
        "social_mode": random.choice(("AppDefined", None)),
        "profile_merging": random.random() < 0.5,  # noqa: PLR2004 - a coin
        "push_attribution_timer": random.choice((30, 60)),
        "last_modified_on": naive(random_timestamp(random, after=created)),
        "data_type": _PLATFORM_TYPE,
        "created_on": naive(created),
    }


@describe("Return the apps of the account.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    items = sandbox_of(request).catalog["apps"].text(("account", account_id))
    return list_response(request, items, _DATA_TYPE, documented="wrapped")


@describe("Return one app.", {200: ENVELOPE})
async def _one(request: Request, account_id: int) -> Response:
    return envelope([app_of(request, account_id)], _DATA_TYPE)


@describe("Return the platforms of an app.", {200: LIST})
async def _platforms(request: Request, account_id: int) -> Response:
    platforms = list_text(app_of(request, account_id)["platforms"])
    return list_response(request, platforms, _PLATFORM_TYPE, documented="wrapped")


@describe("Return the platform of an app for one operating system.", {200: ENVELOPE})
async def _one_platform(request: Request, account_id: int) -> Response:
    return envelope([platform_of(request, account_id)], _PLATFORM_TYPE)


APPS = Resource(
    name="apps",
    seed=_seed,
    routes=(
        v1_route("/apps", _DATA_TYPE, GET=for_account(_list)),
        v1_route("/apps/{app_id}", _DATA_TYPE, GET=for_account(_one)),
        v1_route("/apps/{app_id}/platforms", _PLATFORM_TYPE, GET=for_account(_platforms)),
        v1_route("/apps/{app_id}/platforms/{os}", _PLATFORM_TYPE, GET=for_account(_one_platform)),
    ),
)
