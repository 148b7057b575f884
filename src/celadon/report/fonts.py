"""Whether this machine can draw Chinese glyphs; only there are charts written as pictures."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

_NAMES = (
    "notosanscjk", "notosanssc", "notoserifcjk", "sourcehansans", "droidsansfallback", "wqy",
    "msyh", "simhei", "simsun", "pingfang", "stheiti", "hiragino sans gb",
)  # fmt: skip


@cache
def has_chinese_font() -> bool:
    """Whether a font file known to hold Chinese glyphs lies in one of the system's folders."""
    for folder in _folders():
        for _, _, names in os.walk(folder):
            if any(name.lower().replace("-", "").startswith(_NAMES) for name in names):
                return True
    return False


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    ]
