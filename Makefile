# make run     set up what is missing, then open CoursePorter
# make setup   only set up; leaves .venv/bin/courseporter
# make test    set up, then run every test (window tests need no display)
# make check   style, types and who imports whom
# make format  mend what ruff can mend by itself
# make bench   benchmarks; prints a table
# make torture every fault at length; prints a table (about an hour; ARGS=--short: minutes)
# make docs    write the generated tables of docs/reference anew
# make messages collect every sentence for translators (build/courseporter.pot)
# make lock    renew the lock files (needs uv)
# make clean   remove everything that was made

PY := .venv/bin/python
ARGS ?=
# Many tests wait for processes and clocks: two for each processor.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

.PHONY: run setup test-setup test torture check format bench docs messages lock clean help

run: setup
	@packaging/run.sh

setup:
	@packaging/setup.sh

test-setup:
	@packaging/setup.sh test

test: test-setup
	QT_QPA_PLATFORM=offscreen COURSEPORTER_ORACLE_PYTHON="$(CURDIR)/.venv-oracle/bin/python" \
		$(PY) -m pytest -rfEs -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: test-setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/pyright
	.venv/bin/lint-imports

format: test-setup
	.venv/bin/ruff check --fix --quiet || true
	.venv/bin/ruff format

bench: test-setup
	QT_QPA_PLATFORM=offscreen $(PY) tests/benchmarks $(ARGS)

torture: test-setup
	QT_QPA_PLATFORM=offscreen PYTHONPATH=src:tests $(PY) tests/torture $(ARGS)

docs: test-setup
	$(PY) packaging/write_tables.py

messages: test-setup
	$(PY) packaging/messages.py

lock:
	packaging/lock.sh $(ARGS)

clean:
	rm -rf .venv .venv-oracle build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf src/courseporter/gui/forms src/courseporter/bundled
	find src tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@sed -n 's/^# //p' Makefile
