from PySide6.QtCore import QDir, QLockFile

from courseporter.gui.single import Single


def test_the_second_start_hands_its_files_to_the_first(qtbot, tmp_path):
    first, second = Single(tmp_path), Single(tmp_path)
    assert first.is_first()
    with qtbot.waitSignal(first.called):
        assert not second.is_first(["/courses/my course ünï.zip", "https://school.example/c"])
    assert first.arguments == ["/courses/my course ünï.zip", "https://school.example/c"]
    first.close()


def test_two_starts_at_once_look_one_after_the_other(qapp, tmp_path, monkeypatch):
    first, pass_on, looks = Single(tmp_path), Single._pass_on, []

    def looking(single, paths):
        turn = QLockFile(f"{QDir.tempPath()}/{single.name}.lock")
        looks.append(turn.tryLock(0))
        return pass_on(single, paths)

    monkeypatch.setattr(Single, "_pass_on", looking)
    assert first.is_first()
    first.close()
    assert looks == [False]
    turn = QLockFile(f"{QDir.tempPath()}/{first.name}.lock")
    assert turn.tryLock(0)
    turn.unlock()


def test_another_data_folder_has_a_window_of_its_own(qapp, tmp_path):
    first, other = Single(tmp_path / "a"), Single(tmp_path / "b")
    assert first.is_first()
    assert other.is_first()
    first.close()
    other.close()
