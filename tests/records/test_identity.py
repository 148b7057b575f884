"""The unified social credit code: the worked check, and every slip of one character or one swap.

Golden code: body 91999999MA00FAKE8, sum 2942, 2942 mod 31 = 28, check character 3, worked by hand
from the rule of GB 32100-2015. Division 999999 does not exist.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.build import CODE

from celadon.records.identity import (
    CHARACTERS,
    credit_code_check_character,
    credit_code_fault,
    credit_code_fault_free,
    normalise_credit_code,
)

bodies = st.text(st.sampled_from(CHARACTERS), min_size=17, max_size=17)


def test_the_worked_check() -> None:
    values = [CHARACTERS.index(c) for c in "91999999MA00FAKE8"]
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    assert sum(v * w for v, w in zip(values, weights, strict=True)) == 2942
    assert credit_code_check_character("91999999MA00FAKE8") == "3"
    assert credit_code_fault(CODE) is None


def test_the_set_has_31_characters_and_not_the_five_that_are_mistaken() -> None:
    assert len(set(CHARACTERS)) == 31
    assert not set("IOSVZ") & set(CHARACTERS)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("91999999MA00FAKE84", "the first 17 characters give 3"),
        ("91999999MA00FAEK83", "the check character is 3"),
        ("91999999MA00FAKE8", "17 characters, not 18"),
        ("91999999MA00FAIE83", "it holds I, which the code does not use"),
        ("", "0 characters"),
        (CODE + "3", "19 characters"),
    ],
)
def test_what_is_wrong_is_said(code: str, part: str) -> None:
    assert part in (credit_code_fault(code) or "")
    assert not credit_code_fault_free(code)


def test_a_lookalike_is_proposed_and_not_read_in_silence() -> None:
    assert credit_code_fault(CODE.replace("00", "OO")) == (
        f"it holds O, which the code does not use; did you mean {CODE}?"
    )
    hopeless = credit_code_fault("Z" * 18)
    assert hopeless is not None
    assert "did you mean" not in hopeless


def test_every_wrong_character_is_caught() -> None:
    for place in range(18):
        for other in set(CHARACTERS) - {CODE[place]}:
            assert credit_code_fault(CODE[:place] + other + CODE[place + 1 :]), (place, other)


def test_every_swap_of_unequal_neighbours_is_caught() -> None:
    for place, (one, other) in enumerate(pairwise(CODE)):
        swapped = CODE[:place] + other + one + CODE[place + 2 :]
        assert (credit_code_fault(swapped) is None) == (one == other), place


@given(bodies, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_every_wrong_character_of_every_code_is_caught(body: str, place: int, other: str) -> None:
    code = body + credit_code_check_character(body)
    assert credit_code_fault(code) is None
    changed = code[:place] + other + code[place + 1 :]
    assert (credit_code_fault(changed) is None) == (changed == code)


@given(bodies, st.integers(0, 16))
def test_every_swap_in_every_code_is_caught(body: str, place: int) -> None:
    code = body + credit_code_check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (credit_code_fault(swapped) is None) == (swapped == code)


def test_a_sum_that_31_divides_has_check_character_0() -> None:
    body = "0" * 17
    assert credit_code_check_character(body) == "0"
    found = 0
    for last in CHARACTERS:  # 28 is prime to 31: exactly one last character makes the sum 0
        changed = "91999999MA00FAKE" + last
        total = sum(CHARACTERS.index(c) * 3**i for i, c in enumerate(changed))
        if total % 31 == 0:
            found += 1
            assert credit_code_check_character(changed) == "0"
    assert found == 1


@pytest.mark.parametrize(
    "text",
    [
        " 91999999ma00fake83 ",
        "９１９９９９９９ＭＡ００ＦＡＫＥ８３",
        "91999999-MA00-FAKE83",
        "91999999\u3000MA00\u00a0FAKE83\n",
        "91999999－MA00FAKE83",
    ],
)
def test_habits_of_writing_are_folded(text: str) -> None:
    assert normalise_credit_code(text) == CODE


def test_a_foreign_character_has_no_check() -> None:
    with pytest.raises(ValueError, match="substring"):
        credit_code_check_character("I" * 17)
