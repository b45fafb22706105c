# The commands that people type. What they do is in tools/.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
TOOLCHAIN := .venv/.installed
PAGE_PACKAGES := frontend/node_modules/.installed
SCANNERS := .venv-scan/.installed
SITE_BUILDER := .venv-docs/.installed
LOAD_TOOLS := .venv-load/.installed
PLOTTER := .venv-bench/.installed
PROSE_CHECKER := tools/prose/node_modules/.installed
LOCAL := @python -m tools.terminal
# What the audit shares with the functions: how events are read, and what the views make of them.
WITH_VIEWS := PYTHONPATH=layers/kernel:functions/views

# USER is in every environment, ENV and STACK are in some: only what was typed after `make` counts.
typed = $(if $(findstring command line,$(origin $(1))),$($(1)))
where = $(if $(call typed,ENV),--env=$(ENV)) $(if $(call typed,STACK),--stack=$(STACK))
account = @python -m tools.account.commands $(1) $(where)

# A file's tests share a deployed shop. How many workers there are goes by cores and memory: tests/conftest.py
# The browser's come after the others: Chromium breaks off its requests when `sam local` brings up a container's network.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
# Everything that has a line of help; some have a folder of the same name.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*## .*/\1/p' Makefile)

help: ## Show these commands (this is the default)
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Ports: EMULATOR_PORT (4566) and WEB_PORT (8080), from the environment or as make up WEB_PORT=9000"

##@ The local cloud

up: $(TOOLCHAIN) ## Start the local cloud, deploy to it, place an order and watch it travel
	$(LOCAL) up

down: $(TOOLCHAIN) ## Stop the local cloud; everything in it is forgotten
	$(LOCAL) down

status: $(TOOLCHAIN) ## What runs, what is deployed, what waits in the queues
	$(LOCAL) status

logs: $(TOOLCHAIN) ## The functions' logs; one function's with F=OrdersApiFunction
	$(LOCAL) logs $(F)

web: $(PAGE_PACKAGES) ## The web page with hot reload, beside what make up started
	$(LOCAL) web

sam-local: $(TOOLCHAIN) ## sam local start-api in Docker, on the running local cloud; SAM_LOCAL_PORT=3000
	$(LOCAL) sam-local

##@ Orders, and what happens to them

order: $(TOOLCHAIN) ## Place another order and watch it; PAYMENT=pm_card_declined, POSTAL_CODE=00000, SKU=CUP-2,SCALE-1, QUANTITY=100
	$(LOCAL) order

show: $(TOOLCHAIN) ## Show an order, the newest or ORDER=…; AS_OF=a time, or PaymentAuthorized: as it stood then
	$(LOCAL) show

history: $(TOOLCHAIN) ## The states that an order's saga went through, and what they cost; the newest order, or ORDER=…
	$(LOCAL) history

tasks: $(TOOLCHAIN) ## What waits for a person's decision
	$(LOCAL) tasks

# As with SQL: a comment about $5 is handed on as it was typed.
unexport COMMENT
decide: export DECISION_COMMENT = $(value COMMENT)
decide: $(TOOLCHAIN) ## Decide the open task, or TASK=…: DECISION=approve, reject, retry or resolve, and COMMENT=…
	$(LOCAL) decide

dead-letters: $(TOOLCHAIN) ## What could not be dealt with, and why
	$(LOCAL) dead-letters

redrive: $(TOOLCHAIN) ## Send a queue's dead letters once more, such as make redrive QUEUE=projection
	$(LOCAL) redrive $(QUEUE)

# SQL may hold quotes and dollars: make hands it on as it was typed, and does not expand it.
unexport SQL
query: export QUERY_SQL = $(value SQL)
query: $(TOOLCHAIN) ## Ask the event store: SQL='SELECT ...', or a query of docs/queries.md such as Q=revenue-per-day
	$(LOCAL) query

unexport OBJECT
set-aside: export OBJECT_KEY = $(value OBJECT)
set-aside: $(TOOLCHAIN) ## Take an object out of the event store that cannot be read or is forged: OBJECT=events/…
	$(LOCAL) set-aside

rebuild: $(TOOLCHAIN) ## Rebuild the views from the event store, and watch it
	$(LOCAL) rebuild

audit: $(TOOLCHAIN) ## Compare the services' tables, the event store and the views; IN_FLIGHT=5 seconds are left out
	@$(WITH_VIEWS) python -m tools.event_store.audit $(IN_FLIGHT)

reannounce: $(TOOLCHAIN) ## Announce again, from the tables, the events that the event store lacks
	@$(WITH_VIEWS) python -m tools.event_store.reannounce

##@ An AWS account

deploy: export DEPLOY_PARAMETERS = $(call typed,PARAMETERS)
deploy: $(TOOLCHAIN) ## Deploy to an AWS account: ENV=default or prod; STACK=, PARAMETERS="Name=value …"
	$(call account,deploy) $(if $(call typed,APPROVED),--approved) $(if $(call typed,EXECUTION_ROLE),--execution-role=$(EXECUTION_ROLE))

deploy-web: $(TOOLCHAIN) ## Build the web page, and upload it to a stack in an AWS account; ENV=, STACK=
	$(call account,web)

user: $(TOOLCHAIN) ## Make a user: USER=ada@example.com, GROUP=operators; in AWS: ENV=, STACK=
	$(call account,user) $(if $(call typed,USER),--user=$(USER)) $(if $(call typed,GROUP),--group=$(GROUP))

token: $(TOOLCHAIN) ## Sign in, and print the ID token: USER=ada@example.com; in AWS: ENV=, STACK=
	$(call account,token) $(if $(call typed,USER),--user=$(USER))

api-url: $(TOOLCHAIN) ## Print the address of the API, for curl and scripts; in AWS: ENV=, STACK=
	$(call account,api-url)

smoke: $(TOOLCHAIN) ## Sign in, place an order, wait until it is confirmed: USER=ada@example.com; in AWS: ENV=, STACK=
	$(call account,smoke) $(if $(call typed,USER),--user=$(USER))

destroy: $(TOOLCHAIN) ## Delete a stack in an AWS account, once you have typed its name; ENV=, STACK=
	$(call account,destroy)

##@ Tests

check: $(TOOLCHAIN) lint-prose ## For every day, under a minute: format the code; lint, prose, types, unit tests, contracts
	ruff format . && ruff check .
	mypy
	@pytest -q tests/unit tests/contracts

LANES := lint test-page test-fast test-e2e test-browser test-faults

test: ## All checks: lint, then every lane of tests; a failed one does not stop the others. The labs: make test-labs
	@failed=; for lane in $(LANES); do \
	  echo "== make $$lane"; $(MAKE) --no-print-directory $$lane || failed="$$failed $$lane"; \
	done; \
	echo; for lane in $(LANES); do case " $$failed " in *" $$lane "*) echo "✘ make $$lane";; *) echo "✔ make $$lane";; esac; done; \
	test -z "$$failed" || { echo "Failed:$$failed. Each can be run alone."; exit 1; }

.PHONY: $(LANES)
test-page: $(PAGE_PACKAGES)
	npm --prefix frontend test

test-fast: $(TOOLCHAIN)
	@pytest -n auto --dist worksteal tests/unit tests/service tests/tools tests/properties tests/contracts tests/architecture

test-e2e: $(TOOLCHAIN)
	@pytest $(SIDE_BY_SIDE) tests/e2e

test-browser: $(TOOLCHAIN) $(PAGE_PACKAGES)
	@pytest $(SIDE_BY_SIDE) tests/browser

test-faults: $(TOOLCHAIN)
	@pytest -n auto tests/faults

test-slow: $(TOOLCHAIN) ## The end-to-end tests on a fraction of the processor, as root on Linux: SPEED=0.2
	@python -m tests.support.slow $(or $(SPEED),0.2) pytest -n 1 tests/e2e

test-labs: $(TOOLCHAIN) ## Do the labs of docs/labs as they are written, on a fresh clone; one of them: N=3
	@python -m pytest -v -p tests.labs.blocks docs/labs/$(or $(N),[0-9])-*.md

test-roles: $(TOOLCHAIN) ## The end-to-end tests, while each function may do only what its role allows
	@ENFORCE_ROLES=true pytest $(SIDE_BY_SIDE) tests/e2e

test-docs: docs ## Build the site, then look at it in a browser: links, diagrams, search, phones
	@pytest tests/site

soak: $(TOOLCHAIN) ## Orders by the hundred on a bad day, with injected faults; ORDERS=1000
	@ORDERS=$(or $(ORDERS),300) pytest -n auto tests/faults

load: $(TOOLCHAIN) $(LOAD_TOOLS) ## Visitors to a deployed shop, more and more: RATE=20 a second at last, MINUTES=4; in AWS: ENV=, STACK=, USER=
	@python -m tests.load $(if $(RATE),--rate $(RATE)) $(if $(MINUTES),--minutes $(MINUTES)) $(where) $(if $(call typed,USER),--user $(USER))

lint: $(TOOLCHAIN) $(PAGE_PACKAGES) lint-prose ## ruff, mypy, cfn-lint, sam validate; tsc and ESLint for the page
	ruff check . && ruff format --check .
	mypy
	cfn-lint
	AWS_DEFAULT_REGION=us-east-1 sam validate --lint
	npm --prefix frontend run lint

PROSE := '*.md' '*.py' '*.yaml' 'frontend/src/*.ts' 'frontend/src/*.tsx' 'statemachines/*.json' ':!tools/prose'

lint-prose: $(PROSE_CHECKER) ## textlint: words of tools/prose/plain-english.yaml in documents, comments and messages
	@git ls-files -z $(PROSE) | xargs -0 tools/prose/node_modules/.bin/textlint --format unix \
	  --config tools/prose/textlintrc.json --rules-base-directory $(CURDIR)/tools/prose/node_modules

scan: $(TOOLCHAIN) $(SCANNERS) ## checkov over the templates, parliament over their policies, zizmor over the workflow; known vulnerabilities
	@mkdir -p .local && python -m tools.deployment.template >.local/expanded-template.json
	.venv-scan/bin/checkov --config-file .checkov.yaml
	@python -m tools.toolchain.policies
	.venv-scan/bin/zizmor --offline --quiet .github/workflows
	@python -m tools.toolchain.vulnerabilities

##@ Figures

bench: $(TOOLCHAIN) $(PLOTTER) ## Measure latency, throughput, cold starts and waits beside their floors; QUICK=1, ONLY="latency reads"
	@python -m tools.bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))
	@.venv-bench/bin/python -m tools.bench.plot

cost: $(TOOLCHAIN) ## What an order costs on AWS, counted on an emulator of its own, times list prices; AGAIN=1 reckons only
	@python -m tools.cost $(if $(AGAIN),--again) $(if $(ORDERS),--orders $(ORDERS))

measure-sagas: $(TOOLCHAIN) ## Seconds and price of an order's saga, STANDARD beside EXPRESS (make up SAGA_TYPE=…); ORDERS=20
	$(LOCAL) measure-sagas

##@ Documents and labs

docs: $(TOOLCHAIN) $(SITE_BUILDER) ## Build the documents as a site, every link checked, and say where it is
	@python -m tools.site.build

docs-serve: $(TOOLCHAIN) $(SITE_BUILDER) ## The same in a browser, built again whenever a document changes; DOCS_PORT=8000
	@python -m tools.site.build --serve

check-lab: $(TOOLCHAIN) ## What is still missing of a lab of docs/labs, such as make check-lab N=1
	@python -m tools.labs.check $(N)

##@ Upkeep

contracts: $(TOOLCHAIN) ## Write contracts/ from the code: OpenAPI, AsyncAPI, the events' schemas
	@python -m contracts.generator.write

reference-data: $(TOOLCHAIN) ## Write the tables of currencies and postal codes from the libraries that hold them
	@python -m tools.reference_data.write

lock: $(TOOLCHAIN) ## Write requirements/*.txt again from requirements/*.in
	@python -m tools.toolchain.lock

clean: ## Stop the local cloud and delete everything that is built, .venv too
	@test ! -x .venv/bin/python || .venv/bin/python -m tools.terminal down
	rm -rf frontend/node_modules frontend/dist frontend/src/api/contract.d.ts
	rm -rf tools/site/node_modules tools/prose/node_modules
	rm -rf .venv .venv-* .aws-sam .local .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Tools that few need have an environment of their own each, made when they are first used.
.venv-%/.installed: requirements/%.txt | $(TOOLCHAIN)
	@echo "Installing requirements/$*.txt into .venv-$* (the first time) ..."
	@uv venv --quiet --clear .venv-$*
	@uv pip sync --quiet --require-hashes --python .venv-$* requirements/$*.txt
	@touch $@

$(PAGE_PACKAGES): frontend/package.json frontend/package-lock.json | $(TOOLCHAIN)
	@python -m tools.deployment.build_web

$(PROSE_CHECKER): tools/prose/package-lock.json
	@npm --prefix tools/prose ci --silent && touch $@

$(TOOLCHAIN): requirements/bootstrap.txt requirements/tools.txt
	@$(PYTHON) -m tools.toolchain.bootstrap
