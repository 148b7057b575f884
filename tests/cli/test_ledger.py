"""``celadon ledger``: from the first commit to a proof that a stranger checks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import write_activity, write_readings
from tests.cli.speaking import document, refused, typed

from celadon.cli.terminal import phrases
from celadon.records.ledger.in_force import DECLARATION, PACK
from celadon.records.ledger.kinds import KINDS

SITE = "mill"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "plant"
    assert typed("init", folder, "--site", SITE, "--lang", "en").exit_code == 0
    for gap in (40, 41):
        readings = write_readings(folder.parent / f"readings-{gap}.csv", gap)
        done = typed("import", SITE, readings, "--profile", "readings-wide", "-w", folder)
        assert done.exit_code == 0, done.output
    activity = write_activity(folder.parent / "activity.xlsx")
    assert typed("import", SITE, activity, "--profile", "activity", "-w", folder).exit_code == 0
    return folder


@pytest.fixture
def plant(original: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    shutil.copytree(original, folder)
    return folder


def head_of(plant: Path) -> str:
    return typed("ledger", "head", SITE, "-w", plant).stdout.strip()


def test_the_log_tells_every_line(plant: Path) -> None:
    found = document("ledger", "log", SITE, "-w", plant)
    assert found["length"] == 4
    assert [(e["position"], e["kind"], e["file"]) for e in found["lines"]] == [
        (1, "declaration", "site.toml"),
        (2, "reading", "readings-40.csv"),
        (3, "reading", "readings-41.csv"),
        (4, "activity", "activity.xlsx"),
    ]
    text = typed("ledger", "log", SITE, "--last", 2, "-w", plant, "--lang", "en").stdout
    assert "2 earlier: celadon ledger log mill --last 4" in text
    assert "readings-41.csv" in text
    assert "readings-40.csv" not in text
    assert "活动数据" in typed("ledger", "log", SITE, "-w", plant, "--lang", "zh").stdout


def test_the_log_of_a_new_site(tmp_path: Path) -> None:
    typed("init", tmp_path / "new", "--site", SITE, "--lang", "en")
    words = ("ledger", "log", SITE, "-w", tmp_path / "new")
    assert "nothing has been recorded" in typed(*words, "--lang", "en").stdout
    assert document(*words)["lines"] == []


def test_a_sound_ledger_verifies_and_tells_its_head(plant: Path) -> None:
    head = head_of(plant)
    assert head.startswith("4:")
    assert document("ledger", "head", SITE, "-w", plant) == {
        "site": SITE, "position": 4, "hash": head[2:],
    }  # fmt: skip
    found = document("ledger", "verify", SITE, "--head", head, "-w", plant)
    assert (found["commits"], found["head"], found["kept_head_position"]) == (4, head, 4)
    assert found["rows"] == sum(
        e["rows"] for e in document("ledger", "log", SITE, "-w", plant)["lines"]
    )
    text = typed("ledger", "verify", SITE, "-w", plant, "--lang", "en").stdout
    assert "4 commits" in text
    assert "rows" in text
    quick = typed("ledger", "verify", SITE, "--quick", "-w", plant, "--lang", "en").stdout
    assert "rows" not in quick


def test_a_torn_tail_is_told(plant: Path) -> None:
    with (plant / "sites" / SITE / "ledger" / "manifest.jsonl").open("ab") as file:
        file.write(b'{"half')
    assert "6 bytes" in typed("ledger", "verify", SITE, "-w", plant, "--lang", "en").stdout


def test_rows_without_a_line_are_told_by_verify_and_by_a_run(plant: Path) -> None:
    manifest = plant / "sites" / SITE / "ledger" / "manifest.jsonl"
    manifest.write_bytes(b"".join(manifest.read_bytes().splitlines(keepends=True)[:-1]))
    (plant / "heads" / f"{SITE}.head").unlink()  # as in a workspace of before
    text = typed("ledger", "verify", SITE, "-w", plant, "--lang", "en").stdout
    assert "no line names them" in text
    assert "import again what was cut off" in text
    [name] = document("ledger", "verify", SITE, "-w", plant)["unnamed"]
    assert name.startswith("batches/")
    typed("run", SITE, "--period", "2025", "-w", plant)
    rules = [found["rule"] for found in document("findings", SITE, "-w", plant)["findings"]]
    assert "unnamed_rows" in rules


def test_a_ledger_whose_lines_are_all_lost_is_refused(plant: Path) -> None:
    manifest = plant / "sites" / SITE / "ledger" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:60])
    for words in (("ledger", "verify", SITE), ("ledger", "log", SITE), ("run", SITE)):
        error = refused(*words, "-w", plant)
        assert error["kind"] == "ChainBroken"
        assert "import-site" in error["faults"][0]["remedy"]
    assert len(manifest.read_bytes()) == 60


def test_lost_lines_are_told_by_the_head_that_was_kept(plant: Path) -> None:
    head = head_of(plant)
    manifest = plant / "sites" / SITE / "ledger" / "manifest.jsonl"
    manifest.write_bytes(b"".join(manifest.read_bytes().splitlines(keepends=True)[:-1]))
    error = refused("ledger", "verify", SITE, "--head", head, "-w", plant)
    assert "lost from its end" in error["summary"]
    assert refused("ledger", "verify", SITE, "--head", "4", "-w", plant)["kind"] == "LedgerError"


def test_a_damaged_file_is_named_with_its_remedy(plant: Path) -> None:
    batch = next((plant / "sites" / SITE / "ledger" / "batches").glob("*.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1])
    error = refused("ledger", "verify", SITE, "-w", plant)
    assert error["kind"] == "ChainBroken"
    assert error["faults"][0]["where"][0].endswith(batch.name)
    assert "import the original file again" in error["faults"][0]["remedy"]


@pytest.mark.parametrize(
    ("part", "is_gone"), [("rows", False), ("rows", True), ("notes", False), ("original", True)]
)
@pytest.mark.parametrize("remedy", ["import", "import-site"])
def test_a_damaged_batch_is_refused_whole_and_healed_by_both_remedies(
    plant: Path, original: Path, tmp_path: Path, part: str, is_gone: bool, remedy: str
) -> None:
    archive = tmp_path / "mill.zip"
    typed("ledger", "export", SITE, archive, "-w", plant)
    before = document("ledger", "head", SITE, "-w", plant)
    run = ("run", SITE, "--period", "2025-03-01/2025-03-02", "-w", plant)
    account = hash_of(document(*run)) if part == "rows" else ""
    folder = plant / "sites" / SITE / "ledger"
    [line] = [e for e in lines_of(folder) if e.get("source_name") == "activity.xlsx"]
    files = {
        "rows": f"batches/{line['batch']}.parquet", "notes": f"batches/{line['refused']}.json",
        "original": f"sources/{line['source']}",
    }  # fmt: skip
    damaged = folder / files[part]
    if is_gone:
        damaged.unlink()
    else:
        damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    shutil.rmtree(plant / "cache", ignore_errors=True)
    fault = refused("ledger", "verify", SITE, "-w", plant)["faults"][0]
    assert "import the original file again" in fault["remedy"]
    if part == "rows":
        assert refused(*run)["kind"] == "ChainBroken"
    if remedy == "import":
        activity = original.parent / "activity.xlsx"
        [file] = document("import", SITE, activity, "--profile", "activity", "-w", plant)["files"]
        assert file["replayed"]
    else:
        assert document("ledger", "import-site", archive, "-w", plant)["added"] == 0
    assert document("ledger", "verify", SITE, "-w", plant)["commits"] == 4
    assert document("ledger", "head", SITE, "-w", plant) == before
    if part == "rows":
        assert hash_of(document(*run)) == account


def hash_of(found: dict[str, Any]) -> str:
    [run] = found["runs"]
    told: str = run["summary"]["header"]["hash"]
    return told


def lines_of(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "manifest.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_what_was_known_and_how_to_run_with_it(plant: Path) -> None:
    found = document("ledger", "as-of", SITE, "2099-01-01", "-w", plant)
    assert (found["position"], found["commits"], found["declared_at"]) == (4, 4, 1)
    assert found["batches"] == {"reading": 2, "activity": 1}
    assert found["run"].startswith("celadon run mill --as-of 4")
    text = typed("ledger", "as-of", SITE, "2099-01-01", "-w", plant, "--lang", "en").stdout
    assert "position 4 of 4" in text
    assert "celadon run mill --as-of 4" in text
    before = document("ledger", "as-of", SITE, "2001-01-01", "-w", plant)
    assert (before["position"], before["run"]) == (0, None)
    told = typed("ledger", "as-of", SITE, "2001-01-01", "-w", plant, "--lang", "en").stdout
    assert "nothing had been recorded by 2001-01-01 23:59:59" in told
    assert "date" in refused("ledger", "as-of", SITE, "spring", "-w", plant)["summary"]


def test_a_ledger_that_is_gone_is_told_until_it_is_back_or_forgotten(
    plant: Path, original: Path, tmp_path: Path
) -> None:
    archive, head = tmp_path / "mill.zip", head_of(plant)
    typed("ledger", "export", SITE, archive, "-w", plant)
    shutil.rmtree(plant / "sites" / SITE / "ledger")
    period = ("--period", "2025-03-01/2025-03-02")
    activity = original.parent / "activity.xlsx"
    for words in (
        ("run", SITE, *period), ("ledger", "verify", SITE), ("ledger", "head", SITE),
        ("import", SITE, activity, "--profile", "activity"), ("ledger", "export", SITE, archive),
    ):  # fmt: skip
        error = refused(*words, "-w", plant)
        assert error["summary"] == f"The ledger of {SITE} is gone"
        assert f"head {head}" in error["faults"][0]["found"]
    assert not (plant / "sites" / SITE / "ledger").exists()
    assert document("ledger", "import-site", archive, "-w", plant)["added"] == 4
    assert head_of(plant) == head
    assert (
        "Nothing is lost"
        in refused("ledger", "forget", SITE, "--reason", "x", "-w", plant)["summary"]
    )
    shutil.rmtree(plant / "sites" / SITE)
    assert refused("run", SITE, *period, "-w", plant)["summary"] == f"The site {SITE} is gone"
    assert refused("run", *period, "-w", plant)["summary"] == f"The site {SITE} is gone"
    told = typed("ledger", "forget", SITE, "--reason", "sold", "-w", plant, "--lang", "en").stdout
    assert f"given up, on record: what ended at {head}; 0 lines are left" in told
    typed("init", plant, "--site", SITE)
    assert document("ledger", "log", SITE, "-w", plant)["forgotten"][0]["reason"] == "sold"
    assert f"{head}; sold" in typed("ledger", "log", SITE, "-w", plant, "--lang", "en").stdout


def test_an_archive_that_lacks_the_last_lines_says_so(plant: Path, tmp_path: Path) -> None:
    manifest = plant / "sites" / SITE / "ledger" / "manifest.jsonl"
    archive, head = tmp_path / "mill.zip", head_of(plant)
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:3]))
    (plant / "heads").rename(tmp_path / "heads")  # exported when it had three
    typed("ledger", "export", SITE, archive, "-w", plant)
    shutil.rmtree(plant / "sites" / SITE / "ledger")
    (tmp_path / "heads").rename(plant / "heads")
    done = document("ledger", "import-site", archive, "-w", plant)
    assert (done["position"], done["lacking"]) == (3, head)
    text = typed("ledger", "import-site", archive, "-w", plant, "--lang", "en").stdout
    assert f"celadon ledger forget {SITE} --reason WHY" in " ".join(text.split())
    assert "are lost" in refused("ledger", "log", SITE, "-w", plant)["summary"]
    line = document("ledger", "forget", SITE, "--reason", "old copy", "-w", plant)["forgotten"]
    assert (line["head"], line["left"]) == (head, 3)
    assert document("ledger", "log", SITE, "-w", plant)["length"] == 3


def test_a_damaged_declaration_is_kept_again_from_the_one_that_is_there(plant: Path) -> None:
    folder = plant / "sites" / SITE
    [line] = [e for e in lines_of(folder / "ledger") if e["kind"] == "declaration"]
    kept, text = folder / "ledger" / "sources" / line["source"], (folder / "site.toml").read_bytes()
    run = ("run", SITE, "--period", "2025-03-01/2025-03-02", "-w", plant)
    for damaged in (None, text[:-1] + b"x"):
        kept.unlink() if damaged is None else kept.write_bytes(damaged)
        fault = refused("ledger", "verify", SITE, "-w", plant)["faults"][0]
        assert "put site.toml back as it was then and run the site" in fault["remedy"]
        account = hash_of(document(*run))
        assert kept.read_bytes() == text
        assert document("ledger", "verify", SITE, "-w", plant)["commits"] == 4
    # one that was edited since is put back as it was, then run: the remedy as it is printed
    (folder / "site.toml").write_bytes(text + b"\n# edited\n")
    document(*run)
    kept.write_bytes(b"x")
    fault = refused(*run)["faults"][0]
    assert fault["where"][1:] == ["position 1", "site.toml"]
    assert "put site.toml back" in fault["remedy"]
    (folder / "site.toml").write_bytes(text)
    assert hash_of(document(*run)) == account


def test_a_damaged_original_is_a_finding_of_a_run(plant: Path, original: Path) -> None:
    folder = plant / "sites" / SITE / "ledger"
    run = ("run", SITE, "--period", "2025-03-01/2025-03-02", "-w", plant)
    account = hash_of(document(*run))
    [line] = [e for e in lines_of(folder) if e.get("source_name") == "activity.xlsx"]
    kept = folder / "sources" / line["source"]
    sound = kept.read_bytes()
    for damaged in (None, sound[:-1] + b"!"):
        kept.unlink() if damaged is None else kept.write_bytes(damaged)
        assert hash_of(document(*run)) == account
        told = document("findings", SITE, "--period", "2025-03-01/2025-03-02", "-w", plant)
        [found] = [f for f in told["findings"] if f["rule"] == "damaged_original"]
        assert found["subject"] == "activity.xlsx"
        assert refused("ledger", "verify", SITE, "-w", plant)["kind"] == "ChainBroken"
    activity = original.parent / "activity.xlsx"
    typed("import", SITE, activity, "--profile", "activity", "-w", plant)
    assert kept.read_bytes() == sound
    document(*run)
    told = document("findings", SITE, "--period", "2025-03-01/2025-03-02", "-w", plant)
    assert "damaged_original" not in {f["rule"] for f in told["findings"]}


def test_packing_tells_what_it_saved_and_is_done_once(plant: Path) -> None:
    found = document("ledger", "pack", SITE, "-w", plant)
    assert [(p["kind"], p["batches"], p["position"]) for p in found["packed"]] == [
        ("reading", 2, 5)
    ]
    assert found["after"]["files"] < found["before"]["files"]
    words = ("ledger", "pack", SITE, "-w", plant)
    assert "nothing to pack" in typed(*words, "--lang", "en").stdout
    assert "in pack 5" in typed("ledger", "log", SITE, "-w", plant, "--lang", "en").stdout
    assert document("ledger", "verify", SITE, "-w", plant)["commits"] == 5


def test_packing_in_words(plant: Path) -> None:
    text = typed("ledger", "pack", SITE, "-w", plant, "--lang", "en").stdout
    assert "2 batches" in text
    assert "now in pack 5" in text


def test_a_row_is_proved_to_a_stranger(plant: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    words = ("ledger", "prove", SITE, "--file", "readings-40.csv", "--row", 7, "-w", plant)
    text = typed(*words, "--out", proof, "--lang", "en").stdout
    head = head_of(plant)
    assert f"celadon ledger check-proof {proof} --head {head}" in " ".join(text.split())
    shutil.rmtree(plant)
    shown = document("ledger", "check-proof", proof, "--head", head)
    assert (shown["file"], shown["row"], shown["head"]) == ("readings-40.csv", 7, head)
    assert [row["meter"] for row in shown["rows"]] == ["e1", "g1", "w1"]
    told = typed("ledger", "check-proof", proof, "--lang", "en").stdout
    assert "the proof holds" in told
    assert "compare it" in told
    assert "2025-02-28T17:15:00+00:00" in told
    given = typed("ledger", "check-proof", proof, "--head", head, "--lang", "en").stdout
    assert "the head that was given" in given
    other = head[:-1] + ("0" if head[-1] != "0" else "1")
    assert "not hold" in refused("ledger", "check-proof", proof, "--head", other)["summary"]
    plain = json.loads(proof.read_text(encoding="utf-8"))
    plain["text"] = plain["text"].replace("260", "261", 1)
    proof.write_text(json.dumps(plain), encoding="utf-8")
    assert "not hold" in refused("ledger", "check-proof", proof)["summary"]


def test_a_proof_is_a_document_or_a_new_file(
    plant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("ledger", "prove", SITE, "--file", "activity.xlsx", "--row", 2, "-w", plant)
    assert document(*words)["celadon_proof"] == 1
    written = document(*words, "--out", "a.json")
    assert written == {"site": SITE, "proof": "a.json", "head": head_of(plant)}
    assert refused(*words, "--out", "a.json")["summary"] == "The proof would replace something"
    told = typed("ledger", "check-proof", "a.json", "--lang", "en").stdout
    assert "row 2 of activity.xlsx, sheet 台账" in told
    assert "wrote" in typed(*words, "--lang", "en").stdout
    assert len(list(tmp_path.glob("proof-mill-*-2.json"))) == 1


def test_a_proof_to_a_head_that_was_kept(plant: Path) -> None:
    head = head_of(plant)
    typed("ledger", "pack", SITE, "-w", plant)
    words = ("ledger", "prove", SITE, "--file", "readings-40.csv", "--row", 7, "-w", plant)
    last = document(*words, "--head", head)["last_line"]
    assert f"{last['position']}:{last['hash']}" == head
    assert document(*words)["last_line"]["position"] == 5


def test_a_site_goes_through_an_archive(plant: Path, tmp_path: Path) -> None:
    made = document("ledger", "export", SITE, tmp_path, "-w", plant)
    archive = tmp_path / "mill-4.zip"
    assert (made["path"], made["head"]) == (archive.as_posix(), head_of(plant))
    office = tmp_path / "office"
    typed("init", office)
    words = ("ledger", "import-site", archive, "-w", office)
    assert document(*words) == {
        "site": SITE, "position": 4, "added": 4, "restored": [], "kept": [],
            "lacking": "",
    }  # fmt: skip
    assert "known already" in typed(*words, "--lang", "en").stdout
    assert head_of(office) == head_of(plant)
    ours, theirs = (each / "sites" / SITE / "site.toml" for each in (plant, office))
    assert ours.read_bytes() == theirs.read_bytes()
    text = typed("ledger", "export", SITE, tmp_path / "b.zip", "-w", plant, "--lang", "en").stdout
    assert "tell the receiver the head" in text
    assert "would replace" in refused("ledger", "export", SITE, archive, "-w", plant)["summary"]
    assert not (office / "cache" / "incoming" / "mill").exists()


def test_an_archive_puts_damaged_files_back(plant: Path, tmp_path: Path) -> None:
    archive = tmp_path / "mill.zip"
    typed("ledger", "export", SITE, archive, "-w", plant)
    batch = next((plant / "sites" / SITE / "ledger" / "batches").glob("*.parquet"))
    batch.write_bytes(b"rot")
    text = typed("ledger", "import-site", archive, "-w", plant, "--lang", "en").stdout
    assert batch.name in text
    assert "put back" in text
    assert document("ledger", "verify", SITE, "-w", plant)["commits"] == 4


def test_an_archive_that_goes_on_is_taken_on_with_its_declaration(
    plant: Path, tmp_path: Path
) -> None:
    office = tmp_path / "office"
    typed("init", office)
    typed("ledger", "export", SITE, tmp_path / "a.zip", "-w", plant)
    typed("ledger", "import-site", tmp_path / "a.zip", "-w", office)
    ours, theirs = (each / "sites" / SITE / "site.toml" for each in (plant, office))
    ours.write_text(ours.read_text(encoding="utf-8") + "\n# newer\n", encoding="utf-8")
    profiles = ours.parent / "profiles"
    profiles.mkdir()
    (profiles / "own.toml").write_text("a = 1\n", encoding="utf-8")
    typed("ledger", "export", SITE, tmp_path / "b.zip", "-w", plant)
    done = document("ledger", "import-site", tmp_path / "b.zip", "-w", office)
    assert (done["added"], done["kept"]) == (1, [])
    assert theirs.read_bytes() == ours.read_bytes()
    assert (theirs.parent / "profiles" / "own.toml").read_text(encoding="utf-8") == "a = 1\n"
    theirs.write_text("# edited here\n" + theirs.read_text(encoding="utf-8"), encoding="utf-8")
    (theirs.parent / "profiles" / "own.toml").write_text("a = 2\n", encoding="utf-8")
    text = typed("ledger", "import-site", tmp_path / "b.zip", "-w", office, "--lang", "en").stdout
    assert "site.toml differs from the archive's" in text
    assert "profiles/own.toml differs" in text
    assert theirs.read_text(encoding="utf-8").startswith("# edited here")


def test_another_site_of_the_same_id_is_never_replaced(plant: Path, tmp_path: Path) -> None:
    archive = tmp_path / "mill.zip"
    typed("ledger", "export", SITE, archive, "-w", plant)
    office = tmp_path / "office"
    typed("init", office, "--site", SITE)
    declaration = office / "sites" / SITE / "site.toml"
    declaration.write_text(declaration.read_text(encoding="utf-8") + "# another\n", "utf-8")
    before = declaration.read_bytes()
    assert "another site" in refused("ledger", "import-site", archive, "-w", office)["summary"]
    readings = write_readings(tmp_path / "other.csv", 12)
    typed("import", SITE, readings, "--profile", "readings-wide", "-w", office)
    error = refused("ledger", "import-site", archive, "-w", office)
    assert error["summary"] == "The two ledgers part at position 1"
    assert declaration.read_bytes() == before


def test_what_is_no_archive_is_told(plant: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a site", encoding="utf-8")
    assert "no sound archive" in refused("ledger", "import-site", text, "-w", plant)["summary"]
    gone = refused("ledger", "import-site", tmp_path / "gone.zip", "-w", plant)
    assert gone["faults"][0]["found"] == "no such file"


def test_every_kind_of_line_has_a_word() -> None:
    for kind in (*KINDS, DECLARATION, PACK):
        assert f"ledger_kinds.{kind}" in phrases()


def test_an_unknown_site_lists_those_there_are(plant: Path) -> None:
    for verb, *more in (("verify",), ("head",), ("log",), ("as-of", "2025-01-01"), ("pack",)):
        error = refused("ledger", verb, "mil", *more, "-w", plant)
        assert "mill" in error["faults"][0]["rule"]


def test_a_chain_that_was_damaged_inside_is_taken_from_an_archive_as_its_message_says(
    tiny: Path,
) -> None:
    archive = tiny.parent / "kept.zip"
    assert typed("ledger", "export", "mill", archive, "-w", tiny).exit_code == 0
    manifest = tiny / "sites/mill/ledger/manifest.jsonl"
    sound = manifest.read_bytes()
    manifest.write_bytes(sound.replace(b'"rows":', b'"rowz":', 1))
    told = typed("ledger", "verify", "mill", "-w", tiny, "--lang", "en")
    assert told.exit_code != 0
    assert "move the file away" in " ".join(told.stderr.split())
    manifest.rename(tiny.parent / "damaged.jsonl")
    assert typed("ledger", "import-site", archive, "-w", tiny).exit_code == 0
    assert manifest.read_bytes() == sound
    assert typed("ledger", "verify", "mill", "-w", tiny).exit_code == 0
