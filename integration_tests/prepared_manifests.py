"""Helper: the CDK prepares a manifest once, not again for every source that is built.

Parsing, resolving and validating the manifest takes most of a second. Each step depends on nothing but plain data, so
a second call with equal data returns a copy of the first result: a test may change what it gets, and a test with a
manifest of its own gets that one. The CDK's own schema of all manifests is there once, for it is large and only read.
"""

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from airbyte_cdk.sources.declarative import concurrent_declarative_source as cdk
from airbyte_cdk.sources.declarative import yaml_declarative_source
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource


def remember_prepared_manifests(patch: pytest.MonkeyPatch) -> None:
    """Make the CDK remember each step from the text of a manifest to the valid manifest."""
    parsed = _remembered(yaml_declarative_source.safe_load_yaml)
    resolve = ConcurrentDeclarativeSource._pre_process_manifest  # noqa: SLF001 - the CDK has no other place for it
    resolved = _remembered(resolve, key=lambda _, manifest: manifest)
    patch.setattr(yaml_declarative_source, "safe_load_yaml", lambda file: parsed(_text(file)))
    patch.setattr(cdk, "get_declarative_component_schema", cache(cdk.get_declarative_component_schema))
    patch.setattr(ConcurrentDeclarativeSource, "_pre_process_manifest", resolved)
    patch.setattr(cdk, "validate_manifest", _remembered(cdk.validate_manifest, key=lambda manifest, _: manifest))


def _remembered(function: Callable[..., Any], key: Callable[..., Any] = lambda *given: given) -> Callable[..., Any]:
    """The function, which returns copies of its first result for equal data; what it raises is raised again."""
    results: dict[bytes, bytes] = {}

    def remembering(*given: Any) -> Any:
        data = pickle.dumps(key(*given))
        if data not in results:
            results[data] = pickle.dumps(function(*given))
        return pickle.loads(results[data])  # noqa: S301 - what this process has pickled

    return remembering


def _text(file: Any) -> str:
    return file if isinstance(file, str) else str(file.read())
