"""Installs celadon from this bundle for one user, without a network. Needs only Python.

Started by install.sh or install.cmd. Each run makes a new environment beside the earlier one and
switches to it when all is well, so that an interrupted or failed run leaves what was there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from typing import Any

Message = tuple[str, str]
"""The same in English and in Chinese."""

HERE = Path(__file__).resolve().parent
"""The folder of the bundle."""

ON_WINDOWS = os.name == "nt"
LAUNCHER = "celadon.cmd" if ON_WINDOWS else "celadon.sh"
"""The start script in the bundle."""

INSTALLED = "celadon.cmd" if ON_WINDOWS else "celadon"
"""What it is called when installed."""

CURRENT = "current"
"""The file that names the environment in use."""


class Refused(Exception):
    """Why nothing was installed, and what to do."""

    def __init__(self, *messages: Message) -> None:
        super().__init__(messages[0][0])
        self.messages = messages


def default_home() -> Path:
    """Where celadon is installed for this user."""
    named = os.environ.get("CELADON_HOME")
    if named:
        return Path(named)
    local = os.environ.get("LOCALAPPDATA") if ON_WINDOWS else os.environ.get("XDG_DATA_HOME")
    if local:
        return Path(local) / "celadon"
    return Path.home().joinpath(*(["AppData", "Local"] if ON_WINDOWS else [".local", "share"])) / (
        "celadon"
    )


def machine_here() -> str:
    """What this machine calls itself; the manifest lists the names that the bundle fits."""
    if ON_WINDOWS:
        return sysconfig.get_platform()
    return f"{platform.system().lower()}-{platform.machine()}"


def check_machine(manifest: dict[str, Any]) -> None:
    """Refuse another version of Python or another kind of machine than the bundle is for."""
    wanted, found = manifest["python"], ".".join(str(part) for part in sys.version_info[:2])
    if found != wanted:
        raise Refused(
            (
                (
                    f"This bundle is for Python {wanted}; this is Python {found}."
                    f" Install Python {wanted}, or make a bundle with --python {found}."
                ),
                (
                    f"本安装包适用于 Python {wanted}，当前为 Python {found}。"
                    f"请安装 Python {wanted}，或用 --python {found} 重新制作安装包。"
                ),
            )
        )
    named, machine = manifest["platform"], machine_here()
    if machine not in manifest["machines"] or sys.maxsize < 2**32:
        bits = "64" if sys.maxsize > 2**32 else "32"
        raise Refused(
            (
                (
                    f"This bundle is for {named}; this is {machine}, Python of {bits} bits."
                    " Make a bundle for this platform: celadon bundle OUT --platform ..."
                ),
                (
                    f"本安装包适用于 {named}，当前为 {machine}，{bits} 位 Python。"
                    "请为本机平台重新制作安装包：celadon bundle OUT --platform ..."
                ),
            )
        )


def install(home: Path) -> None:
    """Verify the bundle, install it into a new environment, and switch to that."""
    verify()
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    check_machine(manifest)
    number, version = len(manifest["packages"]), manifest["celadon"]
    say(f"Installing celadon {version} ...", f"正在安装 celadon {version} ……")
    home.mkdir(parents=True, exist_ok=True)
    environment = Path(tempfile.mkdtemp(prefix="env-", dir=home))
    try:
        fill(environment, manifest)
        switch(home, environment)
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        if not any(home.iterdir()):
            home.rmdir()
        raise
    for path in home.glob("env-*"):
        if path != environment:
            shutil.rmtree(path, ignore_errors=True)  # one in use is left for the next run
    start = home / "bin" / INSTALLED
    say(f"Installed, with {number} packages.", f"安装完成，共 {number} 个软件包。")
    say(f'Start:  "{start}" demo', f'启动：  "{start}" demo')
    say(
        f'To type only celadon, add "{start.parent}" to PATH.',
        f'若要直接输入 celadon，请把 "{start.parent}" 加入 PATH。',
    )


def verify() -> None:
    """Let verify.py say which files are not as built; refused where there are any."""
    words = [sys.executable, "-E", "-s", "-B", str(HERE / "verify.py")]
    if subprocess.run(words, check=False).returncode != 0:  # noqa: S603  our own words, no shell
        raise Refused(("Nothing was installed.", "未安装任何内容。"))


def fill(environment: Path, manifest: dict[str, Any]) -> None:
    """Make the environment and install every wheel, each held to its hash by pip as well."""
    venv.EnvBuilder(clear=True, symlinks=not ON_WINDOWS, with_pip=False).create(environment)
    python = python_of(environment)
    pip = HERE / manifest["installer"] / "pip"
    options = ["--isolated", "--no-index", "--only-binary", ":all:", "--require-hashes"]
    quiet = ["--quiet", "--no-cache-dir", "--disable-pip-version-check", "--no-input"]
    wheels = ["--find-links", str(HERE / "wheels"), "--requirement", str(HERE / "requirements.txt")]
    run([python, "-I", "-B", str(pip), "install", *options, *quiet, *wheels])
    told = run([python, "-I", "-m", "celadon", "--version"]).strip()
    if told != f"celadon {manifest['celadon']}":
        raise Refused(
            (
                f"celadon was installed but says {told!r}. Install it again.",
                f"celadon 已安装，但版本显示为 {told!r}，请重新安装。",
            )
        )
    run([python, "-I", "-m", "celadon", "doctor", "--json"])  # every library loads on this machine


def run(words: list[str]) -> str:
    """Run a program without any setting of pip or Python from outside; its standard output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PIP_", "PYTHON"))
    }
    done = subprocess.run(  # noqa: S603  our own words, and no shell
        words,
        env={**kept, "PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"},
        cwd=HERE,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        told = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        raise Refused(
            (
                f"The installation failed; what was there before is unchanged.\n{told}",
                "安装失败，原有安装未作改动（原因见上）。",
            )
        )
    return done.stdout


def switch(home: Path, environment: Path) -> None:
    """Let the start script use this environment from now on."""
    target = home / "bin" / INSTALLED
    target.parent.mkdir(exist_ok=True)
    place(target, (HERE / LAUNCHER).read_bytes(), 0o755)
    place(home / CURRENT, (environment.name + os.linesep).encode("ascii"), 0o644)


def place(path: Path, content: bytes, mode: int) -> None:
    """Write a file as a whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content)
    beside.chmod(mode)
    beside.replace(path)


def python_of(environment: Path) -> str:
    """The Python of an environment."""
    inside = ("Scripts", "python.exe") if ON_WINDOWS else ("bin", "python")
    return str(environment.joinpath(*inside))


def remove(home: Path) -> None:
    """Delete what install made, and nothing else; workspaces are elsewhere and stay."""
    if not (home / CURRENT).is_file():
        raise Refused((f"celadon is not installed in {home}.", f"{home} 中没有安装 celadon。"))
    for path in home.glob("env-*"):
        shutil.rmtree(path)
    for path in (home / "bin" / INSTALLED, home / CURRENT):
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.new").unlink(missing_ok=True)
    for folder in (home / "bin", home):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    say(
        "Removed. Your workspaces are untouched.",
        "已卸载。您的工作区未作改动。",
    )


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


def command_line() -> argparse.ArgumentParser:
    """What can be typed."""
    parser = argparse.ArgumentParser(prog="install", description=__doc__)
    parser.add_argument(
        "--home",
        type=Path,
        default=None,
        help="where to install; CELADON_HOME, else a folder of this user. 安装位置。",
    )
    parser.add_argument("--remove", action="store_true", help="remove celadon. 卸载。")
    return parser


def main() -> int:
    """Install or remove; 2 where that was refused, with the reason in both languages."""
    speak_anywhere()
    asked = command_line().parse_args()
    home = (asked.home or default_home()).expanduser().absolute()
    try:
        (remove if asked.remove else install)(home)
    except Refused as refused:
        for english, chinese in refused.messages:
            say(english, chinese)
        return 2
    except OSError as error:
        place_of = error.filename or home
        say(
            f"{place_of}: {error.strerror or error}. Check that you may write there, and that the"
            " disk is not full; what was there before is unchanged.",
            f"{place_of}：{error.strerror or error}。请检查写入权限与磁盘空间，原有安装未作改动。",
        )
        return 2
    except KeyboardInterrupt:
        say("Stopped; what was there before is unchanged.", "已中断，原有安装未作改动。")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
