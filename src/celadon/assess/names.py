"""What the values of a verdict and the facts of a unit are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from celadon.languages import Language, Phrases
from celadon.records.site import Site
from celadon.reference import Registry

NAMES = Phrases.load("celadon.assess", "names.toml")
"""Names by group and id, such as ``fact.feed_grade``, and the marks that join them."""


def outcome_name(outcome: str, language: str) -> str:
    """What an outcome is called.

    Raises
    ------
    KeyError
        If there is no such outcome.

    Examples
    --------
    >>> outcome_name("between", "zh"), outcome_name("between", "en")
    ('介于标杆与基准之间', 'between benchmark and baseline')
    """
    return NAMES.text(f"outcome.{outcome}", language)


def rule_name(rule: str, language: str) -> str:
    """What a rule is called.

    Raises
    ------
    KeyError
        If there is no such rule.

    Examples
    --------
    >>> rule_name("norm", "zh")
    '现行能耗限额标准'
    """
    return NAMES.text(f"rule.{rule}", language)


def indicator_name(indicator: str, language: str) -> str:
    """What an indicator is called.

    Raises
    ------
    KeyError
        If there is no such indicator.

    Examples
    --------
    >>> indicator_name("process_energy", "zh")
    '单位产品工序能耗'
    """
    return NAMES.text(f"indicator.{indicator}", language)


def limit_name(limit: str, language: str) -> str:
    """What a limit is called; one without a name, such as of a table of one's own, by its id.

    Examples
    --------
    >>> limit_name("benchmark", "zh"), limit_name("grade_2", "en")
    ('标杆水平', 'grade 2')
    """
    return _known("limit", limit, language)


def fact_name(fact: str, language: str) -> str:
    """What a fact of a unit is called; one without a name by its id.

    Examples
    --------
    >>> fact_name("feed_grade", "zh"), fact_name("feed_grade", "en")
    ('入炉品位', 'feed grade')
    >>> fact_name("through_air_drying", "zh"), fact_name("through_air_drying", "en")
    ('through_air_drying（无中文名）', 'through air drying')
    """
    return _known("fact", fact, language)


def asks(what: str, told: str, language: str) -> str:
    """What is asked about, and the question or the reason behind it.

    Examples
    --------
    >>> asks("GB 19762", "实施日期不明", "zh"), asks("GB 19762", "in force since?", "en")
    ('GB 19762：实施日期不明', 'GB 19762: in force since?')
    """
    return NAMES.text("mark.asks", language, what=what, told=told)


def nameless(name: str, language: str) -> str:
    """An id of the tables for which they hold no words of the standard in Chinese.

    It is shown as it stands, so that it can be searched for, and says why; its words are English.

    Examples
    --------
    >>> nameless("caustic_soda_liquid_ge_45", "zh"), nameless("caustic_soda_liquid_ge_45", "en")
    ('caustic_soda_liquid_ge_45（无中文名）', 'caustic soda liquid ge 45')
    """
    if language == "zh":
        return NAMES.text("mark.nameless", language, name=name)
    return name.replace("_", " ")


def subject_name(site: Site, subject: str, language: Language, registry: Registry) -> str:
    """What a unit, product or machine of a site is called: a unit without a name by its process.

    A name of another language is not taken where the process has one in this.
    """
    for thing in (*site.units, *site.products):
        if thing.id != subject:
            continue
        told = thing.name(language)
        process = registry.processes.get(getattr(thing, "process", None) or "")
        if process is not None and told == thing.id:
            return process.name_zh if language == "zh" else process.name_en
        return told
    return subject


def quantity_name(
    quantity: str, language: Language, registry: Registry, names: Mapping[str, str] | None = None
) -> str:
    """What a quantity of the checks is called; what follows its first word is a product or stream.

    Parameters
    ----------
    names : of the products and streams of a site by id, where it is known.

    Examples
    --------
    >>> from celadon.reference import load_registry
    >>> quantity_name("energy soda", "zh", load_registry(), {"soda": "烧碱"})
    '能耗（烧碱）'
    >>> quantity_name("electricity", "zh", load_registry())
    '电力'
    """
    first, _, rest = quantity.partition(" ")
    carrier = registry.carriers.get(first)
    if carrier is not None:
        told = carrier.name(language)
    elif f"quantity.{first}" in NAMES:
        told = NAMES.text(f"quantity.{first}", language)
    else:
        return quantity
    if not rest:
        return told
    other = (names or {}).get(rest, rest)
    return NAMES.text("mark.of", language, what=told, other=other)


def standard_label(standard: str, language: str, registry: Registry) -> str:
    """What the column ``standard`` of a verdict is called: a number as it is, an id by its title.

    Examples
    --------
    >>> from celadon.reference import load_registry
    >>> standard_label("levels-2023", "zh", load_registry())
    '工业重点领域能效标杆水平和基准水平（2023年版）'
    >>> standard_label("GB 21256-2025", "zh", load_registry())
    'GB 21256-2025'
    """
    source = registry.sources.get(standard)
    if source is None:
        return standard
    titles = (source.title_zh, source.title_en)
    first, second = titles if language == "zh" else reversed(titles)
    return source.number or first or second or source.id


def _known(group: str, name: str, language: str) -> str:
    key = f"{group}.{name}"
    return NAMES.text(key, language) if key in NAMES else nameless(name, language)


def named(group: str, name: str, language: str) -> str:
    """The name of an id in a group that users may add to; an id without one stands for itself."""
    key = f"{group}.{name}"
    return NAMES.text(key, language) if key in NAMES else name
