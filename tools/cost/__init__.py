"""What an order costs: counted on a real run, times list prices."""
