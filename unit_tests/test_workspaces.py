from typing import Any

import pytest

from source_mparticle.api.errors import ConfigurationError
from source_mparticle.api.workspaces import selected_workspaces


@pytest.mark.parametrize("wanted", [None, []])
def test_without_a_choice_every_workspace_is_selected(wanted: Any) -> None:
    assert selected_workspaces(wanted, ["1", "2"], "1201") == ["1", "2"]


def test_chosen_workspaces_are_selected_once_each() -> None:
    assert selected_workspaces(["2", "1", "2"], ["1", "2", "3"], "1201") == ["2", "1"]


def test_every_unknown_workspace_is_named_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"7, 8 is not in account 1201 \(it has 1, 2\)"):
        selected_workspaces(["7", "1", "8"], ["1", "2"], "1201")


def test_an_account_without_workspaces_says_so() -> None:
    with pytest.raises(ConfigurationError, match="none that this credential may see"):
        selected_workspaces(["7"], [], "1201")
