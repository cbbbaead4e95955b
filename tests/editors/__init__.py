"""The plugins in real editors, which are installed into a cache outside the checkout. Run them by `pytest -m editor`."""
