"""Machine code is kept for exactly the sources that it was compiled from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from celadon.compiling import sources_digest

CALLEE = "from celadon.compiling import compiled\n\n@compiled\ndef part(x):\n    return x + {}\n"
CALLER = (
    "from celadon.compiling import compiled\nfrom callee import part\n\n"
    "@compiled\ndef whole(x):\n    return part(x) * 2\n"
)


def test_a_change_in_a_file_of_passes_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "callee.py").write_text(CALLEE.format(1), encoding="utf-8")
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    (tmp_path / "other.py").write_text("x = 1\n", encoding="utf-8")
    before = sources_digest(tmp_path)
    (tmp_path / "other.py").write_text("x = 2\n", encoding="utf-8")
    assert sources_digest(tmp_path) == before
    (tmp_path / "callee.py").write_text(CALLEE.format(2), encoding="utf-8")
    assert sources_digest(tmp_path) != before


def test_what_is_compiled_lies_in_the_folder_of_the_digest(tmp_path: Path) -> None:
    (tmp_path / "callee.py").write_text(CALLEE.format(1), encoding="utf-8")
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    code = "from caller import whole; print(whole(3))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert done.stdout.strip() == "8"
    (folder,) = (tmp_path / "kept").iterdir()
    assert folder.name == f"passes-{sources_digest()}"
    assert list(folder.rglob("*.nbc"))
