"""Changes that a deployment must bring to the live functions."""

from pathlib import Path

from tests.e2e.conftest import Redeploy
from tests.e2e.shop import Shop


def test_a_change_in_the_kernel_only_is_deployed_to_the_functions(
    shop: Shop, sources: Path, redeploy: Redeploy
) -> None:
    problems = sources / "layers/kernel/kernel/problems.py"
    problems.write_text(problems.read_text().replace("urn:serverless-orders:problem", "urn:changed:problem"))

    redeploy(sources)

    problem = shop.visitor().get("/products", params={"limit": "0"}).json()
    assert problem["type"] == "urn:changed:problem:limit"
