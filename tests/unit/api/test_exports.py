"""What is remembered of the last package of a draft."""

import pytest

from courseporter import api
from fakes.material import simple_template


@pytest.fixture
def exported(actor, tmp_path):
    """A draft that has just been exported, and its file."""
    out = tmp_path / "pottery.tar.gz"
    api.convert(actor, simple_template(tmp_path / "pottery.zip"), out)
    return api.drafts(actor)[0].id, out


def test_an_exported_draft_names_its_package(actor, exported):
    draft, out = exported
    export = api.draft(actor, draft).export
    assert (export.path, export.bytes) == (str(out), out.stat().st_size)
    assert export.exists
    assert not export.changed
    assert api.default_out(actor, draft) == out


def test_clearing_the_jobs_takes_nothing_from_the_course(actor, exported):
    draft, out = exported
    assert api.clear_finished(actor) == 2
    assert api.draft(actor, draft).export.path == str(out)


def test_an_edit_changes_the_draft_and_undoing_it_changes_it_back(actor, exported):
    draft, _ = exported
    section = api.tree(actor, draft, None)[0]
    api.rename(actor, draft, section.key, "Something else")
    assert api.draft(actor, draft).export.changed
    assert api.drafts(actor)[0].changed_since_export
    api.undo(actor, draft)
    assert not api.draft(actor, draft).export.changed
    assert not api.drafts(actor)[0].changed_since_export


def test_a_package_that_was_moved_is_known_to_be_gone(actor, exported):
    draft, out = exported
    out.unlink()
    assert not api.draft(actor, draft).export.exists


def test_several_items_are_hidden_as_one_step(actor, exported):
    draft, _ = exported
    section = api.tree(actor, draft, None)[0]
    keys = [node.key for node in api.tree(actor, draft, section.key)] + [section.key]
    api.set_hidden(actor, draft, keys, hidden=True)
    assert all(api.node(actor, draft, key).hidden for key in keys)
    api.undo(actor, draft)
    assert not any(api.node(actor, draft, key).hidden for key in keys)
