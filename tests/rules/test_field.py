"""Fields of a group in compiled code against the numpy arrays they stand for."""

from typing import Annotated as An
from typing import NamedTuple

import numba
import numpy as np
import pytest

from reabm.rules.reference import by_reference
from reabm.world.layout import Array, At

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")


class Page(NamedTuple):
    price: An[Array, At("elements", "USD/kg", "a known length")]
    use: An[Array, At("users elements", "t", "one unknown, one known")]
    flow: An[Array, At("origins elements destinations", "t", "one unknown, two known")]
    late: An[Array, At("lines months", "t", "the unknown last")]
    scale: float


def page(n_elements: int) -> Page:
    def numbers(*shape: int) -> Array:
        return np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)

    return Page(numbers(n_elements), numbers(4, n_elements), numbers(3, n_elements, 5), numbers(2, 7), 0.5)


def change(page):  # type: ignore[no-untyped-def]
    n_users, n = page.use.shape
    for u in range(n_users):
        row = page.use[u]
        for e in range(n):
            row[e] = page.scale * row[e] + page.price[e]
    for o in range(page.flow.shape[0]):
        for e in range(n):
            for d in range(page.flow.shape[2]):
                page.flow[o, e, d] += page.flow[o, e][d] * page.use[0, e]
    every = page.late.reshape(-1)
    for k in range(every.shape[0]):
        every[k] += k
    return page.late[1, 3] + page.flow[2, n - 1, 4]


@pytest.mark.parametrize("n_elements", [1, 3, 8])
def test_compiled_code_reads_and_writes_fields_as_numpy_does(n_elements: int) -> None:
    expected, found = page(n_elements), page(n_elements)
    result = change(expected)
    assert numba.njit(change)(by_reference(found)) == result
    for name in ("price", "use", "flow", "late"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name


def test_a_field_takes_no_more_indices_than_it_has_dimensions() -> None:
    with pytest.raises(numba.TypingError):
        numba.njit(lambda page: page.price[0, 0])(by_reference(page(3)))


def test_worlds_with_other_firms_share_compiled_code_and_those_with_other_elements_do_not() -> None:
    more_users = page(3)._replace(use=np.ones((9, 3)))
    assert by_reference(page(3)).numba_type is by_reference(more_users).numba_type
    assert by_reference(page(3)).numba_type is not by_reference(page(4)).numba_type
