"""What a wheel says of itself: name, version, requirements, licence; and its hash."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from celadon.errors import Fault, InputError

_UNSAID = "not said"


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel file.

    Parameters
    ----------
    name : canonical name of the package.
    sha256 : of the file, in lower-case hex.
    size : of the file, in bytes.
    licence : as its metadata say it, ``not said`` where they do not.
    licence_texts : the files of the wheel that hold texts of licences.
    requires : what it requires, with markers.
    """

    path: Path
    name: str
    version: Version
    sha256: str
    size: int
    licence: str
    licence_texts: tuple[str, ...]
    requires: tuple[Requirement, ...]

    @classmethod
    def read(cls, path: Path) -> Wheel:
        """The wheel in a file.

        Raises
        ------
        InputError
            If the file is no wheel.
        """
        try:
            name, version, *_ = parse_wheel_filename(path.name)
            with zipfile.ZipFile(path) as packed:
                metadata = PathDistribution(_info(packed))
                requires = tuple(Requirement(text) for text in metadata.requires or ())
                said, texts = licence_of(metadata), _licence_texts(packed)
        except (InvalidWheelFilename, zipfile.BadZipFile, StopIteration) as error:
            remedy = "download it again, or build it again with pip wheel"
            fault = Fault((path.name,), str(error) or "no metadata", "a wheel", remedy)
            raise InputError(f"{path.name} is not a wheel", [fault]) from None
        size = path.stat().st_size
        return cls(path, str(name), version, sha256_of(path), size, said, texts, requires)


def wheels_in(folder: Path) -> Iterator[Wheel]:
    """All wheels of a folder, by name of the file.

    Raises
    ------
    InputError
        If a file there is no wheel.
    """
    for path in sorted(folder.glob("*.whl")):
        yield Wheel.read(path)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def licence_of(package: Distribution) -> str:
    """The licence that a package's metadata name; a text of a licence is not repeated."""
    said: list[str] = package.metadata.get_all("License-Expression") or []
    if not said:
        listed = package.metadata.get_all("Classifier") or []
        said = [text.rpartition(" :: ")[2] for text in listed if text.startswith("License ::")]
    if not said:
        written = package.metadata.get_all("License") or []
        said = [text.strip().partition("\n")[0].strip() for text in written]
    return "; ".join(text for text in said if text) or _UNSAID


def same_name(text: str) -> str:
    """The canonical name of a package, however it is written."""
    return str(canonicalize_name(text))


def _licence_texts(packed: zipfile.ZipFile) -> tuple[str, ...]:
    """Files of licences and notices in the metadata of a wheel."""
    listed = (entry.partition(".dist-info/") for entry in packed.namelist())
    words = ("licen", "copying", "notice")
    found = [
        f"{head}{mark}{tail}"
        for head, mark, tail in listed
        if mark and any(word in tail.lower() for word in words) and not tail.endswith("/")
    ]
    return tuple(sorted(found))


def _info(packed: zipfile.ZipFile) -> zipfile.Path:
    """The folder of metadata in a wheel."""
    root = zipfile.Path(packed)
    return next(entry for entry in root.iterdir() if entry.name.endswith(".dist-info"))
