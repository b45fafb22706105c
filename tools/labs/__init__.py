"""Check the exercises of docs/labs. One module per lab, named after its subject."""
