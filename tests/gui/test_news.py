import pytest

from courseporter import api
from courseporter.errors import TransientError
from courseporter.gui import news as newses
from courseporter.gui.cards import draft_badge
from courseporter.gui.news import News
from courseporter.gui.watcher import Watcher
from fakes import api as fake


@pytest.fixture
def watcher(house, qapp):
    made = Watcher(house)
    yield made
    made.stop()


def test_says_a_change_once(house, watcher, qtbot):
    seen = []
    watcher.changed.connect(lambda: seen.append(1))
    watcher.look()
    watcher.look()
    house.token += 1
    watcher.look()
    assert len(seen) == 2


def test_a_busy_store_costs_a_beat_and_no_more(house, watcher, monkeypatch):
    seen = []
    watcher.changed.connect(lambda: seen.append(1))

    def busy(actor):
        raise TransientError("The store is busy.", code="store_busy")

    monkeypatch.setattr(api, "change_token", busy)
    watcher.look()
    monkeypatch.setattr(api, "change_token", lambda actor: 7)
    watcher.look()
    assert len(seen) == 1


def test_tells_jobs_that_ended_and_only_those(house, watcher, qtbot):
    news = News(house, watcher)
    fake.put_job(house, fake.job_row(1))
    fake.put_job(house, fake.job_row(2, state="completed"))
    with qtbot.waitSignal(news.changed):
        watcher.look()
    fake.put_job(house, fake.job_row(1, state="failed"))
    with qtbot.waitSignal(news.ended):
        watcher.look()
    assert [job.id for job in news.latest] == ["job-1"]


def test_a_job_that_runs_is_known_however_many_newer_ones_wait(house, watcher, qtbot, monkeypatch):
    monkeypatch.setattr(newses, "MAX_WAITING", 3)
    news = News(house, watcher)
    fake.put_job(house, fake.job_row(9))
    for number in range(1, 9):
        fake.put_job(house, fake.job_row(number, state="pending"))
    with qtbot.waitSignal(news.changed), qtbot.assertNotEmitted(news.ended):
        watcher.look()
    assert [job.id for job in news.active] == ["job-9", "job-1", "job-2", "job-3"]


def test_a_job_that_was_cleared_is_not_told(house, watcher, qtbot):
    news = News(house, watcher)
    fake.put_job(house, fake.job_row(1))
    with qtbot.waitSignal(news.changed):
        watcher.look()
    house.rows.clear()
    house.token += 1
    with qtbot.waitSignal(news.changed), qtbot.assertNotEmitted(news.ended):
        watcher.look()


def test_looks_again_after_the_store_was_too_busy(house, watcher, qtbot, monkeypatch):
    news = News(house, watcher)
    fake.put_job(house, fake.job_row(1))
    answers = [TransientError("busy", code="store_busy")]

    def counts(actor):
        if answers:
            raise answers.pop()
        return {"running": 1}

    monkeypatch.setattr(api, "job_counts", counts)
    with qtbot.waitSignal(news.changed):
        watcher.look()
    assert news.running == 1


@pytest.mark.parametrize(
    ("job", "course"),
    [("running", "preparing"), ("canceled", "stopped"), ("failed", "failed")],
)
def test_a_course_stands_as_the_job_that_reads_it(house, watcher, qtbot, job, course):
    house.courses["draft-1"] = fake.draft_row(1, state="preparing", job_id="job-1")
    fake.put_job(house, fake.job_row(1, state=job))
    news = News(house, watcher)
    with qtbot.waitSignal(news.changed):
        watcher.look()
    assert [row.state for row in news.drafts] == [course]


def test_a_job_that_was_stopped_is_not_stopping_any_more(house, watcher, plain_locale):
    news = News(house, watcher)
    job = fake.job_row(1, state="canceled", cancel_requested=True)
    assert news.progress(job) == "412 of 1,000 lessons"


def test_a_course_whose_import_is_paused_says_so(house, watcher, qtbot):
    house.courses["draft-1"] = fake.draft_row(1, state="preparing", job_id="job-1")
    fake.put_job(house, fake.job_row(1, state="pending", waiting_for="user"))
    news = News(house, watcher)
    with qtbot.waitSignal(news.changed):
        watcher.look()
    assert [draft_badge(row).word for row in news.drafts] == ["Import paused"]
