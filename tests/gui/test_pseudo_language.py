"""In a language that nobody speaks, no page of the window has English left."""

import pytest

from fakes import api as fake
from fakes.pseudo_window import english_left

pytestmark = pytest.mark.usefixtures("pseudo")


@pytest.mark.parametrize(
    "name", ["home", "courses", "new", "jobs", "schools", "targets", "settings", "help"]
)
def test_a_page_has_no_english_left(window, house, settle, name):
    fake.put_job(house, fake.job_row(1, state="completed", title="×"))
    fake.put_job(house, fake.job_row(2, state="failed", title="×"))
    window.go(name)
    settle(window)
    assert not english_left(window.pages[name])


def test_the_frame_of_the_window_has_no_english_left(window):
    assert not english_left(window)
