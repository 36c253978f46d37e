"""What is refused, and in which words: what was wanted, the name of the axis, both numbers."""

import math
import numbers
import operator
import re
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, device, is_array_api_obj, is_torch_array


class Shape(NamedTuple):
    """An argument and its axes, read from text such as ``"key (..., Lk, D)"``."""

    name: str
    axes: tuple[str, ...]
    leads: bool  # whether more axes may stand before these
    text: str

    @classmethod
    def read(cls, text: str) -> "Shape":
        name, inside = re.fullmatch(r"(\w+) \((.+?),?\)", text).groups()
        axes = tuple(inside.split(", "))
        leads = axes[0] == "..."
        return cls(name, axes[leads:], leads, text)


def check_arrays(arrays: dict[str, Any], shapes: tuple[Shape, ...]) -> Any:
    """Raise unless the arrays are alike and of these shapes; return their namespace."""
    check_alike(arrays)
    sizes: dict[str, tuple[int, str]] = {}
    for shape in shapes:
        check_axes(shape, tuple(arrays[shape.name].shape), sizes)
    check_leading({shape.name: arrays[shape.name].shape[: -len(shape.axes)] for shape in shapes if shape.leads})
    return array_namespace(arrays[shapes[0].name])


def check_alike(arrays: dict[str, Any]) -> None:
    """Raise unless all are floating point, of one library, of one dtype and on one device."""
    (first_name, first), *others = arrays.items()
    check_array(first_name, first)
    check_floating(first_name, first)
    for name, array in others:
        check_home(name, array, first_name, first)
        if array.dtype != first.dtype:
            check_floating(name, array)
            got = f"{dtype_name(first)} and {dtype_name(array)}"
            raise TypeError(f"{first_name} and {name} must have one dtype, got {got}")


def check_array(name: str, array: Any) -> None:
    """Raise unless this is an array of a library that follows the array API standard."""
    if not is_array_api_obj(array):
        got = type(array).__name__
        raise TypeError(f"{name} must be an array, got {got}: write numpy.asarray or torch.as_tensor")


def check_home(name: str, array: Any, other_name: str, other: Any) -> None:
    """Raise unless the array comes from the library, and lies on the device, of the other."""
    check_array(name, array)
    if type(array) is not type(other) and array_namespace(array) is not array_namespace(other):
        got = f"{library_name(other)} and {library_name(array)}"
        raise TypeError(f"{other_name} and {name} must come from one library, got {got}")
    if device(array) != device(other):
        got = f"{device(other)} and {device(array)}"
        raise ValueError(f"{other_name} and {name} must be on one device, got {got}")


def check_floating(name: str, array: Any) -> None:
    """Raise unless the numbers are real and in floating point."""
    xp = array_namespace(array)
    if xp.isdtype(array.dtype, "real floating"):
        return
    advice = ""
    if xp.isdtype(array.dtype, ("bool", "integral")):
        advice = ": write 1.0 or astype(float)" + (", for a tensor .float()" if is_torch_array(array) else "")
    raise TypeError(f"{name} needs floating point, got {dtype_name(array)}{advice}")


def check_axes(shape: Shape, got: tuple[int, ...], sizes: dict[str, tuple[int, str]]) -> None:
    """Raise unless the axes are there, in the sizes that earlier arrays gave them; note new sizes."""
    count = len(shape.axes)
    if len(got) < count or (len(got) > count and not shape.leads):
        raise ValueError(f"wanted {shape.text}, got shape {got}")
    for axis, size in zip(shape.axes, got[-count:], strict=True):
        if " + " in axis:
            due = sum(sizes[part][0] for part in axis.split(" + "))
            if size != due:
                raise ValueError(f"wanted {shape.text} with {axis} = {due}, got {size}")
        else:
            due, where = sizes.setdefault(axis, (size, shape.text))
            if size != due:
                raise ValueError(f"{axis} must be one size: {where} has {due}, {shape.text} has {size}")


def check_leading(leading: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Raise unless these leading axes broadcast; return what they broadcast to."""
    different = {tuple(axes) for axes in leading.values()}
    if len(different) == 1:
        return different.pop()
    try:
        return np.broadcast_shapes(*different)
    except ValueError:
        got = ", ".join(f"{name} has {tuple(axes)}" for name, axes in leading.items())
        raise ValueError(f"leading axes must broadcast: {got}") from None


def check_mask(mask: Any, name: str, array: Any, shape: tuple[int, ...]) -> None:
    """Raise unless the mask is boolean, at home with the array and broadcasts against scores of a shape."""
    check_home("mask", mask, name, array)
    if not array_namespace(mask).isdtype(mask.dtype, "bool"):
        raise TypeError(f"mask must be boolean, True = may attend, got {dtype_name(mask)}")
    for axis, due, size in zip(("Lk", "Lq"), shape[::-1], mask.shape[::-1], strict=False):
        if size not in (1, due):
            raise ValueError(
                f"mask must broadcast against scores (..., Lq, Lk) = {tuple(shape)}, "
                f"got {tuple(mask.shape)}: {axis} is {due}, the mask has {size}"
            )
    check_leading({"scores": shape[:-2], "mask": mask.shape[:-2]})


def check_integer(name: str, value: Any) -> int:
    """Raise unless the value is an integer, of Python or numpy; a bool is none."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    return operator.index(value)


def check_size(name: str, value: Any) -> int:
    """Raise unless the value is an integer from 0."""
    if check_integer(name, value) < 0:
        raise ValueError(f"{name} must be 0 or more, got {value}")
    return operator.index(value)


def is_finite_number(value: Any) -> bool:
    """Whether this is a number of Python, no bool and no array, that a float can hold."""
    try:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def dtype_name(array: Any) -> str:
    """The dtype in the word that all libraries share, such as ``float32``."""
    return str(array.dtype).rpartition(".")[2]


def library_name(array: Any) -> str:
    """The library that an array comes from, such as ``numpy``."""
    return array_namespace(array).__name__.removeprefix("array_api_compat.")
