"""Data points of an app, and which of them its services receive."""

from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.resources.app_services import services_of_app
from mparticle_sandbox.resources.apps import app_of
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company, integrations
from mparticle_sandbox.seed.timestamps import from_naive, naive, random_timestamp
from mparticle_sandbox.web.lists import LIST, list_response, list_text
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import ENVELOPE, envelope, for_account, is_same_service, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "datapoint"
_FILTERED_IDENTITIES = ("CustomerId", "Email")


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    for app in catalog["apps"].list(("account", FIRST_ACCOUNT_ID)):
        app_created = from_naive(app["created_on"])
        for index in range(size.data_points):
            created = naive(random_timestamp(random, after=app_created))
            point = {**_point(index), "data_type": _DATA_TYPE, "created_on": created}
            catalog["data_points"].put((app["id"], index), point, ("app", app["id"]))


def _point(index: int) -> dict[str, Any]:
    """Return the data point at an index: types take turns, names are numbered once they are used up."""
    turn, kind = divmod(index, 8)
    event, event_type = _event(integrations.EVENTS, turn)
    order, action = _event(integrations.COMMERCE_EVENTS, turn)
    attribute = company.cycled(integrations.EVENT_ATTRIBUTES, turn)
    screen = company.cycled(integrations.SCREENS, turn)
    return (
        _shape("Event", event, event_type=event_type),
        _shape("EventAttribute", event, attribute, event_type),
        _shape("UserAttribute", company.cycled(integrations.USER_ATTRIBUTES, turn)),
        _shape("ScreenView", screen),
        _shape("ScreenViewAttribute", screen, attribute),
        _shape("Commerce", order, event_type=action),
        _shape("CommerceAttribute", order, company.cycled(integrations.COMMERCE_ATTRIBUTES, turn), action),
        _shape("Identity", company.cycled(integrations.IDENTITIES, turn)),
    )[kind]


def _event(events: tuple[tuple[str, str], ...], turn: int) -> tuple[str, str]:
    return company.cycled(tuple(name for name, _ in events), turn), events[turn % len(events)][1]


def _shape(kind: str, name: str, attribute: str | None = None, event_type: str | None = None) -> dict[str, Any]:
    return {"name": name, "attribute_name": attribute, "type": kind, "event_type": event_type}


@describe("Return the data points of an app.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    app = app_of(request, account_id)
    items = sandbox_of(request).catalog["data_points"].text(("app", app["id"]))
    return list_response(request, items, _DATA_TYPE, documented="wrapped")


@describe("Return which data points of an app a service receives.", {200: LIST})
async def _filters(request: Request, account_id: int) -> Response:
    app, module = _app_and_module(request, account_id)
    identities = [
        {**_shape("UserIdentity", name), "data_type": _DATA_TYPE, "created_on": app["created_on"]}
        for name in _FILTERED_IDENTITIES
    ]
    points = [*sandbox_of(request).catalog["data_points"].list(("app", app["id"])), *identities]
    # Every third one is held back from the service, another third for each service.
    filters = [{**point, "enabled": (index + _mark(module)) % 3 != 0} for index, point in enumerate(points)]
    return list_response(request, list_text(filters), _DATA_TYPE, documented="wrapped")


@describe("Return whether a service receives new data points of an app.", {200: ENVELOPE})
async def _default(request: Request, account_id: int) -> Response:
    _, module = _app_and_module(request, account_id)
    return envelope([{"name": module, "sendNewDataPointsByDefault": _mark(module) % 2 == 0}], _DATA_TYPE)


def _mark(module: str) -> int:
    """Return a number by which services differ."""
    return sum(module.encode())


def _app_and_module(request: Request, account_id: int) -> tuple[Entity, str]:
    app = app_of(request, account_id)
    wanted = request.path_params["module"]
    for name in services_of_app(sandbox_of(request).catalog, app):
        if is_same_service(request, name, wanted):
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
