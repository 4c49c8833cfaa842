import pytest

from courseporter.secret import Secret
from courseporter.targets.openedx.keys import CourseKey
from courseporter.targets.openedx.session import Session, Site
from fakes.olx_course import members, pack
from fakes.studio import Studio


@pytest.fixture
def key():
    return CourseKey("Org", "C1", "r1")


@pytest.fixture
def fake():
    with Studio() as studio:
        yield studio


@pytest.fixture
def account(fake):
    """Opens sessions of the fake's accounts."""
    opened = []

    def open_as(name="staff", secret=None, **fields):
        values = {"lms_url": fake.lms, "studio_url": fake.studio, "client_id": f"{name}-client"}
        session = Session(Site(**{**values, **fields}), Secret(secret or f"{name}-secret"))
        opened.append(session)
        return session

    yield open_as
    for session in opened:
        session.__exit__(None, None, None)


@pytest.fixture
def session(account):
    return account()


@pytest.fixture
def package(tmp_path):
    def made(changes=None):
        files = members() | (changes or {})
        return pack(tmp_path / "course.tar.gz", {k: v for k, v in files.items() if v is not None})

    return made
