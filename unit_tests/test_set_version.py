"""The versions of the connectors and of the sandbox agree everywhere, and one command sets each."""

import re
import shutil
from pathlib import Path

import pytest

from scripts.set_version import COMPONENTS, ROOT, Component, Place, current, disagreements, main, rewrite


def paths_of(component: Component) -> set[str]:
    return {place.path for place in component.places} | {changelog.path for changelog in component.changelogs}


FILES = sorted({"acceptance-test-config.yml"}.union(*map(paths_of, COMPONENTS.values())))
PLACES = [(name, place) for name, component in COMPONENTS.items() for place in component.places[1:]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that carry a version."""
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    return {path: (root / path).read_text() for path in FILES}


def test_every_place_carries_the_version_of_its_component() -> None:
    assert list(disagreements()) == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_one_command_sets_a_version_everywhere_and_no_other(
    name: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {other: current(other) for other in COMPONENTS}
    texts = contents(checkout)
    assert main([name, "12.3.45", "--subject", "Something new"], checkout) == 0
    assert capsys.readouterr().out == ""
    assert {other: current(other, checkout) for other in COMPONENTS} == before | {name: "12.3.45"}
    component = COMPONENTS[name]
    changed = {path for path, text in contents(checkout).items() if text != texts[path]}
    images = {path for path, text in texts.items() if component.image and re.search(f"{component.image}:\\d", text)}
    assert changed == paths_of(component) | images


def test_the_changelogs_get_an_entry_in_front_of_the_last_one_and_only_once(checkout: Path) -> None:
    for _ in range(2):
        assert main(["source", "12.3.45", "--subject", "Something new"], checkout) == 0
    for changelog in COMPONENTS["source"].changelogs:
        text = (checkout / changelog.path).read_text()
        assert text.count("Something new") == 1
        assert text.index("12.3.45") < text.index("Something new") < text.rindex(current("source"))


@pytest.mark.parametrize(("name", "place"), PLACES, ids=lambda value: getattr(value, "path", value))
def test_a_place_left_behind_is_named(name: str, place: Place, checkout: Path) -> None:
    path = checkout / place.path
    rewrite(path, place.pattern, "0.0.9")
    (sentence,) = disagreements(checkout)
    assert sentence.startswith(f"{place.path} must carry the {name}'s version")
    assert main(["--check"], checkout) == 1


def test_a_changelog_left_behind_and_a_command_with_another_image_are_named(checkout: Path) -> None:
    page = checkout / COMPONENTS["destination"].changelogs[0].path
    page.write_text(page.read_text().replace(f"| {current('destination')} |", "| 0.0.9 |"))
    readme, image = checkout / "README.md", COMPONENTS["source"].image
    readme.write_text(readme.read_text().replace(f"{image}:{current('source')} spec", f"{image}:0.0.9 spec"))
    of_image, changelog = disagreements(checkout)
    assert of_image.startswith("README.md names the source's image 0.0.9")
    assert changelog.startswith("docs/integrations/destinations/mparticle.md must begin its changelog")


@pytest.mark.parametrize(
    "arguments",
    [[], ["source"], ["source", "1.2"], ["source", "0.0.1", "--subject", "Older"], ["source", "12.3.45"]],
)
def test_what_is_no_new_version_with_a_subject_is_refused_and_changes_nothing(
    arguments: list[str], checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(checkout)
    with pytest.raises(SystemExit):
        main(arguments, checkout)
    assert capsys.readouterr().err
    assert contents(checkout) == before
