"""How every function takes its arrays: checked, halves computed in float32, the dtype given back."""

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np
from array_api_compat import array_namespace, device, is_torch_array

from attn_core._checks import Shape, check_arrays

Array = TypeVar("Array")  # a numpy array, a torch tensor, or an array of another library of the standard
P = ParamSpec("P")
R = TypeVar("R")


def takes(*texts: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say which arrays a function takes, in which shapes; its body then is the formula alone.

    Before the call, arrays that do not fit are refused and half precision becomes float32. After it,
    the result has the dtype of the arrays. numpy is silent meanwhile: scores of 1e20 overflow on the
    way to a right answer.
    """
    shapes = tuple(Shape.read(text) for text in texts)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            call = signature.bind(*args, **kwargs)
            arrays = {shape.name: call.arguments[shape.name] for shape in shapes}
            xp = check_arrays(arrays, shapes)
            dtype = arrays[shapes[0].name].dtype
            with np.errstate(all="ignore"):
                if xp.finfo(dtype).bits >= 32:
                    return function(*args, **kwargs)
                for name, array in arrays.items():
                    call.arguments[name] = xp.astype(array, xp.float32)
                return xp.astype(function(*call.args, **call.kwargs), dtype)

        return checked

    return decorate


def constant(array: Array) -> Array:
    """The same numbers, with no gradient to pass on."""
    return array.detach() if is_torch_array(array) else array


def shielded(query: Array, key: Array, value: Array, mask: Array | None) -> tuple[Array, Array, Array]:
    """Zeros in place of queries that may attend to nothing, keys and values that nothing may attend to."""
    xp = array_namespace(query)
    pairs = (query.shape[-2], key.shape[-2])  # (Lq, Lk)
    if mask is None:
        mask = xp.ones(pairs, dtype=xp.bool, device=device(query))
    if mask.ndim < 2 or 0 in pairs:
        mask = xp.broadcast_to(mask, (*mask.shape[:-2], *pairs))
    sees = xp.any(mask, axis=-1)[..., None]  # (..., Lq, 1)
    seen = xp.any(mask, axis=-2)[..., None]  # (..., Lk, 1)
    return xp.where(sees, query, 0.0), xp.where(seen, key, 0.0), xp.where(seen, value, 0.0)
