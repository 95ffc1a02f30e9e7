"""The file `manifest.yaml`: where it is, and the specification of the options in it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml


def manifest_path() -> Path:
    """Where `manifest.yaml` is: inside the package once installed, beside it in a checkout.

    Always absolute: the CDK would look a bare name up in the current directory first.
    """
    package = Path(__file__).resolve().parent
    installed, checkout = package / "manifest.yaml", package.parent / "manifest.yaml"
    return installed if installed.is_file() else checkout


def option_spec() -> Mapping[str, Any]:
    """The manifest's specification of the options, a JSON schema."""
    specification: Mapping[str, Any] = declared_spec()["connection_specification"]
    return specification


@cache
def declared_spec() -> Mapping[str, Any]:
    """The manifest's `spec`: the specification of the options, and where they are documented."""
    # The one that is written in C takes a twentieth of the time; PyYAML is not built with it everywhere.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    manifest = yaml.load(manifest_path().read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - either is safe
    spec: Mapping[str, Any] = manifest["spec"]
    return spec
