"""A reader's answers to the exercises, right and wrong, written apart from attn_core: one module a chapter."""

from . import (
    advantages,
    building,
    choosing,
    convolving,
    encoding,
    information,
    recalling,
    scoring,
    seeing,
    stacking,
    three_steps,
)

CHAPTERS = (
    seeing, encoding, advantages, three_steps, choosing, information, building, convolving, recalling, stacking,
    scoring,
)  # fmt: skip
RIGHT = {name: answer for chapter in CHAPTERS for name, answer in chapter.RIGHT.items()}
MISTAKES = [mistake for chapter in CHAPTERS for mistake in chapter.MISTAKES]
