"""Write what the widget *bottleneck* shows, from the record of its experiment: run it when the record is a new one.

python tools/recorded.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from attn_core import _files
from attn_core.widgets.memories import packed
from attn_core.widgets.modules import STATIC

_files.replace(STATIC / "bottleneck/recorded.bin", packed())
