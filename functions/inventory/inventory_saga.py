"""Lambda entry point of the inventory service: its saga steps."""

from kernel.saga_step import saga_steps
from release_stock import release_stock
from reserve_stock import reserve_stock

handler = saga_steps(reserve_stock, release_stock)
