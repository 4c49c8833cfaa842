"""Whoever acts is checked in one place: by role, and within the own organization."""

import inspect
from dataclasses import replace

import pytest

from courseporter import api
from courseporter.api import libraries, publishing, rights, rows, undoing
from courseporter.api.workers import work
from courseporter.errors import AuthError, SettingsError
from fakes.material import simple_template

MODULES = (api, publishing, undoing, rows, libraries)
DOORS = (*publishing.DOOR, *undoing.DOOR, *rows.DOOR, *libraries.DOOR)
NAMES = sorted({*api.__all__, *(one.__name__ for one in DOORS)})
CALLS = {
    name: next(getattr(module, name) for module in MODULES if hasattr(module, name))
    for name in NAMES
}
GUARDED = sorted(rights.RIGHTS)


def parameters(name):
    return list(inspect.signature(CALLS[name]).parameters)


def test_every_function_has_a_row():
    missing = [name for name in NAMES if name not in rights.RIGHTS and name not in rights.NO_ACTOR]
    assert not missing, f"api/rights.py wants a row for {missing}"
    assert not (rights.RIGHTS.keys() | rights.NO_ACTOR) - set(NAMES), "rows without a function"
    assert not rights.RIGHTS.keys() & rights.NO_ACTOR


@pytest.mark.parametrize("name", GUARDED)
def test_who_acts_comes_first(name):
    assert parameters(name)[0] in ("actor", "caller")


@pytest.mark.parametrize("name", sorted(rights.NO_ACTOR))
def test_what_needs_no_actor_asks_for_nothing_that_is_stored(name):
    if inspect.isfunction(CALLS[name]):
        assert not set(parameters(name)) & {"actor", "draft_id", "job_id", "connection_id"}


@pytest.fixture
def draft(actor, tmp_path):
    api.prepare(actor, simple_template(tmp_path / "pottery.zip", lessons=2))
    work(actor, once=True)
    return api.drafts(actor)[0]


@pytest.mark.parametrize("name", [name for name in GUARDED if "draft_id" in parameters(name)])
def test_a_draft_of_another_organization_does_not_exist(actor, draft, name):
    stranger = replace(actor, organisation="other")
    with pytest.raises(SettingsError) as told:
        CALLS[name](stranger, draft.id, *[None] * 9)
    assert told.value.code == "unknown_item"


@pytest.mark.parametrize("name", [name for name in GUARDED if "job_id" in parameters(name)])
def test_a_job_of_another_organization_does_not_exist(actor, draft, name):
    stranger = replace(actor, organisation="other")
    with pytest.raises(SettingsError) as told:
        CALLS[name](stranger, draft.job_id)
    assert told.value.code == "unknown_item"


def test_what_takes_either_id_finds_neither_of_another_organization(actor, draft, tmp_path):
    stranger = replace(actor, organisation="other")
    for one in (draft.id, draft.job_id):
        with pytest.raises(SettingsError):
            api.report(stranger, one, tmp_path / "r.html")
        with pytest.raises(SettingsError):
            api.draft_of(stranger, one)
    assert publishing.published_by(stranger, draft.job_id) is None
    assert api.drafts(stranger) == api.jobs(stranger) == ()


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("role", [*rights.ROLES, "stranger"])
def test_a_role_below_the_row_is_refused_before_anything_happens(actor, role, name):
    needed = rights.RIGHTS[name]
    weak = replace(actor, role=role)
    if role in rights.ROLES and rights.ROLES.index(role) >= rights.ROLES.index(needed):
        assert rights.may(weak, name)
        return
    with pytest.raises(AuthError) as told:
        CALLS[name](weak)
    assert told.value.code == "insufficient_role"


def test_a_viewer_reads_and_changes_nothing(actor, draft):
    viewer = replace(actor, role="viewer")
    assert api.draft(viewer, draft.id).row.id == draft.id
    for call, given in (
        (api.rename, ("section:s0", "Mine")),
        (api.delete_draft, ()),
    ):
        with pytest.raises(AuthError):
            call(viewer, draft.id, *given)
    assert api.draft(actor, draft.id).undo_label is None


def test_the_beginning_of_an_id_is_completed_within_the_organization(actor, draft):
    assert api.draft(actor, draft_id=draft.id[:18]).row.id == draft.id
    assert api.tree(actor, draft.id[:18], None)


def test_inspecting_needs_no_open_store(tmp_path):
    user = api.local_user(tmp_path / "home")
    assert api.inspect(user, simple_template(tmp_path / "p.zip", lessons=1)).title == "Pottery"
    with pytest.raises(AuthError):
        api.restore_store(replace(user, role="member"), None)
    assert api.good_backups(user) == ()
