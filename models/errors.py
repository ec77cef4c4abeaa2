"""The one error of this package."""


class ModelError(ValueError):
    """A model that cannot be used; the text says which, what is wrong with it, and what is allowed."""
