"""The picture of a course, which an import resets to what the package says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from courseporter.errors import _
from courseporter.net import FilePart
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session, authorized

BIGGEST = 20 << 20
_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def restore_image(session: Session, key: CourseKey, address: str, folder: Path) -> bool:
    """Make the picture at this address that of the course again; False when it isn't PNG or JPEG.

    Raises PorterError.
    """
    at_home = session.site.studio_url + urlsplit(address).path
    got = session.studio.download(at_home, folder / "image", cap=BIGGEST)
    head = got.path.read_bytes()[:4]
    kind = next((name for start, name in _KINDS.items() if head.startswith(start)), None)
    if kind is None:
        return False
    suffix = "png" if kind == "image/png" else "jpg"
    part = FilePart.of(got.path, f"course_image.{suffix}", kind)
    with authorized(_("This account isn't allowed to change course settings.")):
        session.studio.post(
            f"/api/v1/course_runs/{key}/images/", files={"card_image": part}, repeat=True
        )
    return True
