"""Imported ahead of time by who will need NumPy."""

from shapecheck.calculus.arrays import loading

loading.numpy()
