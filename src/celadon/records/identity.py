"""Identity codes with check characters: the unified social credit code, GB 32100-2015.

Facts and worked check: eighteen characters of a set of thirty-one, weights 3**i mod 31 (confidence
B). Every single wrong character and every swap of unequal neighbours is caught.
"""

from __future__ import annotations

import unicodedata

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The character set; I, O, S, V and Z are not used."""

_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}


def normalise_credit_code(text: str) -> str:
    """Full-width folded to half-width, upper case, without blanks and hyphens.

    Examples
    --------
    >>> normalise_credit_code(" ９1999999-ma00fake83")
    '91999999MA00FAKE83'
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if not c.isspace() and c != "-")


def credit_code_check_character(body: str) -> str:
    """The eighteenth character that belongs to the first seventeen.

    Raises
    ------
    ValueError
        If a character is not of the set.

    Examples
    --------
    >>> credit_code_check_character("91999999MA00FAKE8")
    '3'
    """
    total = sum(CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return CHARACTERS[(31 - total % 31) % 31]


def credit_code_fault(code: str) -> str | None:
    """What is wrong with a normalised credit code, with a proposal; None if nothing is.

    Examples
    --------
    >>> credit_code_fault("91999999MA00FAKE83") is None
    True
    >>> credit_code_fault("91999999MA00FAKE84")
    'the check character is 4, but the first 17 characters give 3'
    """
    if len(code) != 18:
        return f"it has {len(code)} characters, not 18"
    foreign = [c for c in code if c not in CHARACTERS]
    if foreign:
        proposal = "".join(_LOOKALIKES.get(c, c) for c in code)
        hint = f"; did you mean {proposal}?" if credit_code_fault_free(proposal) else ""
        return f"it holds {', '.join(sorted(set(foreign)))}, which the code does not use{hint}"
    expected = credit_code_check_character(code[:17])
    if code[17] != expected:
        return f"the check character is {code[17]}, but the first 17 characters give {expected}"
    return None


def credit_code_fault_free(code: str) -> bool:
    """Whether a code has the right length, characters and check character."""
    return (
        len(code) == 18
        and all(c in CHARACTERS for c in code)
        and credit_code_check_character(code[:17]) == code[17]
    )
