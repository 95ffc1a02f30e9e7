"""A forked command is like a process of its own: streams, arguments, environment, directory, exit code, signals."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mparticle_sandbox.testing.fork_server import ForkServer

PROGRAM = """
import atexit, json, os, signal, sys, time
import program_library

def tell(**what):
    print(json.dumps(what), flush=True)

command, *arguments = sys.argv[1:]
if command == "echo":
    sys.stdout.write(sys.stdin.read())
    sys.stderr.write("aside")
elif command == "look":
    program_library.calls.append(command)
    tell(name=__name__, arguments=arguments, directory=os.getcwd(), mood=os.environ.get("MOOD"), pid=os.getpid(),
         calls=program_library.calls, server=os.environ.get("PYTEST_CURRENT_TEST"))
elif command == "exit":
    atexit.register(print, "the end")
    sys.exit(int(arguments[0]))
elif command == "raise":
    raise KeyError("lost")
elif command == "wait":
    tell(pid=os.getpid())
    time.sleep(60)
elif command == "handle":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tell(pid=os.getpid())
    sys.stdin.read()
elif command == "close":
    os.close(0)
    os.close(1)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "program.py").write_text(PROGRAM)
    (folder / "program_library.py").write_text("calls = []")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        with ForkServer("program", preload=["program_library"]) as server:
            yield server


def test_standard_streams_are_those_of_the_command(server: ForkServer) -> None:
    done = subprocess.run([*server.command, "echo"], input=b"text", capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"text", b"aside")


def test_a_file_is_read_and_written_where_it_stands(server: ForkServer, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("one\ntwo\n")
    with (tmp_path / "in").open() as source, (tmp_path / "out").open("w") as target:
        subprocess.run([*server.command, "echo"], stdin=source, stdout=target, stderr=subprocess.DEVNULL, check=True)
    assert (tmp_path / "out").read_text() == "one\ntwo\n"


def test_arguments_environment_and_directory_are_those_of_the_command(server: ForkServer, tmp_path: Path) -> None:
    done = subprocess.run(
        [*server.command, "look", "a b", "ü"], env={"MOOD": "good"}, cwd=tmp_path, capture_output=True, check=True
    )
    seen = json.loads(done.stdout)
    assert (seen["name"], seen["arguments"]) == ("__main__", ["a b", "ü"])
    assert (seen["directory"], seen["mood"], seen["server"]) == (str(tmp_path), "good", None)


def test_a_script_is_the_command_under_a_name(server: ForkServer, tmp_path: Path) -> None:
    script = server.write_script(tmp_path / "program with a blank")
    assert json.loads(subprocess.check_output([script, "look", "a b"]))["arguments"] == ["a b"]


def test_no_command_sees_what_another_left_in_memory(server: ForkServer) -> None:
    seen = [json.loads(subprocess.check_output([*server.command, "look"])) for _ in range(2)]
    assert [each["calls"] for each in seen] == [["look"], ["look"]]
    assert seen[0]["pid"] != seen[1]["pid"]


@pytest.mark.parametrize("code", [0, 1, 143])
def test_the_exit_code_comes_after_what_python_does_at_the_end(server: ForkServer, code: int) -> None:
    done = subprocess.run([*server.command, "exit", str(code)], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (code, b"the end\n")


def test_an_exception_that_nobody_catches_is_a_traceback_and_code_1(server: ForkServer) -> None:
    done = subprocess.run([*server.command, "raise"], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(b"KeyError: 'lost'\n")


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("wait", signal.SIGTERM, -signal.SIGTERM),
        ("wait", signal.SIGKILL, -signal.SIGKILL),
        ("handle", signal.SIGTERM, 143),
    ],
)
def test_a_signal_reaches_the_command(server: ForkServer, command: str, number: int, code: int) -> None:
    with server.popen(command) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["pid"] == process.child_pid
        process.send_signal(number)
        assert process.wait(10) == code


def test_what_is_signalled_first_happens_first(server: ForkServer) -> None:
    with server.popen("handle") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        assert process.returncode == 143


def test_a_command_does_not_outlive_whoever_started_it(server: ForkServer) -> None:
    with subprocess.Popen([*server.command, "wait"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
        # The pipe ends once the command is gone that holds its other end.
        assert process.stdout.read() == b""


def test_a_pipe_ends_when_the_command_closes_it(server: ForkServer) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([*server.command, "close"], bufsize=0, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.read() == b""
        with pytest.raises(BrokenPipeError):
            process.stdin.write(b"text")
        assert process.poll() is None
        process.kill()


def test_what_starts_a_thread_cannot_be_imported_before_the_fork(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "busy.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[9], daemon=True).start()"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with ForkServer("json.tool", preload=["busy"]) as server:
        done = subprocess.run(server.command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (70, b"The fork server ended before the command did.\n")
    assert "has started a thread" in capsys.readouterr().err
