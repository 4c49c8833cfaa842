"""A target of ten lines, put into the registry: api, flows and commands need no change for it."""

import json
from typing import ClassVar

import pytest

from courseporter import api
from courseporter.api.workers import work
from courseporter.errors import ConflictError, SettingsError, TransientError
from courseporter.targets import Destination, Receipt, Setting, Target, registry
from courseporter.targets.file_target import FileTarget, Written
from courseporter.workspace import receipts
from fakes.material import simple_template


class TitlesTarget(FileTarget):
    name, title, suffix = "titles", "A list of titles", ".titles"

    def outline(self, draft):
        return iter(())

    def check(self, draft):
        return ()

    def package(self, draft, out, ctx):
        out.write_text("\n".join(node.title for node in draft.nodes()))
        return Written(path=str(out), bytes=out.stat().st_size, sha256="0")


class ServiceTarget(Target):
    """A service that takes one lesson after the other, and is away when it has taken the second."""

    name, title = "service", "A service"
    settings = (Setting(name="shelf", label="Shelf", of="export", required=True),)
    taken: ClassVar[list[str]] = []

    def outline(self, draft):
        return iter(())

    def check(self, draft):
        return ()

    def write(self, draft, order, cursor, ctx):
        at = int((cursor or {}).get("at", 0))
        lessons = [node for node in draft.nodes() if node.kind == "lesson"]
        for number, node in enumerate(lessons[at:], at + 1):
            self.taken.append(f"{order.to.where}/{order.settings['shelf']}/{node.title}")
            yield Receipt(
                key=node.key, ref=f"there:{number}", cursor={"at": number},
                facts={"course_url": "https://example.org/c"}, done=number, unit="lessons",
            )  # fmt: skip
            if len(self.taken) == 2:
                raise TransientError("The service is away.", code="network_error")


@pytest.fixture(autouse=True)
def two_more(monkeypatch):
    monkeypatch.setattr(registry, "TARGETS", (*registry.TARGETS, TitlesTarget(), ServiceTarget()))
    monkeypatch.setattr(ServiceTarget, "taken", [])


@pytest.fixture
def draft(actor, tmp_path):
    api.prepare(actor, simple_template(tmp_path / "pottery.zip", lessons=3))
    work(actor, once=True)
    return api.drafts(actor)[0].id


def test_a_file_is_written_by_the_target_whose_suffix_it_has(actor, draft, tmp_path):
    api.publish(actor, draft, tmp_path / "a.titles")
    work(actor, once=True)
    assert "Lesson" in (tmp_path / "a.titles").read_text()
    assert api.drafts(actor)[0].last_export == str(tmp_path / "a.titles")
    assert api.default_out(actor, draft, "titles").suffix == ".titles"


def test_a_file_that_exists_is_not_replaced_unasked(actor, draft, tmp_path):
    (tmp_path / "a.titles").touch()
    with pytest.raises(ConflictError):
        api.publish(actor, draft, tmp_path / "a.titles")
    api.publish(actor, draft, tmp_path / "a.titles", overwrite=True)


def test_a_whole_conversion_ends_in_the_new_format(actor, tmp_path):
    source = simple_template(tmp_path / "pottery.zip", lessons=3)
    result = api.convert(actor, source, tmp_path / "a.titles")
    assert result.output.path == str(tmp_path / "a.titles")


def test_a_service_resumes_behind_its_last_receipt(actor, draft):
    to = Destination(key="course-1")
    job = api.publish(actor, draft, to, target="service", settings={"shelf": "top"})
    work(actor, once=True)
    assert api.job(actor, job).state == "pending"
    api.resume(actor, job)
    work(actor, once=True)
    assert api.job(actor, job).state == "completed"
    assert [one.rpartition("/")[0] for one in ServiceTarget.taken] == ["course-1/top"] * 3
    assert len(set(ServiceTarget.taken)) == 3
    kept = receipts.of_job(actor.store, job)
    assert [one.ref for one in kept] == ["there:1", "there:2", "there:3"]


def test_a_connection_that_the_organization_does_not_have_is_refused(actor, draft):
    to = Destination(connection="c1", key="course-1")
    with pytest.raises(SettingsError, match="c1"):
        api.publish(actor, draft, to, target="service")


def test_settings_and_abilities_are_told(actor):
    shown = {one.name: one for one in api.targets()}
    assert shown["service"].settings[0].label == "Shelf"
    assert shown["olx"].suffix == ".tar.gz"
    json.dumps([one.name for one in shown["olx"].settings])
    assert ServiceTarget().validate({"shelf": ""})[0].field == "shelf"
    with pytest.raises(SettingsError, match="find"):
        ServiceTarget().find(Destination(key="x"), None)


def test_no_module_of_api_or_flows_names_a_target(root):
    from courseporter.targets import olx

    assert olx.OlxTarget.name == "olx"
    rooms = [root / "src" / "courseporter" / room for room in ("api", "flows")]
    named = [
        path.name
        for room in rooms
        for path in room.glob("*.py")
        for word in ("targets.olx", "OlxTarget", ".tar.gz", "olx.package")
        if word in path.read_text("utf-8")
    ]
    assert not named
