"""What every declared table keeps to."""

from __future__ import annotations

import pytest

from celadon.accounts import tables as account_tables
from celadon.assess import tables as assess_tables
from celadon.records import tables as record_tables
from celadon.tables import Schema
from celadon.units import count_unit, parse_unit

DECLARED = [
    thing
    for module in (record_tables, account_tables, assess_tables)
    for thing in vars(module).values()
    if isinstance(thing, Schema)
]


@pytest.fixture(params=DECLARED, ids=lambda schema: schema.name)
def schema(request: pytest.FixtureRequest) -> Schema:
    return request.param


def test_both_languages_say_what_it_is(schema: Schema) -> None:
    assert schema.meaning.endswith(".")
    assert schema.meaning_zh
    for column in schema.columns:
        assert column.meaning, column.name
        assert column.meaning_zh, column.name


def test_a_key_is_never_empty(schema: Schema) -> None:
    nullable = {column.name for column in schema.columns if column.nullable}
    assert nullable.isdisjoint(schema.key)
    assert schema.key


def test_units_are_known(schema: Schema) -> None:
    for column in schema.columns:
        parse_unit(column.unit)


def test_no_column_is_named_twice(schema: Schema) -> None:
    assert len(schema.names) == len(set(schema.names))


def test_small_units_of_measures_are_those_that_amounts_are_counted_in() -> None:
    """A base unit, or for masses that are weighed the kilogram that they are counted in."""
    for unit in account_tables.MEASURES.values():
        assert parse_unit(unit).size == 1 or unit == count_unit(unit)
