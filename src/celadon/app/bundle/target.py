"""The machine that a bundle is for: a platform and a minor version of Python."""

from __future__ import annotations

import platform as system_here
import re
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from packaging.markers import Environment, Marker

from celadon.errors import Fault, WorkspaceError

LEAST_MINOR = 11
"""celadon needs Python 3.11 or later."""

HERE = "here"
"""The platform of the machine that makes the bundle."""

_LAST_PATCH = 99  # later than any release of a minor version


@dataclass(frozen=True, slots=True)
class Target:
    """A platform and a minor version of Python.

    Parameters
    ----------
    platform : one of ``platforms()``, such as ``windows-x86_64``.
    python : such as ``3.12``; wheels of compiled packages fit one minor version only.
    """

    platform: str
    python: str
    _facts: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, platform: str | None, python: str | None) -> Target:
        """The target that two options name; this machine where they name none.

        Raises
        ------
        WorkspaceError
            If the platform is not known, or the version of Python is not 3.11 or later.

        Examples
        --------
        >>> Target.of("windows-x86_64", "3.12").scripts
        'windows'
        """
        named = _platform_here() if platform in (None, HERE) else str(platform)
        if named not in platforms():
            rule = f"one of: {HERE}, {', '.join(platforms())}"
            fault = Fault(("--platform",), named, rule, "name one of these")
            raise WorkspaceError(f"A bundle cannot be made for {named}", [fault])
        wanted = python or f"{sys.version_info[0]}.{sys.version_info[1]}"
        minor = re.fullmatch(r"3\.(\d{1,2})", wanted, re.ASCII)
        if minor is None or int(minor[1]) < LEAST_MINOR:
            rule = f"3.{LEAST_MINOR} or later, with its minor version: 3.{LEAST_MINOR}"
            fault = Fault(("--python",), wanted, rule, f"celadon bundle OUT --python {_newest()}")
            raise WorkspaceError(f"celadon does not run on Python {wanted}", [fault])
        return cls(named, wanted, platforms()[named])

    @property
    def tags(self) -> tuple[str, ...]:
        """Platform tags of wheels that run there, the most preferred first."""
        return tuple(self._facts["tags"])

    @property
    def scripts(self) -> str:
        """Which start scripts go with it: ``unix`` or ``windows``."""
        return str(self._facts["scripts"])

    @property
    def newline(self) -> str:
        """How lines end there."""
        return "\r\n" if self.scripts == "windows" else "\n"

    @property
    def machines(self) -> tuple[str, ...]:
        """What a machine of the platform calls itself; see the installer's ``machine_here``."""
        return tuple(self._facts["machines"])

    def needs(self, language: str) -> str:
        """What the machine must be, in words."""
        return str(self._facts[f"needs_{language}"])

    def holds(self, marker: Marker | None, extra: str = "") -> bool:
        """Whether a requirement with this marker is needed there, on any patch of the version."""
        if marker is None:
            return True
        patches = (0, _LAST_PATCH)
        return any(marker.evaluate(self._environment(patch, extra)) for patch in patches)

    def _environment(self, patch: int, extra: str) -> dict[str, str]:
        markers: dict[str, str] = self._facts["markers"]
        full = f"{self.python}.{patch}"
        environment = Environment(
            implementation_name="cpython",
            implementation_version=full,
            os_name=markers["os_name"],
            platform_machine=markers["platform_machine"],
            platform_release="",
            platform_system=markers["platform_system"],
            platform_version="",
            python_full_version=full,
            platform_python_implementation="CPython",
            python_version=self.python,
            sys_platform=markers["sys_platform"],
        )
        return {**environment, "extra": extra}  # type: ignore[dict-item]


@cache
def platforms() -> Mapping[str, Mapping[str, Any]]:
    """The platforms that a bundle can be made for, with what is known of each."""
    text = files("celadon.app").joinpath("data", "bundle", "platforms.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


def _platform_here() -> str:
    named = f"{system_here.system().lower()}-{system_here.machine()}"
    if sys.platform == "win32":
        named = sysconfig.get_platform()
    elif sys.platform == "linux" and system_here.libc_ver()[0] != "glibc":
        return f"{named} without glibc"
    return next((name for name, facts in platforms().items() if named in facts["machines"]), named)


def _newest() -> str:
    return f"3.{max(LEAST_MINOR, sys.version_info[1])}"
