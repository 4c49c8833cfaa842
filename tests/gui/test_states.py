"""States that wait for something say for what, and have a way out."""

from __future__ import annotations

import pytest

from courseporter.gui import words
from fakes import api as fake


@pytest.mark.parametrize("why", ["disk", "keychain", "rate_limit", "remote", "retry", "user"])
def test_a_waiting_job_says_what_it_waits_for_and_can_go_on_now(window, house, settle, why):
    row = fake.job_row(1, state="pending", waiting_for=why, run_after=1_700_000_000_000)
    fake.put_job(house, row)
    settle(window)
    window.go("jobs")
    details = window.pages["jobs"].details
    details.show_job(row)
    assert details.form.state.text() == words.waiting(row)
    assert words.waiting(row).endswith(".")
    assert details.form.retry.text() == "Resume"
    details.form.retry.click()
    settle()
    assert ("resume", ("job-1",)) in house.calls


def test_strip_and_table_say_what_a_job_waits_for(window, house, settle):
    fake.put_job(house, fake.job_row(1, state="pending", waiting_for="disk"))
    settle(window)
    assert "The disk is full." in window.strip.title.text()
    assert not window.strip.figures.isVisible()
    model = window.pages["jobs"].model
    model.refresh()
    settle(window)
    assert model.data(model.index(0, 2)).startswith("The disk is full.")


def test_a_damaged_store_is_offered_a_backup_or_a_fresh_start(window, settle):
    from courseporter.gui.notice import Offer

    chosen = []
    window.offer(
        "The job store is damaged.",
        "Nothing is deleted.",
        Offer("Restore the backup of 14:05", lambda: chosen.append("backup")),
        Offer("Begin with an empty store", lambda: chosen.append("empty")),
        error=True,
    )
    assert [way.text() for way in window.notice_bar.buttons if way.isVisible()] == [
        "Restore the backup of 14:05",
        "Begin with an empty store",
    ]
    window.notice_bar.buttons[1].click()
    assert chosen == ["empty"]
    assert not window.notice_place.isVisible()


def test_a_plain_notice_has_no_leftover_ways_out(window):
    from courseporter.errors import InputError
    from courseporter.gui.notice import Offer

    window.offer("Interrupted.", "Nothing is lost.", Offer("Resume all", list))
    window.notice(InputError("It is damaged."))
    assert not any(way.isVisible() for way in window.notice_bar.buttons)
