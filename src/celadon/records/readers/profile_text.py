"""A profile as the TOML file that a person edits, with a comment at each key that was guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from celadon.records.readers.profile import Profile

_TABLES = ("time", "meters", "units", "columns", "words")
_ALWAYS = ("id", "kind", "file", "layout")


def profile_text(profile: Profile, comments: Mapping[str, Sequence[str]]) -> str:
    """The file that reads as the profile; keys that say what is so anyway are left out.

    Parameters
    ----------
    comments : key to lines that stand above it; the key "" heads the file.
    """
    plain = profile.model_dump(mode="json")
    fields = Profile.model_fields.items()
    default = {name: field.get_default(call_default_factory=True) for name, field in fields}
    lines = [f"# {line}".rstrip() for line in comments.get("", ())]
    for key, value in plain.items():
        if key in _TABLES or (key not in _ALWAYS and value == _plain(default[key])):
            continue
        lines += _said(key, value, comments)
    for table in _TABLES:
        value = plain[table]
        if not value:
            continue
        lines += ["", *(f"# {line}" for line in comments.get(table, ())), f"[{table}]"]
        for key, entry in value.items():
            if entry is not None and entry != []:
                lines += _said(key, entry, comments if table == "time" else {})
    return "\n".join(lines) + "\n"


def _said(key: str, value: Any, comments: Mapping[str, Sequence[str]]) -> list[str]:
    name = key if key.isascii() and key.replace("_", "").isalnum() else _text(key)
    written = "[" + ", ".join(map(_text, value)) + "]" if isinstance(value, list) else _text(value)
    return [*(f"# {line}" for line in comments.get(key, ())), f"{name} = {written}"]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    """A value as TOML writes it, which for texts and whole numbers is as JSON does."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)
