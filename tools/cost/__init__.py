"""The cost of an order: its measured usage, multiplied by list prices."""
