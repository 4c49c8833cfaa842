"""The courses of a school in the window: listed, searched, chosen, estimated, imported."""

from __future__ import annotations

import copy
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from courseporter import api
from courseporter.api import workers
from courseporter.gui import background
from courseporter.gui.schools.course_model import CourseModel, state
from courseporter.gui.window import Window
from courseporter.secret import Secret
from courseporter.settings import Preferences
from fakes.service import gateway
from fakes.teachable import School, Teachable
from fakes.thinkific import KEY, TOKEN, Thinkific, grown


def several():
    """A site with three courses of 20 lessons; two are sold in a bundle."""
    site = grown(3, 20)
    first = site.courses[0]
    for number in (1, 2):
        more = copy.deepcopy(first)
        more |= {"id": first["id"] + number, "name": f"Course {number}", "product_id": number}
        site.courses.append(more)
        site.chapters[more["id"]] = site.chapters[first["id"]]
        site.products.append({
            "id": number, "productable_id": more["id"], "productable_type": "Course",
            "status": "published", "name": more["name"],
        })  # fmt: skip
    site.bundles[77] = site.courses[:2]
    return site


@pytest.fixture
def site(monkeypatch):
    with Thinkific(several(), limit=None) as fake:
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_URL", fake.rest.url)
        monkeypatch.setenv("COURSEPORTER_THINKIFIC_GRAPHQL_URL", fake.graphql.url)
        yield fake


@pytest.fixture
def real(qtbot, dressed, plain_locale, actor, settle, keychain_in_memory):
    """A window on a real store."""
    made = Window()
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    made.furnish(actor, Preferences())
    made.may_close = lambda: True
    settle(made)
    yield made
    made.actions_of_app.watcher.stop()
    settle()


@pytest.fixture
def catalog(real, actor, site, settle):
    """The courses of the site, all there."""
    secrets = {"api_key": Secret(KEY), "access_token": Secret(TOKEN)}
    api.add_connection(actor, "thinkific", "Site", {"subdomain": "school"}, secrets)
    return opened(real, settle)


def opened(real, settle):
    page = real.pages["schools"]
    page.come()
    settle(real)
    page.listing.connections[0].courses.click()
    settle(real)
    return page.catalog


def titles(catalog):
    return [row if isinstance(row, str) else row.title for row in catalog.model.rows]


def test_courses_are_grouped_by_bundle_and_say_whether_they_are_published(catalog):
    assert titles(catalog) == [
        "All of it", "Watercolour & more", "Course 1", "Not in a bundle", "Course 2",
    ]  # fmt: skip
    words = [state(one).word for one in catalog.model.courses]
    assert words == ["Draft", "Published", "Published"]
    assert catalog.facts.text() == "3 courses · 2 published"


def test_the_search_finds_titles_and_bundles(catalog):
    catalog.line.setText("course 2")
    assert titles(catalog) == ["Course 2"]
    catalog.line.setText("ALL OF")
    assert titles(catalog) == ["All of it", "Watercolour & more", "Course 1"]
    catalog.line.setText("zzz")
    assert catalog.empty.text() == "No titles match “zzz”."
    assert catalog.list.isHidden()


def test_what_chosen_courses_cost_is_shown_before_the_start(catalog, site, qtbot, settle):
    assert not catalog.panel.begin.isEnabled()
    catalog.model.toggle(1)
    catalog.model.toggle(4)
    qtbot.waitUntil(lambda: len(catalog.model.costs) == 2)
    settle()
    assert catalog.panel.title.text() == "2 courses chosen"
    figures = catalog.panel.figures
    texts = [figures.itemAt(at).widget().text() for at in range(figures.count())]
    assert texts[:2] == ["Lessons", "40"]
    assert "Requests" in texts
    assert "Points" in texts
    assert catalog.model.facts(catalog.model.courses[0]) == "3 sections · 20 lessons"
    assert catalog.panel.begin.text() == "Import 2 courses"
    assert site.queries == []


def test_two_courses_come_in_as_jobs_and_become_drafts(catalog, real, actor, qtbot, settle):
    for row in (1, 4):
        catalog.model.toggle(row)
    catalog.panel.media.buttons["package"].setChecked(True)
    qtbot.mouseClick(catalog.panel.begin, Qt.MouseButton.LeftButton)
    settle(real)
    assert real.stack.currentWidget() is real.pages["jobs"]
    jobs = api.jobs(actor)
    assert {one.title for one in jobs} == {"Watercolour & more", "Course 2"}
    for one in jobs:
        workers.work(actor, job_id=one.id)
    rows = api.drafts(actor)
    assert {(row.state, row.source_path) for row in rows} == {("ready", "Site")}
    real.show_draft(rows[0].id)
    settle(real)
    assert real.course_page().source.form.title.text() == "Site"
    assert not catalog.model.chosen


def test_keys_check_one_course_and_all(catalog, qtbot):
    catalog.list.setFocus()
    catalog.list.setCurrentIndex(catalog.model.index(1))
    qtbot.keyClick(catalog.list, Qt.Key.Key_Space)
    assert len(catalog.model.chosen) == 1
    qtbot.keyClick(catalog.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(catalog.model.chosen) == 3
    assert catalog.every.text() == "Select none"
    catalog.every.click()
    assert not catalog.model.chosen


def test_a_folder_for_media_must_exist(catalog, tmp_path):
    catalog.model.toggle(1)
    media = catalog.panel.media
    media.buttons["folder"].setChecked(True)
    assert not catalog.panel.begin.isEnabled()
    assert "folder" in catalog.panel.why.text()
    media.folder.setText(str(tmp_path))
    media.address.setText("https://media.example.com")
    assert catalog.panel.begin.isEnabled()
    assert media.values() == {
        "media": "folder", "media_dir": str(tmp_path), "media_base": "https://media.example.com",
        "media_files": "",
    }  # fmt: skip


def test_downloads_can_be_limited(catalog):
    media = catalog.panel.media
    assert media.limit_row.isHidden()
    media.buttons["package"].setChecked(True)
    assert not media.limit_row.isHidden()
    assert media.limit.text() == "No limit"
    assert "media_budget" not in media.values()
    media.limit.setValue(1500)
    assert media.values()["media_budget"] == "1500"
    media.buttons["link"].setChecked(True)
    assert "media_budget" not in media.values()


def said(catalog):
    labels = catalog.panel.findChildren(QLabel)
    return " ".join(one.text() for one in labels)


def test_with_a_token_nothing_is_said_about_its_absence(catalog):
    assert "certificates" in said(catalog)
    assert "access token" not in said(catalog)


def test_without_a_token_the_panel_says_what_is_missing(real, actor, site, settle):
    secrets = {"api_key": Secret(KEY)}
    api.add_connection(actor, "thinkific", "Site", {"subdomain": "school"}, secrets)
    assert "Without an access token" in said(opened(real, settle))


def test_a_list_that_cant_be_read_says_why_and_is_read_again(catalog, site, settle):
    site.rest.fail("/courses", gateway(500), times=9)
    catalog.reload()
    settle()
    assert "500" in catalog.empty.text()
    site.rest.faults.clear()
    catalog.again.click()
    settle()
    assert len(catalog.model.courses) == 3


def test_covers_are_fetched_without_the_key(catalog, site, real, settle):
    real.grab()
    settle()
    asked = [one for one in site.cdn.asked if "card.png" in one]
    assert asked
    assert len(asked) == 1


def test_leaving_ends_what_is_being_read(catalog, real, site, settle):
    catalog.reload()
    real.pages["schools"].go_back()
    settle()
    assert real.pages["schools"].currentWidget() is real.pages["schools"].listing


def test_five_hundred_courses_are_shown_and_searched_at_once(
    real, actor, settle, monkeypatch, qtbot
):
    courses = [{"id": n, "name": f"Course {n}", "is_published": True} for n in range(1, 501)]
    with Teachable(School(courses=courses, per_page=500), limit=None) as fake:
        monkeypatch.setenv("COURSEPORTER_TEACHABLE_URL", fake.url)
        monkeypatch.setattr("courseporter.sources.teachable.v1.PER_PAGE", 500)
        api.add_connection(actor, "teachable", "School", {}, {"api_key": Secret(fake.key)})
        catalog = opened(real, settle)
        qtbot.waitUntil(lambda: len(catalog.model.courses) == 500)
    assert len(catalog.model.rows) == 500
    catalog.line.setText("course 49")
    assert len(catalog.model.rows) == 11


def test_a_model_of_many_courses_is_filled_in_time():
    found = tuple(
        api.SchoolCourse(id=str(n), title=f"Course {n}", bundle=f"Bundle {n % 40}" if n % 2 else "")
        for n in range(500)
    )
    began = time.process_time()
    model = CourseModel()
    for one in found:
        model.add((one,))
    model.search("course 1")
    assert time.process_time() - began < 2
    assert background.idle()
