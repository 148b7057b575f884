"""The cache of runs: tables that can be made again at any time, trusted only when they are whole.

A cached run is good as long as everything that it read is as it was: the ledger by the hash of its
last line, the declaration by its content, the methods, and celadon by its version and its source.
Of the reference tables it is what they answered; other tables that answer the same change nothing.

A run that is stale still knows much: what its quality rules made of each meter goes by a name that
says all it rests on, and a later run does anew only what has changed its name.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import celadon
from celadon.accounts.pollutants.tables import MONITORED_DAY
from celadon.app.load import LOAD
from celadon.app.loaded_tables import Changed, changed_tables
from celadon.app.result import CACHED, SiteRun
from celadon.app.workspace import Workspace
from celadon.chain import GENESIS, Line, sha256_file
from celadon.errors import TableError
from celadon.records.period import Period
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR, STATE_DAY
from celadon.records.tables import METER_DAY, QUALITY_EVENT, SHARED_DAY
from celadon.reference import Registry
from celadon.reference.methods import methods_digest

if TYPE_CHECKING:
    from celadon.records.quality.memo import Memo

_SOURCES = {".py", ".sql", ".toml", ".csv"}
_HEADER = "header.json"
_FILES = "files"
_REMEMBERED = (
    METER_DAY, SHARED_DAY, METER_TIME, QUALITY_EVENT, ESTIMATE, REPAIR, STATE_DAY, LOAD,
    MONITORED_DAY,
)  # fmt: skip


def state_read(
    lines: list[Line], declaration: str, registry: Registry, changed: Changed = ()
) -> dict[str, Any]:
    """What a run has read, in a form that can be compared.

    Parameters
    ----------
    lines : the lines of the ledger that the run knows.
    declaration : SHA-256 of the declaration.
    changed : reference tables that were changed by hand, which its findings tell.
    """
    return {
        "position": len(lines),
        "ledger": lines[-1]["hash"] if lines else GENESIS,
        "declaration": declaration,
        "reference": registry.digest,
        "changed": [list(each) for each in changed],
        "methods": methods_digest(),
        "code": code_state(),
    }


def code_state() -> str:
    """celadon's version, and a digest of its source: a changed source makes every run stale."""
    return f"{celadon.__version__}+{_source_digest()}"


@cache
def _source_digest() -> str:
    root = Path(celadon.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in _SOURCES and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def present_state(workspace: Workspace, site: str) -> dict[str, Any]:
    """What a run of a site would read now."""
    declaration = sha256_file(workspace.site_file(site))
    changed = changed_tables(workspace)
    return state_read(workspace.ledger(site).lines(), declaration, workspace.registry(), changed)


def store(folder: Path, result: SiteRun) -> None:
    """Leave a run in a folder; its header is written last, and at once, with the files' hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _HEADER).unlink(missing_ok=True)
    hashes = {}
    for schema in CACHED:
        path = folder / f"{schema.name}.parquet"
        schema.write(result.tables[schema.name], path)
        hashes[path.name] = sha256_file(path)
    _put(folder, {**result.header, _FILES: hashes})


def _put(folder: Path, header: dict[str, Any]) -> None:
    """Write a header at once."""
    text = json.dumps(header, ensure_ascii=False, indent=1, sort_keys=True)
    partial = folder / f"{_HEADER}.{os.getpid()}"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / _HEADER)


def recall(workspace: Workspace, site: str, period: Period) -> SiteRun | None:
    """The cached run of a site, if it is whole and nothing that it read has changed."""
    folder = workspace.cache(site, period)
    header = _header(folder)
    now = present_state(workspace, site)
    if header is None or not _is_current(header, now, workspace.registry()):
        return None
    is_new = header["read"] != now
    header["read"] = now
    hashes = header.get(_FILES)
    paths = [folder / f"{schema.name}.parquet" for schema in CACHED]
    if not all(path.is_file() for path in paths):
        return None
    if hashes != {path.name: sha256_file(path) for path in paths}:
        return None
    try:
        tables = {s.name: s.read(path) for s, path in zip(CACHED, paths, strict=True)}
    except TableError:  # left by a source that declared its tables otherwise
        return None
    if is_new and workspace.is_writable:  # it is not to be asked again for the same tables
        _put(folder, header)
    del header[_FILES]
    return SiteRun(workspace.site(site), period, header, tables)


def _is_current(header: dict[str, Any], now: dict[str, Any], registry: Registry) -> bool:
    """Whether all that a run read is as it was; of the reference tables, all that it asked."""
    read = header.get("read")
    if read == now:
        return True
    told = header.get("asked")
    if read is None or told is None or read | {"reference": registry.digest} != now:
        return False
    from celadon.accounts.answers import Answers, rest_digest  # noqa: PLC0415  seldom needed

    answers = Answers(registry)
    return bool(told["rest"] == rest_digest(registry)) and all(
        answers.of(tuple(question)) == answer for *question, answer in told["answers"]
    )


def remember(folder: Path) -> Memo | None:
    """What the cached run of a site, stale or not, knows of its meters and files.

    None where there is none, where a file of it is gone or changed, or another celadon made it.
    """
    from celadon.records.quality.memo import Memo  # noqa: PLC0415  only a new run needs it

    header = _header(folder)
    if header is None or header.get("read", {}).get("code") != code_state():
        return None
    tables = {}
    for schema in _REMEMBERED:
        path = folder / f"{schema.name}.parquet"
        if not path.is_file() or sha256_file(path) != header.get(_FILES, {}).get(path.name):
            return None
        tables[schema.name] = schema.read(path)
    return Memo(header["quality"], tables)


def _header(folder: Path) -> dict[str, Any] | None:
    path = folder / _HEADER
    if not path.is_file():
        return None
    try:
        plain = json.loads(path.read_bytes())
    except ValueError:
        return None
    return plain if isinstance(plain, dict) else None
