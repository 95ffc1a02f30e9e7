"""What ends the demo early."""


class DemoError(Exception):
    """The demo cannot go on; the message is one plain sentence for the person who runs it."""
