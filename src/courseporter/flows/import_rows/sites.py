"""The web service of an import: one `RowService` for each kind of row that its profile takes."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from courseporter.connections.kinds.http_api import rate_of
from courseporter.connections.using import open_connection
from courseporter.errors import SettingsError
from courseporter.jobs.run import Run
from courseporter.net import HeaderCredential, Policy
from courseporter.targets.http_api import Profile, RowService, load_profile

SECONDS = 30.0  # for one request with its retries


class Services:
    """The services by kind of row; None for a kind that the profile doesn't take."""

    def __init__(self, made: dict[str, RowService], profile: Profile) -> None:
        self._made = made
        self.profile = profile

    @property
    def repeatable(self) -> bool:
        """Whether sending twice is sending once, for every kind."""
        return all(one.repeatable for one in self._made.values())

    def get(self, kind: str) -> RowService | None:
        """The service that takes rows of this kind."""
        return self._made.get(kind)


@contextmanager
def opened_services(run: Run, connection_id: str, *needed: str) -> Generator[Services]:
    """Open the connection for as long as the block runs.

    Raises SettingsError when its profile takes none of the kinds that are `needed`.
    """
    opened = open_connection(
        run.store, run.job.org_id, connection_id, kind="http_api", tick=run.tick
    )
    profile = load_profile(opened.text("profile"))
    kinds = [kind for kind in ("movies", "shows", "enrollments") if _takes(profile, kind)]
    if needed and not set(needed) & set(kinds):
        profile.resource(needed[0])
    credential = HeaderCredential(profile.auth.prefix, **{profile.auth.header: opened.secret()})
    policy = Policy(total=SECONDS, rate=rate_of(profile))
    with opened.client(profile.base_url, credential=credential, policy=policy) as site:
        yield Services(
            {kind: RowService(site, profile, profile.resource(kind)) for kind in kinds}, profile
        )


def _takes(profile: Profile, kind: str) -> bool:
    try:
        profile.resource(kind)
    except SettingsError:
        return False
    return True
