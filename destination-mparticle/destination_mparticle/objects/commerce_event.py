"""The `commerce_event` object: a product action, a promotion action, or impressions."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from destination_mparticle.conversion import converters
from destination_mparticle.mparticle.model.commerce import (
    CommerceEventData,
    ProductAction,
    ProductActionType,
    PromotionActionType,
)
from destination_mparticle.objects.apis import EVENTS_API
from destination_mparticle.objects.batch_builder import BatchBuilder
from destination_mparticle.objects.definition import DestinationObject, MappedRecord
from destination_mparticle.objects.derive import choice_of, derived, words_of
from destination_mparticle.objects.event_fields import CUSTOM_ATTRIBUTE, event_fields
from destination_mparticle.objects.fields import Field, fields_by_name
from destination_mparticle.objects.operations import APPEND
from destination_mparticle.objects.products import (
    product_fields,
    promotion_fields,
    to_impressions,
    to_products,
    to_promotions,
)
from destination_mparticle.objects.user_fields import user_errors, user_fields
from destination_mparticle.validation.reasons import Reason, Rejection

_PROMOTION_ACTIONS: Final = words_of(PromotionActionType)
_ACTIONS: Final = words_of(ProductActionType) | _PROMOTION_ACTIONS
_STARTS: Final = ("action", "promotion_action", "product_impressions", "product_impression_list")
"""The fields of which a commerce event needs one."""

_WITHOUT: Final = {
    "product_action": "it is put together from the fields below",
    "promotion_action": "it is put together from the fields below",
    "product_impressions": "it is put together from the fields below",
    "shopping_cart": "its products are a list, which is the field below",
    "event_name": "mParticle derives it from the action",
    "custom_event_type": "mParticle derives it from the action",
}


def _commerce_fields() -> Iterator[Field]:
    """Yield what is put together into one of the three variants of a commerce event."""
    without = {"action": "it may also be that of a promotion", "products": "a list has a converter of its own"}
    yield from derived(ProductAction, "commerce", "", ("action",), without=without)
    yield Field("action", "commerce", ("word",), choice_of(_ACTIONS))
    yield Field("promotion_action", "commerce", ("promotion_word",), choice_of(_PROMOTION_ACTIONS))
    yield Field("products", "commerce", ("products",), to_products)
    yield from product_fields()
    yield Field("promotions", "commerce", ("promotions",), to_promotions)
    yield from promotion_fields()
    yield Field("product_impressions", "commerce", ("impressions",), to_impressions)
    yield Field("product_impression_list", "commerce", ("impression_list",), converters.to_text)
    yield Field("shopping_cart.products", "data", ("shopping_cart", "products"), to_products)


def _errors(mapped: Collection[Field]) -> Iterator[str]:
    yield from user_errors(mapped)
    if not any(field.name in _STARTS for field in mapped):
        yield "map `action`, `promotion_action` or `product_impressions`."


def _build(record: MappedRecord) -> dict[str, Any]:
    builder = BatchBuilder.of(record, CUSTOM_ATTRIBUTE)
    return builder.event("commerce_event", builder.data | _variant(builder.commerce))


def _variant(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one of `product_action`, `promotion_action` and `product_impressions` that the fields make up.

    `found` holds `word` (the mapped action), `promotion_word`, `action` (the details of a product action), `products`,
    `product`, `promotions`, `promotion`, `impressions` and `impression_list`, each where it was mapped and not null.
    Promotions or impressions decide the variant; without them it is a product action.
    """
    promotions = _list(found, "promotions", "promotion")
    if promotions is not None or "promotion_word" in found:
        _refuse(found, "impressions", "impression_list", "products", "product", "action")
        action = found.get("promotion_word", found.get("word"))
        return {"promotion_action": _without_none({"action": _required(action), "promotions": promotions})}
    products = _list(found, "products", "product")
    if "impressions" in found or "impression_list" in found:
        _refuse(found, "word", "action")
        return {"product_impressions": _impressions(found, products)}
    details = {"action": _required(found.get("word")), **found.get("action", {}), "products": products}
    return {"product_action": _without_none(details)}


def _list(found: Mapping[str, Any], many: str, one: str) -> list[Any] | None:
    if many in found:
        if one in found:
            raise Rejection(Reason.COMMERCE_VARIANT, many, f"Both a list and a single {one} are set; map one of them.")
        items: list[Any] = found[many]
        return items
    return [found[one]] if one in found else None


def _impressions(found: Mapping[str, Any], products: list[Any] | None) -> list[Any]:
    if "impressions" in found:
        impressions: list[Any] = found["impressions"]
        return impressions
    return [{"product_impression_list": found["impression_list"], "products": products or []}]


def _required(action: str | None) -> str:
    if action is None:
        raise Rejection(Reason.MISSING_FIELD, "action", "A commerce event needs an action.")
    return action


def _refuse(found: Mapping[str, Any], *names: str) -> None:
    if any(name in found for name in names):
        raise Rejection(
            Reason.COMMERCE_VARIANT,
            "",
            "A commerce event is about products, promotions or impressions; this record mixes them.",
        )


def _without_none(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value is not None}


COMMERCE_EVENT: Final = DestinationObject[dict[str, Any]](
    name="commerce_event",
    becomes="a product action, a promotion action or impressions",
    needs=f"an identity, and {', '.join(f'`{name}`' for name in _STARTS[:-1])} or `{_STARTS[-1]}`",
    api=EVENTS_API,
    operations={APPEND: ()},
    fields=fields_by_name(user_fields(), event_fields(CommerceEventData, _WITHOUT), _commerce_fields()),
    unmapped_field=CUSTOM_ATTRIBUTE,
    errors=_errors,
    build=_build,
)
