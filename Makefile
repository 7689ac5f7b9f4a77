# Two commands on a machine with python3 (3.11 or newer) and make: `make ingest` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help ingest test check bench bench-audit pages sample clean

help:
	@echo "make ingest        set up, and ingest data/raw into data/curated through the Prefect flow"
	@echo "make test          set up, and run the checkers and every test"
	@echo "make bench         compare the speed of reading with camelot's default and pdfplumber; BENCH=--shared"
	@echo "make bench-audit   misprint figures by the thousand, and count what the audit finds and where"
	@echo "make pages         make docs/checks.md and docs/data-dictionary.md anew from the contracts"
	@echo "make sample        draw data/raw's sample anew from data/sample"

ingest: $(VENV)/.runtime
	$(BIN)/jcfs ingest data/raw --curated data/curated

# Byte code of the tests is kept as well: pytest compiles all of them in each process, a few seconds each time.
# A process that crashes ends the run and names its test; xdist would wait for ever for the one in its place.
test: check
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --max-worker-restart 0 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/jcfs contracts check

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/throughput.py $(BENCH)

bench-audit: $(VENV)/.dev
	$(BIN)/python benchmarks/audit.py --write docs/audit-benchmark.md

pages: $(VENV)/.runtime
	$(BIN)/jcfs contracts pages --example data/raw/*.pdf --into docs

sample: $(VENV)/.dev
	$(BIN)/python data/sample/build.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "jcfs_etl needs Python 3.11 or newer; name one with PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "python3 cannot make a virtual environment; on Debian install python3-venv"; exit 1; }

# Byte code is written here once: where Python may not write it later, each start would compile all modules.
$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@$(BIN)/python -m compileall -q jcfs_etl flows
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP) --editable ".[dev,ocr]"
	@touch $@

clean:
	rm -rf $(VENV) data/curated .mypy_cache .ruff_cache .pytest_cache dist
