import errno
from pathlib import Path

import pytest

from courseporter.gui import supervisor as supervisors
from courseporter.gui.supervisor import MOST, Supervisor, default_count
from fakes import workers


@pytest.fixture
def supervise(tmp_path):
    """Start a supervisor on a program; it is stopped in the end."""
    made = []

    def start(program, count=1):
        supervisor = Supervisor(tmp_path, program, count)
        made.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in made:
        if supervisor.isRunning():
            supervisor.stop()


def started(folder):
    return [int(path.name.split("-")[1]) for path in folder.glob("started-*")]


def test_stops_its_workers_when_the_app_ends(supervise, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisors, "PATIENCE", 60.0)  # a busy machine lets them stop late
    supervisor = supervise(workers.wait_for_stop)
    qtbot.waitUntil(lambda: len(started(tmp_path)) == 1)
    supervisor.stop()
    assert [int(path.name.split("-")[1]) for path in tmp_path.glob("stopped-*")] == started(
        tmp_path
    )
    assert not supervisor.isRunning()


def test_a_worker_that_died_is_started_again(supervise, qtbot, tmp_path):
    supervisor = supervise(workers.die_once)
    qtbot.waitUntil(lambda: len(started(tmp_path)) == 1)
    assert supervisor.deaths == 1


def test_a_worker_that_the_system_refuses_is_tried_again(supervise, qtbot, tmp_path, monkeypatch):
    start, refused = Supervisor.start_worker, []

    def refuse_twice(supervisor):
        if len(refused) < 2:
            refused.append(supervisor)
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return start(supervisor)

    monkeypatch.setattr(Supervisor, "start_worker", refuse_twice)
    supervisor = supervise(workers.wait_for_stop)
    qtbot.waitUntil(lambda: len(started(tmp_path)) == 1)
    assert refused == [supervisor, supervisor]


def test_a_stuck_worker_does_not_keep_the_app_from_ending(supervise, qtbot, tmp_path):
    supervisor = supervise(workers.never_listen)
    qtbot.waitUntil(lambda: len(started(tmp_path)) == 1)
    (stuck,) = [worker.process for worker in supervisor.workers]
    supervisor.stop()
    assert stuck.exitcode  # it was ended, and not waited for until it ended well
    assert not supervisor.workers


@pytest.mark.parametrize(("cores", "workers_kept"), [(1, 1), (2, 1), (3, 2), (64, MOST)])
def test_leaves_a_core_to_the_window(cores, workers_kept):
    assert default_count(cores) == workers_kept


def repeat_what_is_told(home, pipe):
    while (told := pipe.recv()) != "stop":
        (Path(home) / str(told)).touch()


def test_a_worker_is_greeted_first_and_when_something_changes(qtbot, tmp_path):
    words = iter(["first", "second"])
    supervisor = Supervisor(tmp_path, repeat_what_is_told, 1, lambda: next(words))
    supervisor.start()
    try:
        qtbot.waitUntil((tmp_path / "first").exists, timeout=60_000)
        supervisor.share()
        qtbot.waitUntil((tmp_path / "second").exists, timeout=60_000)
    finally:
        supervisor.stop()
