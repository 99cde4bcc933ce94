"""What the one who started the service is told of it: systemd, over its notification socket (sd_notify(3))."""

import socket
from collections.abc import MutableMapping
from contextlib import suppress
from time import CLOCK_MONOTONIC, clock_gettime_ns

LONGEST = 500
"""Characters of a line for people."""
_SOCKET, _PERIOD, _WHOM = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"


class Supervisor:
    """Tells systemd how the service is. Where nobody listens, nothing is said; saying it never fails.

    `address` is the path of a datagram socket, or `@name` of an abstract one; empty for none. `period` is after how
    many seconds without a sign of life the service is ended and started again; 0 where nobody watches.
    """

    def __init__(self, address: str = "", period: float = 0.0) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.period = period

    @classmethod
    def of(cls, environ: MutableMapping[str, str], pid: int) -> "Supervisor":
        """Return the supervisor that the environment names; it is taken out, so that no child speaks for us."""
        address = environ.pop(_SOCKET, "")
        whom, period = environ.pop(_WHOM, ""), environ.pop(_PERIOD, "")
        ours = whom in {"", str(pid)} and period.isdecimal()
        return cls(address, int(period) / 1e6 if ours else 0.0)

    def ready(self, status: str) -> None:
        """Say that the service does its work, after its start or after a reload."""
        self._say(f"READY=1\nSTATUS={_line(status)}")

    def reloading(self) -> None:
        """Say that the configuration is being read again; `ready` is to follow."""
        self._say(f"RELOADING=1\nMONOTONIC_USEC={clock_gettime_ns(CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """Say that the service finishes what is in flight and ends."""
        self._say("STOPPING=1\nSTATUS=finishing what is in flight")

    def alive(self) -> None:
        """Give a sign of life, for which the watchdog waits."""
        self._say("WATCHDOG=1")

    def status(self, status: str) -> None:
        """Say in one line how things are; `systemctl status` shows it."""
        self._say(f"STATUS={_line(status)}")

    def _say(self, text: str) -> None:
        if self._address:
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as said:
                said.sendto(text.encode(errors="replace"), self._address)


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
