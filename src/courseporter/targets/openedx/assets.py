"""Files of a course: which ones the site has, and their addresses."""

from __future__ import annotations

import msgspec

from courseporter.errors import AuthError, RejectedError, TransientError
from courseporter.net.call import Params
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session

PAGE = 1000
MOST = 200_000


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file.  `name` is the flat name under which lessons refer to it."""

    id: str = ""
    url: str = ""
    locked: bool = False
    file_size: int | None = None

    @property
    def name(self) -> str:
        """The name after the last part of its key."""
        return self.id.rpartition("+block@")[2]


class _Listed(msgspec.Struct, rename="camel"):
    assets: list[Asset] = []
    total_count: int = 0


def list_assets(session: Session, key: CourseKey) -> dict[str, Asset] | None:
    """Every file by name; None when the site doesn't offer the list."""
    found: dict[str, Asset] = {}
    for page in range(MOST // PAGE):
        params: Params = {"page": page, "page_size": PAGE, "format": "json"}
        try:
            answer = session.studio.get(f"/api/contentstore/v0/file_assets/{key}", params=params)
            listed = answer.decode(_Listed)
        except (AuthError, RejectedError, TransientError):
            return None
        before = len(found)
        found |= {asset.name: asset for asset in listed.assets}
        if len(found) >= listed.total_count or len(found) == before:
            break
    return found
