"""``bundle``: what is in the folder, for every platform; nothing half, nothing lost."""

from __future__ import annotations

import csv
import errno
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from packaging import tags as packaging_tags
from packaging.utils import parse_wheel_filename
from tests.app.wheelhouse import (
    INSTALLED,
    VERSION,
    can_cut_network,
    use_tiny,
    write_index,
    write_source,
    write_wheel,
)

import celadon
from celadon.app import bundling
from celadon.app.bundle import gathering, pip
from celadon.app.bundle.folder import read_manifest
from celadon.app.bundle.gathering import Member, Project, Step
from celadon.app.bundle.target import Target, platforms
from celadon.app.bundle.wheel import licence_of, wheels_in
from celadon.app.bundling import Bundled, bundle, celadon_project
from celadon.errors import CeladonError, RequirementMissing, WorkspaceError

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "src" / "celadon" / "app" / "data" / "bundle"

Make = Callable[..., Bundled]
Made = Callable[[str, str], Bundled]


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_index(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("source"))


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, index: Path, source: Path, tmp_path: Path) -> Make:
    """Makes a bundle of the tiny celadon by pip, by default at ``tmp_path / "bundle"``."""
    use_tiny(monkeypatch, source, index)

    def made(*words: str, at: Path | None = None) -> Bundled:
        return bundle(at or tmp_path / "bundle", *words)

    return made


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory, index: Path, source: Path) -> Made:
    """Bundles of the tiny celadon that tests only read, each made once."""
    known: dict[tuple[str, str], Bundled] = {}

    def made(platform: str, python: str) -> Bundled:
        if (platform, python) not in known:
            with pytest.MonkeyPatch.context() as patch:
                use_tiny(patch, source, index)
                place = tmp_path_factory.mktemp("bundle") / "bundle"
                known[platform, python] = bundle(place, platform, python)
        return known[platform, python]

    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, make: Make, index: Path, tmp_path: Path) -> Make:
    """As ``make``, its wheels copied without pip: for what is not about wheels."""

    def gather(project: Project, target: Target, folder: Path, step: Step) -> list[Member]:
        write_wheel(folder, project.name, VERSION)
        return [Member(wheel, "source") for wheel in wheels_in(folder)]

    def download(wanted: Sequence[str], folder: Path, target: Target) -> None:
        shutil.copy(next(index.glob(f"{wanted[0]}-*.whl")), folder)

    monkeypatch.setattr(bundling, "gather", gather)
    monkeypatch.setattr(bundling, "download", download)
    return make


def manifest_of(made: Bundled) -> dict[str, Any]:
    manifest = read_manifest(made.folder)
    assert manifest is not None
    return manifest


def texts_of(folder: Path) -> dict[str, bytes]:
    """All files but wheels, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def names_of(made: Bundled) -> dict[str, str]:
    return {member.wheel.name: member.origin for member in made.members}


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir() if path != folder)


def test_windows_gets_what_only_windows_needs(bundles: Made) -> None:
    made = bundles("windows-x86_64", "3.12")
    assert names_of(made) == {
        "ash": "installed", "celadon": "source", "glaze": "newest", "kiln": "installed"
    }  # fmt: skip
    wheels = {path.name for path in (made.folder / "wheels").iterdir()}
    installer = Path(manifest_of(made)["installer"]).name
    assert wheels == {
        "ash-2.0-cp312-cp312-win_amd64.whl", "celadon-0.1.0-py3-none-any.whl",
        "glaze-3.1-py3-none-any.whl", "kiln-1.2-py3-none-any.whl", installer,
    }  # fmt: skip
    assert installer.startswith("pip-")


def test_an_older_python_gets_what_only_it_needs(bundles: Made) -> None:
    made = bundles("linux-x86_64", "3.11")
    assert set(names_of(made)) == {"ash", "celadon", "kiln", "saggar"}
    assert any(path.name.endswith("cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")
               for path in (made.folder / "wheels").iterdir())  # fmt: skip


def test_every_file_is_told_with_its_hash(bundles: Made) -> None:
    made = bundles("linux-x86_64", "3.12")
    manifest = manifest_of(made)
    listed = {entry["path"] for entry in manifest["files"]}
    there = {p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*") if p.is_file()}
    assert there - listed == {"manifest.json"}
    assert (manifest["celadon"], manifest["platform"], manifest["python"]) == (
        VERSION, "linux-x86_64", "3.12"
    )  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", manifest["built"])
    assert manifest["packages"][2]["version"] == INSTALLED["kiln"]
    lines = (made.folder / "requirements.txt").read_text("utf-8").splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["ash==2.0", "celadon==0.1.0", "kiln==1.2"]
    assert all(re.search(r" --hash=sha256:[0-9a-f]{64}$", line) for line in lines)
    assert made.size == sum(p.stat().st_size for p in made.folder.rglob("*") if p.is_file())
    sums = (made.folder / "SHA256SUMS").read_text("utf-8").splitlines()
    hashes = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    assert {line[66:]: line[:64] for line in sums}.items() <= hashes.items()
    assert len(sums) == len(hashes) - 1


def test_licences_are_listed_with_the_place_of_their_text(bundles: Made) -> None:
    made = bundles("linux-x86_64", "3.12")
    with (made.folder / "licences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["package"] for row in rows] == ["ash", "celadon", "kiln", "pip"]
    for row in rows:
        assert row["licence"] == ("MIT" if row["package"] != "pip" else _licence("pip"))
        with zipfile.ZipFile(made.folder / "wheels" / row["wheel"]) as packed:
            assert row["text in the wheel"].split()[0] in packed.namelist()


def test_nothing_tells_where_the_wheels_came_from(bundles: Made, index: Path) -> None:
    made = bundles("windows-x86_64", "3.12")
    for name, content in texts_of(made.folder).items():
        text = content.decode()
        assert str(index) not in text, name
        assert str(made.folder.parent) not in text, name
        assert "://" not in text, name
        assert "{{" not in text, name


def test_the_same_again_is_the_same_to_the_bit(make: Make, bundles: Made) -> None:
    one = manifest_of(bundles("linux-x86_64", "3.12"))
    other = manifest_of(make("linux-x86_64", "3.12"))
    differing = {key for key in one if one[key] != other[key]}
    assert differing <= {"built"}


def test_the_time_can_be_given(quick: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert manifest_of(quick())["built"] == "1970-01-02T00:00:00Z"


def test_the_scripts_fit_the_system(bundles: Made) -> None:
    unix = bundles("linux-x86_64", "3.12").folder
    windows = bundles("windows-x86_64", "3.12").folder
    assert {"install.sh", "celadon.sh"} == {path.name for path in unix.glob("*.sh")}
    assert os.access(unix / "install.sh", os.X_OK) or os.name == "nt"
    assert not list(unix.glob("*.cmd"))
    assert not list(windows.glob("*.sh"))
    assert all(b"\r" not in content for content in texts_of(unix).values())
    for name in ("install.cmd", "celadon.cmd", "README.txt", "no-python.txt", "not-installed.txt"):
        content = (windows / name).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 1, name
    assert (windows / "README.txt").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["install.cmd", "celadon.cmd"])
def test_a_script_of_windows_is_ascii_and_jumps_to_what_is_there(bundles: Made, name: str) -> None:
    text = (bundles("windows-x86_64", "3.12").folder / name).read_bytes().decode("ascii")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    jumps = set(re.findall(r"\b(?:goto |call :)(\w+)", text))
    assert jumps <= labels
    named = set(re.findall(r"%~dp0([\w.-]+\.\w+)", text))
    assert {"no-python.txt", "install.py", "not-installed.txt"} >= named
    assert named
    assert "DisableDelayedExpansion" in text, "a path may hold an exclamation mark"


def test_both_languages_say_all(bundles: Made) -> None:
    folder = bundles("windows-x86_64", "3.12").folder
    for name in ("README.txt", "no-python.txt", "not-installed.txt"):
        text = (folder / name).read_text("utf-8-sig")
        assert re.search("[\u4e00-\u9fff]{4}", text), name
        assert re.search("[a-z]{4} [a-z]{2}", text), name
    readme = (folder / "README.txt").read_text("utf-8-sig")
    for word in ("Remove", "卸载", "Update", "更新", "Check", "核对", "--remove", "Python 3.12"):
        assert word in readme


@pytest.mark.parametrize(
    ("platform", "python"),
    [
        ("linux-x86_64", "3.11"),
        ("linux-x86_64", "3.12"),
        ("linux-aarch64", "3.13"),
        ("windows-x86_64", "3.12"),
        ("macos-arm64", "3.13"),
    ],
)
def test_the_wheels_fit_the_platform(bundles: Made, platform: str, python: str) -> None:
    made = bundles(platform, python)
    target = Target.of(platform, python)
    version = tuple(int(part) for part in python.split("."))
    named = list(target.tags)
    if platform.startswith("macos"):
        named = list(packaging_tags.mac_platforms((12, 0), "arm64"))
        assert set(target.tags) <= set(named)
    fits = {
        *packaging_tags.cpython_tags(version, platforms=named),
        *packaging_tags.compatible_tags(version, platforms=named),
    }
    for path in (made.folder / "wheels").iterdir():
        assert parse_wheel_filename(path.name)[3] & fits, path.name


def test_pip_itself_accepts_the_windows_bundle(bundles: Made, tmp_path: Path) -> None:
    made = bundles("windows-x86_64", "3.12")
    words = ["install", "--isolated", "--dry-run", "--no-deps", "--no-index", "--require-hashes"]
    words += ["--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.12"]
    words += ["--find-links", str(made.folder / "wheels"), "--target", str(tmp_path / "none")]
    words += ["--requirement", str(made.folder / "requirements.txt")]
    for platform, fits in (("win_amd64", True), ("macosx_12_0_arm64", False)):
        done = subprocess.run(
            [sys.executable, "-m", "pip", *words, "--platform", platform],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is fits, done.stderr


def test_tags_of_this_machine_are_those_that_packaging_knows() -> None:
    here = Target.of(None, None)
    assert here.platform in platforms()
    assert here.python == f"{sys.version_info[0]}.{sys.version_info[1]}"
    if here.platform.startswith("linux"):
        known = {tag.platform for tag in packaging_tags.sys_tags()}
        assert set(here.tags) <= known, "this machine has an older glibc than a bundle needs"
    assert Target.of("here", None) == here


def test_wheels_that_are_missing_are_all_named(
    make: Make, index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    poor = tmp_path / "poor"
    poor.mkdir()
    for path in index.glob("*.whl"):
        if not path.name.startswith(("ash", "pip")):
            shutil.copy(path, poor)
    shutil.copy(next(index.glob("kiln-1.3*")), poor / "ash-2.0-cp312-cp312-win_arm64.whl")
    (poor / "glaze-3.0-py3-none-any.whl").unlink()
    (poor / "glaze-3.1-py3-none-any.whl").unlink()
    (poor / "kiln-1.2-py3-none-any.whl").unlink()
    monkeypatch.setenv("PIP_FIND_LINKS", str(poor))
    with pytest.raises(RequirementMissing) as refused:
        make("windows-x86_64", "3.12")
    assert [fault.place for fault in refused.value.faults] == ["glaze<4,>=3", "kiln==1.2"]
    shutil.copy(index / "kiln-1.2-py3-none-any.whl", poor)
    shutil.copy(index / "glaze-3.0-py3-none-any.whl", poor)
    with pytest.raises(RequirementMissing) as refused:
        make("windows-x86_64", "3.12")
    (fault,) = refused.value.faults
    assert fault.place == "ash==2.0"
    assert fault.found == "no wheel for windows-x86_64, Python 3.12"
    assert "PIP_FIND_LINKS" in fault.remedy
    assert beside(tmp_path / "bundle") == ["poor"]


def test_without_its_source_celadon_is_downloaded_or_told_of(
    make: Make, index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    absent = Project("celadon", VERSION, None)
    monkeypatch.setattr(bundling, "celadon_project", lambda: absent)
    with pytest.raises(RequirementMissing) as refused:
        make("linux-x86_64", "3.12")
    assert "source tree" in refused.value.faults[0].remedy
    more = tmp_path / "more"
    more.mkdir()
    write_wheel(more, "celadon", VERSION, ["kiln"])
    monkeypatch.setenv("PIP_FIND_LINKS", f"{index} {more}")
    assert names_of(make("linux-x86_64", "3.12"))["celadon"] == "installed"


def test_versions_that_do_not_fit_each_other_are_refused(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "installed_version", {**INSTALLED, "glaze": "4.0"}.get)
    with pytest.raises(RequirementMissing) as refused:
        make("windows-x86_64", "3.12")
    (fault,) = refused.value.faults
    assert (fault.place, fault.found) == ("celadon", "glaze 4.0")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("WARNING: Retrying after connection broken by NewConnectionError", "no package index"),
        ("ERROR: bad thing at https" + "://user:secret@index.example/simple", "<address>"),
    ],
)
def test_what_pip_says_is_told_without_addresses(
    make: Make, monkeypatch: pytest.MonkeyPatch, told: str, words: str
) -> None:
    failed = subprocess.CompletedProcess([], 1, "", told)
    monkeypatch.setattr(pip.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(RequirementMissing) as refused:
        make()
    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_build_without_its_backend_says_which(
    make: Make, source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(source, other)
    declared = (other / "pyproject.toml").read_text("utf-8").replace("[]", '["potters-wheel>=7"]')
    (other / "pyproject.toml").write_text(declared, encoding="utf-8")
    project = Project("celadon", VERSION, other)
    monkeypatch.setattr(bundling, "celadon_project", lambda: project)
    with pytest.raises(RequirementMissing) as refused:
        make()
    assert refused.value.faults[0].found == "no potters-wheel>=7"


def test_a_full_disk_leaves_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
    failed = subprocess.CompletedProcess([], 1, "", told)
    monkeypatch.setattr(pip.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(OSError, match="space") as refused:
        make()
    assert refused.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_pip_must_be_there(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pip.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RequirementMissing, match="needs pip") as refused:
        make()
    assert "ensurepip" in refused.value.faults[0].remedy


def test_an_interruption_leaves_what_was_there(
    quick: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bundling, "complete", interrupted)
        with pytest.raises(KeyboardInterrupt):
            quick()
        assert list(tmp_path.iterdir()) == []
    first = quick()
    assert not first.replaced
    with monkeypatch.context() as patch:
        patch.setattr(bundling, "complete", interrupted)
        with pytest.raises(KeyboardInterrupt):
            quick()
    assert manifest_of(first)["celadon"] == VERSION
    assert beside(first.folder) == []


def test_an_earlier_bundle_is_replaced_and_leftovers_of_a_killed_one_go(
    quick: Make, tmp_path: Path
) -> None:
    place = tmp_path / "离线 [安装] 包"
    left = tmp_path / f".{place.name}.partial-killed"
    (left / "bundle").mkdir(parents=True)
    stranger = tmp_path / ".离线 安 包.partial-mine"
    stranger.mkdir()
    assert not quick(at=place).replaced
    assert quick("windows-x86_64", "3.12", at=place).replaced
    assert not list(place.glob("*.sh"))
    assert beside(place) == [stranger.name]


def test_a_second_bundle_at_once_is_refused(quick: Make, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".bundle.lock"), pytest.raises(WorkspaceError, match="being written"):
        quick()


@pytest.mark.parametrize(
    ("name", "text"),
    [("notes.txt", "mine"), ("manifest.json", "{"), ("manifest.json", '{"format": "other"}')],
)
def test_a_folder_with_other_files_is_left_alone(
    quick: Make, tmp_path: Path, name: str, text: str
) -> None:
    place = tmp_path / "bundle"
    place.mkdir()
    (place / name).write_text(text, encoding="utf-8")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        quick()
    assert (place / name).read_text("utf-8") == text
    assert beside(place) == []


def test_a_file_that_a_person_added_is_not_lost(quick: Make) -> None:
    added = quick().folder / "wheels" / "note.txt"
    added.write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError) as refused:
        quick()
    assert "wheels/note.txt" in refused.value.faults[0].found
    assert added.is_file()


def test_a_file_and_the_folder_one_stands_in_are_refused(
    quick: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    for place in (Path(), Path(".."), Path("file")):
        with pytest.raises(WorkspaceError):
            quick(at=place)


@pytest.mark.parametrize(
    "words", [("amiga", "3.12"), ("linux-x86_64", "3.10"), ("here", "3"), ("here", "3.x"),
              ("here", "4.0"), ("here", "3.12.1")],
)  # fmt: skip
def test_an_unknown_target_is_refused(quick: Make, words: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError):
        quick(*words)
    assert list(tmp_path.iterdir()) == []


def test_the_project_is_this_repository() -> None:
    project = celadon_project()
    assert project.name == "celadon"
    assert project.version == celadon.__version__
    assert project.source == REPOSITORY


def test_the_source_tree_is_left_as_it_is(source: Path, tmp_path: Path) -> None:
    before = sorted(source.rglob("*"))
    built = pip.build(source, tmp_path)
    assert built.name == f"celadon-{VERSION}-py3-none-any.whl"
    assert sorted(source.rglob("*")) == before


def test_the_package_holds_what_a_bundle_is_made_of() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    patterns = ["*.py", *project["tool"]["setuptools"]["package-data"]["*"]]
    files = [path for path in DATA.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(files) > 8
    lost = [p.name for p in files if not any(fnmatch.fnmatch(p.name, one) for one in patterns)]
    assert lost == [], "add their patterns to package-data in pyproject.toml"


def test_what_celadon_stands_on_is_found_for_windows(
    monkeypatch: pytest.MonkeyPatch, index: Path, tmp_path: Path
) -> None:
    """The true tree of requirements, each package with a wheel that does nothing."""
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    waiting, seen = ["celadon"], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = distribution(name)
        except ModuleNotFoundError:
            write_wheel(stubs, name.replace("-", "_"), "1.0")  # needed on Windows only
            continue
        requires = [text for text in package.requires or () if "extra ==" not in text]
        write_wheel(stubs, name.replace("-", "_").lower(), package.version, requires)
        waiting += [re.split(r"[^\w-]", text)[0].replace("_", "-").lower() for text in requires]
    use_tiny(monkeypatch, None, index)
    monkeypatch.setenv("PIP_FIND_LINKS", f"{index} {stubs}")
    monkeypatch.setattr(gathering, "installed_version", _version)
    made = names_of(bundle(tmp_path / "windows", "windows-x86_64", "3.12"))
    here = find_spec("tzdata") is not None  # pandas brings it, and pandas comes with an extra
    assert (made["tzdata"], made["colorama"]) == ("installed" if here else "newest", "newest")
    assert {"duckdb", "pydantic-core", "numpy"} <= set(made)
    assert made["duckdb"] == "installed"
    linux = names_of(bundle(tmp_path / "linux", "linux-x86_64", "3.12"))
    assert set(made) - set(linux) == {"tzdata", "colorama"}


def _version(name: str) -> str | None:
    try:
        return distribution(name).version
    except ModuleNotFoundError:
        return None


def _licence(name: str) -> str:
    return licence_of(distribution(name))


@pytest.mark.long
def test_the_true_bundle_runs_the_demonstration(tmp_path: Path) -> None:
    try:
        made = bundle(tmp_path / "离线 安装包")
    except CeladonError as error:
        if "no package index" in str(error):
            pytest.skip("pip reaches no package index from here")
        raise
    assert made.size < 400_000_000
    home = tmp_path / "家"
    environment = {"PATH": os.defpath, "HOME": str(home), "CELADON_PYTHON": sys.executable}
    shell = ["unshare", "-n", "sh"] if can_cut_network() else ["sh"]
    for words in (
        ("install.sh", "--home", home), ("celadon.sh", "doctor"),
        ("celadon.sh", "demo", tmp_path / "demo"),
    ):  # fmt: skip
        done = subprocess.run(
            [*shell, made.folder / words[0], *words[1:]],
            env={**environment, "CELADON_HOME": str(home)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "demo" / "out" / "works").is_dir()


def test_manifest_is_json_that_people_can_read(quick: Make) -> None:
    text = (quick().folder / "manifest.json").read_text("utf-8")
    assert text.endswith("}\n")
    assert json.loads(text)["format"] == "celadon-bundle/1"
