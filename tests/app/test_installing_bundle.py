"""What a bundle does where it is unpacked: verify, install, update, remove, refuse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.wheelhouse import can_cut_network, use_tiny, write_index, write_source, write_wheel

from celadon.app.bundling import bundle

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="install.sh is for Linux and macOS; install.cmd is read by other tests"
)
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("original")
        use_tiny(patch, write_source(root / "source"), write_index(root / "index"))
        yield bundle(root / "bundle").folder


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("newer")
        source = write_source(root / "source", "0.2.0")
        use_tiny(patch, source, write_index(root / "index"))
        return bundle(root / "bundle").folder


@pytest.fixture
def unpacked(original: Path, tmp_path: Path) -> Path:
    """A copy in a folder with spaces and Chinese characters."""
    folder = tmp_path / "U 盘" / "离线 'a' 安装包"
    shutil.copytree(original, folder)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a script of a bundle in an environment without anything of this one."""

    def ran(script: Path, *words: object, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.defpath, "HOME": str(tmp_path / "家 目录"),
            "CELADON_PYTHON": sys.executable, "PIP_INDEX_URL": "file:///nowhere",
            "PYTHONPATH": str(tmp_path), "LC_ALL": "C",
        }  # fmt: skip
        shell = ["unshare", "-n", "sh"] if can_cut_network() else ["sh"]
        return subprocess.run(
            [*shell, str(script), *map(str, words)],
            env=environment | settings, cwd=tmp_path, capture_output=True, check=False,
            encoding="utf-8", errors="replace",
        )  # fmt: skip

    return ran


def home_of(tmp_path: Path) -> Path:
    return tmp_path / "家 目录" / ".local" / "share" / "celadon"


def alter(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_install_start_again_update_and_remove(
    run: Run, unpacked: Path, newer: Path, tmp_path: Path
) -> None:
    (tmp_path / "kiln.py").write_text("raise SystemExit('not the one that is installed')")
    before = {path: path.stat().st_mtime_ns for path in unpacked.rglob("*")}
    assert run(unpacked / "celadon.sh").returncode == 2, "not installed yet"
    done = run(unpacked / "install.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    home = home_of(tmp_path)
    start = home / "bin" / "celadon"
    assert str(start) in done.stdout
    assert run(start).stdout == "fired by kiln 1.2\n"
    assert run(unpacked / "celadon.sh", "--version").stdout == "celadon 0.1.0\n"
    assert {path: path.stat().st_mtime_ns for path in unpacked.rglob("*")} == before
    first = (home / "current").read_text().strip()
    assert run(unpacked / "install.sh").returncode == 0, "the same again repairs"
    assert run(newer / "install.sh").returncode == 0
    assert run(start, "--version").stdout == "celadon 0.2.0\n"
    assert [path.name for path in home.glob("env-*")] == [(home / "current").read_text().strip()]
    assert not (home / first).exists()
    (home / "mine.txt").touch()
    assert run(newer / "install.sh", "--remove").returncode == 0
    assert [path.name for path in home.iterdir()] == ["mine.txt"]
    assert run(newer / "install.sh", "--remove").returncode == 2, "there is nothing to remove"


def test_another_home(run: Run, unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "装 在 这里"
    assert run(unpacked / "install.sh", CELADON_HOME=str(home)).returncode == 0
    assert run(unpacked / "celadon.sh", CELADON_HOME=str(home)).stdout == "fired by kiln 1.2\n"
    assert run(home / "bin" / "celadon").stdout == "fired by kiln 1.2\n"
    assert not home_of(tmp_path).exists()
    assert run(unpacked / "install.sh", "--remove", "--home", home).returncode == 0
    assert not home.exists()


@pytest.mark.parametrize("verified", [True, False])
def test_one_altered_bit_in_a_wheel(
    run: Run, unpacked: Path, tmp_path: Path, verified: bool
) -> None:
    alter(next((unpacked / "wheels").glob("kiln-*.whl")))
    if not verified:  # pip holds each wheel to its hash as well
        (unpacked / "verify.py").write_text("", encoding="utf-8")
    done = run(unpacked / "install.sh")
    assert done.returncode == 2
    assert "kiln-1.2-py3-none-any.whl" in done.stdout
    assert ("was altered" in done.stdout) is verified
    assert ("DO NOT MATCH THE HASHES" in done.stdout) is not verified
    assert "安装" in done.stdout
    assert not home_of(tmp_path).exists()


def test_a_failed_update_leaves_what_was_there(run: Run, unpacked: Path, tmp_path: Path) -> None:
    assert run(unpacked / "install.sh").returncode == 0
    current = (home_of(tmp_path) / "current").read_text()
    next((unpacked / "wheels").glob("kiln-*.whl")).unlink()
    (unpacked / "verify.py").write_text("", encoding="utf-8")
    done = run(unpacked / "install.sh")
    assert done.returncode == 2
    assert "unchanged" in done.stdout
    assert (home_of(tmp_path) / "current").read_text() == current
    assert len(list(home_of(tmp_path).glob("env-*"))) == 1
    assert run(home_of(tmp_path) / "bin" / "celadon").stdout == "fired by kiln 1.2\n"


def verify(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "verify.py"],
        env={"PATH": os.defpath, **settings}, capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip


def test_verify_says_all_that_is_wrong_in_both_languages(unpacked: Path) -> None:
    sound = verify(unpacked)
    assert sound.returncode == 0
    assert "与制作时一致" in sound.stdout
    alter(unpacked / "install.sh")
    next((unpacked / "wheels").glob("kiln-*.whl")).unlink()
    write_wheel(unpacked / "wheels", "stranger", "1.0")
    done = verify(unpacked)
    assert done.returncode == 1
    for english, chinese in (
        ("install.sh was altered", "install.sh 与制作时不同"),
        ("kiln-1.2-py3-none-any.whl is missing", "kiln-1.2-py3-none-any.whl 缺失"),
        ("stranger-1.0-py3-none-any.whl is not part", "stranger-1.0-py3-none-any.whl 不属于"),
    ):
        assert english in done.stdout
        assert chinese in done.stdout
    assert len(done.stdout.splitlines()) == 6


@pytest.mark.parametrize("text", [None, "{", "[]", '{"files": [1]}'])
def test_a_manifest_that_cannot_be_read(unpacked: Path, text: str | None) -> None:
    (unpacked / "manifest.json").unlink()
    if text is not None:
        (unpacked / "manifest.json").write_text(text, encoding="utf-8")
    done = verify(unpacked)
    assert done.returncode == 1
    assert "manifest.json cannot be read" in done.stdout
    assert done.stderr == ""


def test_a_console_without_chinese_is_no_error(unpacked: Path) -> None:
    done = verify(unpacked, PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("python", "3.99", ("for Python 3.99; this is Python", "适用于 Python 3.99")),
        ("machines", ["win-amd64"], ("; this is", "当前为")),
    ],
)
def test_another_python_or_machine_is_refused(
    run: Run, unpacked: Path, tmp_path: Path, key: str, value: object, words: tuple[str, str]
) -> None:
    manifest = json.loads((unpacked / "manifest.json").read_text("utf-8"))
    manifest[key] = value
    (unpacked / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = run(unpacked / "install.sh")
    assert done.returncode == 2
    assert all(word in done.stdout for word in words)
    assert not home_of(tmp_path).exists()


def path_with(folder: Path, **versions: str) -> str:
    """A search path with some Pythons that only say their version, and what a shell needs."""
    folder.mkdir()
    for tool in ("dirname", "cat"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    for name, version in versions.items():
        script = folder / name.replace("_", ".")
        script.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
        script.chmod(0o755)
    return str(folder)


def shell(script: Path, path: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", script], env={"PATH": path, **settings}, capture_output=True, check=False,
        encoding="utf-8",
    )  # fmt: skip


def test_a_python_too_old_is_said_in_both_languages(unpacked: Path, tmp_path: Path) -> None:
    path = path_with(tmp_path / "old", python3="3.8", python="2.7")
    done = shell(unpacked / "install.sh", path)
    assert done.returncode == 2
    assert "needs Python 3.11 or later" in done.stderr
    assert "需要 Python 3.11 或更高版本" in done.stderr
    assert "python3=3.8 python=2.7" in done.stderr


def test_no_python_at_all(unpacked: Path, tmp_path: Path) -> None:
    done = shell(unpacked / "install.sh", path_with(tmp_path / "none"))
    assert done.returncode == 2
    assert "未找到" in done.stderr


def test_the_right_one_of_two_pythons_is_taken(unpacked: Path, tmp_path: Path) -> None:
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    path = path_with(tmp_path / "two", python3="3.9")
    right = tmp_path / "two" / f"python{wanted}"
    right.write_text(f'#!/bin/sh\n[ "$1" = -c ] && echo {wanted} || echo "taken: $*"\n')
    right.chmod(0o755)
    done = shell(unpacked / "install.sh", path)
    assert done.stdout == f"taken: -E -s -B {unpacked}/install.py\n"
