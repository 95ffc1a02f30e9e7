"""The registry of objects: everything about an object stands in its own module, and nothing is left out in silence."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import Struct

import destination_mparticle
from destination_mparticle import objects
from destination_mparticle.conversion import converters
from destination_mparticle.conversion.kinds import kind_of
from destination_mparticle.discover import destination_catalog
from destination_mparticle.mparticle.model.commerce import Product, Promotion
from destination_mparticle.mparticle.model.common import GeoLocation, Scalar
from destination_mparticle.objects import OBJECTS, derive
from destination_mparticle.objects.apis import Api
from destination_mparticle.objects.definition import DestinationObject
from destination_mparticle.objects.fields import Field, fields_by_name
from destination_mparticle.objects.products import product_fields, promotion_fields
from destination_mparticle.objects.user import USER
from destination_mparticle.options import specification
from destination_mparticle.transports import TRANSPORTS
from destination_mparticle.validation.reasons import Reason, Rejection
from unit_tests.mappings import EVENTS_API, checked, compiled, configured, mapping, planned

PACKAGE = Path(destination_mparticle.__file__).parent
# mParticle has types of events with the same names: in its model, and in the rules for ready batches.
SPEAKS_OF_EVENT_TYPES = {"mparticle/model/commerce.py", "mparticle/model/events.py", "validation/rules.py"}


def modules_that_name_an_object() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.Constant) and node.value in OBJECTS for node in ast.walk(tree)):
            yield path.relative_to(PACKAGE).as_posix()


def test_only_an_objects_own_module_knows_its_name() -> None:
    found = set(modules_that_name_an_object()) - SPEAKS_OF_EVENT_TYPES
    assert found == {f"objects/{name}.py" for name in OBJECTS}


def declared_objects() -> Iterator[DestinationObject[Any]]:
    for module in pkgutil.iter_modules(objects.__path__, f"{objects.__name__}."):
        values = vars(importlib.import_module(module.name)).values()
        yield from (value for value in values if isinstance(value, DestinationObject))


def test_every_object_that_a_module_declares_has_its_line_in_the_registry() -> None:
    listed = {id(definition) for definition in OBJECTS.values()}
    forgotten = {definition.name for definition in declared_objects() if id(definition) not in listed}
    assert forgotten == set(), "add the object to _ALL in objects/__init__.py"


def test_discover_offers_every_operation_of_every_object() -> None:
    offered = [
        (operation["object_name"], operation["sync_mode"])
        for operation in destination_catalog()["destination_catalog"]["operations"]
    ]
    assert offered == [(definition.name, name) for definition in OBJECTS.values() for name in definition.operations]


def test_every_object_is_written_through_an_api_that_the_connector_can_reach() -> None:
    assert {definition.api for definition in OBJECTS.values()} == {transport.api for transport in TRANSPORTS}


@pytest.mark.parametrize("definition", OBJECTS.values(), ids=OBJECTS)
def test_the_api_of_an_object_needs_options_that_exist(definition: DestinationObject[Any]) -> None:
    assert definition.api.options
    assert set(definition.api.options) <= specification()["connectionSpecification"]["properties"].keys()


REQUEST = DestinationObject[str](
    name="request",
    becomes="a request",
    api=Api("Request API", ("events_url",)),
    operations={"append": ("subject",)},
    fields=fields_by_name([Field("subject", "object", ("subject",), converters.to_identity, identity=True)]),
    build=lambda record: str(next(read(record.data) for _, read in record.recipe.sources)),
    takes_only_required=True,
)


def test_an_object_of_another_api_needs_its_module_and_its_line_in_the_registry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(OBJECTS, "request", REQUEST)

    assert checked(mapping("s", "request", ("subject", "{who}"))) == [
        "Stream s: fill in Events API Address (`events_url`); request is sent through the Request API."
    ]
    access = {**EVENTS_API, "events_url": "https://example.com"}
    assert checked(mapping("s", "request"), access=access) == ["Stream s: map `subject`, which request needs."]
    (plan,) = compiled([], configured("s", object_name="request"), access=access).plans.values()
    assert plan.map({"Subject": "ann"}) == "ann"
    (offered,) = destination_catalog()["destination_catalog"]["operations"][-1:]
    assert offered["json_schema"]["properties"] == {"subject": {"type": "string"}}


class Inner(Struct):
    depth: int | None = None


class Unknown(Struct):
    known: Scalar = None
    colours: set[str] | None = None


class Lists(Struct):
    inner: list[Inner] | None = None


class Nested(Struct):
    place: GeoLocation | None = None
    word: Literal["one", "two"] | None = None
    depth: Inner | None = None


@pytest.mark.parametrize("model", [Unknown, Lists, Nested])
def test_a_property_of_an_unknown_type_is_an_error_wherever_it_stands(model: type[Struct]) -> None:
    with pytest.raises(TypeError, match=r"No value of a record can be turned into (colours|inner|depth)"):
        list(derive.derived(model, "data"))


def test_a_property_that_is_left_out_for_a_reason_is_no_error_and_a_model_within_a_model_has_dotted_names() -> None:
    fields = list(derive.derived(Nested, "data", "x.", ("x",), without={"depth": "it is of no use"}))
    assert [field.name for field in fields[:2]] == ["x.place.latitude", "x.place.longitude"]
    assert (fields[-1].name, fields[-1].path) == ("x.word", ("x", "word"))


def test_what_is_left_out_must_exist() -> None:
    with pytest.raises(TypeError, match="Unknown has no shapes to leave out"):
        list(derive.derived(Unknown, "data", without={"colours": "a reason", "shapes": "a reason"}))


def test_a_converter_must_declare_what_it_takes() -> None:
    def undeclared(value: Any, _field: str) -> Any:
        return value

    with pytest.raises(TypeError, match="does not declare what it takes"):
        Field("x", "batch", ("x",), undeclared)


def test_two_fields_cannot_have_one_name_and_a_required_field_must_exist() -> None:
    field = Field("x", "batch", ("x",), converters.to_text)
    with pytest.raises(ValueError, match="two fields x"):
        fields_by_name([field], [field])
    with pytest.raises(ValueError, match="user has no field nothing, which append requires"):
        replace(USER, operations={"append": ("nothing",)})


@pytest.mark.parametrize(
    ("model", "fields"), [(Product, product_fields), (Promotion, promotion_fields)], ids=["product", "promotion"]
)
def test_every_property_of_a_product_and_a_promotion_is_a_field(
    model: type[Struct], fields: Callable[[], Iterator[Field]]
) -> None:
    names = [field.path[-1] for field in fields() if not field.is_open]
    assert names == list(model.__struct_fields__)


VALUES: list[Any] = ["top", "7", 7, 1.5, True, "2024-05-01", {"a": 1}, ["x"], {"a": {"b": 1}}, "", "[]"]
SINGLE = [("products", "product", name) for name in (*Product.__struct_fields__, "custom_attributes.size")]
SINGLE += [("promotions", "promotion", name) for name in Promotion.__struct_fields__]


def sent_or_rejected(templates: dict[str, str], value: Any) -> Any:
    """The one product or promotion that is sent, or the reason why none is."""
    try:
        batch = planned("commerce_event", {"customer_id": "c", **templates}).map({"value": value})
    except Rejection as rejection:
        return rejection.reason, rejection.message
    data = batch["events"][0]["data"]
    action = data.get("product_action") or data["promotion_action"]
    return action.get("products") or action["promotions"]


@pytest.mark.parametrize("value", VALUES, ids=str)
@pytest.mark.parametrize(("many", "one", "name"), SINGLE)
def test_a_value_is_the_same_in_a_list_and_in_a_column_of_its_own(many: str, one: str, name: str, value: Any) -> None:
    action = {"action": "view" if one == "promotion" else "purchase"}
    head, _, last = name.partition(".")
    item = {head: {last: value}} if last else {head: value}

    flat = sent_or_rejected({**action, f"{one}.{name}": "{value}"}, value)

    assert sent_or_rejected({**action, many: "{value}"}, [item]) == flat


def test_a_promotions_properties_are_text_as_the_reference_has_them() -> None:
    assert sent_or_rejected({"action": "view", "promotion.position": "{value}"}, 3) == [{"position": "3"}]
    assert sent_or_rejected({"action": "view", "promotion.creative": "{value}"}, {"a": 1}) == (
        Reason.BAD_VALUE,
        "Text is expected, not a nested value.",
    )


def test_a_nested_attribute_of_a_product_becomes_json_text() -> None:
    columns = {"action": "purchase", "product.custom_attributes.size": "{value}"}
    assert sent_or_rejected(columns, {"b": [1], "a": 2}) == [{"custom_attributes": {"size": '{"a":2,"b":[1]}'}}]


@pytest.mark.parametrize("definition", OBJECTS.values(), ids=OBJECTS)
def test_every_field_says_what_it_takes(definition: DestinationObject[Any]) -> None:
    assert all(kind_of(field.convert).words for field in definition.fields.values())


@pytest.mark.parametrize("definition", OBJECTS.values(), ids=OBJECTS)
def test_columns_beside_the_named_ones_are_allowed_since_names_of_attributes_are_the_users(
    definition: DestinationObject[Any],
) -> None:
    assert all(definition.json_schema(operation)["additionalProperties"] is True for operation in definition.operations)
