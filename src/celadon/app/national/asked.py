"""What the sites of a part asked of the reference tables, and what was answered.

Of other tables the same is asked again: only the sites that are answered otherwise are run again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from celadon.accounts.answers import Answers
from celadon.accounts.asking import Question
from celadon.accounts.book import Book


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of many sites; alike ones ask the same, so that groups of them are kept.

    Parameters
    ----------
    questions, answers : each question once, with the digest of its answer.
    groups : numbers of questions that are asked together; sites : numbers of groups.
    """

    questions: Sequence[Sequence[str]]
    answers: Sequence[str]
    groups: Sequence[Sequence[int]]
    sites: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, books: Mapping[str, Book], answers: Answers) -> Asked:
        """What books asked."""
        questions: dict[Question, int] = {}
        groups: dict[frozenset[Question], int] = {}
        sites = {}
        for site, book in books.items():
            told = {use.form.asked for use in book.used} | {frozenset(book.asked)}
            sites[site] = sorted(groups.setdefault(each, len(groups)) for each in told)
        numbered = [
            sorted(questions.setdefault(question, len(questions)) for question in sorted(group))
            for group in groups
        ]
        return cls([*questions], [answers.of(each) for each in questions], numbered, sites)

    @classmethod
    def read(cls, text: str) -> Asked:
        """As it was kept; of a part that keeps none, no site."""
        return cls(**json.loads(text)) if text else cls([], [], [], {})

    def text(self) -> str:
        """In a form that can be kept."""
        plain = {name: getattr(self, name) for name in ("questions", "answers", "groups", "sites")}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    def changed(self, answers: Answers) -> set[str]:
        """The sites that are answered otherwise now."""
        other = {
            number
            for number, (question, known) in enumerate(
                zip(self.questions, self.answers, strict=True)
            )
            if answers.of(tuple(question)) != known
        }
        groups = {number for number, group in enumerate(self.groups) if not other.isdisjoint(group)}
        return {site for site, asked in self.sites.items() if not groups.isdisjoint(asked)}

    def without(self, gone: Iterable[str]) -> Asked:
        """The same of all sites but some."""
        those = set(gone)
        left = {site: asked for site, asked in self.sites.items() if site not in those}
        return Asked(self.questions, self.answers, self.groups, left)

    def joined(self, others: Iterable[Asked]) -> Asked:
        """These and others, as those of one part."""
        found = self
        for other in others:
            questions, groups = len(found.questions), len(found.groups)
            found = Asked(
                [*found.questions, *other.questions],
                [*found.answers, *other.answers],
                [*found.groups, *([n + questions for n in group] for group in other.groups)],
                {
                    **found.sites,
                    **{site: [n + groups for n in asked] for site, asked in other.sites.items()},
                },
            )
        return found
