"""Which floor a run is at, shown while it runs, and how long each took."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from celadon.cli.terminal import Terminal

FLOORS = ("records", "quality", "accounts", "verdicts")
"""The floors of a run in their order."""


class Watch:
    """Follows a run: pass :meth:`done` as its progress.

    Parameters
    ----------
    subject : what is run, for the eye.
    """

    def __init__(self, terminal: Terminal, subject: str) -> None:
        self.seconds: dict[str, float] = {}
        self._terminal = terminal
        self._subject = subject
        self._status = terminal.working(self._text(FLOORS[0]))

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()

    def done(self, floor: str, seconds: float) -> None:
        """Note that a floor is done and show the next."""
        self.seconds[floor] = seconds
        following = [name for name in FLOORS if name not in self.seconds]
        if following:
            self._status.update(self._text(following[0]))

    def _text(self, floor: str) -> str:
        spent = [
            f"{self._terminal.say(f'run.{name}')} {seconds:.1f} s"
            for name, seconds in self.seconds.items()
        ]
        now = self._terminal.say("run.floor_running", floor=self._terminal.say(f"run.{floor}"))
        return " · ".join([self._subject, *spent, now])
