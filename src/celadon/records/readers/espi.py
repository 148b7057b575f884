"""Green Button files as their entries: the Atom feed of NAESB REQ.21 (ESPI), read safely.

A feed is parsed as a stream. A document type is refused: it is the only way in which XML can make a
small file expand without bound, or reach for other files, and no Green Button file has one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from xml.parsers import expat

_KEPT = {"uom", "powerOfTenMultiplier", "accumulationBehaviour", "flowDirection"}
_READING = {"start", "duration", "value", "quality"}
_MOST_TEXT = 1000
_DEEPEST = 100


class Refused(Exception):
    """The file is no Green Button file, or not a safe one; says why."""


@dataclass(slots=True)
class Reading:
    """One ``IntervalReading``, as written."""

    start: str = ""
    duration: str = ""
    value: str = ""
    quality: str = ""


@dataclass(slots=True)
class Entry:
    """One entry of the feed: its links, its title, and what it holds."""

    self_link: str = ""
    up: str = ""
    related: list[str] = field(default_factory=list)
    title: str = ""
    kind: str = ""
    values: dict[str, str] = field(default_factory=dict)
    readings: list[tuple[int, Reading]] = field(default_factory=list)


@dataclass(slots=True)
class Feed:
    """The entries of a file, and where it broke off, if it did."""

    entries: list[Entry] = field(default_factory=list)
    broken: tuple[int, str] | None = None

    def of_kind(self, kind: str) -> list[Entry]:
        """The entries that hold one kind of resource."""
        return [entry for entry in self.entries if entry.kind == kind]


KINDS = ("UsagePoint", "MeterReading", "ReadingType", "IntervalBlock", "LocalTimeParameters")
"""The resources that are read."""


class _Builder:
    def __init__(self) -> None:
        self.feed = Feed()
        self.path: list[str] = []
        self.text: list[str] = []
        self.reading: Reading | None = None
        self.entry: Entry | None = None
        self.count = 0
        self.seen = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.path.append(local)
        if len(self.path) > _DEEPEST:
            raise Refused(f"elements nested more than {_DEEPEST} deep")
        self.text.clear()
        if local == "entry":
            self.entry = Entry()
            self.feed.entries.append(self.entry)
        if self.entry is None:
            return
        if local == "link":
            self._link(self.entry, attributes)
        elif local == "IntervalReading":
            self.count += 1
            self.reading = Reading()
            self.entry.readings.append((self.count, self.reading))
        elif local in KINDS and not self.entry.kind:
            self.entry.kind, self.seen = local, True

    @staticmethod
    def _link(entry: Entry, attributes: dict[str, str]) -> None:
        href = attributes.get("href", "")
        match attributes.get("rel"):
            case "self":
                entry.self_link = href
            case "up":
                entry.up = href
            case "related":
                entry.related.append(href)

    def end(self, name: str) -> None:
        local = self.path.pop() if self.path else name
        said = "".join(self.text).strip()[:_MOST_TEXT]
        self.text.clear()
        if local == "IntervalReading":
            self.reading = None
        elif self.reading is not None and local in _READING:
            self._reading_value(self.reading, local, said)
        elif self.entry is not None and local in _KEPT:
            self.entry.values.setdefault(local, said)
        elif self.entry is not None and local == "title" and self.path[-1:] == ["entry"]:
            self.entry.title = said
        elif local == "entry":
            self.entry = None

    @staticmethod
    def _reading_value(reading: Reading, local: str, said: str) -> None:
        if local == "quality" and reading.quality:
            reading.quality += f" {said}"
        else:
            setattr(reading, local, said)

    def characters(self, text: str) -> None:
        if sum(map(len, self.text)) < _MOST_TEXT:
            self.text.append(text)


def parse_feed(data: bytes) -> Feed:
    """The entries of a Green Button file; of one that is cut short, those before the break.

    Raises
    ------
    Refused
        If it is no XML, no Green Button file, or declares a document type.
    """
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters

    def doctype(*_: object) -> None:
        raise Refused("a document type (<!DOCTYPE ...>), with which XML can be made to expand")

    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)  # noqa: FBT003  positional only
    except expat.ExpatError as error:
        if not builder.seen:
            raise Refused(f"no XML: {error}") from None
        builder.feed.broken = (error.lineno, expat.errors.messages[error.code])
    except (ValueError, LookupError) as error:  # an encoding that there is not
        raise Refused(f"no XML: {error}") from None
    if not builder.seen:
        raise Refused("XML without any resource of Green Button (ESPI)")
    return builder.feed


def by_tail(entries: list[Entry]) -> dict[str, Entry]:
    """Entries by the end of their own link, as far as it is theirs alone."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[tail(entry.self_link)].append(entry)
    return {name: listed[0] for name, listed in found.items() if name and len(listed) == 1}


def tail(link: str) -> str:
    """The part of a link that names a resource, whatever host or customer stands before it.

    Examples
    --------
    >>> tail("/espi/1_1/resource/RetailCustomer/1/UsagePoint/01/MeterReading/02")
    'UsagePoint/01/MeterReading/02'
    """
    for kind in ("UsagePoint", "ReadingType", "LocalTimeParameters"):
        before, found, rest = link.partition(f"{kind}/")
        if found and not before.endswith(tuple("abcdefghijklmnopqrstuvwxyz")):
            return f"{kind}/{rest}".rstrip("/")
    return link.strip("/")
