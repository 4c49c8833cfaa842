from datetime import datetime

import pytest

from courseporter.api.values import ErrorView, Sums
from courseporter.gui import words
from courseporter.gui.pace import Pace
from fakes.api import job_row

pytestmark = pytest.mark.usefixtures("plain_locale")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"state": "pending"}, "Waiting"),
        ({"state": "running"}, "Running"),
        ({"state": "running", "cancel_requested": True}, "Stopping…"),
        ({"state": "pending", "waiting_for": "rate_limit"}, "Waiting for network"),
        ({"state": "pending", "waiting_for": "user"}, "Paused"),
        ({"state": "pending", "waiting_for": "disk"}, "Needs you"),
        ({"state": "completed"}, "Done"),
        ({"state": "completed", "problems": 3}, "Done with 3 problems"),
        ({"state": "completed", "problems": 1}, "Done with 1 problem"),
        ({"state": "completed", "sums": Sums(found=3, failed=2)}, "Done, 2 failed"),
        ({"state": "failed"}, "Failed"),
        ({"state": "canceled"}, "Stopped"),
    ],
)
def test_each_state_has_its_word(fields, word):
    assert words.badge(job_row(**fields)).word == word


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (812, "812 bytes"),
        (1_812, "1.8 kB"),
        (358_007, "358 kB"),
        (2_240_000, "2.2 MB"),
        (48_100_000, "48 MB"),
    ],
)
def test_sizes_have_two_digits_or_three(amount, said):
    assert words.size(amount) == said


def test_progress_says_amount_rate_and_time_left():
    pace = Pace()
    for second in range(13):
        pace.see(float(second), "read", second * 35, 5000)
    job = job_row(done=420, total=5000)
    assert words.progress(job, pace, 12.0) == "420 of 5,000 lessons · 35/s · about 2 min"


def test_progress_counts_before_the_total_is_known():
    assert words.progress(job_row(done=None, total=None), None, 0.0) == "Counting…"


def test_progress_without_a_total_says_how_much_is_done():
    assert words.progress(job_row(done=3500, total=None), None, 0.0) == "3,500 lessons so far"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (4, "a few seconds"),
        (42, "about 40 s"),
        (58, "about 1 min"),
        (119, "about 2 min"),
        (59 * 60, "about 59 min"),
        (3600, "about 1 h"),
        (4900, "about 1 h 20 min"),
    ],
)
def test_times_left_are_rounded_as_a_person_would(seconds, said):
    assert words.about(seconds) == said


def test_a_finished_import_says_what_is_true():
    job = job_row(title="Pottery", state="completed", sums=Sums(found=212, converted=212))
    assert words.finished(job) == "Imported “\u2068Pottery\u2069”: 212 items, all converted."


def test_an_import_of_several_courses_says_how_many():
    sums = Sums(found=212, converted=70, skipped=142)  # of one: the others are skipped there
    job = job_row(title="Pottery", state="completed", sums=sums, courses=3)
    assert words.finished(job) == "Imported “\u2068Pottery\u2069” and 2 more courses."
    assert words.headline(job) == "Imported “\u2068Pottery\u2069” and 2 more courses"
    assert words.outcome(job) == "3 courses"


def test_a_failed_export_says_why():
    error = ErrorView(code="disk_full", message="The disk is full.")
    job = job_row(title="Pottery", kind="publish", state="failed", error=error)
    assert words.finished(job) == "Can't export “\u2068Pottery\u2069”. The disk is full."


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("pending", "Import of “\u2068Pottery\u2069”"),
        ("running", "Importing “\u2068Pottery\u2069”"),
        ("completed", "Imported “\u2068Pottery\u2069”"),
        ("failed", "Import of “\u2068Pottery\u2069”"),
    ],
)
def test_the_headline_fits_the_state(state, said):
    assert words.headline(job_row(title="Pottery", state=state)) == said


def test_the_ledger_adds_up_in_words():
    sums = Sums(found=212, converted=205, converted_with_loss=4, skipped=2, failed=1)
    said = words.balance(sums)
    assert said == "212 items: 205 converted, 4 partly, 2 skipped, 1 failed"


def test_a_long_title_is_shortened_at_its_end():
    assert words.quoted("x" * 3000).endswith("x…\u2069”")
    assert len(words.quoted("x" * 3000)) < 100


def epoch_ms(*parts):
    return int(datetime(*parts).astimezone().timestamp() * 1000)


def test_moments_are_times_today_and_dates_before():
    now = datetime(2031, 2, 3, 18, 0).astimezone()
    assert words.moment(epoch_ms(2031, 2, 3, 14, 5), now) == "14:05"
    assert words.moment(epoch_ms(2031, 1, 3, 14, 5), now) == "3 Jan"
    assert words.moment(epoch_ms(2030, 1, 3, 14, 5), now) == "3 Jan 2030"


def test_a_title_becomes_a_name_that_every_system_takes():
    assert words.file_name('a/b\\c:d "e"\n2nd line') == "a-b-c-d -e- 2nd line"
    assert words.file_name("x" * 3000) == "x" * 80
    assert words.file_name("???") == "course"


def test_what_is_clicked_here_is_not_told_as_a_command_for_a_terminal():
    hint = "Save the CSV template to see them (courseporter template csv template.zip)."
    assert words.clicked(hint) == "Save the CSV template to see them."
    assert words.clicked("Choose the ZIP file (not a folder).") == (
        "Choose the ZIP file (not a folder)."
    )
