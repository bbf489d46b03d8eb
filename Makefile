# Everything is one command. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REVIEW ?= ketamine
SOURCES := $(if $(LITBOOK_SOURCES),--sources "$(LITBOOK_SOURCES)")
.DEFAULT_GOAL := help
.PHONY: help reports test builds browser proof bench lint notebooks lab check dictionary pictures lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "litbook needs Python 3.11 or newer; $$($(PYTHON) --version) was found. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

reports: $(VENV)/installed ## build the reports: open reports/ketamine/index.html
	$(BIN)/litbook build $(REVIEW) $(SOURCES)

test: $(VENV)/installed ## run all tests: pytest, then nbval over the notebooks
	$(BIN)/python -m pytest -n 2 --dist loadscope --ignore tests/browser --ignore tests/build
	$(BIN)/python -m pytest --nbval --nbval-current-env -p no:cacheprovider -n 2 --dist loadfile notebooks

builds: $(VENV)/installed ## test builds: what is run again and why, kills, full disks, two at once, dask
	$(BIN)/python -m pytest -n 2 --dist loadscope tests/build

browser: $(VENV)/installed ## test pages and JupyterLab in Chromium: links, accessibility, print, injection
	$(BIN)/python -m pytest -n 2 --dist loadscope tests/browser

proof: $(VENV)/installed ## run the long programmes: mutation, pages, fuzz, blind spots, unattended builds (needs LITBOOK_SOURCES)
	$(BIN)/python -m tests.proof

bench: $(VENV)/installed ## measure the check of large tables, and builds beside what else runs notebooks
	$(BIN)/python -m tests.bench

lint: $(VENV)/installed ## check style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

check: $(VENV)/installed ## check the data, and the spans where LITBOOK_SOURCES names the texts
	$(BIN)/litbook check $(REVIEW) $(SOURCES)

notebooks: $(VENV)/installed ## run the notebooks with default parameters and store their outputs
	$(BIN)/litbook notebooks

# The token is Jupyter's own, new each time. The kernel runs in notebooks/, where a folder that is named from here would be another.
lab: $(VENV)/installed ## explore in JupyterLab, here and for nobody else
	$(if $(LITBOOK_SOURCES),LITBOOK_SOURCES="$$(cd "$(LITBOOK_SOURCES)" && pwd)") $(BIN)/jupyter lab --ip=127.0.0.1 notebooks/explore.ipynb

dictionary: $(VENV)/installed ## write data/README.md from the descriptor
	$(BIN)/litbook dictionary ketamine --out data/README.md

pictures: $(VENV)/installed ## draw the pictures that the README shows
	$(BIN)/python docs/pictures.py

lock: $(VENV)/installed ## renew requirements.lock within the limits of pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev --output-file requirements.lock --upgrade pyproject.toml

clean: ## delete the environment and generated reports
	rm -rf $(VENV)
	find reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
