# Needs python3 (3.11 or newer) and a package index; everything else is set up in .venv.
#   make demo [ARGS=--once]   make test   make torture   make bench   make lint   make clean

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test torture bench lint clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	$(BIN)/kith demo $(ARGS)

test: lint
	$(BIN)/python -m pytest -n 2 -m "not torture"

torture: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m torture --timeout 900

# A bench is a module of bench/ that can be run; each ends with one line of JSON.
bench: $(VENV)/.installed
	@set -e; for file in bench/*.py; do \
	  name=$${file#bench/}; name=$${name%.py}; \
	  case $$(cat "$$file") in *'__name__ == "__main__"'*) \
	    echo "bench.$$name" >&2; $(BIN)/python -m "bench.$$name" $(ARGS);; esac; \
	done

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) .demo build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The stamps: a second run finds them newer than the locks and does nothing; a changed lock installs again.
$(VENV)/.installed: requirements.txt pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@

$(VENV)/.made:
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$("$(PYTHON)" -V 2>&1); Kith needs Python 3.11 or newer. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) from the lock (once) ..." >&2
	@"$(PYTHON)" -m venv --clear $(VENV)
	@echo "$(CURDIR)" >$@

# Programs in a virtual environment name its full path: a checkout that was moved gets a new one.
ifneq ($(shell cat $(VENV)/.made 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.made
endif
