"""Many concurrent orders: all are accepted, and overload rejects none. tests/load has a larger rush."""

from tests.e2e.rush import assert_only_refusals_reject, hot_product, mixed_orders, rush
from tests.e2e.shop import Shop


def test_many_concurrent_orders_of_one_product_are_all_decided(saga_shop: Shop) -> None:
    done = rush(saga_shop, saga_shop.customer(), hot_product(saga_shop, orders=20, stock=12))

    assert done.ends == {"CONFIRMED": 12, "REJECTED": 8}
    assert done.reasons == {"OUT_OF_STOCK": 8}


def test_sixty_concurrent_orders_of_one_product_sell_each_piece_once(shop: Shop) -> None:
    done = rush(shop, shop.customer(), hot_product(shop, orders=60, stock=45))

    assert done.ends == {"CONFIRMED": 45, "REJECTED": 15}
    assert done.reasons == {"OUT_OF_STOCK": 15}


def test_concurrent_orders_are_rejected_only_for_their_card_or_address(express_shop: Shop) -> None:
    bodies = mixed_orders(express_shop, orders=60)

    done = rush(express_shop, express_shop.customer(), bodies)

    assert_only_refusals_reject(done, bodies)
