"""Write what the widgets *bottleneck* and *layers* show of their records: run it when a record is a new one.

python tools/recorded.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from attn_core import _files
from attn_core.widgets.memories import packed
from attn_core.widgets.modules import STATIC
from attn_core.widgets.opened import module

_files.replace(STATIC / "bottleneck/recorded.bin", packed())
_files.replace(STATIC / "layers/measured.js", module().encode())
