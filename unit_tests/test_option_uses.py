"""Options that something reads, and saved states that are tied to those that change what a stream holds."""

import ast
from typing import Any

import pytest

from source_mparticle import SourceMparticle
from source_mparticle.configuration.options import option_paths
from unit_tests.option_uses import (
    classes_in_manifest,
    is_config,
    names_read_in_manifest,
    paths_read_in_module,
    uses_in_class,
    uses_of,
)
from unit_tests.source_page import ROOT, SPEC

OPTIONS: dict[str, Any] = SPEC["properties"]
MANIFEST = SourceMparticle().resolved_manifest
STREAMS = [stream for component in MANIFEST["streams"] for stream in component.get("streams", [component])]
INCREMENTAL = [stream for stream in STREAMS if "incremental_sync" in stream]

# Where a component does not name the option that it reads, with the reason why none is missed.
UNNAMED = {
    "self.config.get(name)": "a name in the braces of the path, which the manifest shows",
    "self.config.get(option)": "an option of the query, which the manifest shows",
    "normal.eval(self.config)": "a template, which the manifest shows",
    "Sync.of(self.config)": "credentials, the address of the token and workers: how to ask, not what",
}


def read_for(stream: dict[str, Any]) -> dict[str, Any]:
    """What decides which rows a stream has and what is in them, its parents included."""
    return {key: value for key, value in stream.items() if key not in {"incremental_sync", "schema_loader"}}


@pytest.mark.parametrize("stream", INCREMENTAL, ids=lambda stream: stream["name"])
def test_a_state_is_tied_to_every_option_that_changes_what_its_stream_holds(stream: dict[str, Any]) -> None:
    parts = read_for(stream)
    in_classes = {name for each in set(classes_in_manifest(parts)) for name, _ in uses_in_class(each)}
    changing = {name for name in {*names_read_in_manifest(parts), *in_classes} if name in OPTIONS}
    shaped_by = set(stream["incremental_sync"]["shaped_by"])
    assert changing - shaped_by == set(), f"add these options to shaped_by of {stream['name']} in manifest.yaml"
    assert shaped_by - changing == set(), f"{stream['name']} does not depend on these options of its shaped_by"


def test_components_read_options_by_name_or_for_a_stated_reason() -> None:
    classes = {each for stream in STREAMS for each in classes_in_manifest(read_for(stream))}
    unnamed = {text for each in classes for name, text in uses_in_class(each) if name is None}
    assert unnamed == set(UNNAMED), "name the option where it is read, so that shaped_by can be checked"


def test_something_reads_every_option() -> None:
    objects = [name for name, option in OPTIONS.items() if option["type"] == "object"]
    # What checks an option does not use it.
    modules = [path for path in (ROOT / "source_mparticle").rglob("*.py") if path.parent.name != "configuration"]
    read = {path for each in modules for path in paths_read_in_module(each.read_text(encoding="utf-8"), objects)}
    read |= set(names_read_in_manifest([MANIFEST["streams"], MANIFEST["concurrency_level"]]))
    # What permits values of other options is a check, too.
    read.add("allow_http")
    unread = [".".join(path) for path in option_paths(SPEC) if ".".join(path) not in read]
    assert unread == [], "neither manifest.yaml, outside its spec, nor source_mparticle reads these options"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("config['a']", ("a", "config['a']")),
        ("self.config.get('a', True)", ("a", "self.config.get('a', True)")),
        ("bool((self._config or {}).get('a'))", ("a", "(self._config or {}).get('a')")),
        ("self.config.get(name)", (None, "self.config.get(name)")),
        ("helper(self.config)", (None, "helper(self.config)")),
        ("{**config}", (None, "{**config}")),
    ],
)
def test_each_use_of_the_configuration_is_found(code: str, expected: tuple[str | None, str]) -> None:
    assert list(uses_of(ast.parse(code), is_config)) == [expected]


@pytest.mark.parametrize(
    "node",
    [
        "{{ config.get('a') or 'b' }}",
        {"condition": '{{ config["a"] }}'},
        [{"value": "{{ config.a }}"}],
        {"type": "CustomRequester", "path": "/x/{a}"},
        {"type": "CustomRequester", "path": "/x", "query": {"name": "a"}},
    ],
    ids=str,
)
def test_each_option_in_the_manifest_is_found(node: Any) -> None:
    assert list(names_read_in_manifest(node)) == ["a"]


def test_an_option_within_an_object_is_found_by_the_variable_that_holds_the_object() -> None:
    code = "chosen = config.get('profiles') or {}\nchosen['a'], chosen.get('b'), other.get('c')"
    assert set(paths_read_in_module(code, ["profiles"])) == {"profiles", "profiles.a", "profiles.b"}
