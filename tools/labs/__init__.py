"""What the labs of docs/labs ask for, and whether it is done: a module per lab, named after its subject."""
