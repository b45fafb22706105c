"""Lambda entry point of the inventory service: its steps of the state machines."""

from kernel.saga_step import saga_steps
from release_stock import release_stock
from reserve_stock import reserve_stock
from restock_items import restock_items

handler = saga_steps(reserve_stock, release_stock, restock_items)
