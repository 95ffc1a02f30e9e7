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

PID_TO = "FORK_CLIENT_TELLS_PID_TO"
SERVER_IS_GONE = 70


def main() -> None:
    """Pass the standard streams, arguments, environment and directory on; exit with the command's code."""
    pid_to = os.environ.pop(PID_TO, None)
    with suppress(OSError), socket.socket(socket.AF_UNIX) as server:
        server.connect(sys.argv[1])
        _send_command(server)
        with server.makefile() as response:
            pid = response.readline()
            if pid_to:
                with os.fdopen(int(pid_to), "w") as file:
                    file.write(pid)
            if code := response.readline():
                _end(int(code))
    sys.stderr.write("The fork server ended before the command did.\n")
    sys.exit(SERVER_IS_GONE)


def _send_command(server: socket.socket) -> None:
    directory = os.getcwd()  # noqa: PTH109 - pathlib takes longer to import
    command = {"arguments": sys.argv[2:], "environment": dict(os.environ), "directory": directory}
    request = json.dumps(command).encode()
    socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(request)
    # A pipe closes when the command closes it, not when this process ends.
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)


def _end(code: int) -> None:
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    main()
