import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

# The app is a process of its own here: there is one QApplication in each.
SCRIPT = """
import os
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from courseporter.gui import app as gui
home = Path(sys.argv[1])

def main():
    app = gui.Application(home)
    assert app.single.is_first()
    app.open()
    timer = QTimer()
    timer.setInterval(50)
    def look():
        {look}
    timer.timeout.connect(look)
    timer.start()
    QTimer.singleShot(120_000, lambda: (sys.stderr.write("nobody quit the app"), os._exit(3)))
    app.exec()
    app.finish()

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def run_app(tmp_path):
    """Run the app until `look` (the body of a function that sees `app`) quits it; its output."""

    def run(look: str, home) -> str:
        script = tmp_path / "app_for_a_test.py"
        body = textwrap.indent(textwrap.dedent(look).strip(), " " * 8).strip()
        script.write_text(SCRIPT.replace("{look}", body), encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, str(script), str(home)],
            capture_output=True,
            text=True,
            timeout=600,  # the app ends itself before
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


def test_opens_its_store_and_starts_its_workers(run_app, tmp_path):
    said = run_app(
        """
        if app.supervisor is not None and app.supervisor.workers:
            first = {"home", "new", "courses", "jobs", "settings", "help"}
            print(first <= set(app.window.pages), len(app.supervisor.workers))
            timer.stop()
            app.window.close()
        """,
        tmp_path / "home",
    )
    assert said.startswith("True ")


def test_a_store_that_cannot_be_opened_is_named_in_the_window(run_app, tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")
    said = run_app(
        """
        if app.window.notice_bar.isVisible():
            print(app.window.notice_bar.message.text())
            timer.stop()
            app.window.close()
        """,
        tmp_path / "home",
    )
    assert said.strip()
    assert "internal error" not in said


def test_settings_that_cannot_be_read_are_named_and_the_app_opens(run_app, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.json").write_text("{broken")
    said = run_app(
        """
        if app.supervisor is not None:
            print(app.window.notice_bar.isVisible(), app.window.notice_bar.message.text())
            timer.stop()
            app.window.close()
        """,
        home,
    )
    assert said.startswith("True The settings can't be read")


def test_a_damaged_store_is_mended_from_its_backup_in_the_window(run_app, tmp_path):
    from courseporter.store import backup, open_store

    home = tmp_path / "home"
    with open_store(home) as store:
        backup.daily(store.path)
        path, size = store.path, store.path.stat().st_size
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * (size - 4096))
    (home / "locks" / "open-dead").touch()
    said = run_app(
        """
        way = app.window.notice_bar.buttons[0]
        if app.supervisor is None and way.isVisible() and "backup" in way.text():
            print(way.text())
            way.click()
        if app.supervisor is not None:
            print(app.window.toaster.words.text())
            timer.stop()
            app.window.close()
        """,
        home,
    )
    assert "Restore the backup of" in said
    assert "damaged-" in said
    assert "courseporter.sqlite3" in [one.name for one in home.glob("damaged-*/*")]


def test_after_a_kill_of_app_and_workers_the_next_start_offers_to_resume(run_app, tmp_path):
    from sqlalchemy import update

    from courseporter.jobs import queue
    from courseporter.jobs.job import NewJob
    from courseporter.store import open_store
    from courseporter.store.schema import job

    with open_store(tmp_path / "home") as store, store.write() as connection:
        for number in range(3):
            new = NewJob(kind="prepare", input={"path": f"{number}.zip"}, queue="elsewhere")
            made = queue.enqueue(connection, new)
            dead = {"status": "running", "leased_by": "dead", "started_at": 1}
            connection.execute(update(job).where(job.c.id == made.id).values(**dead))
    said = run_app(
        """
        if app.window.notice_bar.buttons[0].isVisible():
            print(app.window.notice_bar.message.text(), app.window.notice_bar.buttons[0].text())
            timer.stop()
            app.window.close()
        """,
        tmp_path / "home",
    )
    assert said.strip() == "3 jobs were interrupted. Resume all"


ASK = """
if app.supervisor is not None and app.supervisor.workers:
    timer.stop()
    app.close_requests.asked.connect(lambda: print("asked"))
    app.aboutToQuit.connect(lambda: print("visible:", app.window.isVisible()))
    {before}
    import subprocess
    subprocess.Popen(["sh", "-c", f"kill -{signal} {{__import__('os').getpid()}}"]).wait()
"""
WHILE_IT_ASKS = """
    from courseporter.gui.quit_dialog import QuitDialog
    app.window.may_close = lambda: bool(QuitDialog(app.window, 1).exec())
    QTimer.singleShot(0, app.window.close)
    QTimer.singleShot(0, lambda: print("question:", app.activeModalWidget() is not None))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, nobody ends programs by signals")
@pytest.mark.parametrize("signal", ["TERM", "INT", "HUP"])
def test_a_system_that_ends_the_app_closes_its_window_without_a_question(run_app, tmp_path, signal):
    home = tmp_path / "home"
    refuses = "app.window.may_close = lambda: False"
    assert run_app(ASK.format(before=refuses, signal=signal), home).split() == [
        "asked",
        "visible:",
        "False",
    ]
    assert (home / "window.ini").exists()  # its place is remembered


ASKED_AGAIN = """
    def stop(really=app.supervisor.stop, workers=list(app.supervisor.workers)):
        subprocess.Popen(["sh", "-c", f"kill -{signal} {__import__('os').getpid()}"]).wait()
        really()
        print("ended:", [one.process.exitcode for one in workers])
    import subprocess
    app.supervisor.stop = stop
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, nobody ends programs by signals")
@pytest.mark.parametrize("signal", ["TERM", "INT", "HUP"])
def test_an_app_that_is_told_twice_to_end_puts_all_away(run_app, tmp_path, signal):
    again = ASKED_AGAIN.strip().replace("{signal}", signal)
    said = run_app(ASK.format(before=again, signal="TERM"), tmp_path / "home")
    assert said.splitlines()[-1].startswith("ended: [")


@pytest.mark.skipif(sys.platform == "win32", reason="there, nobody ends programs by signals")
def test_a_log_out_while_the_app_asks_takes_the_question_back(run_app, tmp_path):
    said = run_app(ASK.format(before=WHILE_IT_ASKS.strip(), signal="TERM"), tmp_path / "home")
    assert said.splitlines() == ["question: True", "asked", "visible: False"]


LOOK_AT_A_SERVER = """
window, notice = app.window, app.window.notice_bar
steps = {name: home / name for name in ("away at first", "open", "away again")}
away = notice.isVisible() and "isn't responding" in notice.message.text()
if app.supervisor is None:
    if away and notice.buttons[0].isVisible() and not steps["away at first"].exists():
        steps["away at first"].write_text(notice.buttons[0].text())
elif not steps["open"].exists():
    if not notice.isVisible() and app.window.actions_of_app.news.drafts == ():
        steps["open"].touch()
elif not steps["away again"].exists():
    if away:
        steps["away again"].touch()
elif not notice.isVisible():
    print(window.toaster.words.text())
    timer.stop()
    window.close()
"""


@pytest.mark.slow
def test_a_store_whose_server_is_away_is_waited_for_at_the_start_and_later(
    run_app, tmp_path, monkeypatch
):
    from fakes.postgres import started

    server, home = started(), tmp_path / "home"
    monkeypatch.setenv("COURSEPORTER_DATABASE_URL", server.database())
    server.stop()
    try:
        with ThreadPoolExecutor(1) as beside:
            said = beside.submit(run_app, LOOK_AT_A_SERVER, home)
            for step, act in (
                ("away at first", server.start),
                ("open", server.stop),
                ("away again", server.start),
            ):
                while not said.done() and not (home / step).exists():
                    wait([said], 0.05)
                act()
            assert said.result().strip() == "The job store responds again."
    finally:
        server.remove()
    assert (home / "away at first").read_text() == "Try now"
