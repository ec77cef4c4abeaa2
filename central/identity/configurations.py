"""The nodes' configurations as the operator keeps them: DISTRICT/NODE.yaml in one folder."""

from pathlib import Path

from broker.enrolment import MAX_CONFIGURATION
from broker.topics import Address


def configuration_of(folder: Path | None, address: Address) -> str | None:
    """The text of one node's file; None where there is none. Raises OSError for one that cannot be used.

    An address holds no slash and begins with a letter or digit, so no name leads out of the folder.
    """
    if folder is None:
        return None
    path = folder / address.district / f"{address.node}.yaml"
    try:
        if path.stat().st_size > MAX_CONFIGURATION:
            raise OSError(f"{path} is larger than the {MAX_CONFIGURATION} bytes allowed")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise OSError(f"{path} is not UTF-8 text (byte {error.start + 1})") from error
