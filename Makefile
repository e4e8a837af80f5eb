# maildesk: `make run` starts a first desk, `make test` runs every test. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help run test test-clients service-time lint format example worlds histories leaks test-fresh clean setup
WORKERS ?= 2
N ?= 200
SEED ?= 0

help:  ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1: /p' Makefile

setup:
	@bash tools/setup.sh dev

run:  ## set up and start a first desk on this machine; says how to try it
	@bash tools/setup.sh run
	@exec .venv/bin/python tools/first_desk.py

test: setup  ## set up and run every test, against real mail servers where they can be installed
	@bash tools/test_packages.sh
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

test-clients: setup  ## let every real mail program answer the desk (CLIENTS="alpine aerc"; CAPTURE=1 keeps their mails anew)
	@bash tools/test_packages.sh
	@bash tools/test_clients.sh
	MAILDESK_CLIENTS="$(or $(CLIENTS),all)" CAPTURE="$(CAPTURE)" .venv/bin/python -m pytest tests/clients/test_live.py
	$(if $(CAPTURE),.venv/bin/python -m tests.clients.expecting,.venv/bin/python -m pytest tests/clients/test_captured.py)

lint: setup  ## types, style and imports
	.venv/bin/python -m ruff check .
	.venv/bin/python -m mypy

format: setup  ## lay the code out
	.venv/bin/python -m ruff format .

example: setup  ## write config/maildesk.toml anew from the keys
	.venv/bin/python -c "from maildesk.configuration.example import example; print(example(), end='')" > config/maildesk.toml

worlds: setup  ## write every mail that the worlds, and the mails of real programs, expect anew; read them before you commit them
	.venv/bin/python -m tests.worlds.engine
	.venv/bin/python -m tests.clients.expecting

service-time: setup  ## service time against the slow reference, minute by minute, on N=100000 random calendars
	MAILDESK_CASES=$(or $(N),100000) .venv/bin/python -m pytest -q -s tests/properties/test_service_time_reference.py

histories: setup  ## play N random histories of eight weeks each (N=10000 SEED=0 WORKERS=2 ONLY=number FRESH=1); goes on where it stopped
	@.venv/bin/python -m tests.histories -n $(N) --seed $(SEED) --workers $(WORKERS) $(if $(ONLY),--only $(ONLY)) $(if $(FRESH),--fresh)

leaks: setup  ## try N replies of agents' mail programs, and every way to leak something, from SEED on (N=5000 SEED=1)
	@.venv/bin/python -m tests.leaks $(N) $(SEED) 2>/dev/null

test-fresh:  ## try `make run` and `make test` on a bare Debian (needs root, debootstrap and a mirror)
	@bash tools/test_fresh.sh

clean:  ## remove what was set up and built; the desk's data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
