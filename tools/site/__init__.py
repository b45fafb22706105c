"""Build the documentation site, and generate its diagrams and reference pages."""
