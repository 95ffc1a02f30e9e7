"""Writes docs/performance.md out of the results, and nothing else: no figure in it is written by hand. Pure."""

from collections.abc import Mapping

from benchmarks.sections import Requirement, Result, Table

_HEAD = """\
# Performance

<!-- Made by `make bench` out of benchmarks/results.json. Change benchmarks/, not this file. -->

What was measured, on what, and with which command. `make bench` repeats all of it, and `make bench ONLY=throughput` one
section. mParticle itself was never measured: every figure is against a server on the machine that ran it, which shared
its processors with the connector. So compare the figures of one section with one another, not with those of another
machine. What follows from them for a deployment is in [Scaling](scaling.md).
"""


Machine = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
"""What a machine is, and the versions on it."""


def page(results: Mapping[str, Result]) -> str:
    """Return the page as Markdown. `results` are by the name of the benchmark, in the order of the page."""
    machines = list(dict.fromkeys(_machine(result) for result in results.values()))
    sections = [_section(result, machines.index(_machine(result)) + 1) for result in results.values()]
    return "\n".join([_HEAD, *sections, *(_described(machine, number) for number, machine in enumerate(machines, 1))])


def table(content: Table) -> str:
    """Return a table as Markdown, with the numbers to the right."""
    lines = [content.header, ("---", *("---:" for _ in content.header[1:])), *content.rows]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{content.caption}\n\n{text}" if content.caption else text


def requirements(rows: tuple[Requirement, ...]) -> Table:
    """Return the table of what is required."""
    cells = tuple((row.text, row.measured, "yes" if row.is_met else "**no**") for row in rows)
    return Table(("Required", "Measured", "Met"), cells)


def _section(result: Result, machine: int) -> str:
    section, environment = result.section, result.environment
    parts = [f"## {section.title}", section.method]
    if section.chart:
        parts.append(f"![{section.chart.title}, in {section.chart.unit}](images/{section.chart.name}.svg)")
    parts += map(table, section.tables)
    if section.requirements:
        parts.append(table(requirements(section.requirements)))
    parts.append(
        f"`{result.command}`, {environment.date}, {result.seconds / 60:.1f} minutes on [machine {machine}]"
        f"(#machine-{machine}), which had a load of {environment.load} before."
    )
    return "\n\n".join(parts) + "\n"


def _machine(result: Result) -> Machine:
    return result.environment.machine, result.environment.versions


def _described(machine: Machine, number: int) -> str:
    rows = [row for part in machine for row in part]
    return f"## Machine {number}\n\n{table(Table(('', ''), tuple(rows)))}\n"
