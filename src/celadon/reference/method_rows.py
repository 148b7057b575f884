"""Methods as rows: what an edition states, so that a person can compare it with print as a figure.

``methods/<method>`` is all of a method; ``methods/<method>/<kind>`` one kind of its source streams.
Who confirmed the whole has confirmed each kind. A row states the clauses, the equations in full,
the numbers that the method itself gives and where it takes others from: whatever of that changes
later is no longer confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping

from celadon.reference.methods import Default, Method, StreamKind, Term, methods

METHODS = "methods"
"""What stands first in the id of a row of a method."""


def method_row(method: str, kind: str = "") -> str:
    """The id of a method's row, or of one kind's.

    Examples
    --------
    >>> method_row("gbt-2589-2020"), method_row("power-mee-2022", "coal")
    ('methods/gbt-2589-2020', 'methods/power-mee-2022/coal')
    """
    return "/".join((METHODS, method, kind)) if kind else f"{METHODS}/{method}"


def method_cells(row: str) -> dict[str, str] | None:
    """The cells of a row of a method; None where no method has such a row.

    Examples
    --------
    >>> cells = method_cells("methods/magnesium-ndrc-2013/dolomite")
    >>> cells["confidence"], cells["equation"].partition(" · ")[0]
    ('D', 'factor: co2_factor')
    >>> method_cells("methods/unheard-of")
    """
    table, _, rest = row.partition("/")
    name, _, kind = rest.partition("/")
    method = methods().get(name)
    if table != METHODS or method is None or (kind and kind not in method.kinds):
        return None
    return _cells_of_kind(method, kind) if kind else _cells_of_method(method)


def near_method_rows(text: str) -> list[str]:
    """The ids of methods that hold a text, or begin as it does; all where none does."""
    ids = [method_row(name) for name in methods()]
    words = text.split("/")[1] if "/" in text else text
    if words in methods():
        return [method_row(words, kind) for kind in methods()[words].kinds]
    return [one for one in ids if words and words.lower() in one.lower()] or ids


def method_letter(method: Method, kind: str = "") -> str:
    """The weakest letter of the equations of a method, or of one of its kinds.

    Examples
    --------
    >>> power = methods()["power-mee-2022"]
    >>> method_letter(power), method_letter(power, "combustion")
    ('D', 'A')
    """
    kinds = [method.kinds[kind]] if kind else list(method.kinds.values())
    letters = [term.confidence or method.confidence for one in kinds for term in one.terms]
    return max(letters, default=method.confidence)


def _cells_of_method(method: Method) -> dict[str, str]:
    kinds = {
        f"kind {name}": "; ".join([_counted(kind), *(_stated(term) for term in kind.terms)])
        for name, kind in method.kinds.items()
    }
    by_carrier = "; ".join(f"{carrier}: {kind}" for carrier, kind in method.carriers.items())
    return {
        **_of_edition(method), "confidence": method_letter(method), "clause": method.clause,
        "carriers": by_carrier, "errata": "; ".join(method.errata), **kinds,
    }  # fmt: skip


def _cells_of_kind(method: Method, kind: str) -> dict[str, str]:
    found = method.kinds[kind]
    terms = {
        "equation" if number == 1 else f"equation {number}": _stated(term)
        for number, term in enumerate(found.terms, start=1)
    }
    return {
        **_of_edition(method), "confidence": method_letter(method, kind), "kind": kind,
        "clause": _counted(found), **terms,
    }  # fmt: skip


def _of_edition(method: Method) -> dict[str, str]:
    return {
        "method": method.id, "title_zh": method.title_zh, "title_en": method.title_en,
        "source": method.source, "carbon_to_co2": method.carbon_to_co2,
        "feed_water_enthalpy": method.feed_water_enthalpy, "factor_set": method.factor_set,
        "gwp_set": method.gwp_set,
    }  # fmt: skip


def _counted(kind: StreamKind) -> str:
    return f"{kind.clause} ({kind.counted})"


def _stated(term: Term) -> str:
    """A term as it is worked: forms, gas, scopes and sign, its clause, and what it takes."""
    forms = " | ".join(term.worked_by.forms)
    sign = "−" if term.sign < 0 else ""
    scope = "/".join(part for part in (term.scope, term.exported) if part)
    told = [f"{term.equation}: {forms}", term.gas, f"{sign}{scope}"]
    told += ["biogenic"] if term.biogenic else []
    told += [f"of {', '.join(term.origins)} carbon"] if term.origins else []
    told += [term.clause] if term.clause else []
    told += [f"{name} = {_taken(default)}" for name, default in term.parameters.items()]
    told += [_by(term.subjects)] if term.subjects else []
    return " · ".join(told)


def _taken(default: Default) -> str:
    if default.required:
        return f"measured ({default.clause})" if default.clause else "measured"
    if default.value:
        given = f"{default.value} {default.unit}" if default.unit != "1" else default.value
        return f"{given} ({default.clause})" if default.clause else given
    subject = default.subject or _by(default.subjects)
    named = (default.table, default.set, subject, default.name, default.rung)
    return "/".join(part for part in named if part)


def _by(subjects: Mapping[str, str]) -> str:
    return ", ".join(f"{item}: {subject}" for item, subject in subjects.items())
