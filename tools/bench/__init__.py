"""The benchmark, `make bench`: one module per measurement. docs/performance.md explains the figures."""
