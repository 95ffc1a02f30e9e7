"""Cuts blocks of bytes, as they are read, into lines."""


class LineSplitter:
    """Keeps the line that a block begins, and the next one may end."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []
        self.begun_bytes = 0

    def ended_by(self, block: bytes) -> list[bytes]:
        """Return the lines that end in the next block, without their ends."""
        lines = block.split(b"\n")
        self._begun.append(lines[0])
        self.begun_bytes += len(lines[0])
        if len(lines) == 1:
            return []
        lines[0] = b"".join(self._begun)
        self._begun = [lines.pop()]
        self.begun_bytes = len(self._begun[0])
        return lines

    def rest(self) -> list[bytes]:
        """Return the last line where it has no end, after the last block."""
        return [b"".join(self._begun)] if self.begun_bytes else []
