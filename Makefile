# The commands that people type. What they do is in local/.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
TOOLCHAIN := .venv/.installed
PAGE_PACKAGES := frontend/node_modules/.installed
SCANNERS := .venv-scan/.installed
LOCAL := @python -m local
# What the audit shares with the functions: how events are read, and what the views make of them.
WITH_VIEWS := PYTHONPATH=layers/kernel:functions/views

# USER is in every environment, ENV and STACK are in some: only what was typed after `make` counts.
typed = $(if $(findstring command line,$(origin $(1))),$($(1)))
account = @python -m local.account $(1) $(if $(call typed,ENV),--env $(ENV)) $(if $(call typed,STACK),--stack $(STACK))

.DEFAULT_GOAL := help
.PHONY: help up down sam-local status logs order show history measure-sagas tasks decide dead-letters redrive check-lab clean test test-labs soak lint lock contracts query rebuild audit reannounce web deploy-web test-roles scan deploy destroy user token api-url smoke

help: ## Show these commands (this is the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Ports: EMULATOR_PORT (4566) and WEB_PORT (8080), from the environment or as make up WEB_PORT=9000"

up: $(TOOLCHAIN) ## Start the local cloud, deploy to it, place an order and watch it travel
	$(LOCAL) up

down: $(TOOLCHAIN) ## Stop the local cloud; everything in it is forgotten
	$(LOCAL) down

status: $(TOOLCHAIN) ## What runs, what is deployed, what waits in the queues
	$(LOCAL) status

sam-local: $(TOOLCHAIN) ## sam local start-api in Docker, on the running local cloud; SAM_LOCAL_PORT=3000
	$(LOCAL) sam-local

logs: $(TOOLCHAIN) ## The functions' logs; one function's with F=PlaceOrderFunction
	$(LOCAL) logs $(F)

order: $(TOOLCHAIN) ## Place another order and watch it; PAYMENT=pm_card_declined, POSTAL_CODE=00000, SKU=CUP-2,SCALE-1, QUANTITY=100
	$(LOCAL) order

show: $(TOOLCHAIN) ## Show an order, the newest or ORDER=…; AS_OF=a time, or PaymentAuthorized: as it stood then
	$(LOCAL) show

history: $(TOOLCHAIN) ## The states that an order's saga went through, and what they cost; the newest order, or ORDER=…
	$(LOCAL) history

dead-letters: $(TOOLCHAIN) ## What could not be dealt with, and why
	$(LOCAL) dead-letters

redrive: $(TOOLCHAIN) ## Send a queue's dead letters once more, such as make redrive QUEUE=projection
	$(LOCAL) redrive $(QUEUE)

rebuild: $(TOOLCHAIN) ## Rebuild the views from the event store, and watch it
	$(LOCAL) rebuild

audit: $(TOOLCHAIN) ## Compare the services' tables, the event store and the views; IN_FLIGHT=5 seconds are left out
	@$(WITH_VIEWS) python -m local.audit $(IN_FLIGHT)

reannounce: $(TOOLCHAIN) ## Announce again, from the tables, the events that the event store lacks
	@$(WITH_VIEWS) python -m local.reannounce

measure-sagas: $(TOOLCHAIN) ## Seconds and price of an order's saga, STANDARD beside EXPRESS (make up SAGA_TYPE=…); ORDERS=20
	$(LOCAL) measure-sagas

tasks: $(TOOLCHAIN) ## What waits for a person's decision
	$(LOCAL) tasks

decide: $(TOOLCHAIN) ## Decide the open task, or TASK=…: DECISION=approve, reject, retry or resolve, and COMMENT=…
	$(LOCAL) decide

# SQL may hold quotes and dollars: make hands it on as it was typed, and does not expand it.
unexport SQL
query: export QUERY_SQL = $(value SQL)
query: $(TOOLCHAIN) ## Ask the event store: SQL='SELECT ...', or a query of docs/queries.md such as Q=revenue-per-day
	$(LOCAL) query

check-lab: $(TOOLCHAIN) ## What is still missing of a lab of docs/labs, such as make check-lab N=1
	@python -m local.labs.check $(N)

web: $(PAGE_PACKAGES) ## The web page with hot reload, beside what make up started
	$(LOCAL) web

deploy: export DEPLOY_PARAMETERS = $(call typed,PARAMETERS)
deploy: $(TOOLCHAIN) ## Deploy to an AWS account: ENV=default or prod; STACK=, PARAMETERS="Name=value …"
	$(call account,deploy) $(if $(call typed,APPROVED),--approved) $(if $(call typed,EXECUTION_ROLE),--execution-role $(EXECUTION_ROLE))

deploy-web: $(TOOLCHAIN) ## Build the web page, and upload it to a stack in an AWS account; ENV=, STACK=
	$(call account,web)

destroy: $(TOOLCHAIN) ## Delete a stack in an AWS account, once you have typed its name; ENV=, STACK=
	$(call account,destroy)

user: $(TOOLCHAIN) ## Make a user: USER=ada@example.com, GROUP=operators; in AWS: ENV=, STACK=
	$(call account,user) $(if $(call typed,USER),--user $(USER)) $(if $(call typed,GROUP),--group $(GROUP))

token: $(TOOLCHAIN) ## Sign in, and print the ID token: USER=ada@example.com; in AWS: ENV=, STACK=
	$(call account,token) $(if $(call typed,USER),--user $(USER))

api-url: $(TOOLCHAIN) ## Print the address of the API, for curl and scripts; in AWS: ENV=, STACK=
	$(call account,api-url)

smoke: $(TOOLCHAIN) ## Sign in, place an order, wait until it is confirmed: USER=ada@example.com; in AWS: ENV=, STACK=
	$(call account,smoke) $(if $(call typed,USER),--user $(USER))

test: lint ## Check everything: lint, then all tests; the labs are left to make test-labs
	npm --prefix frontend test
	@pytest -n auto tests/unit tests/properties tests/contracts tests/architecture
	@pytest tests/e2e tests/browser tests/faults
	@echo "The labs are not among them: make test-labs does them."

test-labs: $(TOOLCHAIN) ## Do the labs of docs/labs as they are written, on a fresh clone; one of them: N=3
	@python -m pytest -v -p tests.labs.blocks docs/labs/$(or $(N),[0-9])-*.md

test-roles: $(TOOLCHAIN) ## The end-to-end tests, while each function may do only what its role allows
	@ENFORCE_ROLES=true pytest tests/e2e

soak: $(TOOLCHAIN) ## Orders by the hundred on a bad day, with injected faults; ORDERS=1000
	@ORDERS=$(or $(ORDERS),300) pytest tests/faults -s

lint: $(TOOLCHAIN) $(PAGE_PACKAGES) ## ruff, mypy, cfn-lint, sam validate; tsc and ESLint for the page
	ruff check . && ruff format --check .
	mypy
	cfn-lint
	AWS_DEFAULT_REGION=us-east-1 sam validate --lint
	npm --prefix frontend run lint

scan: $(TOOLCHAIN) $(SCANNERS) ## checkov over the templates, zizmor over the workflow; known vulnerabilities of what we depend on
	.venv-scan/bin/checkov --config-file .checkov.yaml
	.venv-scan/bin/zizmor --offline --quiet .github/workflows
	@python -m local.vulnerabilities

lock: $(TOOLCHAIN) ## Write requirements/*.txt again from requirements/*.in
	@python -m local.lock

contracts: $(TOOLCHAIN) ## Write contracts/ from the code: OpenAPI, AsyncAPI, the events' schemas
	@python -m local.contracts

clean: ## Stop the local cloud and delete everything that is built, .venv too
	@test ! -x .venv/bin/python || .venv/bin/python -m local down
	rm -rf frontend/node_modules frontend/dist frontend/src/api/contract.d.ts
	rm -rf .venv .venv-scan .aws-sam .local local/env.json .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(SCANNERS): requirements/scan.txt | $(TOOLCHAIN)
	@uv venv --quiet --clear .venv-scan
	@uv pip sync --quiet --require-hashes --python .venv-scan requirements/scan.txt
	@touch $@

$(PAGE_PACKAGES): frontend/package.json frontend/package-lock.json | $(TOOLCHAIN)
	@python -m local.build_web

$(TOOLCHAIN): requirements/bootstrap.txt requirements/tools.txt
	@$(PYTHON) -m local.bootstrap
