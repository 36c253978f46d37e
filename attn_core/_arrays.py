"""What functions ask of their arrays: one library, one dtype, axes that fit; halves computed in float32."""

import functools
import inspect
import math
import numbers
import re
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
from array_api_compat import array_namespace, device, is_array_api_obj, is_torch_array

Array = TypeVar("Array")  # a numpy array, a torch tensor or another array of the array API standard
P = ParamSpec("P")
R = TypeVar("R")


class Shape(NamedTuple):
    """The name of an argument and its axes, read from text such as ``"key (..., Lk, D)"``."""

    name: str
    axes: tuple[str, ...]
    leading: bool
    text: str

    @classmethod
    def read(cls, text: str) -> "Shape":
        name, axes = re.fullmatch(r"(\w+) \((.+?),?\)", text).groups()
        axes = axes.split(", ")
        leading = axes[0] == "..."
        return cls(name, tuple(axes[leading:]), leading, text.removeprefix(name + " "))


def takes(*shapes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the named arrays before the call, compute halves in float32, give the dtype back.

    The numbers that overflow or are undefined on the way to a right answer raise no numpy warning.
    """
    wanted = [Shape.read(text) for text in shapes]

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            call = signature.bind(*args, **kwargs)
            arrays = {shape.name: call.arguments[shape.name] for shape in wanted}
            xp = check(arrays, wanted)
            dtype = arrays[wanted[0].name].dtype
            if xp.finfo(dtype).bits < 32:
                call.arguments |= {name: xp.astype(array, xp.float32) for name, array in arrays.items()}
            with np.errstate(all="ignore"):
                result = function(*call.args, **call.kwargs)
                return xp.astype(result, dtype, copy=False)

        return checked

    return decorate


def check(arrays: dict[str, Any], wanted: list[Shape]) -> Any:
    """Raise where the arrays do not fit each other or the wanted shapes; return their namespace."""
    first_name, first = next(iter(arrays.items()))
    for name, array in arrays.items():
        check_array(name, array)
        check_same_home(name, array, first_name, first)
        check_floating(name, array)
        if array.dtype != first.dtype:
            got = f"{dtype_name(first)} and {dtype_name(array)}"
            raise TypeError(f"{first_name} and {name} must have one dtype, got {got}")
    sizes: dict[str, tuple[Shape, int]] = {}
    for shape in wanted:
        check_axes(shape, arrays[shape.name], sizes)
    check_leading(
        {shape.name: arrays[shape.name].shape[: -len(shape.axes)] for shape in wanted if shape.leading}
    )
    return array_namespace(first)


def check_array(name: str, array: Any) -> None:
    """Raise TypeError unless this is an array of a library that follows the array API standard."""
    if not is_array_api_obj(array):
        got = type(array).__name__
        raise TypeError(
            f"{name} must be an array, got {got}: write numpy.asarray({name}) or torch.as_tensor({name})"
        )


def check_same_home(name: str, array: Any, other_name: str, other: Any) -> None:
    """Raise unless the two arrays come from one library and lie on one device."""
    library, other_library = library_name(array), library_name(other)
    if library != other_library:
        raise TypeError(
            f"{other_name} and {name} must come from one library, got {other_library} and {library}"
        )
    if device(array) != device(other):
        raise ValueError(
            f"{other_name} and {name} must be on one device, got {device(other)} and {device(array)}"
        )


def check_floating(name: str, array: Any) -> None:
    """Raise TypeError unless the numbers are real and in floating point."""
    xp = array_namespace(array)
    if xp.isdtype(array.dtype, "real floating"):
        return
    advice = ""
    if xp.isdtype(array.dtype, ("bool", "integral")):
        advice = ": write 1.0 or astype(float)" + (" (a tensor: .float())" if is_torch_array(array) else "")
    raise TypeError(f"{name} needs floating point, got {dtype_name(array)}{advice}")


def check_axes(shape: Shape, array: Any, sizes: dict[str, tuple[Shape, int]]) -> None:
    """Raise ValueError unless the array has the axes, in the sizes that earlier arrays gave them."""
    count = len(shape.axes)
    if array.ndim < count or (array.ndim > count and not shape.leading):
        raise ValueError(f"{shape.name} must have shape {shape.text}, got {tuple(array.shape)}")
    for axis, size in zip(shape.axes, array.shape[-count:], strict=True):
        if "+" in axis:
            due = sum(sizes[part][1] for part in axis.split(" + "))
            if size != due:
                raise ValueError(f"{shape.name} {shape.text} must have {axis} = {due}, got {size}")
            continue
        other, due = sizes.setdefault(axis, (shape, size))
        if size != due:
            raise ValueError(
                f"axis {axis} must have one size: "
                f"{other.name} {other.text} has {due}, {shape.name} {shape.text} has {size}"
            )


def check_leading(leading: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Raise ValueError unless the axes before the last two broadcast; return what they broadcast to."""
    try:
        return np.broadcast_shapes(*leading.values())
    except ValueError:
        got = ", ".join(f"{name} has {tuple(axes)}" for name, axes in leading.items())
        raise ValueError(f"leading axes must broadcast: {got}") from None


def check_mask(mask: Any, like: Any, like_name: str, shape: tuple[int, ...]) -> None:
    """Raise unless the mask is boolean, at home with `like`, and broadcasts against scores of this shape."""
    check_array("mask", mask)
    check_same_home("mask", mask, like_name, like)
    if not array_namespace(mask).isdtype(mask.dtype, "bool"):
        raise TypeError(f"mask must be boolean, True = may attend, got {dtype_name(mask)}")
    pairs = tuple(zip(("Lk", "Lq"), shape[::-1], mask.shape[::-1], strict=False))
    for axis, due, size in pairs:
        if size not in (1, due):
            raise ValueError(
                f"mask must broadcast against scores (..., Lq, Lk) = {tuple(shape)}, "
                f"got {tuple(mask.shape)}: {axis} is {due}, the mask has {size}"
            )
    check_leading({"scores": tuple(shape[:-2]), "mask": tuple(mask.shape[:-2])})


def is_finite_number(value: Any) -> bool:
    """Whether this is a Python number, no bool and no array, that a float can hold."""
    try:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def constant(array: Array) -> Array:
    """The same numbers, through which no gradient flows."""
    return array.detach() if is_torch_array(array) else array


def dtype_name(array: Any) -> str:
    """The dtype in the word all libraries share, such as ``float32``."""
    return str(array.dtype).rpartition(".")[2]


def library_name(array: Any) -> str:
    """The library an array comes from, such as ``numpy``."""
    return array_namespace(array).__name__.removeprefix("array_api_compat.")
