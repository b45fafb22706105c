"""The benchmark, `make bench`: a module for each thing that it measures. What the figures mean: docs/performance.md."""
