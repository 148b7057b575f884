"""Phrases: both languages, the same placeholders, and no key that the code asks for in vain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import celadon.report
from celadon.errors import DeclarationError
from celadon.languages import LANGUAGES, Phrase, Phrases
from celadon.report.names import PHRASES

SOURCES = sorted(Path(celadon.report.__file__).parent.rglob("*.py"))
TEMPLATES = sorted(Path(celadon.report.__file__).parent.rglob("*.html"))


def write(folder: Path, text: str) -> str:
    """A package of its own that ships one file of phrases."""
    package = folder / f"phrases_of_{folder.name}"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "phrases.toml").write_text(text, encoding="utf-8")
    return package.name


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_both_languages_say_the_same(key: str) -> None:
    phrase = PHRASES[key]
    values = dict.fromkeys(phrase.placeholders, "<>")
    told = [phrase.text(language, **values) for language in LANGUAGES]
    assert all(text.count("<>") >= len(values) for text in told)
    assert all(text.strip() for text in told)


def test_every_key_that_the_code_asks_for_is_there() -> None:
    asked = {
        (path.name, key)
        for path in [*SOURCES, *TEMPLATES]
        for key in re.findall(r"\bsay\(\s*['\"]([a-z_]+\.[a-z_0-9]+)['\"]", path.read_text("utf-8"))
    }
    assert len(asked) > 100
    assert [place for place in asked if place[1] not in PHRASES] == []


def test_every_phrase_is_used() -> None:
    """A phrase that nothing asks for is dead; groups that data choose from are left out."""
    open_groups = (
        "accounts", "measures", "scopes", "ends", "parameters", "rungs", "severity",
    )  # fmt: skip
    text = "\n".join(path.read_text("utf-8") for path in [*SOURCES, *TEMPLATES])
    built = re.compile(r"say\(f['\"]([a-z_]+)\.\{")
    built_groups = set(built.findall(text))
    dead = [
        key
        for key in PHRASES
        if key.partition(".")[0] not in (*open_groups, *built_groups)
        and not re.search(rf"['\"]{re.escape(key)}['\"]", text)
    ]
    assert dead == []


def test_an_unknown_key_says_what_is_near() -> None:
    with pytest.raises(KeyError, match=r"no phrase 'report\.totl'.*report\.total"):
        PHRASES.text("report.totl", "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'zh' or 'en', not 'fr'"):
        PHRASES.text("report.total", "fr")


def test_a_placeholder_without_a_value_is_refused() -> None:
    with pytest.raises(KeyError, match="count"):
        Phrase(en="{count} rows", zh="{count} 行").text("en")


def test_all_faults_of_a_file_are_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write(
        tmp_path,
        'only_english = { en = "a" }\n'
        'empty = { en = "a", zh = " " }\n'
        'differ = { en = "{a}", zh = "{b}" }\n'
        'good = { en = "{a} b", zh = "乙 {a}" }\n',
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DeclarationError) as error:
        Phrases.load(package, "phrases.toml")
    assert {fault.where[1] for fault in error.value.faults} == {"only_english", "empty", "differ"}


def test_nested_tables_give_dotted_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = write(tmp_path, '[a.b]\nc = { en = "see", zh = "丙" }\nd.en = "dee"\nd.zh = "丁"\n')
    monkeypatch.syspath_prepend(tmp_path)
    phrases = Phrases.load(package, "phrases.toml")
    assert {key: phrases.text(key, "zh") for key in phrases} == {"a.b.c": "丙", "a.b.d": "丁"}
