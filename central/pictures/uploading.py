"""A picture from whoever uploads it into the vault: masked, looked at once more, put down. Or not at all."""

from datetime import datetime
from typing import get_args

from broker.events import Reason
from broker.masking import MediaType
from central.people.asker import Asker
from central.pictures import masked
from central.pictures.masked import MaskedPicture, Refusal
from central.pictures.masker import Masker
from central.pictures.masking_process import Body
from central.store.audit import noted
from central.store.database import Store
from central.store.uploads import Purpose, Upload, expected
from central.vault import HEAD, NotTaken, Vault, media_type

TAKEN: dict[str, MediaType] = {kind: kind for kind in get_args(MediaType)}


class Uploading:
    """What masks and keeps pictures for reports and tickets. `masker` None: none is taken."""

    def __init__(self, store: Store, vault: Vault, masker: Masker | None) -> None:
        self._store, self._vault, self.masker = store, vault, masker

    def keep(
        self, body: Body, declared: str | None, purpose: Purpose, by: Asker, now: datetime
    ) -> Upload | Refusal:
        """Mask it and keep that. Blocks while it is masked. Raises StoreAway.

        declared: the media type that was said, None where none was. Who did it is in the audit alone.
        """
        kind = _kind(body, declared)
        if isinstance(kind, Refusal):
            return kind
        if self.masker is None:
            return masked.missing()
        found = self.masker.mask(body, kind)
        return found if isinstance(found, Refusal) else self._kept(found, purpose, by, now)

    def _kept(self, picture: MaskedPicture, purpose: Purpose, by: Asker, now: datetime) -> Upload | Refusal:
        upload = _row(picture, purpose, now)
        expected(self._store, upload)
        try:
            self._put(picture)
        except NotTaken as error:
            return Refusal(
                Reason(code=error.code, text=str(error)[:240]), 5.0 if error.code == "not_now" else None
            )
        hidden = picture.hidden
        what = f"masked: persons {hidden.persons}, faces {hidden.faces}, plates {hidden.plates}"
        noted(self._store, now, by.did("picture.upload", picture.sha256, f"for a {purpose}; {what}"))
        return upload

    def _put(self, picture: MaskedPicture) -> None:
        """Into the vault, which decodes it once more. Raises NotTaken."""
        reception = self._vault.receive(picture.sha256, picture.media_type)
        try:
            reception.add(picture.body)
            reception.keep()
        finally:
            reception.close()


def _kind(body: Body, declared: str | None) -> MediaType | Refusal:
    """What the first bytes say it is."""
    found = media_type(bytes(body[:HEAD]))
    if found not in TAKEN:
        text = f"the bytes are no picture that is taken; taken are {', '.join(TAKEN)}"
        return Refusal(Reason(code="wrong_type", text=text))
    if declared not in (None, "application/octet-stream", found):
        return Refusal(Reason(code="wrong_type", text=f"the bytes are {found}, the header says otherwise"))
    return TAKEN[found]


def _row(picture: MaskedPicture, purpose: Purpose, now: datetime) -> Upload:
    return Upload(
        sha256=picture.sha256,
        size=len(picture.body),
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        purpose=purpose,
        masked=now,
        software=picture.software,
        models=[model.model_dump(exclude_none=True) for model in picture.models],
        persons=picture.hidden.persons,
        faces=picture.hidden.faces,
        plates=picture.hidden.plates,
    )
