"""Progress bars, in a terminal and in a notebook; ATTN_CORE_PROGRESS=0 turns them off."""

import os
from collections.abc import Iterable

from tqdm.auto import tqdm


def progress(of: Iterable | None = None, **options) -> tqdm:
    """A bar over an iterable, or one with a ``total`` that is moved by hand."""
    return tqdm(of, disable=os.environ.get("ATTN_CORE_PROGRESS") == "0", dynamic_ncols=True, **options)
