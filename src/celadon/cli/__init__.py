"""The command line: one door onto the verbs. Light to import; a verb brings what it needs."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``celadon`` with the arguments of this process."""
    _speak_utf8()
    from celadon.cli.application import application  # noqa: PLC0415  after the streams are set

    application(prog_name="celadon")


def _speak_utf8() -> None:
    """Write UTF-8 whatever the console was set to; what it cannot show never stops the work."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
