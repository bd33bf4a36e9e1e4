# Two commands matter: `make demo` and `make test`. HOST and PORT choose where the demo listens (loopback only).
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
VENV := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo test quick lint format messages lock bench-files bench-pages bench-signin clean

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo:  ## install what is missing and run the portal with a demo region
	@$(PYTHON) -m portal.launch.demo

test:  ## everything that CI checks (about an hour)
	@$(PYTHON) -m tests.stages all

quick:  ## the checks for daily work (aims at 90 seconds, still takes longer)
	@$(PYTHON) -m tests.stages quick

lint:  ## the checks that read code and run none of it
	@$(PYTHON) -m tests.stages lint

format: .venv  ## put code and templates into the house format
	$(VENV)/ruff check --fix --exit-zero --quiet .
	$(VENV)/ruff format .
	$(VENV)/djlint --reformat --quiet templates portal consent dossiers pages || true

messages: .venv  ## gather the texts to translate from code and templates
	@$(VENV)/python -m tests.catalogues update

lock: .venv  ## resolve the dependencies anew; UPGRADE=1 takes newer versions
	@$(VENV)/python -m tests.locks update $(if $(UPGRADE),--upgrade)

bench-files: .venv  ## throughput and memory of the vault beside plain Django
	@$(VENV)/python -m tests.bench.files

bench-pages: .venv  ## a topic page beside a bare Django view, a first visit, publishing among 5,000 pages
	@$(VENV)/python -m tests.bench.pages

bench-signin: .venv  ## whether the sign-in page answers known and unknown accounts in the same time
	@$(VENV)/python -m tests.bench.sign_in

clean:  ## remove .venv, var and every cache
	@$(PYTHON) -m portal.launch.demo clean

.venv:
	@$(PYTHON) -m tests.stages install
