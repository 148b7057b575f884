# What is typed here. Needs make and Python 3.11 or later; everything else goes into .venv.
#
#   make demo        a simulated steelworks, from meter to report
#   make test        all tests and all examples of the documentation
#   make check       format, lint, types, layers, tests: what must pass before a commit
#   make check-long  the same with the tests of the stated large sizes
#   make bench       the benchmarks, with a twentieth of the nation
#   make bench-nation  all 3,572 enterprises, 3.1e9 readings; checks the disk first, resumes
#   make docs        write the generated pages of docs/ again
#   make clean       remove .venv and the caches

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
PINS := pyproject.toml constraints.txt

.PHONY: demo test lint check check-long bench bench-nation docs clean
.DEFAULT_GOAL := test

demo: $(VENV)/installed
	$(RUN) -m celadon demo

test: $(VENV)/installed-dev
	$(RUN) -m pytest -n auto -q

lint: $(VENV)/installed-dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

check: lint test

check-long: lint
	$(RUN) -m pytest -n auto -q -m "long or not long"

bench: $(VENV)/installed-dev
	$(RUN) -m benchmarks
	$(RUN) -m benchmarks.nation

bench-nation: $(VENV)/installed-dev
	$(RUN) -m benchmarks.nation --whole

docs: $(VENV)/installed
	$(RUN) docs/generate.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The build backend is pinned like everything else, so it is installed first and used in place.
$(RUN):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("celadon needs Python 3.11 or later; found " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(PINS) | $(RUN)
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(PINS) | $(RUN)
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $(VENV)/installed $@
