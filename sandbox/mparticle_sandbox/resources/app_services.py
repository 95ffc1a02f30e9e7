"""The services that are set up on the platforms of apps: `/v1/apps/{id}/platforms/{os}/services`."""

import json
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Collection, Entity
from mparticle_sandbox.resources.apps import platform_of
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import for_account, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "service"
_MOST_SERVICES = 3
_ACCOUNT = "Default Account"
_OTHER_ACCOUNT = "EU Account"


def platform_scope(application_id: int, system: str) -> tuple[str, int]:
    """Return the list that holds the services of a platform."""
    return (f"platform {system.lower()} of app", application_id)


def services_of_app(catalog: Catalog, app: Entity) -> list[str]:
    """Return the names of the services that any platform of the app has, each once."""
    services: Collection = catalog["app_services"]
    scopes = [platform_scope(app["id"], platform["os"]) for platform in app["platforms"]]
    return list(dict.fromkeys(service["name"] for scope in scopes for service in services.list(scope)))


def _seed(catalog: Catalog, _size: Size, random: Random) -> None:
    account = ("account", FIRST_ACCOUNT_ID)
    offered = catalog["services"].list(account)
    for position, app in enumerate(catalog["apps"].list(account)):
        for platform in app["platforms"]:
            fewest = 1 if position == 0 else 0
            chosen = random.sample(offered, min(len(offered), random.randint(fewest, _MOST_SERVICES)))
            scope = platform_scope(app["id"], platform["os"])
            for index, service in enumerate(chosen):
                # On the first app one service of each platform is set up twice: the label tells them apart.
                labels = (_ACCOUNT, _OTHER_ACCOUNT) if position == index == 0 else (_ACCOUNT,)
                for label in labels:
                    key = (scope, service["name"], label)
                    catalog["app_services"].put(key, _set_up(service, label, random), scope)


def _set_up(service: Entity, label: str, random: Random) -> dict[str, Any]:
    return {
        "account": label,
        "name": service["name"],
        "isActive": random.random() < 0.8,  # noqa: PLR2004 - most are in use
        "isVisible": True,
        "settings": [_value(setting, random) for setting in service["settings"]],
        "data_type": _DATA_TYPE,
    }


def _value(setting: Entity, random: Random) -> dict[str, Any]:
    values = {
        "String": f"*********** {random.getrandbits(8):02x}",
        "Bool": random.choice(("True", "False")),
        "Custom": json.dumps([{"map": "tier", "value": "Dimension 1"}]),
    }
    return {"name": setting["name"], "value": values[setting["type"]], "isConfidential": setting["type"] == "String"}


@describe("Return the services that an app has set up for one operating system.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    platform = platform_of(request, account_id)
    scope = platform_scope(platform["application_id"], platform["os"])
    items = sandbox_of(request).catalog["app_services"].text(scope)
    return list_response(request, items, _DATA_TYPE, documented="wrapped")


APP_SERVICES = Resource(
    name="app_services",
    seed=_seed,
    routes=(v1_route("/apps/{app_id}/platforms/{os}/services", _DATA_TYPE, GET=for_account(_list)),),
)
