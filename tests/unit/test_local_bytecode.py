"""What is compiled when the application is built, and what a typing error is answered with."""

from pathlib import Path

import pytest

from local.bytecode import compile_artifacts


@pytest.fixture
def build_dir(tmp_path: Path) -> Path:
    """A function and a layer, as `sam build` leaves them."""
    for module in ("PlaceOrderFunction/place_order.py", "KernelLayer/python/kernel.py"):
        (tmp_path / module).parent.mkdir(parents=True)
        (tmp_path / module).write_text("ANSWER = 42\n")
    return tmp_path


def test_layers_get_bytecode_and_functions_stay_small(build_dir: Path) -> None:
    compile_artifacts(build_dir)

    assert [path.name.partition(".")[0] for path in build_dir.rglob("*.pyc")] == ["kernel"]


@pytest.mark.parametrize("module", ["PlaceOrderFunction/place_order.py", "KernelLayer/python/kernel.py"])
def test_what_is_no_python_is_told(build_dir: Path, module: str, capfd: pytest.CaptureFixture[str]) -> None:
    (build_dir / module).write_text("def handler(:\n")

    with pytest.raises(SyntaxError) as refusal:
        compile_artifacts(build_dir)

    assert Path(module).name in str(refusal.value) + capfd.readouterr().out
