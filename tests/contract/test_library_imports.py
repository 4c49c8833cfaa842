"""Imports into the archive of a library: every class under every policy, history, undo."""

from __future__ import annotations

import shutil
import zipfile

import pytest

from courseporter import api
from courseporter.api import libraries
from courseporter.api.libraries import LibraryOptions
from courseporter.errors import ConflictError, PorterError, SettingsError
from courseporter.targets.library import archived
from courseporter.workspace.libraries import imports
from fakes import library as far
from fakes.material import simple_tables, template


@pytest.fixture
def course(actor, tmp_path):
    """Imports the course, with other words for lesson 1 or without lesson 3 when asked."""

    def make(word="clay", lessons=3):
        tables = simple_tables(lessons)
        tables["lessons"][0]["content"] = f"<p>Page 1: {word}.</p>"
        path = template(tmp_path / f"{word}-{lessons}.zip", tables)
        return libraries.draft_for_library(actor, path)

    return make


@pytest.fixture
def bring(actor, tmp_path):
    def run(draft, to="out.zip", **more):
        more.setdefault("level", "section")
        if "base" in more:
            more["base"] = str(tmp_path / more["base"])
        options = LibraryOptions(to=str(tmp_path / to), **more)
        result = libraries.import_into_library(actor, draft, options)
        libraries.acknowledge_library(actor, result.import_id)
        return result

    return run


def classes(result):
    return {name: count for name, count in result.counts.items() if count}


def of(result, key):
    (found,) = [one for one in result.items if one.entity_key == key]
    return found


def page_key(result):
    return next(one.entity_key for one in result.items if one.title == "Lesson 1" and
                one.kind == "component")  # fmt: skip


def contents(path):
    return far.members(path)


def test_a_second_import_of_the_same_writes_nothing(course, bring, tmp_path):
    first = bring(course())
    before = (tmp_path / "out.zip").read_bytes()
    second = bring(course())
    assert classes(first).keys() == {"new"}
    assert classes(second) == {"same": first.counts["new"]}
    assert (tmp_path / "out.zip").read_bytes() == before
    assert {one.outcome for one in second.items} == {None}


def test_the_same_import_elsewhere_gives_the_same_bytes(course, bring, tmp_path):
    bring(course(), "one.zip")
    bring(course(), "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_changed_page_is_one_update_and_no_container(course, bring, tmp_path):
    key = page_key(bring(course()))
    result = bring(course("water"), policy="overwrite")
    assert {one.entity_key for one in result.items if one.entity_class == "update"} == {key}
    assert "water" in far.text_of(tmp_path / "out.zip", key, published=True)


EXPECTED = {  # class → policy → (draft has our new words, published has them)
    "update": {"skip": (0, 0), "overwrite": (1, 1), "new_version": (1, 0)},
    "edited_there": {"skip": (0, 0), "overwrite": (1, 1), "new_version": (1, 0)},
    "draft_there": {"skip": (0, 0), "overwrite": (1, 1), "new_version": (1, 0)},
    "foreign": {"skip": (0, 0), "overwrite": (1, 1), "new_version": (1, 0)},
    "deleted_there": {"skip": (0, 0), "overwrite": (1, 1), "new_version": (1, 0)},
}
NEEDS_YES = {
    ("edited_there", "overwrite"), ("draft_there", "overwrite"), ("foreign", "overwrite"),
    ("draft_there", "new_version"),
}  # fmt: skip


def staged(entity_class, course, bring, tmp_path):
    """A library in which the page of lesson 1 is of this class for the course with new words."""
    out = tmp_path / "out.zip"
    key = page_key(bring(course()))
    if entity_class in ("edited_there", "foreign"):
        far.edited(out, key)
    elif entity_class == "draft_there":
        far.edited(out, key, draft=True)
    elif entity_class == "deleted_there":
        far.without(out, key)
    if entity_class == "foreign":  # a library that we never wrote to
        changed = far.members(out)
        changed["package.toml"] = changed["package.toml"].replace(b"lib:", b"lib:Other")
        out.unlink()
        return key, far.write(tmp_path / "foreign.zip", changed)
    return key, out


@pytest.mark.parametrize("policy", ["skip", "overwrite", "new_version"])
@pytest.mark.parametrize("entity_class", EXPECTED)
def test_each_class_ends_under_each_policy_as_the_table_says(
    entity_class, policy, course, bring, tmp_path
):
    key, path = staged(entity_class, course, bring, tmp_path)
    before = contents(path)
    draft = course("water")
    held = bring(draft, path.name, policy=policy)
    assert of(held, key).entity_class == entity_class
    if (entity_class, policy) in NEEDS_YES:
        assert of(held, key).outcome == "held"
        assert held.status == "partial"
        assert (
            contents(path).items()
            >= {
                name: data for name, data in before.items() if key.rpartition(":")[2] in name
            }.items()
        )
        result = bring(draft, path.name, policy=policy, confirmed=True)
    else:
        result = held
    written = [bool(text and "water" in text) for text in (
        far.text_of(path, key), far.text_of(path, key, published=True))]  # fmt: skip
    assert tuple(map(int, written)) == EXPECTED[entity_class][policy]
    assert result.failed == 0
    untouched = [name for name in before if key.rpartition(":")[2] not in name]
    after = contents(path)
    assert all(
        after[name] == before[name]
        for name in untouched
        if name.startswith("entities/xblock.v1/problem")
    )


@pytest.mark.parametrize("policy", ["overwrite", "new_version"])
@pytest.mark.parametrize("entity_class", EXPECTED)
def test_undo_brings_the_very_file_back(entity_class, policy, actor, course, bring, tmp_path):
    _key, path = staged(entity_class, course, bring, tmp_path)
    before = path.read_bytes()
    result = bring(course("water"), path.name, policy=policy, confirmed=True)
    written = path.read_bytes()
    undone = libraries.undo_library_import(actor, result.import_id)
    assert path.read_bytes() == before
    assert undone.status == "imported"
    again = libraries.undo_library_import(actor, undone.import_id)
    assert path.read_bytes() == written
    assert again.failed == again.held == 0
    states = {one.import_id: one.status for one in libraries.library_imports(actor)}
    assert states[undone.import_id] == "undone"
    assert states[result.import_id] == "imported"


def test_undo_of_a_new_library_removes_the_file(actor, course, bring, tmp_path):
    result = bring(course())
    undone = libraries.undo_library_import(actor, result.import_id)
    assert not (tmp_path / "out.zip").exists()
    libraries.undo_library_import(actor, undone.import_id)
    assert (tmp_path / "out.zip").exists()


def test_undo_after_an_edit_takes_back_what_nobody_changed(actor, course, bring, tmp_path):
    out = tmp_path / "out.zip"
    key = page_key(bring(course(lessons=2)))
    result = bring(course("water", 3), policy="overwrite")
    new = [one.entity_key for one in result.items if one.entity_class == "new"]
    other = next(one for one in new if ":html:" in one)
    far.edited(out, other)
    undone = libraries.undo_library_import(actor, result.import_id)
    assert (of(undone, other).outcome, undone.status) == ("held", "partial")
    assert "clay" in far.text_of(out, key, published=True)
    assert "EDITED" in far.text_of(out, other)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None


def test_one_row_is_taken_back_alone(actor, course, bring, tmp_path):
    out = tmp_path / "out.zip"
    key = page_key(bring(course()))
    result = bring(course("water"), policy="overwrite")
    seq = of(result, key).seq
    undone = libraries.undo_library_import(actor, result.import_id, (seq,))
    assert [one.entity_key for one in undone.items] == [key]
    assert "clay" in far.text_of(out, key, published=True)


def test_what_somebody_uses_is_not_removed(actor, course, bring, tmp_path):
    out = tmp_path / "out.zip"
    bring(course(lessons=2))
    result = bring(course(lessons=3))
    (page,) = [
        one.entity_key for one in result.items
        if one.entity_class == "new" and ":html:" in one.entity_key
    ]  # fmt: skip
    unit = next(one.entity_key for one in result.items if one.title == "Lesson 1" and
                one.kind == "unit")  # fmt: skip
    far.edit_children(out, unit, page)
    undone = libraries.undo_library_import(actor, result.import_id)
    assert of(undone, page).outcome == "held"
    assert page in far.children_of(out, unit)


def test_children_that_others_added_stay_where_they_were(course, bring, tmp_path):
    out = tmp_path / "out.zip"
    result = bring(course(lessons=2))
    unit, page = (
        next(one.entity_key for one in result.items if one.title == "Lesson 1" and
             one.kind == kind) for kind in ("unit", "component")
    )  # fmt: skip
    other = next(one.entity_key for one in result.items if one.title == "Lesson 2" and
                 one.kind == "component")  # fmt: skip
    far.edit_children(out, unit, other)
    repeated = bring(course(lessons=2), policy="overwrite", confirmed=True)
    assert far.children_of(out, unit)[:2] == [page, other]
    assert of(repeated, unit).entity_class == "same"


def test_keep_both_adds_ours_beside_theirs(course, bring, tmp_path):
    key, path = staged("edited_there", course, bring, tmp_path)
    result = bring(course("water"), path.name, rows={key: "keep_both"})
    beside = next(one.entity_key for one in result.items if one.entity_key.startswith(f"{key}-"))
    assert "EDITED" in far.text_of(path, key)
    assert "water" in far.text_of(path, beside)
    again = bring(course("water"), path.name)
    assert of(again, beside).entity_class == "same"


def test_a_policy_of_one_row_is_a_decision(course, bring, tmp_path):
    key, path = staged("edited_there", course, bring, tmp_path)
    result = bring(course("water"), path.name, rows={key: "overwrite"})
    assert (of(result, key).outcome, result.status) == ("done", "imported")


def test_what_left_the_course_stays_in_the_library_and_is_listed(course, bring, tmp_path):
    bring(course(lessons=3))
    result = bring(course(lessons=2), policy="overwrite")
    assert result.counts["gone_here"] > 0
    gone = [one.entity_key for one in result.items if one.entity_class == "gone_here"]
    assert all(f"{far.stem_of(key)}.toml" in contents(tmp_path / "out.zip") for key in gone)


def test_a_backup_is_merged_into_a_new_file_and_stays_as_it_is(course, bring, tmp_path):
    bring(course(), "backup.zip")
    backup = tmp_path / "backup.zip"
    extra = {**contents(backup), "notes.txt": b"a file that nobody knows"}
    far.write(backup, extra)
    before = backup.read_bytes()
    result = bring(course("water"), "new.zip", base="backup.zip", policy="overwrite")
    assert classes(result)["update"] == 1
    assert backup.read_bytes() == before
    assert contents(tmp_path / "new.zip")["notes.txt"] == extra["notes.txt"]


def test_only_chosen_subtrees_are_imported(actor, course, bring):
    result = bring(course(), only=("lesson:l1",))
    assert {one.title for one in result.items if one.kind == "subsection"} == {"Lesson 1"}


def test_a_plan_says_what_the_import_then_does(actor, course, bring, tmp_path):
    key, path = staged("edited_there", course, bring, tmp_path)
    draft, before = course("water"), path.read_bytes()
    options = LibraryOptions(to=str(path), level="section", policy="overwrite")
    plan = libraries.plan_library(actor, draft, options)
    assert path.read_bytes() == before
    assert (plan.held, of(plan, key).outcome) == (1, "held")
    result = bring(draft, path.name, policy="overwrite")
    assert [one.entity_class for one in plan.items] == [one.entity_class for one in result.items]


def test_a_file_that_does_not_continue_what_is_there_is_not_replaced(course, bring, tmp_path):
    bring(course(), "one.zip")
    bring(course(), "two.zip")
    with pytest.raises(ConflictError):
        bring(course("water"), "two.zip", base="one.zip")
    with pytest.raises(ConflictError):
        bring(course("water"), "two.zip", fresh=True)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "not_found"),
        (lambda path: path.write_bytes(b"PK no"), None),
        (lambda path: path.write_bytes(b""), None),
        (lambda path: far.write(path, {"a.txt": b"a"}), "library_invalid"),
        (lambda path: far.write(path, {"package.toml": b"[x"}), "library_invalid"),
    ],
)
def test_a_base_that_is_no_library_is_refused_and_nothing_written(
    make, code, course, bring, tmp_path
):
    make(tmp_path / "base.zip")
    with pytest.raises(PorterError) as refused:
        bring(course(), "new.zip", base="base.zip")
    assert code is None or refused.value.code == code
    assert refused.value.exit_code == 3
    assert "base.zip" in str(refused.value.message)
    assert not (tmp_path / "new.zip").exists()


@pytest.mark.parametrize("to", ["library.tar", "school/lib:", "nowhere/out.zip"])
def test_a_destination_that_is_none_is_refused(to, course, bring):
    with pytest.raises(SettingsError):
        bring(course(), to)


def test_a_newer_import_is_undone_first(actor, course, bring):
    first = bring(course())
    bring(course("water"), policy="overwrite")
    with pytest.raises(ConflictError):
        libraries.undo_library_import(actor, first.import_id)


def test_an_import_is_undone_once(actor, course, bring):
    result = bring(course())
    libraries.undo_library_import(actor, result.import_id)
    with pytest.raises(ConflictError):
        libraries.undo_library_import(actor, result.import_id)


def test_undo_of_a_file_that_is_gone_says_so(actor, course, bring, tmp_path):
    result = bring(course())
    (tmp_path / "out.zip").unlink()
    with pytest.raises(PorterError, match="no longer exists"):
        libraries.undo_library_import(actor, result.import_id)


def test_the_history_survives_jobs_and_drafts(actor, course, bring, tmp_path):
    draft = course()
    result = bring(draft)
    shutil.copy(tmp_path / "out.zip", tmp_path / "copy.zip")
    api.delete_draft(actor, draft)
    api.clear_finished(actor)
    (line,) = libraries.library_imports(actor, str(tmp_path / "out.zip"))
    assert (line.import_id, line.status) == (result.import_id, "imported")
    assert libraries.library_imports(actor, str(tmp_path / "copy.zip")) == ()
    libraries.undo_library_import(actor, result.import_id)
    assert not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("step", ["mark_done", "finish"])
def test_a_crash_after_the_file_appeared_ends_with_the_same_file(
    step, actor, course, bring, tmp_path, monkeypatch
):
    """The file is there, the history doesn't know: written again, it's the same."""
    bring(course(), "calm.zip")
    bring(course("water"), "calm.zip", policy="overwrite")
    bring(course())
    draft, real = course("water"), getattr(imports, step)

    def crash(*given, **named):
        raise SystemExit

    monkeypatch.setattr(imports, step, crash)
    with pytest.raises(SystemExit):
        bring(draft, policy="overwrite")
    appeared = (tmp_path / "out.zip").read_bytes()
    assert appeared == (tmp_path / "calm.zip").read_bytes()
    monkeypatch.setattr(imports, step, real)
    result = bring(draft, policy="overwrite")
    assert (tmp_path / "out.zip").read_bytes() == appeared
    assert (result.status, classes(result)["update"]) == ("imported", 1)
    assert len(libraries.library_imports(actor, str(tmp_path / "out.zip"))) == 2


def test_a_file_that_another_program_changes_meanwhile_is_kept(
    actor, course, bring, tmp_path, monkeypatch
):
    bring(course())
    out, real = tmp_path / "out.zip", archived.check_bytes

    def meanwhile(*given):
        real(*given)
        out.write_bytes(b"somebody else's")

    monkeypatch.setattr(archived, "check_bytes", meanwhile)
    with pytest.raises(PorterError) as refused:
        bring(course("water"), policy="overwrite")
    assert refused.value.exit_code == 6
    assert out.read_bytes() == b"somebody else's"


def test_two_courses_of_the_same_names_go_into_one_library(actor, course, bring, tmp_path):
    first = bring(course())
    tables = simple_tables(3)
    tables["course"][0]["external_id"] = "other"
    for row in tables["sections"]:
        row["course_external_id"] = "other"
    for row in tables["lessons"]:
        row["content"] = f"<p>Glaze of {row['external_id']}.</p>"
    other = libraries.draft_for_library(actor, template(tmp_path / "other.zip", tables))
    left = bring(other)
    assert classes(left)["foreign"] >= 3, (left.counts, api.draft(actor, other))
    second = bring(other, policy="keep_both")
    out = tmp_path / "out.zip"
    theirs = far.text_of(out, page_key(first), published=True)
    assert "clay" in theirs
    ours = [one for one in second.items if one.entity_class == "new" and ":html:" in one.entity_key]
    assert len(ours) == 3
    assert all("Glaze" in far.text_of(out, one.entity_key, published=True) for one in ours)
    before = out.read_bytes()
    assert classes(bring(other, policy="keep_both")).keys() == {"same"}
    assert out.read_bytes() == before


def test_a_team_keeps_the_same_history(tmp_path, database, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_DATABASE_URL", database)
    actor, out = api.start(tmp_path / "home"), tmp_path / "out.zip"
    try:
        draft = libraries.draft_for_library(
            actor, template(tmp_path / "course.zip", simple_tables(3))
        )
        options = LibraryOptions(to=str(out), level="section", policy="overwrite", confirmed=True)
        first = libraries.import_into_library(actor, draft, options)
        libraries.acknowledge_library(actor, first.import_id)
        key = page_key(first)
        far.edited(out, key)
        second = libraries.import_into_library(actor, draft, options)
        assert of(second, key).entity_class == "edited_there"
        assert libraries.undo_library_import(actor, second.import_id).status == "imported"
        assert "EDITED" in far.text_of(out, key)
        assert len(libraries.library_imports(actor)) == 3
    finally:
        api.stop(actor)
