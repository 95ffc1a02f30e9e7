"""Put a record's commerce fields together into one of mParticle's three variants of a commerce event."""

from collections.abc import Mapping
from typing import Any

from destination_mparticle.validation.reasons import Reason, Rejection


def variant(found: Mapping[str, Any]) -> dict[str, Any]:
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
