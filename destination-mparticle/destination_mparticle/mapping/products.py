"""Lists of products, promotions and impressions, as nested values or JSON text."""

from typing import Any, Final

from destination_mparticle.mapping import values
from destination_mparticle.mapping.values import Convert
from destination_mparticle.validation.reasons import Reason, Rejection

to_texts: Final = values.mapping_of(values.as_text)
"""An object whose values become text: mParticle takes nothing else as a product's attributes."""

_PRODUCT: Final[dict[str, Convert]] = {
    "id": values.to_text,
    "name": values.to_text,
    "brand": values.to_attribute,
    "category": values.to_attribute,
    "variant": values.to_attribute,
    "coupon_code": values.to_attribute,
    "position": values.to_integer,
    "price": values.to_number,
    "quantity": values.to_number,
    "total_product_amount": values.to_number,
    "added_to_cart_time_ms": values.to_timestamp,
    "custom_attributes": to_texts,
}
_PROMOTION: Final[dict[str, Convert]] = {
    "id": values.to_text,
    "name": values.to_text,
    "creative": values.to_text,
    "position": values.to_text,
}


def to_products(value: Any, field: str) -> list[dict[str, Any]]:
    """Products in mParticle's form. A property that mParticle does not know becomes a custom attribute as text."""
    return [_product(item, field) for item in _items(value, field)]


def _product(item: dict[str, Any], field: str) -> dict[str, Any]:
    product: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for name, value in item.items():
        convert = _PRODUCT.get(name.lower())
        if value is None:
            continue
        if convert is None:
            extra[name] = values.as_text(value, field)
        else:
            product[name.lower()] = convert(value, f"{field}.{name.lower()}")
    if extra:
        own = product.get("custom_attributes", {})
        if extra.keys() & own.keys():
            raise Rejection(Reason.BAD_VALUE, field, "A product has a property and a custom attribute of one name.")
        product["custom_attributes"] = extra | own
    return product


def to_promotions(value: Any, field: str) -> list[dict[str, Any]]:
    """Promotions in mParticle's form. mParticle takes no other properties than its own four."""
    return [_only(_PROMOTION, item, field) for item in _items(value, field)]


def to_impressions(value: Any, field: str) -> list[dict[str, Any]]:
    """Impressions in mParticle's form: the name of a list and the products seen in it."""
    return [_only(_IMPRESSION, item, field) for item in _items(value, field)]


_IMPRESSION: Final[dict[str, Convert]] = {"product_impression_list": values.to_text, "products": to_products}


def _only(known: dict[str, Convert], item: dict[str, Any], field: str) -> dict[str, Any]:
    lowered = {name.lower(): value for name, value in item.items() if value is not None}
    if not lowered.keys() <= known.keys():
        raise Rejection(Reason.BAD_VALUE, field, f"Only {', '.join(known)} are known here.")
    return {name: known[name](value, f"{field}.{name}") for name, value in lowered.items()}


def _items(value: Any, field: str) -> list[dict[str, Any]]:
    found = values.from_json(value, field)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Rejection(Reason.BAD_VALUE, field, "A list of objects is expected.")
    return found
