"""The verb ``recognise``: how a file could be read, and the profile that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from celadon.app.workspace import Workspace
from celadon.errors import DeclarationError, Fault, InputError
from celadon.records.compiled import check_carriers
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Batch, Ledger
from celadon.records.readers.earlier import Earlier
from celadon.records.readers.profile import Profile, load_profile, shipped_profiles
from celadon.records.readers.profile_text import profile_text
from celadon.records.readers.recognise import recognise
from celadon.records.readers.recognition import Guess, NotRecognised, Trace
from celadon.records.site import Site
from celadon.records.templates.returned import is_returned

_LOOKED_THROUGH = 100
"""The last files of a profile in which the meters of a doubtful file are looked for."""


def profile_folder(workspace: Workspace, site: str) -> Path:
    """Where the profiles of a site lie."""
    return workspace.site_file(site).parent / "profiles"


def known_profiles(workspace: Workspace, site: str) -> dict[str, Profile]:
    """The profiles that a site's files can be read with, its own before those shipped."""
    folder = profile_folder(workspace, site)
    own = sorted(path.stem for path in folder.glob("*.toml"))
    names = dict.fromkeys([*own, *shipped_profiles()])
    return {name: load_profile(name, [folder]) for name in names}


def recognise_file(workspace: Workspace, site: Site, file: Path) -> Guess:
    """The best guess about how a file is to be read.

    Raises
    ------
    NotRecognised
        If no guess can be made.
    InputError
        If there is no such file, or it is of a kind that is not read at all.
    """
    if not file.is_file():
        here = "a folder" if file.is_dir() else "no such file"
        fault = Fault((str(file),), here, "a file to recognise", "correct the path")
        raise InputError(f"Cannot read {file.name}", [fault])
    if is_returned(file):
        fault = Fault(
            (file.name,), "a returned template", "a template is known by its stamp, not guessed",
            f"celadon template read {site.id} {file}, or celadon import {site.id} {file}",
        )  # fmt: skip
        raise InputError(f"{file.name} needs no profile", [fault])
    carriers = dict(workspace.registry().carriers)
    check_carriers(site, carriers)
    known = known_profiles(workspace, site.id)
    return recognise(file, site, carriers, known, _ReadBefore(workspace.ledger(site.id)).by)


class _ReadBefore:
    """What a ledger tells of the profiles that its readings were read by."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._batches: list[Batch] | None = None

    def by(self, profile: str, meters: frozenset[str]) -> Earlier | None:
        """The last file that a profile of some content took, if it has read all the meters."""
        if self._batches is None:
            self._batches = self._ledger.batches("reading")
        read = [batch for batch in self._batches if batch.profile == profile]
        left = set(meters)
        for batch in reversed(read[-_LOOKED_THROUGH:]):
            left -= set(read_batch(batch, ["meter"])["meter"].unique().to_pylist())
            if not left:
                return Earlier(read[-1].source_name, read[-1].position)
        return None


def undoubted_guess(workspace: Workspace, site: Site, file: Path) -> Guess:
    """The guess about a file, if there is nothing in it for a person to confirm.

    Raises
    ------
    InputError
        If the file is not recognised, or not without doubt; with the command that shows the guess.
    """
    remedy = (
        f"celadon recognise {file} --site {site.id} --save NAME shows the guess and writes it"
        " as a profile to confirm; or name a profile with --profile"
    )
    try:
        guess = recognise_file(workspace, site, file)
    except NotRecognised as refusal:
        told = ", ".join(f"{key} = {value}" for key, value in refusal.numbers.items())
        found = (
            f"{refusal.because.replace('_', ' ')} ({told})"
            if told
            else refusal.because.replace("_", " ")
        )
        wrong = "correct the file or the meters of site.toml, or write a profile (docs/profiles.md)"
        fault = Fault((file.name,), found, "a file that is recognised, or a named profile", wrong)
        raise InputError(f"Cannot tell how {file.name} is to be read", [fault]) from None
    if guess.doubts:
        raise InputError(
            f"Not sure how {file.name} is to be read",
            [_doubt(file, trace, remedy) for trace in guess.doubts],
        )
    return guess


def _doubt(file: Path, trace: Trace, remedy: str) -> Fault:
    found = f"{trace.value!r}, or " + " or ".join(map(repr, trace.others))
    rule = "a guess is used only where nothing in it is doubtful"
    return Fault((file.name, trace.aspect), found, rule, remedy)


def save_guess(
    workspace: Workspace, site: Site, guess: Guess, name: str, comments: Mapping[str, Sequence[str]]
) -> Path:
    """Write the profile of a guess under a name into the site's folder.

    Raises
    ------
    DeclarationError
        If the name is none, or there is a profile of that name already.
    """
    folder = profile_folder(workspace, site.id)
    path = folder / f"{name}.toml"
    if path.exists() or name in shipped_profiles():
        rule = "a profile is never overwritten"
        fault = Fault((str(path),), "a profile of that name", rule, "choose another name")
        raise DeclarationError(f"There is a profile {name!r} already", [fault])
    try:
        named = Profile.model_validate(guess.profile.model_dump() | {"id": name})
    except ValueError:
        rule = "lower-case letters, digits and hyphens"
        fault = Fault(("--save", name), repr(name), rule, "choose such a name")
        raise DeclarationError(f"{name!r} cannot name a profile", [fault]) from None
    folder.mkdir(exist_ok=True)
    path.write_text(profile_text(named, comments), encoding="utf-8")
    return path
