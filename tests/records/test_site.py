"""A declaration tells every fault at once, each with its place, and what to do."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import CODE, interval_meter, plain_site, register_meter

from celadon.errors import DeclarationError, Fault
from celadon.records.site import load_site, site_from_plain

SOUND = """\
format = 1
[site]
id = "pots"
country = "CN"
zone = "Asia/Shanghai"
[owner]
name = "模拟陶瓷厂"
credit_code = "91999999MA00FAKE83"
[[unit]]
id = "kiln"
name_zh = "窑"
[[meter]]
id = "gas"
kind = "interval"
measure = "Nm³"
[[stream]]
id = "gas-in"
carrier = "natural_gas"
from = "outside"
to = "kiln"
meters = ["gas"]
"""


def faults_of(**tables: Any) -> list[Fault]:
    with pytest.raises(DeclarationError) as caught:
        site_from_plain(plain_site(**tables), Path("site.toml"))
    for fault in caught.value.faults:
        assert fault.where[0] == "site.toml"
        assert all((fault.place, fault.found, fault.rule, fault.remedy))
    assert str(len(caught.value.faults)) in caught.value.summary
    return list(caught.value.faults)


def fault_of(**tables: Any) -> Fault:
    (fault,) = faults_of(**tables)
    return fault


def unit(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, **more}


def stream(name: str = "s", **more: Any) -> dict[str, Any]:
    plain = {"id": name, "carrier": "coke", "from": "outside", "to": "kiln", "stock": True}
    return {**plain, **more}


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(SOUND, encoding="utf-8")
    site = load_site(path)
    assert site.units[0].name("zh") == "窑"
    assert site.units[0].name("en") == "窑"
    assert site.meters[0].measure == "Nm3"
    assert site.streams[0].origin == "outside"


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load_site(path).id == "pots"


@pytest.mark.parametrize(
    ("data", "found", "remedy"),
    [
        (SOUND.encode("gb18030"), "bytes that are not UTF-8", "save the file as UTF-8"),
        (b"[site\nid = 1", "line 1", "correct the line named above"),
        (b"[site]\nid = 'a'\nid = 'b'\n", "line 3", "correct the line named above"),
    ],
)
def test_a_file_that_is_no_toml_is_refused(
    tmp_path: Path, data: bytes, found: str, remedy: str
) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(data)
    with pytest.raises(DeclarationError, match=r"Cannot read site\.toml") as caught:
        load_site(path)
    assert found in caught.value.faults[0].found
    assert caught.value.faults[0].remedy == remedy


def test_every_kind_of_fault_is_told_at_once() -> None:
    plain = tomllib.loads("""
    colour = "green"
    units = []
    [site]
    id = "Pots"
    country = "China"
    zone = "Asia/Peking"
    industry = "C31"
    [owner]
    credit_code = "91999999MA00FAKE84"
    boss = "x"
    [[unit]]
    id = "kiln"
    parent = "dryer"
    facts = { grade = 57 }
    [[unit]]
    id = "dryer"
    parent = "kiln"
    [[unit]]
    id = "outside"
    [[network]]
    id = "kiln"
    [[meter]]
    id = "m"
    kind = "dial"
    measure = "kilowatts"
    resolution = 0.1
    [[meter]]
    id = "m"
    kind = "register"
    measure = "kWh"
    parent = "n"
    [[product]]
    id = "pots"
    [[stream]]
    id = "pots"
    from = "kiln"
    to = "yard"
    meters = ["m", "-m", "x"]
    stock = true
    sampled_at = "nowhere"
    """)
    plain["site"]["country"] = "CN"
    with pytest.raises(DeclarationError) as caught:
        site_from_plain(plain, Path("site.toml"))
    told = {fault.place.removeprefix("site.toml › "): fault for fault in caught.value.faults}
    assert set(told) >= {
        "units",
        "colour",
        "id",
        "zone",
        "industry",
        "owner.name",
        "owner.boss",
        "[owner] credit_code",
        "[[meter]] 1 (m) › kind",
        "[[meter]] 1 (m) › measure",
        "[[meter]] 1 (m) › resolution",
        "[[meter]] 2 (m)",
        "[[product]] 1 (pots)",
        "[[stream]] 1 (pots) › carrier",
        "meter",
        "unit or network",
        "stream or product",
        "[[stream]] pots to",
        "[[stream]] pots meters",
        "[[stream]] pots sampled_at",
        "[[meter]] m parent",
        "[[unit]] kiln parent",
        "[[unit]] dryer parent",
    }
    assert "Unknown unit 'kilowatts'" in told["[[meter]] 1 (m) › measure"].rule


def test_a_missing_key_is_named() -> None:
    fault = fault_of(meter=[{"id": "m", "kind": "interval"}])
    assert fault.place == "site.toml › [[meter]] 1 (m) › measure"
    assert (fault.found, fault.remedy) == ("nothing", "add the key")


def test_an_unknown_key_is_answered_with_those_there_are() -> None:
    fault = fault_of(unit=[unit("kiln", nmae_zh="窑")])
    assert fault.place == "site.toml › [[unit]] 1 (kiln) › nmae_zh"
    assert "name_zh" in fault.rule
    assert "from" in fault_of(unit=[unit("kiln")], stream=[stream(form="x")]).rule
    assert "credit_code" in fault_of(owner={"name": "x", "credit_code": CODE, "code": "1"}).rule
    assert "accounting" in fault_of(acounting={}).rule


def test_a_number_without_quotes_is_answered_with_the_reason() -> None:
    fault = fault_of(meter=[interval_meter(resolution=0.1)])
    assert fault.found == "0.1"
    assert "quotes" in fault.rule
    assert fault.remedy == "put it in quotes"


def test_a_long_value_is_cut() -> None:
    assert len(fault_of(site={"industry": "1" * 500}).found) == 80


@pytest.mark.parametrize("site", [3, "pots", ["pots"]])
def test_a_site_that_is_no_table_is_a_fault(site: object) -> None:
    with pytest.raises(DeclarationError) as caught:
        site_from_plain({"site": site}, Path("site.toml"))
    assert any(fault.place == "site.toml › site" for fault in caught.value.faults)


@pytest.mark.parametrize("entries", [{"id": "kiln"}, "kiln", ["kiln"], [3]])
def test_entries_that_are_no_tables_are_faults(entries: object) -> None:
    assert "[[unit]]" in fault_of(unit=entries).place


@pytest.mark.parametrize("place", ["top", "site"])
def test_a_plural_table_is_answered_with_how_to_write_it(place: str) -> None:
    plain = plain_site(unit=[unit("kiln")])
    (plain if place == "top" else plain["site"])["meters"] = [interval_meter()]
    with pytest.raises(DeclarationError) as caught:
        site_from_plain(plain, Path("site.toml"))
    assert [fault.remedy for fault in caught.value.faults] == ["write [[meter]]"]


@pytest.mark.parametrize(
    ("tables", "kind"),
    [
        ({"meter": [interval_meter(), interval_meter()]}, "meter"),
        ({"unit": [unit("a"), unit("a")]}, "unit or network"),
        ({"unit": [unit("a")], "network": [unit("a", carrier="coke")]}, "unit or network"),
        ({"unit": [unit("flare")]}, "unit or network"),
        (
            {"unit": [unit("kiln")], "stream": [stream("a"), stream("a")]},
            "stream or product",
        ),
        (
            {
                "unit": [unit("kiln")],
                "stream": [stream("a")],
                "product": [unit("a", monthly="production")],
            },
            "stream or product",
        ),
    ],
)
def test_an_id_is_used_once(tables: dict[str, Any], kind: str) -> None:
    fault = fault_of(**tables)
    assert fault.place == f"site.toml › {kind}"
    assert "more than once" in fault.found


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"stream": [stream(to="kliln")]}, "[[stream]] s to"),
        ({"stream": [stream(**{"from": "yard"})]}, "[[stream]] s from"),
        ({"stream": [stream(stock=False, meters=["-x"])]}, "[[stream]] s meters"),
        ({"stream": [stream(sampled_at="x")]}, "[[stream]] s sampled_at"),
        ({"product": [unit("p", meters=["x"])]}, "[[product]] p meters"),
        ({"unit": [unit("kiln", product="p")]}, "[[unit]] kiln product"),
        ({"unit": [unit("kiln", parent="hall")]}, "[[unit]] kiln parent"),
        ({"meter": [interval_meter(parent="x")]}, "[[meter]] m parent"),
    ],
)
def test_a_name_that_is_not_declared_is_told(tables: dict[str, Any], place: str) -> None:
    fault = fault_of(**{"unit": [unit("kiln")], **tables})
    assert fault.place == f"site.toml › {place}"
    assert "declare the" in fault.remedy


def test_the_four_ends_need_no_declaration() -> None:
    ends = [("outside", "kiln"), ("stock", "kiln"), ("kiln", "flare"), ("kiln", "drain")]
    streams = [stream(f"s{n}", **{"from": a, "to": b}) for n, (a, b) in enumerate(ends)]
    site_from_plain(plain_site(unit=[unit("kiln")], stream=streams), Path("site.toml"))


def test_a_reference_to_an_entry_at_fault_is_no_second_fault() -> None:
    fault = fault_of(
        unit=[unit("kiln")],
        meter=[{"id": "m", "kind": "dial", "measure": "kg"}],
        stream=[stream(stock=False, meters=["m"])],
    )
    assert fault.place == "site.toml › [[meter]] 1 (m) › kind"


@pytest.mark.parametrize("kind", ["unit", "meter"])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_parents_form_a_tree(kind: str, length: int) -> None:
    make = unit if kind == "unit" else interval_meter
    ring = [make(f"a{n}", parent=f"a{(n + 1) % length}") for n in range(length)]
    branch = make("b", parent="a0")  # leads into the ring, is not of it
    found = faults_of(**{kind: [*ring, branch]})
    assert {f.place for f in found} == {
        f"site.toml › [[{kind}]] a{n} parent" for n in range(length)
    }


@pytest.mark.parametrize("meters", [["m", "m"], ["m", "-m"]])
def test_a_meter_counts_once_in_one_sum(meters: list[str]) -> None:
    fault = fault_of(
        unit=[unit("kiln")],
        meter=[interval_meter()],
        stream=[stream(stock=False, meters=meters)],
    )
    assert (fault.place, fault.found) == ("site.toml › [[stream]] s meters", "'m' 2 times")


def test_a_wrong_check_digit_is_refused_unless_a_reason_is_given() -> None:
    owner = {"name": "x", "credit_code": "91999999MA00FAKE84"}
    fault = fault_of(owner=owner)
    assert fault.place == "site.toml › [owner] credit_code"
    assert "GB 32100-2015" in fault.rule
    assert "credit_code_exception" in fault.remedy
    excused = {**owner, "credit_code_exception": "printed so on the licence of 2016"}
    site_from_plain(plain_site(owner=excused), Path("site.toml"))


def test_a_code_is_required_in_china_and_only_there() -> None:
    assert fault_of(owner={"name": "x"}).found == "nothing"
    site_from_plain(plain_site(owner={"name": "x"}, site={"country": "DE"}), Path("site.toml"))


@pytest.mark.parametrize(
    ("meter", "part"),
    [
        (register_meter(maximum=None), "a register needs a physical maximum"),
        (interval_meter(modulus="1000"), "only a register has a modulus"),
        (register_meter(modulus="1000", resolution="0.3"), "whole number of the resolution"),
        (register_meter(modulus="0"), "must be positive"),
        (interval_meter(read_every="month"), "only a register is read by the day or month"),
        (register_meter(read_every="year"), "Input should be"),
        (interval_meter(resolution="0"), "must be positive"),
        (interval_meter(multiplier="-1"), "must be positive"),
        (interval_meter(resolution="1e-13"), "at most 12 decimals"),
        (
            interval_meter(from_day=dt.date(2025, 2, 1), to_day=dt.date(2025, 2, 1)),
            "after from_day",
        ),
        (interval_meter(minutes=7), "Input should be"),
        (interval_meter(stuck_after=-1), "greater than or equal to 0"),
        (interval_meter(resolution="1,5"), "not a decimal number"),
    ],
)
def test_a_meter_is_consistent(meter: dict[str, Any], part: str) -> None:
    plain = {key: value for key, value in meter.items() if value is not None}
    assert part in fault_of(meter=[plain]).rule


@pytest.mark.parametrize(
    "sources", [{}, {"stock": True, "monthly": "purchase"}, {"meters": ["m"], "stock": True}]
)
def test_a_stream_names_one_source_of_activity(sources: dict[str, Any]) -> None:
    plain = {"id": "s", "carrier": "coke", "from": "outside", "to": "kiln", **sources}
    fault = fault_of(unit=[unit("kiln")], meter=[interval_meter()], stream=[plain])
    assert "exactly one source of activity" in fault.rule


def test_a_stream_joins_two_nodes() -> None:
    fault = fault_of(unit=[unit("kiln")], stream=[stream(**{"from": "kiln"})])
    assert "two different nodes" in fault.rule
