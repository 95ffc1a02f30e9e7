# The commands of this repository. Each makes what it needs; all of it stays in this folder.

# Folders with a pyproject.toml and tests of their own.
COMPONENTS := sandbox source-mparticle-exports destination-mparticle .

VENV := .venv
READY := $(VENV)/.ready
# Absolute, because components are checked and tested from inside their folders.
BIN := $(CURDIR)/$(VENV)/bin

# Many processes share compiled modules, and the tests that pytest rewrites.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo example-loyalty example-pos probe reliability schemathesis test test-source test-destination test-exports test-sandbox test-spark \
	bench lint types format audit clean

help:
	@echo "make demo     read a made-up mParticle account into DuckDB, show its tables, draw a chart,"
	@echo "              and write scores and events computed there back to mParticle (the sandbox)"
	@echo "              CONFIG=secrets/config.json reads the account that this file names, and writes nothing"
	@echo "make example-loyalty"
	@echo "              send a loyalty platform's members and events into the sandbox, and take its exports back"
	@echo "make example-pos"
	@echo "              send a point-of-sale loyalty platform's events into the sandbox, and issue rewards from"
	@echo "              the audience changes that it exports"
	@echo "make probe CONFIG=secrets/config.json"
	@echo "              ask your account what mParticle's documentation leaves open, and change nothing;"
	@echo "              DESTINATION_CONFIG=secrets/destination.json asks the Events API too,"
	@echo "              SEND=1 also sends it one development batch, twice"
	@echo "make schemathesis"
	@echo "              try the sandbox with requests that schemathesis generates from its description, for minutes"
	@echo "make test     check style and types, run all tests"
	@echo "make test-source | test-destination | test-exports | test-sandbox"
	@echo "              run the tests of one component; ARGS=\"-k words\" passes arguments to pytest"
	@echo "make test-spark"
	@echo "              hold the code for Spark in docs/scaling.md against the connector; needs Java"
	@echo "make reliability"
	@echo "              run the long runs with faults, kills and hostile input, for up to half an hour;"
	@echo "              docs/reliability.md has the results"
	@echo "make bench    measure the connectors beside mParticle's own client and a stock connector, in minutes,"
	@echo "              and write docs/performance.md; ONLY=throughput measures one part,"
	@echo "              ARGS=--scale=0.05 tries it with less and writes nothing"
	@echo "make lint     check style only"
	@echo "make types    check types only"
	@echo "make format   correct style where that can be done safely"
	@echo "make audit    look up the locked packages among known vulnerabilities; 3 where that cannot be asked"
	@echo "make clean    remove everything that these commands have made"
	@echo
	@echo "PYTHON=python3.12 chooses the Python of $(VENV); after make clean where there is one already."

demo: $(READY)
	@"$(BIN)/python" -m examples.demo.run $(if $(CONFIG),--config "$(CONFIG)")

example-loyalty: $(READY)
	@"$(BIN)/python" -m examples.loyalty_sync.run

example-pos: $(READY)
	@"$(BIN)/python" -m examples.pos_loyalty.run

probe: $(READY)
	@test -n "$(CONFIG)" || { echo "Say which account: make probe CONFIG=secrets/config.json" >&2; exit 2; }
	@"$(BIN)/python" -m mparticle_sandbox probe --config "$(CONFIG)" \
		$(if $(DESTINATION_CONFIG),--destination-config "$(DESTINATION_CONFIG)") \
		$(if $(filter 1,$(SEND)),--send-development-batch)

# In an environment of its own: it brings thirty packages that nothing else needs.
schemathesis: $(READY)
	@test -x .venv-schemathesis/bin/schemathesis || { "$(BIN)/python" -m venv .venv-schemathesis \
		&& .venv-schemathesis/bin/pip install --quiet "schemathesis==4.32.5"; }
	@"$(BIN)/python" scripts/run_schemathesis.py "$(CURDIR)/.venv-schemathesis/bin/schemathesis"

# Types are checked beside the tests, which often wait. All in one recipe, so that the output ends with the tests' count.
test: lint
	@"$(BIN)/python" scripts/run_tests.py --beside "make --no-print-directory types" $(COMPONENTS)

# Chosen tests are given to pytest alone.
run_tests_of = $(if $(ARGS),cd $(1) && "$(BIN)/python" -m pytest --quiet $(ARGS),"$(BIN)/python" scripts/run_tests.py $(1))

test-source: $(READY)
	@$(call run_tests_of,.)

test-destination: $(READY)
	@$(call run_tests_of,destination-mparticle)

test-exports: $(READY)
	@$(call run_tests_of,source-mparticle-exports)

test-sandbox: $(READY)
	@$(call run_tests_of,sandbox)

# In an environment of its own, of several hundred megabytes.
test-spark: $(READY)
	@test -x .venv-spark/bin/python || { "$(BIN)/python" -m venv .venv-spark \
		&& .venv-spark/bin/pip install --quiet "pyspark>=4,<5"; }
	@cd source-mparticle-exports && SPARK_PYTHON="$(CURDIR)/.venv-spark/bin/python" \
		"$(BIN)/python" -m pytest --quiet -n0 -rs integration_tests/test_spark.py

# Each run ends with the counts of what it did, and with an error where a promise was broken.
reliability: $(READY)
	@"$(BIN)/python" scripts/run_reliability.py

bench: $(READY)
	@"$(BIN)/python" -m benchmarks $(addprefix --only=,$(ONLY)) $(ARGS)

lint: $(READY)
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .

types: $(READY)
	@for component in $(COMPONENTS); do (cd "$$component" && "$(BIN)/mypy") || exit 1; done
	@"$(BIN)/mypy" --strict --explicit-package-bases benchmarks examples scripts

format: $(READY)
	@"$(BIN)/ruff" check --fix .
	@"$(BIN)/ruff" format .

# In an environment of its own: what audits is no dependency of what is audited.
audit:
	@scripts/audit.sh "$(PYTHON)"

clean:
	rm -rf $(VENV) .venv-audit .venv-schemathesis .venv-spark .bench demo-output .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -type d \( -name __pycache__ -o -name .mypy_cache -o -name .pytest_cache -o -name .hypothesis \) -prune -exec rm -rf {} +

# What is locked, not what is newest. Editable packages need no entry: their code is used where it lies.
$(READY): pyproject.toml poetry.lock $(addsuffix /pyproject.toml,$(COMPONENTS)) scripts/make_venv.sh scripts/find_python.sh
	@scripts/make_venv.sh "$(PYTHON)"
	@touch $@
