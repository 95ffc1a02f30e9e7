"""Data points of an app, and which of them its services receive."""

from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalogue import FIRST_ACCOUNT_ID, Catalogue, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.resources.app_services import services_of_app
from mparticle_sandbox.resources.apps import app_of
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import catalog_names, names
from mparticle_sandbox.seed.moments import moment, naive
from mparticle_sandbox.web.lists import list_answer, list_text
from mparticle_sandbox.web.platform_v1 import envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "datapoint"


def _seed(catalogue: Catalogue, size: Size, random: Random) -> None:
    for app in catalogue["apps"].list(("account", FIRST_ACCOUNT_ID)):
        for index in range(size.data_points):
            point = _point(index) | {"data_type": _DATA_TYPE, "created_on": naive(moment(random))}
            catalogue["data_points"].put((app["id"], index), point, ("app", app["id"]))


def _point(index: int) -> dict[str, Any]:
    """Return the data point at an index: kinds take turns, names are numbered once they are used up."""
    turn, kind = divmod(index, 5)
    name, event_type = catalog_names.EVENTS[turn % len(catalog_names.EVENTS)]
    event = f"{name} {turn // len(catalog_names.EVENTS) + 1}" if turn >= len(catalog_names.EVENTS) else name
    attribute = names.cycled(catalog_names.EVENT_ATTRIBUTES, turn)
    user_attribute = names.cycled(catalog_names.USER_ATTRIBUTES, turn)
    screen = names.cycled(catalog_names.SCREENS, turn)
    return (
        {"name": event, "attribute_name": None, "type": "Event", "event_type": event_type},
        {"name": event, "attribute_name": attribute, "type": "EventAttribute", "event_type": event_type},
        {"name": user_attribute, "attribute_name": None, "type": "UserAttribute", "event_type": None},
        {"name": screen, "attribute_name": None, "type": "ScreenView", "event_type": None},
        {"name": event, "attribute_name": None, "type": "Commerce", "event_type": "product_purchase"},
    )[kind]


async def _list(request: Request, account_id: int) -> Response:
    app = app_of(request, account_id)
    items = sandbox_of(request).catalogue["data_points"].text(("app", app["id"]))
    return list_answer(request, items, _DATA_TYPE, documented="wrapped")


async def _filters(request: Request, account_id: int) -> Response:
    app, module = _app_and_module(request, account_id)
    points = sandbox_of(request).catalogue["data_points"].list(("app", app["id"]))
    # Every third one is held back from the service, another third for each service.
    shift = sum(module.encode())
    filters = [{**point, "enabled": (index + shift) % 3 != 0} for index, point in enumerate(points)]
    return list_answer(request, list_text(filters), _DATA_TYPE, documented="wrapped")


async def _default(request: Request, account_id: int) -> Response:
    _, module = _app_and_module(request, account_id)
    return envelope([{"name": module, "sendNewDataPointsByDefault": True}], _DATA_TYPE)


def _app_and_module(request: Request, account_id: int) -> tuple[Entity, str]:
    app = app_of(request, account_id)
    wanted = request.path_params["module"]
    for name in services_of_app(sandbox_of(request).catalogue, app):
        if name.lower() == wanted.lower():
            return app, name
    raise not_found("service", wanted)


DATA_POINTS = Resource(
    name="data_points",
    seed=_seed,
    routes=(
        v1_route("/apps/{app_id}/datapoints", _DATA_TYPE, GET=for_account(_list)),
        v1_route("/apps/{app_id}/{module}/datapoints", _DATA_TYPE, GET=for_account(_filters)),
        v1_route("/apps/{app_id}/{module}", _DATA_TYPE, GET=for_account(_default)),
    ),
)
