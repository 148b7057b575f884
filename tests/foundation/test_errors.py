from __future__ import annotations

import pickle
import re

import pytest

from celadon import errors
from celadon.errors import CeladonError, ChainBroken, Fault, LedgerError, LookupRefused

FAULT = Fault(
    ("purchases.xlsx", "采购", "D17"),
    '"12,5t"',
    "purchases.quantity: number, unit in the header (t)",
    'write 12.5, or declare decimal = "," in the profile',
)


def test_a_fault_says_where_what_which_rule_and_what_to_do() -> None:
    assert str(FAULT) == (
        "purchases.xlsx › 采购 › D17\n"
        '  found     "12,5t"\n'
        "  rule      purchases.quantity: number, unit in the header (t)\n"
        '  do        write 12.5, or declare decimal = "," in the profile'
    )


def test_an_error_lists_every_fault() -> None:
    other = Fault(("site.toml", "[owner]"), "nothing", "a name", "add the key")
    message = str(CeladonError("Cannot read two files", [FAULT, other]))
    assert message.startswith("Cannot read two files\n")
    assert str(FAULT) in message
    assert str(other) in message


def test_a_refused_lookup_names_what_missed_by_least() -> None:
    error = LookupRefused("No factor", [FAULT], near=["coke, edition 2015: ended 2022-12-31"])
    assert str(error).endswith("  near      coke, edition 2015: ended 2022-12-31")
    assert str(FAULT) in str(error)


def test_an_error_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(LookupRefused("No factor", [FAULT], ["a", "b"])))  # noqa: S301
    assert (error.summary, error.faults, error.near) == ("No factor", (FAULT,), ("a", "b"))


def defined_errors() -> list[type[CeladonError]]:
    return [
        thing
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, CeladonError)
    ]


def test_the_tree_at_the_head_of_the_module_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert sorted(drawn) == sorted(e.__name__ for e in defined_errors() if e is not CeladonError)


@pytest.mark.parametrize("kind", defined_errors())
def test_one_except_clause_catches_every_error(kind: type[CeladonError]) -> None:
    with pytest.raises(CeladonError, match="summary"):
        raise kind("summary")


def test_a_broken_chain_is_a_fault_of_the_ledger() -> None:
    assert issubclass(ChainBroken, LedgerError)
