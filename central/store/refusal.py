"""What people ask of the store that cannot be done."""


class Refusal(Exception):
    """The words say why. code: by which pages say it. where: the field that is wrong. allowed: what is."""

    def __init__(self, code: str, what: str, *, where: str, allowed: str = "") -> None:
        super().__init__(what)
        self.code, self.where, self.allowed = code, where, allowed
