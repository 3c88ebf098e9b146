"""Imported by Python itself before anything else: writes down what a command opens and starts."""

import os
import sys

_EVENTS = (
    "open",
    "os.listdir",
    "os.scandir",
    "sqlite3.connect",
    "socket.connect",
    "socket.getaddrinfo",
)
_PROGRAMS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "pty.spawn",
)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event in _EVENTS or event in _PROGRAMS:
        os.write(_journal, f"{event}\t{arguments[:1]!r}\n".encode(errors="backslashreplace"))


_journal = os.open(os.environ["AUDIT_JOURNAL"], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
sys.addaudithook(_audit)
