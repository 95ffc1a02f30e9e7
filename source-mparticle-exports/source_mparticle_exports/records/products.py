"""The stream `commerce_event_products`: one row per product of a commerce event.

An event has products in its product action, in its impressions, and in the shopping cart that it shows. `product_list`
says which, so that what was sold is not counted together with what was seen.
"""

from collections.abc import Iterator
from typing import Any, Final

from source_mparticle_exports.records import keys, values
from source_mparticle_exports.records.columns import Column, Row, taker
from source_mparticle_exports.records.common import BATCH_COLUMNS, EVENT_COLUMNS, FILE_COLUMNS, batch_columns
from source_mparticle_exports.records.identities import IDENTITY_COLUMNS
from source_mparticle_exports.records.line import Batch

_COMMERCE_COLUMNS: Final = (Column("currency_code"), Column("is_non_interactive", values.boolean))
_ACTION_COLUMNS: Final = (
    Column("action"),
    Column("transaction_id"),
    Column("total_amount", values.number),
    Column("tax_amount", values.number),
    Column("shipping_amount", values.number),
    Column("affiliation"),
    Column("transaction_coupon_code", origin="coupon_code"),
    Column("checkout_step", values.integer),
    Column("checkout_options"),
    Column("product_action_list"),
    Column("product_list_source"),
)
_IMPRESSION_COLUMNS: Final = (Column("product_impression_list"),)
_PRODUCT_COLUMNS: Final = (
    Column("product_id", origin="id"),
    Column("product_name", origin="name"),
    Column("brand"),
    Column("category"),
    Column("variant"),
    Column("coupon_code"),
    Column("position", values.integer),
    Column("price", values.number),
    Column("quantity", values.number),
    Column("total_product_amount", values.number),
    Column("added_to_cart_timestamp", values.timestamp, "added_to_cart_time_ms"),
    Column("product_custom_attributes", values.mapping, "custom_attributes"),
)
_take_event = taker(*EVENT_COLUMNS, *_COMMERCE_COLUMNS)
_take_action = taker(*_ACTION_COLUMNS)
_take_impression = taker(*_IMPRESSION_COLUMNS)
_take_product = taker(*_PRODUCT_COLUMNS)

COLUMNS: Final = (
    Column("product_key"),
    Column("event_key"),
    Column("batch_key"),
    *BATCH_COLUMNS,
    *IDENTITY_COLUMNS,
    *EVENT_COLUMNS,
    *_COMMERCE_COLUMNS,
    Column("product_list"),
    *_ACTION_COLUMNS,
    *_IMPRESSION_COLUMNS,
    *_PRODUCT_COLUMNS,
    *FILE_COLUMNS,
    Column("raw", values.mapping),
)


def rows(batch: Batch) -> Iterator[Row]:
    """Return a row for each product. Its `raw` is the product as mParticle wrote it."""
    products_of_events = [list(_products(data)) for data in batch.data_of_events]
    if not any(products_of_events):
        return
    for (key, _, data), found in zip(batch.keyed_events(), products_of_events, strict=True):
        if not found:
            continue
        shared = {**batch_columns(batch), **_take_event(data)}
        for place, (around, product) in enumerate(found):
            product_key = keys.digest("product", key, place)
            own = _take_product(product)
            yield {"product_key": product_key, "event_key": key, **shared, **around, **own, "raw": product}


def _products(data: dict[str, Any]) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Return each product with the columns of what it stands in."""
    action = values.mapping(data.get("product_action")) or {}
    for product in values.objects(action.get("products")):
        yield {"product_list": "product_action", **_take_action(action)}, product
    for impression in values.objects(data.get("product_impressions")):
        for product in values.objects(impression.get("products")):
            yield {"product_list": "product_impression", **_take_impression(impression)}, product
    cart = values.mapping(data.get("shopping_cart")) or {}
    for product in values.objects(cart.get("products")):
        yield {"product_list": "shopping_cart"}, product
