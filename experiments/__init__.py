"""What the chapters report: one script a subject, run with several seeds, recorded in ``attn_core/results``.

``make experiments`` runs what has no record or a stale one. A script has

- a docstring that names the claims it answers;
- ``SEEDS``, how many seeds make its record;
- ``Config``, a frozen dataclass of sizes, whose ``short()`` gives sizes that run in a second or two;
- ``run(seed, config)``, which returns a dict of finite numbers, or of lists of them; or that and a dict of arrays,
  such as trained weights, of which those of the first seed stand beside the record;
- where it trains: ``BAND``, for each name how far a short run may be from the recorded one on another machine;
- where it measures time: ``TIMING = True``. It then runs with nothing beside it.

It imports `attn_core` and libraries, and nothing of this folder: its text is all that its record depends on, besides
the package.
"""
