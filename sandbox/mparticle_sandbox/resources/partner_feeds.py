"""Partner feeds and their subscriptions: `/v1/workspace/{id}/partnerfeeds`, `/v1/partnerfeeds/{id}`."""

from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company, integrations
from mparticle_sandbox.seed.timestamps import from_naive, naive, random_timestamp, seven_digits
from mparticle_sandbox.web.json_schemas import envelope_schema, list_schema
from mparticle_sandbox.web.lists import FEED_TYPE_KEY, LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import entity_id, envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_IN_LIST = "partner_feed"
_DATA_TYPE = "Partner Feed"
_SUBSCRIPTION = "Partner Feed Subscription"
_FIRST_ID = 3141
_FIRST_SUBSCRIPTION_ID = 31552


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    account = ("account", FIRST_ACCOUNT_ID)
    number = 0
    for workspace in catalog["workspaces"].list(account):
        configurations = catalog["service_configurations"].list(("workspace", int(workspace["id"])))
        for index in range(size.partner_feeds):
            feed_id = _FIRST_ID + number
            module = integrations.FEED_MODULES[number % len(integrations.FEED_MODULES)]
            name = f"{company.slug(module)} {'prod' if index % 2 == 0 else 'test'}"
            listed = {
                # mParticle documents this id as text here, and as a number in the detail.
                "id": str(feed_id),
                "name": name,
                "data_type": _IN_LIST,
                "created_on": naive(random_timestamp(random, after=from_naive(workspace["created_on"]))),
            }
            catalog["partner_feeds"].put(feed_id, listed, ("workspace", int(workspace["id"])))
            catalog["partner_feed_details"].put(feed_id, _detail(feed_id, module, name, random), account)
            if configurations:
                subscription = _subscription(number, listed, random.choice(configurations), random)
                catalog["feed_subscriptions"].put(subscription["id"], subscription, ("feed", feed_id))
            number += 1


def _detail(feed_id: int, module: str, name: str, random: Random) -> dict[str, Any]:
    return {
        "module_name": module,
        "name": name,
        "os": random.choice(("Unknown", "iOS", "Android")),
        "is_debug": name.endswith("test"),
        "settings": [
            {"value": None, "name": "apiKey"},
            {"value": random.choice(("True", "False")), "name": "doubleOptIn"},
        ],
        "data_type": _DATA_TYPE,
        "id": feed_id,
    }


def _subscription(number: int, feed: Entity, configuration: Entity, random: Random) -> dict[str, Any]:
    both_exist = max(from_naive(feed["created_on"]), from_naive(configuration["created_on"]))
    return {
        "settings": [{"value": "True", "name": "useCustomerId"}],
        "is_active": random.random() < 0.7,  # noqa: PLR2004 - most are in use
        "service_configuration_id": configuration["id"],
        "config_name": configuration["name"],
        "data_type": _SUBSCRIPTION,
        "id": _FIRST_SUBSCRIPTION_ID + number,
        "created_on": seven_digits(random_timestamp(random, after=both_exist), random),
    }


@describe("Return the partner feeds of a workspace.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    text = request.path_params["workspace_id"]
    catalog = sandbox_of(request).catalog
    workspace_id = entity_id(text)
    if catalog["workspaces"].find(workspace_id, ("account", account_id)) is None:
        raise not_found("workspace", text)
    items = catalog["partner_feeds"].text(("workspace", workspace_id))
    return list_response(request, items, _IN_LIST, documented="wrapped")


@describe("Return one partner feed.", {200: envelope_schema(FEED_TYPE_KEY)})
async def _detail_of(request: Request, account_id: int) -> Response:
    return envelope([_feed(request, account_id)], _DATA_TYPE, type_key=FEED_TYPE_KEY)


@describe("Return the subscriptions to a partner feed.", {200: list_schema(FEED_TYPE_KEY)})
async def _subscriptions(request: Request, account_id: int) -> Response:
    items = sandbox_of(request).catalog["feed_subscriptions"].text(("feed", _feed(request, account_id)["id"]))
    return list_response(request, items, _SUBSCRIPTION, documented="wrapped", type_key=FEED_TYPE_KEY)


def _feed(request: Request, account_id: int) -> Entity:
    text = request.path_params["feed_id"]
    feed = sandbox_of(request).catalog["partner_feed_details"].find(entity_id(text), ("account", account_id))
    if feed is None:
        raise not_found("partner feed", text)
    return feed


PARTNER_FEEDS = Resource(
    name="partner_feeds",
    seed=_seed,
    routes=(
        v1_route("/workspace/{workspace_id}/partnerfeeds", _IN_LIST, GET=for_account(_list)),
        v1_route("/partnerfeeds/{feed_id}", _DATA_TYPE, type_key=FEED_TYPE_KEY, GET=for_account(_detail_of)),
        v1_route(
            "/partnerfeeds/{feed_id}/subscriptions",
            _SUBSCRIPTION,
            type_key=FEED_TYPE_KEY,
            GET=for_account(_subscriptions),
        ),
    ),
)
