"""Findings as a table that a person can read."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from integration_tests.matrix.judge import Finding


def table(findings: Sequence[Finding], cells: int, syncs: int, cpu_seconds: float) -> str:
    """What fails, by kind, then by case with the streams that share a text."""
    lines = [f"{cells} cells in {syncs} syncs of {cpu_seconds:.0f} CPU seconds together: {len(findings)} findings", ""]
    for kind, count in Counter(finding.kind for finding in findings).most_common():
        streams = Counter(finding.stream for finding in findings if finding.kind == kind)
        named = ", ".join(f"{stream} {times}" for stream, times in streams.most_common())
        lines.append(f"{kind:<28}{count:>6}  {named}")
    lines.append("")
    return "\n".join([*lines, *rows(findings), ""])


def rows(findings: Sequence[Finding]) -> list[str]:
    """One line for each case, kind and text, with the streams it is true of."""
    together: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for finding in findings:
        together[finding.kind, finding.case, finding.text].append(finding.stream)
    cells = sorted(together.items())
    return [f"[{kind}] {case} | {', '.join(streams)} | {text}" for (kind, case, text), streams in cells]
