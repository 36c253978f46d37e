# Attention by Hand: the words a person types. `make` alone lists them.
#
#   PYTHON=python3.12     the Python that .venv is made from (3.11 or newer)
#   PIP_ARGS="..."        more arguments for pip install
#   ONLY=lookup JOBS=4    what `make experiments` runs, and how many seeds at a time
#   SCHEDULER=tcp://...   a Dask cluster for `make experiments`, but for what measures time
#   PORT=8001             where `make serve` and `make lab` listen
#   REQUIRE_BROWSER=1     `make test` fails where there is no browser, instead of leaving that part out

PYTHON   ?=
PIP_ARGS ?=
PORT     ?=
WORKERS  ?= 2
JOBS     ?= 2
BIN      := .venv/bin
MADE_FROM := _config.yml _toc.yml requirements.txt

export PYTHON PIP_ARGS
export PYTHONUTF8 := 1
export JUPYTER_PLATFORM_DIRS := 1

.DEFAULT_GOAL := help
.PHONY: help book serve lab test test-fast notebooks experiments lint clean environment

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: environment ## build the book into _build/html (the first time it makes .venv)
	@# A build that stopped half-way or warned would look finished to the next one, and a page that left the table
	@# of contents would stay: then the next one starts anew.
	@cat $(MADE_FROM) | cmp -s - _build/made-from || rm -rf _build
	@rm -f _build/made-from
	@$(BIN)/jupyter-book build . -W -n --keep-going
	@cat $(MADE_FROM) >_build/made-from
	@echo "The book is in _build/html. To look at it: make serve"

serve: book ## show the book on this machine, at http://127.0.0.1:8000/
	@$(BIN)/python tools/serve.py _build/html $(or $(PORT),8000)

lab: environment ## open the chapters in JupyterLab
	@$(BIN)/jupyter lab --ServerApp.root_dir=chapters --port=$(or $(PORT),8888) $(LAB_ARGS)

# Tests and committed outputs are made the same way everywhere: no progress bars, one thread a process,
# and the settings of nobody's home.
test test-fast notebooks: export ATTN_CORE_PROGRESS := 0
test test-fast notebooks experiments: export OMP_NUM_THREADS := 1
test test-fast notebooks experiments: export PYTHONHASHSEED := 0
test test-fast notebooks: export IPYTHONDIR := $(CURDIR)/.venv/home/ipython
test test-fast notebooks: export MPLCONFIGDIR := $(CURDIR)/.venv/home/matplotlib
test test-fast notebooks: export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/home/jupyter

test: lint book ## everything: units, notebooks, pages and JupyterLab in a real browser (minutes)
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=120

test-fast: environment ## the units alone (under a minute)
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not browser" --ignore=tests/pages --ignore=tests/local

notebooks: environment ## run every chapter and write it back in normal form
	@$(BIN)/python tools/notebooks.py

experiments: environment ## run the experiments whose record is missing or stale; Ctrl-C keeps finished seeds
	@$(BIN)/python -m experiments $(ONLY) --jobs $(JOBS) $(if $(SCHEDULER),--scheduler $(SCHEDULER))

lint: environment ## ruff, and whether the chapters are in normal form
	@$(BIN)/ruff check .
	@$(BIN)/python tools/notebooks.py --check

clean: ## remove what was built (.venv stays)
	@rm -rf _build dist .pytest_cache .ruff_cache .hypothesis *.egg-info
	@find . -path ./.venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -prune -exec rm -rf {} +

environment:
	@tools/environment.sh
	@mkdir -p .venv/home
