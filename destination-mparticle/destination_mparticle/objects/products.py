"""Products, promotions and impressions: one definition for lists and for the fields of a single one.

A list comes as a nested value or as JSON text. What a property takes is the same there as in the field of its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from destination_mparticle.conversion import converters
from destination_mparticle.conversion.kinds import Convert, takes
from destination_mparticle.mparticle.model.commerce import Product, ProductImpression, Promotion
from destination_mparticle.objects.derive import derived
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.reasons import Reason, Rejection

_ATTRIBUTE: Final = Field(
    "product.custom_attributes.*", "commerce", ("product", "custom_attributes"), converters.as_text
)
"""mParticle takes nothing but text as a product's attributes."""


def product_fields() -> Iterator[Field]:
    """Yield the fields of a single product."""
    yield from derived(Product, "commerce", "product.", ("product",))
    yield _ATTRIBUTE


def promotion_fields() -> Iterator[Field]:
    """Yield the fields of a single promotion. The reference has all of them as text, where the schema is wider."""
    for field in derived(Promotion, "commerce", "promotion.", ("promotion",)):
        yield replace(field, convert=converters.to_text)


def _by_property(fields: Iterator[Field]) -> dict[str, Convert]:
    return {field.path[-1]: field.convert for field in fields if not field.is_open}


_PRODUCT: Final = _by_property(product_fields())
_PROMOTION: Final = _by_property(promotion_fields())


@takes("a list of products, or JSON text of one", "array", items={"type": "object"})
def to_products(value: Any, field: str) -> list[dict[str, Any]]:
    """Products in mParticle's form. A property that mParticle does not know becomes a custom attribute."""
    return [_product(item, field) for item in _items(value, field)]


def _product(item: dict[str, Any], field: str) -> dict[str, Any]:
    product: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for name, value in item.items():
        convert = _PRODUCT.get(name.lower())
        if value is None:
            continue
        if convert is None:
            extra[name] = _ATTRIBUTE.convert(value, field)
        else:
            product[name.lower()] = convert(value, f"{field}.{name.lower()}")
    if extra:
        own = product.get("custom_attributes", {})
        if extra.keys() & own.keys():
            raise Rejection(
                Reason.BAD_VALUE, field, "A product has a property and a custom attribute with the same name."
            )
        product["custom_attributes"] = extra | own
    return product


@takes("a list of promotions, or JSON text of one", "array", items={"type": "object"})
def to_promotions(value: Any, field: str) -> list[dict[str, Any]]:
    """Promotions in mParticle's form. mParticle takes no other properties than its own four."""
    return [_converted(_PROMOTION, item, field) for item in _items(value, field)]


@takes("a list of impressions, or JSON text of one", "array", items={"type": "object"})
def to_impressions(value: Any, field: str) -> list[dict[str, Any]]:
    """Impressions in mParticle's form: the name of a list and the products seen in it."""
    return [_converted(_IMPRESSION, item, field) for item in _items(value, field)]


_IMPRESSION: Final[dict[str, Convert]] = {
    **_by_property(
        derived(ProductImpression, "commerce", without={"products": "a list of products has a converter of its own"})
    ),
    "products": to_products,
}


def _converted(known: Mapping[str, Convert], item: dict[str, Any], field: str) -> dict[str, Any]:
    lowered = {name.lower(): value for name, value in item.items() if value is not None}
    if not lowered.keys() <= known.keys():
        raise Rejection(Reason.BAD_VALUE, field, f"Only {', '.join(known)} are allowed here.")
    return {name: known[name](value, f"{field}.{name}") for name, value in lowered.items()}


def _items(value: Any, field: str) -> list[dict[str, Any]]:
    found = converters.from_json(value, field)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Rejection(Reason.BAD_VALUE, field, "A list of objects is expected.")
    return found
