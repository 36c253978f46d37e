"""The book's Sphinx extensions, one job each."""
