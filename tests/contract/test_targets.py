"""Every target against the suite that authors of plug-ins get."""

import pytest

from courseporter.model import Course, Text
from courseporter.secret import Secret
from courseporter.targets import Check, ConnectionTest, Destination
from courseporter.targets.olx import OlxTarget
from courseporter.targets.openedx.session import Session, Site
from courseporter.targets.openedx.target import OpenEdxTarget
from courseporter.testing import TargetContract, TargetSetting
from fakes.draft import MemoryContext, MemoryDraft, block, lesson, section, unit
from fakes.studio import Studio


def draft():
    nodes = (section("s"), lesson("l", "s"), unit("u", "l"), block("b", "u", Text(html="<p>x</p>")))
    return MemoryDraft(Course(key="c", title="Pottery"), nodes)


class TestOlx(TargetContract):
    @pytest.fixture
    def setting(self, tmp_path):
        (tmp_path / "scratch").mkdir()
        made = draft()
        return TargetSetting(
            target=OlxTarget(),
            draft=made,
            ctx=MemoryContext(tmp_path / "scratch", made),
            to=Destination(path=str(tmp_path / "course.tar.gz")),
        )


class TestOpenEdx(TargetContract):
    @pytest.fixture
    def setting(self, tmp_path):
        (tmp_path / "scratch").mkdir()
        made = draft()

        def tested(_connection, _ctx):
            check = Check(name="heartbeat", state="ok")
            return ConnectionTest(success=True, latency_ms=1, message="", checks=(check,))

        with Studio() as fake:
            site = Site(
                lms_url=fake.lms, studio_url=fake.studio, client_id="staff-client", poll_interval=10
            )
            yield TargetSetting(
                target=OpenEdxTarget(
                    lambda _connection, _ctx: Session(site, Secret("staff-secret")),
                    tested,
                    lambda _seconds: None,
                ),
                draft=made,
                ctx=MemoryContext(tmp_path / "scratch", made),
                to=Destination(connection="campus", key="course-v1:PorterU+C1+r1"),
                writes=lambda: len(fake.site.tasks),
            )
