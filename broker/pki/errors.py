"""What is wrong with a key, a certificate or an authority, and what is allowed."""


class PkiError(ValueError):
    """Says what is wrong, where, and what is allowed; never holds a secret."""
