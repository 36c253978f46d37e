"""Counts, seconds and ratios as a reader takes them in: few digits, a unit, a comma at every thousand."""

import re

from .base import fixed

COUNTS = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"))
SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def grouped(x):
    """A whole number, with a comma at every thousand.

    >>> grouped(65536)
    '65,536'
    """
    return re.sub(r"\B(?=(\d{3})+$)", ",", fixed(x, 0))


def scaled(x, units):
    """Three digits and the largest unit that leaves one before the point.

    >>> scaled(1048576, COUNTS), scaled(0.0123, SECONDS), scaled(999_600, COUNTS)
    ('1.05 M', '12.3 ms', '1.00 M')
    """
    size, name = next((unit for unit in units if x / unit[0] >= 0.9995), units[-1])
    y = x / size
    return f"{fixed(y, 2 if y < 9.995 else 1 if y < 99.95 else 0)} {name}"


def big(x):
    """A count: in full up to 99,999, then three digits.

    >>> big(65536), big(2097152), big(131072)
    ('65,536', '2.10 M', '0.13 M')
    """
    return grouped(x) if x < 99999.5 else scaled(x, COUNTS)


def lasting(x):
    """Seconds with three digits; a dash for what was not measured.

    >>> lasting(0.00034), lasting(None)
    ('340 µs', '–')
    """
    return "–" if x is None else scaled(x, SECONDS)


def times(x):
    """How many times as much.

    >>> times(0.625), times(8.5), times(68.04), times(8196)
    ('0.63', '8.50', '68.0', '8,196')
    """
    return fixed(x, 2 if x < 9.995 else 1) if x < 99.95 else grouped(x)


def about(x):
    """A length to two digits.

    >>> about(1313.4), about(96.2)
    ('1,300', '96')
    """
    unit = 10 ** max(0, len(str(int(x))) - 2)
    return grouped(float(fixed(x / unit, 0)) * unit)


def steps(x):
    """Steps in words.

    >>> steps(1), steps(1024)
    ('1 step', '1,024 steps')
    """
    return f"{grouped(x)} {'step' if x == 1 else 'steps'}"


def size(name, x):
    """A symbol and its size, on one line.

    >>> size("n", 1024)
    'n\\xa0=\\xa01,024'
    """
    return f"{name}\u00a0=\u00a0{grouped(x)}"


def listed(names):
    """Names in words.

    >>> listed(["36"]), listed(["36", "520", "900"])
    ('36', '36, 520 and 900')
    """
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last
