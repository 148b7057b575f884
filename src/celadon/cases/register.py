"""A register on disk: the events of one programme in a hash chain, with the documents they name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from celadon.cases.act import EVERY_ROW, Tables
from celadon.cases.adding import Adding, Each, add_each, instant
from celadon.cases.events import Event, event
from celadon.cases.fold import CaseState, State, fold
from celadon.cases.heads import (
    DOCUMENTS,
    begin_head,
    compare,
    lost_lines,
    lost_text,
    of_register,
    read_head,
    read_kept,
    write_head,
)
from celadon.cases.known import EVENTS, Known, event_of
from celadon.cases.programme import Programme, load_programme
from celadon.cases.proved import NOTHING, Running, keep_proved, read_proved
from celadon.cases.reading import Irregular, collection_paused, read_lines
from celadon.cases.reading import Line as Read
from celadon.chain import Chain, Line, seal, sha256_file
from celadon.errors import ChainBroken, Fault, InputError, WorkspaceError
from celadon.records.ledger.heads import Head, head_of
from celadon.records.ledger.sealed import keep_copy

PROGRAMME = "programme.toml"
"""The declaration of a programme, in its folder."""

_OFTEN = 8
"""Who looks so often proves each line once, and from then on reads no more than the end."""


class Register:
    """The programme in a folder: its declaration, its chain of events, its documents.

    Raises
    ------
    WorkspaceError
        If the folder holds no programme.
    DeclarationError
        If its declaration is at fault.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / PROGRAMME
        if not path.is_file():
            fault = Fault(
                (str(folder),), f"no {PROGRAMME}", "a programme has it in its folder",
                "correct the name, or begin one: celadon supervise new",
            )  # fmt: skip
            raise WorkspaceError(f"{folder.name} is no programme", [fault])
        self.folder = folder
        self.programme: Programme = load_programme(path)
        self._chain = Chain(folder / EVENTS)
        self._lock = FileLock(folder / f".{EVENTS}.lock")
        self._running: Running | None = None  # once each line was proved by this object
        self._hashed = 0

    def alone(self) -> AbstractContextManager[object]:
        """While it is entered nobody else records: for a paper that says how a case stands."""
        return self._lock

    def events(self, position: int | None = None) -> list[Event]:
        """The events, each verified; or those that were known at a position.

        Raises
        ------
        ChainBroken
            If the chain does not verify.
        """
        with collection_paused():
            try:
                return [Event(*line) for line in self._read()][:position]
            except Irregular:
                return self._with_care()[:position]

    def state(self, position: int | None = None, *, on: str = "") -> State:
        """How the programme stands.

        Parameters
        ----------
        position : how it stood when so many events were known.
        on : after the acts of the days up to this one, ISO 8601; empty for all.
        """
        with collection_paused():
            try:
                return fold(_known(self._read(), position, on))
            except Irregular:
                return fold(_known(self._with_care(), position, on))

    def keep(self, document: Path) -> str:
        """Keep a document beside the events; returns its SHA-256, by which an event names it.

        What an event names is kept by :meth:`record` once the event is accepted.
        """
        folder = self.folder / DOCUMENTS
        folder.mkdir(exist_ok=True)
        return keep_copy(document, folder)

    def record(
        self, events: Sequence[Event], *, now: dt.datetime, tables: Tables = EVERY_ROW,
        documents: Sequence[Path] = (),
    ) -> list[Event]:  # fmt: skip
        """Record events in their order, all of them or none.

        Parameters
        ----------
        now : the instant, aware of its zone; its local day is that of acts that name none.
        tables : tell the rows that no notice may rest on.
        documents : what the events name by SHA-256; kept where they are accepted, else not.

        Raises
        ------
        InputError
            With every reason why one of them may not be recorded; none is then.
        """
        with self._lock, collection_paused():
            known = self._known({each.case for each in events})
            recorded = self._allowed(known, events, now, tables)
            begin_head(self.folder)
            for path in (self.folder / PROGRAMME, *documents):
                self.keep(path)  # before the line that names it: the line is the commit
            self._commit(known, recorded)
        return recorded

    def record_each(
        self, events: Mapping[int, Event], broken: Mapping[str, int], *, now: dt.datetime,
        tables: Tables = EVERY_ROW,
    ) -> Each:  # fmt: skip
        """Record of many events those that may be recorded, each for itself.

        After one that is refused the later ones of its case are held back; what stands on record
        already is passed over.

        Parameters
        ----------
        events : by the number of its line, in order.
        broken : cases of which a line could not be read, each with the number of that line.
        """
        with self._lock, collection_paused():
            known = self._known({each.case for each in events.values()})
            first = next(iter(events.values()), None)
            adding = self._adding(known, now, tables, first)
            done = add_each(adding, events, broken)
            if done.recorded:
                begin_head(self.folder)
                self.keep(self.folder / PROGRAMME)
                self._commit(known, adding.allowed)
        return done

    def mend(self, by: str, *, now: dt.datetime) -> list[Event]:
        """Give the number of each event that is lost to a remark that says so; returns them.

        What is left of a torn line is kept as a document, which the first remark names.

        Raises
        ------
        ChainBroken
            If the register is broken elsewhere than at its end.
        """
        with self._lock:
            kept = read_kept(self.folder)
            lines = self._sound(writing=True)
            lost = lost_lines(lines, kept)
            if not lost:
                compare(self._chain, lines, kept, self.folder.name)
                return []
            left = self._keep_torn()
            told = [
                event(by, "noted", on=now.date(), document=left if n == lost[0] else None,
                      text=lost_text(n, kept, head_of(lines)))
                for n in lost
            ]  # fmt: skip
            mended = [
                replace(each, position=n, at=instant(now))
                for n, each in zip(lost, told, strict=True)
            ]
            self._commit(Known.of_lines(lines), mended)
        return mended

    def check(
        self, events: Sequence[Event], *, now: dt.datetime, tables: Tables = EVERY_ROW
    ) -> None:
        """Refuse what :meth:`record` would refuse, and record nothing.

        Raises
        ------
        InputError
            With every reason why one of them may not be recorded.
        """
        self._allowed(self._known({each.case for each in events}), events, now, tables)

    def case(self, name: str) -> CaseState | None:
        """How a case stands, by its own events; None where there is none of that id."""
        with collection_paused():
            return self._known({name}, writing=False).state.cases.get(name)

    def events_of(self, name: str) -> list[Event]:
        """The events of a case, in their order."""
        with collection_paused():
            known = self._known({name}, writing=False)
            case = known.state.cases.get(name)
            return [known.event_at(n) for n in case.events] if case is not None else []

    @property
    def torn(self) -> int:
        """Bytes of a line that was cut off while it was written, and never recorded."""
        self._lines()
        return self._chain.torn

    def _read(self) -> Iterator[Read]:
        """All lines at once, where they are as this program writes them and a head is kept."""
        kept = read_kept(self.folder)
        if kept.head is None:
            raise Irregular
        return read_lines(self.folder / EVENTS, kept.head, kept.proved)

    def _with_care(self) -> list[Event]:
        """All events as the chain reads them, which says what is wrong with a line."""
        return [event_of(n, line) for n, line in enumerate(self._lines(), start=1)]

    def _known(self, cases: set[str], *, writing: bool = True) -> Known:
        """What a writer must know: by one hash over all bytes, or else line by line."""
        if self._running is None and self._hashed < _OFTEN:
            self._hashed += 1
            proved = read_proved(self.folder / EVENTS, read_head(self.folder))
            if proved is not None:
                return Known.of_proved(proved, cases)
        return Known.of_lines(self._lines(writing=writing))

    def _lines(self, *, writing: bool = False) -> list[Line]:
        """The lines of the chain, proved, and as many as the head that was kept says."""
        kept = read_kept(self.folder)
        lines = self._sound(writing=writing)
        compare(self._chain, lines, kept, self.folder.name)
        return lines

    def _sound(self, *, writing: bool) -> list[Line]:
        try:
            return self._chain.current() if writing else self._chain.lines()
        except ChainBroken as error:
            raise of_register(error) from None

    def _commit(self, known: Known, events: Sequence[Event]) -> None:
        """Append events, and then keep the head: a head is never ahead of its register."""
        sealed = _sealed(events, known.hash)
        last = str(sealed[-1]["hash"]) if sealed else known.hash
        head, path = Head(known.length + len(sealed), last), self.folder / EVENTS
        if known.proved is not None:
            running = known.proved.append(path, sealed)
        else:
            self._keep_torn()
            self._chain.extend(sealed)
            running = self._running = (self._running or NOTHING).carried_on(path)
        write_head(self.folder, head)
        keep_proved(self.folder, running, head)

    def _keep_torn(self) -> str | None:
        """Keep what is left of a torn line, which the next line overwrites, by its SHA-256."""
        if not self._chain.torn:
            return None
        left = self.folder / f".{EVENTS}.torn"
        try:
            left.write_bytes((self.folder / EVENTS).read_bytes()[-self._chain.torn :])
            return self.keep(left)
        finally:
            left.unlink(missing_ok=True)

    def _adding(
        self, known: Known, now: dt.datetime, tables: Tables, first: Event | None
    ) -> Adding:
        declared = sha256_file(self.folder / PROGRAMME)
        return Adding(self.programme, known, now, tables, first, declared)

    def _allowed(
        self, known: Known, events: Sequence[Event], now: dt.datetime, tables: Tables
    ) -> list[Event]:
        """The events as they would stand after those known."""
        adding = self._adding(known, now, tables, events[0])
        faults: list[Fault] = []
        refused: set[str] = set()  # what follows a refused act of a case is not looked at
        for given in events:
            found = [] if given.case in refused else adding.add(given)
            refused |= {given.case} if found else set()
            faults += found
        if faults:
            summary = f"{len(faults)} reason(s) why nothing was recorded"
            raise InputError(summary, faults)
        return adding.allowed


def _known(events: Iterable[Event | Read], position: int | None, on: str) -> Iterator[Event | Read]:
    """Of all events those that were known at a position, of the days up to one; all are read."""
    for each in events:
        if (position is None or each.position <= position) and (not on or each.on <= on):
            yield each


def _sealed(events: Iterable[Event], head: str) -> list[Line]:
    prev, lines = head, []
    for each in events:
        lines.append(seal(each.body(), prev))
        prev = str(lines[-1]["hash"])
    return lines
