# `make report` and `make test` need only git, make and Python >= 3.11; both set the environment up when it is missing.
SHELL := /bin/bash
PYTHON ?= python3
STUDY ?= data/demo
VENV := .venv
BIN := $(VENV)/bin
# An activated environment that has valuelib (conda, or one made by hand) makes the report; else .venv does, set up when missing.
ACTIVE := $(firstword $(foreach env,$(VIRTUAL_ENV) $(CONDA_PREFIX),$(if $(wildcard $(env)/bin/valuelib),$(env))))
# Byte code halves the import time of the statistics libraries, so it is written whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
UV = set -o pipefail; $(BIN)/uv pip install --python $(BIN)/python
# uv tells what it resolves, downloads, builds and installs; its list of every package and its advice on links are left out.
TOLD = 2>&1 | while IFS= read -r line; do case "$$line" in \
	" + "*|" - "*|" ~ "*|"warning: Failed to hardlink"*|"         If "*) ;; *) echo "    $$line" ;; esac; done
COMPILE = $(BIN)/python -u -m compileall -j 0 $(VENV)/lib | awk '/^Compiling/ && ++n % 1000 == 0 {print "    " n " files"; fflush()}'

# Those that are kept in git: what somebody tries out beside them is nobody else's. explore.ipynb has controls and stores no outputs.
NOTEBOOKS = $$(git ls-files ':(glob)notebooks/*.ipynb' 'data/demo/notebooks/*.ipynb')

.DEFAULT_GOAL := help
.PHONY: help setup report test test-long lint notebooks docs sample bench lab wheel system-deps lock clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.runtime: requirements/setup.txt requirements/runtime.txt pyproject.toml
	@echo "Setting up $(VENV) with $$($(PYTHON) --version), once"
	@echo "1/5 An empty environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "2/5 The installer"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/setup.txt
	@echo "3/5 $$(grep -c '^[a-z0-9].*==' requirements/runtime.txt) packages at most, as $(word 2,$^) locks them"
	@$(UV) --require-hashes -r requirements/runtime.txt $(TOLD)
	@echo "4/5 valuelib itself"
	@$(UV) --no-deps --no-build-isolation --editable . $(TOLD)
	@echo "5/5 Byte code, so that each start is quick"
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Adding the tools for tests and JupyterLab"
	@echo "1/2 $$(grep -c '^[a-z0-9].*==' $<) packages at most, most of them there already"
	@$(UV) --require-hashes -r requirements/dev.txt $(TOLD)
	@echo "2/2 Byte code"
	@$(COMPILE)
	@touch $@

$(VENV)/.docs: requirements/docs.txt $(VENV)/.runtime
	@echo "Adding the tools for the documentation's site"
	@echo "1/2 $$(grep -c '^[a-z0-9].*==' $<) packages at most, most of them there already"
	@$(UV) --require-hashes -r requirements/docs.txt $(TOLD)
	@echo "2/2 Byte code"
	@$(COMPILE)
	@touch $@

setup: $(VENV)/.dev  ## Create .venv with everything (both locks)
	@echo "$(VENV) is ready; make help lists what can be made."

report: $(if $(ACTIVE),,$(VENV)/.runtime)  ## Make the report of the demo study (STUDY=path for another, LANGUAGE=en)
	@$(if $(ACTIVE),echo "In the activated environment: $(ACTIVE)")
	@$(or $(ACTIVE),$(VENV))/bin/valuelib report $(STUDY) $(if $(LANGUAGE),--language $(LANGUAGE))

test: $(VENV)/.dev  ## Run all tests, the notebooks' stored outputs included
	$(BIN)/python -m pytest -n 2 --dist loadfile tests
	$(BIN)/python -m pytest -n 2 --dist loadfile -p tests.nbval_records --nbval --nbval-current-env --nbval-sanitize-with tests/nbval.cfg $(NOTEBOOKS)

test-long: $(VENV)/.dev  ## Run what `make test` takes samples of in full: kills at every moment, hostile files (hours)
	$(BIN)/python -m pytest -n 2 -m long tests

lint: $(VENV)/.dev  ## Ruff, mypy, the one-way import contract, the catalogues, the spelling, and known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m valuelib.show.catalogue --check
	$(BIN)/python -m tools.spelling
	$(BIN)/codespell README.md CONTRIBUTING.md CHANGELOG.md docs valuelib/show/locale/en
	$(BIN)/python tools/supply_chain.py audit

notebooks: $(VENV)/.dev  ## Run the notebooks on the demo study and store their outputs
	$(BIN)/python -m valuelib.output.clean $$(git ls-files ':(glob)notebooks/*.ipynb' 'data/demo/notebooks/*.ipynb' | grep -v explore)

docs: $(VENV)/.docs  ## Build the documentation's site in docs/_build/html and check its links
	@rm -rf docs/_build
	$(BIN)/python tools/docs_site.py gather docs/_build/source
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -c docs -d docs/_build/doctrees docs/_build/source docs/_build/html
	$(BIN)/python tools/docs_site.py check docs/_build/html
	@echo "The site: docs/_build/html/index.html"

sample: $(VENV)/.dev  ## Renew reports/sample and the picture in the README (needs chromium)
	$(BIN)/python tools/sample.py

bench: $(VENV)/.dev  ## Speed, coverage and truth tests of the shipped code, with the tables in docs/
	$(BIN)/python -m benchmarks

lab: $(VENV)/.dev  ## JupyterLab on a study: its explore.ipynb (STUDY=path for another than the demo)
	$(BIN)/valuelib explore $(STUDY)

wheel: $(VENV)/.dev  ## Prove that the wheel makes the demo's report, and run the page on installing (minutes)
	$(BIN)/python tools/wheel_report.py
	$(BIN)/python -m pytest -m install tests/test_install.py

system-deps:  ## Debian packages that some tests and the spelling use (needs root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$(cat requirements/debian.txt)

lock: $(VENV)/.dev  ## Renew the hash-locked requirements from pyproject.toml, their SBOM and licences
	$(BIN)/uv pip compile pyproject.toml $(LOCKED) -o requirements/runtime.txt
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements/runtime.txt $(LOCKED) -o requirements/dev.txt
	$(BIN)/uv pip compile --group pyproject.toml:docs -c requirements/dev.txt $(LOCKED) -o requirements/docs.txt
	$(BIN)/uv pip compile requirements/setup.in -c requirements/dev.txt $(LOCKED) -o requirements/setup.txt
	$(MAKE) setup
	$(BIN)/python tools/supply_chain.py write
LOCKED = --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

clean:  ## Remove the environment and caches
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
