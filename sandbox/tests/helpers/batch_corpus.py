"""Helper: a repeatable corpus of batches, half of them valid by construction and half with one thing changed."""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from mparticle_sandbox.published_schema import UUID, VARIANTS

from tests.helpers.schema_examples import Change, Place

Schema = dict[str, Any]

_TEXTS = ("text", "0", "Grüße", "日本語", "a" * 256, 'with "quotes" and \\', "\u0000", "<b>&amp;</b>", "true", "😀")
_BY_TYPE: dict[str, tuple[Any, ...]] = {
    "integer": (0, 7, -1, 1_700_000_000_000, 2**53 + 1, 2**63 - 1, -(2**63)),
    "number": (0, 1.5, -2.25, 1e-9, 2**53 + 1, 1e300),
    "boolean": (True, False),
    "string": _TEXTS,
    "null": (None,),
}
_BY_FORMAT = {"ipv4": ("203.0.113.9", "0.0.0.0"), "ipv6": ("2001:db8::1", "::", "::ffff:203.0.113.9")}  # noqa: S104
# Nullable by the schema; the reference requires a value, or the corpus does.
_NEVER_NULL = ("register", "consented", "timestamp_unixtime_ms", "events", *VARIANTS)


class Sample(NamedTuple):
    """One batch of the corpus, the kind of change that was made to it, and the change."""

    kind: str
    change: Change


def corpus(schema: Schema, seed: int, count: int) -> Iterator[Sample]:
    """`count` batches. Each depends on the seed and its own number only, so that one can be made alone."""
    for number in range(count):
        random = Random(f"{seed}:{number}")
        batch = _valid(schema, random)
        if number % 2 == 0:
            yield Sample("unchanged", Change(batch, (), batch, batch))
        else:
            yield _changed(batch, schema, random)


def _valid(part: Schema, random: Random, name: str = "") -> Any:
    """A value that the schema and the documented limits allow."""
    if "oneOf" in part:
        return _valid(random.choice(part["oneOf"]), random)
    if "enum" in part:
        return random.choice(part["enum"])
    types = part.get("type", "object")
    kinds = [types] if isinstance(types, str) else types
    kind = random.choice([kind for kind in kinds if kind != "null" or name not in _NEVER_NULL])
    if kind == "string" and "pattern" in part:
        return random.choice((UUID, UUID.upper()))
    if kind == "string" and "format" in part:
        return random.choice(_BY_FORMAT[part["format"]])
    if kind == "array":
        # A list that is a commerce variant, like the one event of most batches, has to be there to be tested.
        least = 1 if name in VARIANTS or (name == "events" and random.random() < 0.8) else 0
        return [_valid(part["items"], random) for _ in range(random.randint(least, 2))]
    return _object(part, random) if kind == "object" else random.choice(_BY_TYPE[kind])


def _object(part: Schema, random: Random) -> dict[str, Any]:
    properties = part.get("properties", {})
    share = random.choice((0.0, 0.2, 0.6))
    required = {*part.get("required", ()), "events"}
    names = [name for name in properties if name in required or random.random() < share]
    variants = VARIANTS & properties.keys()
    if variants:
        names = [*(name for name in names if name not in variants), random.choice(sorted(variants))]
    others = part.get("additionalProperties")
    more = random.sample(("a", "$age", "b c", "é", ""), random.randint(0, 2)) if isinstance(others, dict) else ()
    return {name: _valid(properties[name], random, name) for name in names} | {
        name: _valid(others, random) for name in more if isinstance(others, dict)
    }


def _places(part: Schema, value: Any, before: Place = ()) -> Iterator[tuple[Place, Schema]]:
    """Every place in a value with what the schema says of it."""
    yield before, part
    if isinstance(value, dict):
        others = part.get("additionalProperties")
        for name, item in value.items():
            inner = part.get("properties", {}).get(name, others if isinstance(others, dict) else {})
            yield from _places(_chosen(inner, item), item, (*before, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(_chosen(part["items"], item), item, (*before, index))


def _chosen(part: Schema, value: Any) -> Schema:
    """The alternative that is meant: an event's type says which."""
    if "oneOf" not in part or not isinstance(value, dict):
        return part
    return next(each for each in part["oneOf"] if value["event_type"] in each["properties"]["event_type"]["enum"])


def _changed(batch: dict[str, Any], schema: Schema, random: Random) -> Sample:
    """The batch with one change, of a kind that applies somewhere."""
    places = list(_places(schema, batch))
    while True:
        kind = random.choice(list(_KINDS))
        found = _KINDS[kind](random, batch, places)
        if found is not None:
            place, new = found
            return Sample(kind, _applied(batch, place, new))


def _applied(batch: dict[str, Any], place: Place, new: Any) -> Change:
    if not place:
        return Change(new, place, batch, new)
    content = copy.deepcopy(batch)
    owner: Any = content
    for step in place[:-1]:
        owner = owner[step]
    old = owner.get(place[-1], ...) if isinstance(owner, dict) else owner[place[-1]]
    if new is ...:
        del owner[place[-1]]
    else:
        owner[place[-1]] = new
    return Change(content, place, old, new)


def _value_at(batch: Any, place: Place) -> Any:
    for step in place:
        batch = batch[step]
    return batch


Places = list[tuple[Place, Schema]]
Found = tuple[Place, Any] | None


def _missing(random: Random, batch: Any, places: Places) -> Found:
    required = [
        (*place, name)
        for place, part in places
        if isinstance(_value_at(batch, place), dict)
        for name in part.get("required", ())
    ]
    return (random.choice(required), ...) if required else None


def _replaced(*values: Any) -> Callable[[Random, Any, Places], Found]:
    def replaced(random: Random, _batch: Any, places: Places) -> Found:
        return random.choice(places)[0], copy.deepcopy(random.choice(values))

    return replaced


def _edge(random: Random, _batch: Any, places: Places) -> Found:
    numbers = [place for place, part in places if {"integer", "number"} & set(part.get("type", ()))]
    value = random.choice((2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 1.0, -0.0, 1e308, 10**30))
    return (random.choice(numbers), value) if numbers else None


def _wrong_word(random: Random, _batch: Any, places: Places) -> Found:
    worded = [place for place, part in places if "enum" in part or "pattern" in part or "format" in part]
    word = random.choice(("buy", "PURCHASE", " ios", "attribution", "unknown", UUID[:-1], f"{UUID}\n", "256.0.0.1"))
    return (random.choice(worded), word) if worded else None


def _unknown_field(random: Random, batch: Any, places: Places) -> Found:
    objects = [place for place, _ in places if isinstance(_value_at(batch, place), dict)]
    return (*random.choice(objects), random.choice(("unheard_of", "event_name ", "Events", ""))), 1


def _nested(random: Random, _batch: Any, places: Places) -> Found:
    value: Any = random.choice((1, "text", {}, []))
    as_list = random.random() < 0.5
    for _ in range(random.choice((1, 2, 3, 40))):
        value = [value] if as_list else {"k": value}
    return random.choice(places)[0], value


def _too_many(random: Random, batch: Any, _places: Places) -> Found:
    if random.random() < 0.5:
        return ("events",), [{"event_type": "session_start", "data": {}}] * random.choice((100, 101))
    entries = ["x"] * random.choice((1000, 1001))
    attributes = batch.get("user_attributes")
    return (("user_attributes", "long"), entries) if isinstance(attributes, dict) else None


def _too_long(random: Random, _batch: Any, places: Places) -> Found:
    return random.choice(places)[0], "a" * random.choice((257, 4097, 20_000))


def _seen_at_the_service(random: Random, batch: Any, _places: Places) -> Found:
    choices: list[Found] = [(("schema_version",), 2), (("ip",), None)]
    if isinstance(batch.get("user_identities"), dict):
        choices.append((("user_identities", "customerid"), "c-1"))
    if batch.get("events"):
        event_type = random.choice(("pre_attribution", "push_reaction", "no_such_event"))
        choices.append((("events", 0), {"event_type": event_type, "data": {}}))
    return random.choice(choices)


def _second_variant(random: Random, batch: Any, places: Places) -> Found:
    data = [place for place, part in places if VARIANTS & part.get("properties", {}).keys()]
    free = [(*place, name) for place in data for name in sorted(VARIANTS - _value_at(batch, place).keys())]
    return (random.choice(free), []) if free else None


_KINDS: dict[str, Callable[[Random, Any, Places], Found]] = {
    "required field missing": _missing,
    "another type": _replaced(None, True, 0, 2.5, "text", [], ["a"], [None], [{}], {}, {"k": "v"}, {"k": None}),
    "number at the edge": _edge,
    "null or empty": _replaced(None, "", [], {}),
    "unknown word or format": _wrong_word,
    "unknown field": _unknown_field,
    "extra nesting": _nested,
    "too many": _too_many,
    "long text": _too_long,
    "seen at the service": _seen_at_the_service,
    "second variant": _second_variant,
}
