"""Libraries of a site behind the contract of writers: each write once, nobody's work replaced."""

import hashlib
from io import BytesIO

import pytest

from courseporter.errors import PorterError
from courseporter.secret import Secret
from courseporter.targets.library.entities import Collection, Component, Container, File
from courseporter.targets.library.marks import fingerprint_of
from courseporter.targets.library.remote import RemoteLibrary
from courseporter.targets.library.site import LibrarySite, parse_library_key
from courseporter.targets.library.writer import Action
from courseporter.targets.openedx.session import Session, Site
from fakes.studio import Studio
from fakes.studio.libraries import Library

KEY = parse_library_key("lib:Demo:clay")
PICTURES = {hashlib.sha256(data).hexdigest(): data for data in (b"first", b"second")}
CLAY = "xblock.v1:html:clay"


def component(text="Soft", picture=b"first", name="clay"):
    sha256 = hashlib.sha256(picture).hexdigest()
    return Component(
        key=f"xblock.v1:html:{name}",
        source_key=f"text:{name}",
        title="Clay",
        block_type="html",
        olx=f'<html display_name="Clay"><![CDATA[<p>{text}</p>]]></html>'.encode(),
        files=(File(f"static/{sha256[:6]}.png", sha256, len(picture)),),
    )


def unit(*children, title="Week 1", name="week-1"):
    return Container(name, f"unit:{name}", "unit", title, tuple(children))


@pytest.fixture
def studio():
    with Studio() as fake:
        fake.site.libraries[str(KEY)] = Library("Demo", "clay", "Clay")
        yield fake


@pytest.fixture
def there(studio):
    return studio.site.libraries[str(KEY)]


@pytest.fixture
def opened(studio):
    sessions = []

    def make():
        site = Site(lms_url=studio.lms, studio_url=studio.studio, client_id="staff-client")
        session = Session(site, Secret("staff-secret"))
        sessions.append(session)
        reached = LibrarySite(session, KEY)
        listed = reached.find()
        assert listed is not None
        return RemoteLibrary(
            reached, listed, lambda sha: BytesIO(PICTURES[sha]), lambda _done: None
        )

    yield make
    for session in sessions:
        session.__exit__(None, None, None)


def action(part, verb="create", there=None, *, publish=True):
    kind = part.kind if isinstance(part, Container) else "component"
    return Action(
        verb=verb, key=part.key, kind=kind, part=part, publish=publish, there=there,
        fingerprint=fingerprint_of(part),
    )  # fmt: skip


def test_a_component_and_its_unit_are_there_as_planned(opened):
    library = opened()
    assert library.apply(action(component())).outcome == "done"
    assert library.apply(action(unit(CLAY))).outcome == "done"

    present = opened().entities([CLAY, "week-1", "xblock.v1:html:none"])

    assert present[CLAY].fingerprint == fingerprint_of(component())
    assert present["week-1"].fingerprint == fingerprint_of(unit(CLAY))
    assert present[CLAY].published == present[CLAY].draft
    assert set(present) == {CLAY, "week-1"}


def test_writing_the_same_again_changes_nothing_there(opened, there):
    library = opened()
    library.apply(action(component()))
    versions = len(there.entities["lb:Demo:clay:html:clay"].versions)

    library.apply(action(component()))

    assert len(there.entities["lb:Demo:clay:html:clay"].versions) == versions


def test_a_draft_leaves_what_learners_see(opened):
    library = opened()
    first = library.apply(action(component())).after

    after = library.apply(action(component("Hard", b"second"), "draft", first, publish=False)).after

    assert after.draft.fingerprint == fingerprint_of(component("Hard", b"second"))
    assert after.published.fingerprint != after.draft.fingerprint
    assert list(after.draft.files) == [component("Hard", b"second").files[0].path]


def test_what_somebody_changed_after_the_plan_is_held_back(opened, there):
    library = opened()
    planned = library.apply(action(component())).after
    there.set_olx(there.entities["lb:Demo:clay:html:clay"], "<html>Theirs</html>")

    applied = library.apply(action(component("Hard"), "replace", planned))

    assert applied.outcome == "held"
    assert there.entities["lb:Demo:clay:html:clay"].now.olx == "<html>Theirs</html>"


def test_a_unit_stays_a_draft_while_it_would_publish_somebody_elses(opened, there):
    library = opened()
    library.apply(action(component()))
    there.set_olx(there.entities["lb:Demo:clay:html:clay"], "<html>Theirs</html>")

    applied = library.apply(action(unit(CLAY)))

    assert applied.outcome == "done"
    assert "stays a draft" in str(applied.reason)
    assert there.entities["lct:Demo:clay:unit:week-1"].published == 0


def test_a_name_that_another_level_has_is_told(opened):
    library = opened()
    library.apply(action(component()))
    library.apply(action(unit(CLAY)))
    section = Container("week-1", "section:week-1", "section", "Week 1", ())

    applied = library.apply(action(section))

    assert applied.outcome == "held"
    assert "Another level" in str(applied.reason)


def test_a_name_whose_owner_was_deleted_is_told_and_restored_when_asked(opened, there):
    library = opened()
    library.apply(action(component()))
    there.delete(there.entities["lb:Demo:clay:html:clay"])
    assert library.apply(action(component())).outcome == "held"

    assert library.apply(action(component(), "restore")).outcome == "done"


def test_what_is_removed_is_gone_and_can_be_restored(opened):
    library = opened()
    first = library.apply(action(component())).after
    gone = Action(verb="remove", key=CLAY, kind="component", there=first)
    assert library.apply(gone).outcome == "done"
    assert opened().entities([CLAY]) == {}

    assert library.apply(action(component(), "restore")).outcome == "done"


def test_the_bytes_of_what_is_replaced_are_kept(opened):
    library = opened()
    first = library.apply(action(component())).after
    kept = {}

    def keep(stream):
        data = stream.read()
        kept[hashlib.sha256(data).hexdigest()] = data
        return hashlib.sha256(data).hexdigest()

    entity = library.keep(first, keep)

    assert kept[entity.draft.olx_sha256] == component().olx
    assert b"first" in kept.values()


def test_one_collection_per_course_gains_and_loses_entities(opened, there):
    library = opened()
    library.apply(action(component()))
    course = Collection("pottery-1a2b", "Töpfern für alle", (CLAY,))
    assert library.collect(course) == (CLAY,)
    assert opened().collect(course) == ()
    assert len(there.collections) == 1

    library.uncollect(course, drop=True)

    assert there.collections == {}


def test_a_cut_before_or_after_every_call_is_made_good_by_the_next_try(
    opened, studio, there, monkeypatch
):
    """Each call of an import is lost once: unseen by the site, or done without an answer."""
    monkeypatch.setattr("courseporter.net.client.FIRST_WAIT", 0.01)
    course = Collection("pottery-1a2b", "Pottery", (CLAY, "week-1"))

    def whole():
        library = opened()
        outcomes = [
            library.apply(action(component("Hard", b"second"))),
            library.apply(action(unit(CLAY))),
        ]
        library.collect(course)
        return {one.outcome for one in outcomes}

    whole()
    writes = [
        method for method, path, _ in studio.site.calls if method != "GET" and "/libraries/" in path
    ]
    assert len(writes) > 8
    for kind in ("status", "reset", "reset_after", "lost"):
        for method in sorted(set(writes)):
            for number in range(writes.count(method)):
                there.entities.clear()
                there.collections.clear()
                fault = studio.add_fault(kind, method=method, path="/libraries/", after=number)
                assert again(whole) == {"done"}
                assert fault.hits == 1
                assert len(there.entities) == 2
                assert len(there.collections) == 1


def again(whole):
    """What a job does: it ends with an error and is tried once more."""
    for _ in range(3):
        try:
            return whole()
        except PorterError:
            continue
    return None
