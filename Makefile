# make demo   set everything up, then release the lab and grade a made-up class
# make test   set everything up, then check the code and run all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo check test lab bench clean

help:
	@sed -n '1,2s/^# //p' Makefile
	@echo "make check  format, lint, types, layers, quick tests: under a minute"
	@echo "make lab    open JupyterLab on the student release"
	@echo "make bench  measure speed and memory against stock nbgrader"
	@echo "make clean  remove what make made (not your course's data)"

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --quiet --requirement requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --editable .
	touch $@

setup: $(VENV)/ready
	@sh tools/system-packages
	@$(BIN)/camlab assets

demo: setup
	$(BIN)/camlab demo

# Tests that need neither a kernel nor a network loaded.
QUICK := tests/judging tests/storage tests/test_cell_code.py tests/test_errors.py tests/test_files.py tests/test_pins.py tests/test_scratch.py

check: $(VENV)/ready
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet $(QUICK)

test: setup check
	@sh tools/system-packages tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(QUICK:%=--ignore=%)

lab: setup
	$(BIN)/camlab release --if-missing
	$(BIN)/camlab lab

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build demo
