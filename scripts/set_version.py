#!/usr/bin/env python3
"""Sets the version of a connector, or of the sandbox, in every file that carries it.

usage: set_version.py source|destination|exports|sandbox VERSION --subject "What is new"
       set_version.py --check

The subject becomes the entry in the changelogs, dated today (UTC). --check changes nothing: it names each place that
disagrees with the component's pyproject.toml, and ends with 1 where there is one.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VERSION = r"\d+\.\d+\.\d+"
TEXT_FILES = {".md", ".yml", ".yaml", ".sh", ".py", ".toml"}
NOT_OURS = {"demo-output", "secrets", "build", "dist"}


class Place(NamedTuple):
    """Where a file carries the version once: VERSION in the pattern stands for it."""

    path: str
    pattern: str


class Changelog(NamedTuple):
    """A file with the newest entry first; the entry goes in front of the first line that matches the pattern."""

    path: str
    pattern: str
    entry: str


class Component(NamedTuple):
    """What carries the version of one component. The first place decides."""

    places: tuple[Place, ...]
    changelogs: tuple[Changelog, ...] = ()
    image: str = ""


def _page(path: str) -> Changelog:
    path = f"docs/integrations/{path}.md"
    return Changelog(path, r"^\| VERSION \| [\d-]+ \|", "| {version} | {date} | | {subject} |\n")


def _locked(name: str) -> Place:
    return Place("poetry.lock", rf'^name = "{name}"\nversion = "VERSION"$')


COMPONENTS = {
    "source": Component(
        places=(
            Place("pyproject.toml", r'^version = "VERSION"$'),
            Place("metadata.yaml", r"^  dockerImageTag: VERSION$"),
            Place("Dockerfile", r"^LABEL io\.airbyte\.version=VERSION$"),
            Place("README.md", r"Docker image tag `VERSION`"),
        ),
        changelogs=(
            _page("sources/mparticle"),
            Changelog("CHANGELOG.md", r"^## VERSION \([\d-]+\)$", "## {version} ({date})\n\n{subject}\n\n"),
        ),
        image="airbyte/source-mparticle",
    ),
    "destination": Component(
        places=(
            Place("destination-mparticle/pyproject.toml", r'^version = "VERSION"$'),
            Place("destination-mparticle/metadata.yaml", r"^  dockerImageTag: VERSION$"),
            Place("destination-mparticle/Dockerfile", r"^LABEL io\.airbyte\.version=VERSION$"),
            _locked("airbyte-destination-mparticle"),
        ),
        changelogs=(_page("destinations/mparticle"),),
        image="airbyte/destination-mparticle",
    ),
    "exports": Component(
        places=(
            Place("source-mparticle-exports/pyproject.toml", r'^version = "VERSION"$'),
            Place("source-mparticle-exports/metadata.yaml", r"^  dockerImageTag: VERSION$"),
            Place("source-mparticle-exports/Dockerfile", r"^LABEL io\.airbyte\.version=VERSION$"),
            _locked("airbyte-source-mparticle-exports"),
        ),
        changelogs=(_page("sources/mparticle-exports"),),
        image="airbyte/source-mparticle-exports",
    ),
    "sandbox": Component(
        places=(Place("sandbox/pyproject.toml", r'^version = "VERSION"$'), _locked("mparticle-sandbox")),
    ),
}


def current(component: str, root: Path = ROOT) -> str:
    """The version in the component's pyproject.toml. Raises `ValueError` where there is none."""
    decisive = COMPONENTS[component].places[0]
    found = _found(decisive.pattern, (root / decisive.path).read_text(encoding="utf-8"))
    if len(found) != 1:
        raise ValueError(f"{decisive.path} must carry one version.")
    return found[0]


def disagreements(root: Path = ROOT) -> Iterator[str]:
    """One sentence for each place that does not carry the version of its component."""
    for name, component in COMPONENTS.items():
        version = current(name, root)
        for path, pattern in component.places:
            found = _found(pattern, (root / path).read_text(encoding="utf-8"))
            if found != [version]:
                yield f"{path} must carry the {name}'s version {version} once, and carries {found}."
        for path, pattern, _ in component.changelogs:
            found = _found(pattern, (root / path).read_text(encoding="utf-8"))
            if found[:1] != [version]:
                yield f"{path} must begin its changelog with the {name}'s version {version}, not {found[:1]}."
        for file in _naming_the_image(component, root):
            if other := set(_found(_image(component), file.read_text(encoding="utf-8"))) - {version}:
                yield f"{file.relative_to(root)} names the {name}'s image {', '.join(sorted(other))}, not {version}."


def set_version(name: str, version: str, subject: str, date: str, root: Path = ROOT) -> None:
    """Write the version to all of its places. An entry goes into the changelogs where they lack the version."""
    component = COMPONENTS[name]
    for path, pattern in component.places:
        rewrite(root / path, pattern, version)
    for file in _naming_the_image(component, root):
        rewrite(file, _image(component), version)
    for path, pattern, entry in component.changelogs:
        text = (root / path).read_text(encoding="utf-8")
        newest = re.search(_with_group(pattern), text, re.MULTILINE)
        if newest is None:
            raise ValueError(f"{path} must hold a changelog.")
        if newest["version"] != version:
            filled = entry.format(version=version, date=date, subject=subject)
            (root / path).write_text(f"{text[: newest.start()]}{filled}{text[newest.start() :]}", encoding="utf-8")


def rewrite(path: Path, pattern: str, version: str) -> None:
    """Put the version where VERSION stands in the pattern, everywhere in the file."""

    def replaced(match: re.Match[str]) -> str:
        start, end = (position - match.start() for position in match.span("version"))
        return f"{match[0][:start]}{version}{match[0][end:]}"

    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(_with_group(pattern), replaced, text, flags=re.MULTILINE), encoding="utf-8")


def _found(pattern: str, text: str) -> list[str]:
    return [match["version"] for match in re.finditer(_with_group(pattern), text, re.MULTILINE)]


def _with_group(pattern: str) -> str:
    return pattern.replace("VERSION", rf"(?P<version>{VERSION})")


def _image(component: Component) -> str:
    return rf"{re.escape(component.image)}:VERSION\b"


def _naming_the_image(component: Component, root: Path) -> list[Path]:
    """The files that name the image with a version: commands in documents, workflows, test configurations."""
    if not component.image:
        return []
    tops = [top for top in root.iterdir() if top.name not in NOT_OURS and (top.name[0] != "." or top.name == ".github")]
    files = [path for top in tops for path in (top.rglob("*") if top.is_dir() else [top])]
    texts = (path for path in files if path.suffix in TEXT_FILES and path.is_file())
    return sorted(path for path in texts if _found(_image(component), path.read_text(encoding="utf-8")))


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Check, or set one version and check."""
    parser = argparse.ArgumentParser(description="The versions of the connectors and of the sandbox.")
    parser.add_argument("component", nargs="?", choices=COMPONENTS)
    parser.add_argument("version", nargs="?")
    parser.add_argument("--subject", default="", help="what is new, for the changelogs")
    parser.add_argument("--check", action="store_true", help="change nothing, and name what disagrees")
    options = parser.parse_args(arguments)
    if not options.check:
        if not re.fullmatch(VERSION, options.version or ""):
            parser.error("name a component and a version such as 1.2.3, or give --check")
        if _numbers(options.version) < _numbers(current(options.component, root)):
            parser.error(f"{options.component} already is {current(options.component, root)}")
        if COMPONENTS[options.component].changelogs and not options.subject.strip():
            parser.error("say in --subject what is new: the changelogs need it")
        today = datetime.now(timezone.utc).date().isoformat()
        set_version(options.component, options.version, options.subject.strip(), today, root)
    found = list(disagreements(root))
    sys.stdout.writelines(f"{sentence}\n" for sentence in found)
    return int(bool(found))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
