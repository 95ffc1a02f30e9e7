"""What a test starts in place of `python -m MODULE`: it has a `ForkServer` run the command, and ends as that one ends.

usage: python -I -S fork_client.py SOCKET [ARGUMENT...]

Only the standard library, and little of it: this is started for every command.
"""

import json
import os
import signal
import socket
import sys
from contextlib import suppress

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
SERVER_IS_GONE = 70


def main() -> None:
    """Pass the standard streams, arguments, environment and directory on, then every signal; exit with the code."""
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[1])
    for number in FORWARDED:
        signal.signal(number, lambda number, _: server.sendall(bytes([number])))
    directory = os.getcwd()  # noqa: PTH109 - pathlib takes longer to import
    command = {"arguments": sys.argv[2:], "environment": dict(os.environ), "directory": directory}
    request = json.dumps(command).encode()
    response = b""
    with suppress(OSError):
        socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
        server.sendall(request)
        _let_go_of_streams()
        response = server.recv(16)
    if not response:
        sys.stderr.write("The fork server ended before the command did.\n")
        sys.exit(SERVER_IS_GONE)
    code = int(response)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _let_go_of_streams() -> None:
    # A pipe closes when the command closes it, not when this process ends.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)


if __name__ == "__main__":
    main()
