"""Why a figure stays empty, in both languages: the reasons that findings give.

A reason is its English text, so that it goes wherever a text goes, and knows the Chinese one.
"""

from __future__ import annotations

from functools import cache

from celadon.errors import LookupRefused
from celadon.languages import Phrases

_NONE, _MANY = "No reference record for ", "More than one reference record for "


class Reason(str):
    """Why a figure stays empty: a text in English that also knows itself in Chinese.

    Examples
    --------
    >>> why = reason("no_coefficient", carrier="coke")
    >>> print(why)
    no coefficient of coke is tabled
    >>> why.zh
    '未收录 coke 的折标准煤系数'
    """

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, en: str, zh: str) -> Reason:
        """A reason in both languages."""
        made = super().__new__(cls, en)
        made.zh = zh
        return made

    def __reduce__(self) -> tuple[type[Reason], tuple[str, str]]:
        return Reason, (str(self), self.zh)


def reason(key: str, **values: object) -> Reason:
    """The reason of that key, its placeholders filled.

    Raises
    ------
    KeyError
        If there is no such reason, or a placeholder has no value.
    """
    phrase = reasons()[key]
    return Reason(phrase.text("en", **values), phrase.text("zh", **values))


def in_both(why: str) -> dict[str, str]:
    """A reason as the numbers of a finding: ``why``, and ``why_zh`` where it is known."""
    return {"why": str(why), "why_zh": why.zh} if isinstance(why, Reason) else {"why": why}


def of_refusal(error: LookupRefused, told: str) -> Reason:
    """A look-up's refusal.

    Parameters
    ----------
    told : the refusal in one line, in English.
    """
    near = "; ".join(line.partition(": ")[0] for line in error.near[:2])
    beside = reasons()["near"].text("zh", near=near) if near else ""
    for opening, key in ((_NONE, "no_record"), (_MANY, "many_records")):
        if error.summary.startswith(opening):
            question = told.removeprefix(opening).partition(" (near: ")[0]
            return Reason(told, reasons()[key].text("zh", question=question) + beside)
    return Reason(told, reasons()["refused"].text("zh", told=told))


@cache
def reasons() -> Phrases:
    """All reasons by key."""
    return Phrases.load("celadon.accounts", "reasons.toml")
