"""Lists and objects in which single items are not what they should be."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from integration_tests.matrix.fault import (
    EMPTY,
    FAILED,
    KEPT,
    KEPT_OR_FAILED,
    MISSING,
    MISSING_OR_FAILED,
    Fault,
    everywhere,
    verdicts,
)
from integration_tests.matrix.reply import Reply, edited, with_every_item
from integration_tests.matrix.resources import RESOURCES

EXTRA = "matrix_extra"
HUGE = 2**70 + 1
SAME_MPID = 4711


def row_faults() -> Iterator[Fault]:
    """What happens to an item, to its key, to its times, to a field that nobody documented."""
    yield from _items()
    yield from _keys()
    yield from _times()
    yield from _extras()
    yield from _platforms()


def _items() -> Iterator[Fault]:
    value: Any
    for name, value in {"null": None, "a number": 7, "text": "row", "a list": [], "an empty object": {}}.items():
        damage = partial(_edited, change=partial(_with_second, item=value))
        yield Fault(f"an item that is {name}", damage, verdicts(FAILED, FAILED, None, None))
    yield Fault("an item twice", partial(_edited, change=lambda items: [*items, *items[-1:]]), _lists(KEPT))
    one_mpid = partial(with_every_item, change=lambda item: item.update(mpid=SAME_MPID))
    yield Fault(
        "several identities of one user",
        one_mpid,
        verdicts(None, None, None, KEPT),
        sets={"mpid": SAME_MPID},
        merges=True,
    )
    yield Fault("every item twice", partial(_edited, change=lambda items: items + items), _lists(KEPT))


def _with_second(items: list[Any], item: Any) -> list[Any]:
    return [*items[:1], item, *items[1:]]


def _keys() -> Iterator[Fault]:
    """The key of the last item; each resource has a key of its own, so the damage looks for the one that is there."""
    wrong = verdicts(FAILED, FAILED, MISSING, MISSING_OR_FAILED)
    keyed = tuple(name for name, resource in RESOURCES.items() if resource.key)
    value: Any
    yield Fault("no key", partial(_keyed, change=lambda item, key: item.pop(key)), wrong, only=keyed)
    for name, value in {"null": None, "''": "", "an object": {}, "a list": [], "true": True}.items():
        change = partial(_set_key, value=value)
        verdict = wrong if value is None else verdicts(FAILED, FAILED, MISSING_OR_FAILED, MISSING_OR_FAILED)
        yield Fault(f"key {name}", partial(_keyed, change=change), verdict, only=keyed)
    for name, form in {"text": str, "a float": float}.items():
        numeric = tuple(name for name in keyed if RESOURCES[name].key in ("id", "mpid", "calculated_attribute_id"))
        change = partial(_form_key, form=form)
        of_form = KEPT if form is str else KEPT_OR_FAILED
        # The type of an MPID is whatever mParticle sends.
        places = tuple(name for name in numeric if name != "profiles")
        yield Fault(f"key as {name}", partial(_keyed, change=change), everywhere(of_form), only=places)


def _times() -> Iterator[Fault]:
    value: Any
    for value in ("0001-01-01T00:00:00", "1969-07-20T20:17:40", "2999-01-01T00:00:00", None, "soon", 5, "", {}):
        change = partial(_replace_field, name="last_modified_on", value=value)
        damage = partial(with_every_item, change=change)
        sets = {"last_modified_on": value}
        yield Fault(f"last_modified_on {value!r}", damage, verdicts(KEPT, None, None, None), sets=sets)
        if value in ("0001-01-01T00:00:00", None):
            yield Fault(
                f"last_modified_on {value!r} of a version",
                damage,
                verdicts(None, KEPT, None, None),
                sets=sets,
                only=("data_plan",),
            )
    damage = partial(with_every_item, change=lambda item: item.pop("last_modified_on", None))
    yield Fault("no last_modified_on", damage, verdicts(KEPT, None, None, None), ignored=("last_modified_on",))


def _extras() -> Iterator[Fault]:
    for name, value in {
        "a new field": {"deep": [1, "a"]},
        "a whole number beyond 64 bits": HUGE,
        "a negative number beyond 64 bits": -HUGE,
        "a text of a megabyte": "x" * 2**20,
        "a text with a zero": "a\0b",
        "text of every plane": "\u00e9\u4e16\U0001f600\u202e",
        "a fraction": 0.1,
        "a nesting of 100": json.loads("[" * 100 + "]" * 100),
    }.items():
        yield Fault(name, _with_extra(json.dumps(value)), everywhere(KEPT), adds={EXTRA: value})
    yield Fault("a lone surrogate", _with_extra('"a\\ud800b"'), everywhere(KEPT), ignored=(EXTRA,))
    yield Fault("a number beyond floats", _with_extra("1e400"), everywhere(KEPT_OR_FAILED), ignored=(EXTRA,))
    for literal in ("NaN", "Infinity"):
        yield Fault(literal, _with_extra(literal), everywhere(KEPT_OR_FAILED), ignored=(EXTRA,))
    deep = "[" * 2000 + "]" * 2000
    yield Fault("a nesting of 2000", _with_extra(deep), everywhere(KEPT_OR_FAILED), ignored=(EXTRA,))
    yield Fault("a field twice", _with_extra(f'1,"{EXTRA}":2'), everywhere(KEPT_OR_FAILED), ignored=(EXTRA,))
    latin = lambda reply: reply.with_body(_with_extra('"@@"')(reply).body.replace(b"@@", b"caf\xe9"))  # noqa: E731
    yield Fault("a byte that is no UTF-8", latin, everywhere(KEPT_OR_FAILED), ignored=(EXTRA,))


def _platforms() -> Iterator[Fault]:
    """What the list of apps says of platforms, from which the services are asked for."""
    readers = ("app_platform_services", "data_point_filters")

    def app(name: str, change: Callable[[dict[str, Any]], Any], verdict: str, children: str) -> Fault:
        damage = partial(with_every_item, change=change)
        expected = verdicts(verdict, None, None, None)
        return Fault(
            name, damage, expected, only=("apps",), children=dict.fromkeys(readers, children), ignored=("platforms",)
        )

    yield app("apps without platforms", lambda item: item.pop("platforms"), KEPT_OR_FAILED, FAILED)
    yield app("platforms null", lambda item: item.update(platforms=None), KEPT_OR_FAILED, FAILED)
    yield app("platforms empty", lambda item: item.update(platforms=[]), KEPT, EMPTY)
    yield app("platforms text", lambda item: item.update(platforms="ios"), KEPT_OR_FAILED, FAILED)
    yield app("platforms of null", lambda item: item.update(platforms=[None]), KEPT_OR_FAILED, FAILED)
    yield app("a platform without os", lambda item: item["platforms"][0].pop("os"), KEPT_OR_FAILED, FAILED)
    yield app("a platform with os null", lambda item: item["platforms"][0].update(os=None), KEPT_OR_FAILED, FAILED)


def _lists(verdict: str) -> dict[str, str]:
    return verdicts(verdict, verdict, None, None)


def _edited(reply: Reply, change: Callable[[list[Any]], list[Any]]) -> Reply:
    return edited(reply, change)


def _keyed(reply: Reply, change: Callable[[dict[str, Any], str], Any]) -> Reply:
    key = reply.key
    assert key is not None

    def last_changed(items: list[Any]) -> list[Any]:
        if items:
            change(items[-1], key)
        return items

    return edited(reply, last_changed)


def _set_key(item: dict[str, Any], key: str, value: Any) -> None:
    item[key] = value


def _form_key(item: dict[str, Any], key: str, form: Callable[[Any], Any]) -> None:
    item[key] = form(item[key])


def _replace_field(item: dict[str, Any], name: str, value: Any) -> None:
    if name in item:
        item[name] = value


def _with_extra(literal: str) -> Callable[[Reply], Reply]:
    def damage(reply: Reply) -> Reply:
        marked = with_every_item(reply, lambda item: item.update({EXTRA: "@extra@"}))
        return marked.with_body(marked.body.replace(b'"@extra@"', literal.encode("ascii")))

    return damage
