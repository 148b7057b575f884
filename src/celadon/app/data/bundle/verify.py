"""Checks that every file of this bundle is the one that was built. Needs only Python.

python verify.py
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

Message = tuple[str, str]
"""The same in English and in Chinese."""

HERE = Path(__file__).resolve().parent
"""The folder of the bundle."""


def faults(folder: Path) -> list[Message]:
    """What is altered, missing or added, each with what to do; nothing where all is as built."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        listed: list[dict[str, Any]] = manifest["files"]
        names = {str(entry["path"]) for entry in listed}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [
            (
                f"manifest.json cannot be read ({error}). Copy the whole bundle again.",
                f"无法读取 manifest.json（{error}）。请重新拷贝整个安装包。",
            )
        ]
    found = [message for entry in listed for message in _file_faults(folder, entry)]
    for path in sorted((folder / "wheels").glob("*")):
        name = f"wheels/{path.name}"
        if name not in names:
            found.append(
                (
                    f"{name} is not part of this bundle. Delete it.",
                    f"{name} 不属于本安装包，请删除。",
                )
            )
    return found


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def say(english: str, chinese: str) -> None:
    """Write a line in both languages."""
    sys.stdout.write(f"{english}\n{chinese}\n")
    sys.stdout.flush()


def speak_anywhere() -> None:
    """Let output never fail on a character that the console or the file cannot hold."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _file_faults(folder: Path, entry: dict[str, Any]) -> list[Message]:
    name, wanted = entry["path"], entry["sha256"]
    try:
        found = sha256_of(folder / name)
    except OSError as error:
        reason = error.strerror or str(error)
        return [
            (
                f"{name} is missing or cannot be read ({reason}). Copy the whole bundle again.",
                f"{name} 缺失或无法读取（{reason}）。请重新拷贝整个安装包。",
            )
        ]
    if found == wanted:
        return []
    return [
        (
            (
                f"{name} was altered: SHA-256 {found[:16]}..., built as {wanted[:16]}..."
                " Do not install it; copy the whole bundle again."
            ),
            (
                f"{name} 与制作时不同：SHA-256 为 {found[:16]}…，应为 {wanted[:16]}…。"
                "请勿安装，重新拷贝整个安装包。"
            ),
        )
    ]


def main() -> int:
    """Check the bundle that this file stands in; 1 where something is not as built."""
    speak_anywhere()
    found = faults(HERE)
    for english, chinese in found:
        say(english, chinese)
    if found:
        return 1
    files = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))["files"]
    digest = sha256_of(HERE / "manifest.json")
    say(
        f"{len(files)} files are as built. SHA-256 of manifest.json: {digest}",
        f"{len(files)} 个文件与制作时一致。manifest.json 的 SHA-256：{digest}",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
