"""Lint: errors in reference tables that arithmetic, physics or a second edition can tell."""

from celadon.reference.lint.finding import LintFinding, LintRule, rules
from celadon.reference.lint.rows import Book, Row, read_rows
from celadon.reference.lint.running import (
    LintReport,
    by_rule,
    lint_file,
    lint_shipped,
    shipped_names,
    subject_findings,
)

__all__ = [
    "Book",
    "LintFinding",
    "LintReport",
    "LintRule",
    "Row",
    "by_rule",
    "lint_file",
    "lint_shipped",
    "read_rows",
    "rules",
    "shipped_names",
    "subject_findings",
]
