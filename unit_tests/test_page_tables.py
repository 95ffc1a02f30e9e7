"""The tables of the pages are those that the scripts make from the code."""

from types import ModuleType

import pytest

from scripts import export_tables, object_table, page_tables, stream_table


@pytest.mark.parametrize("script", [export_tables, object_table, stream_table], ids=lambda script: script.SCRIPT)
def test_a_page_holds_the_tables_as_its_script_makes_them(script: ModuleType) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == page_tables.replaced(page, script.SCRIPT, script.tables()), (
        f"run: .venv/bin/python scripts/{script.SCRIPT} --write"
    )


@pytest.mark.parametrize("page", ["", "<!-- Made by scripts/s.py (a): end --><!-- Made by scripts/s.py (a): begin -->"])
def test_a_page_without_a_place_for_a_table_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="must hold the lines"):
        page_tables.replaced(page, "s.py", {"a": "| A |"})
