"""What reaches the terminal."""

from courseporter.cli.say import say, show_line, show_table


def test_control_characters_of_titles_are_shown_not_obeyed(capsys):
    say("title \x1b[2J\x9b1m\x07 \x7f é 日本 \t end")
    assert capsys.readouterr().err == "title ␛[2J\\x9b1m␇ ␡ é 日本 \t end\n"


def test_a_message_may_have_several_lines_and_a_cell_may_not(capsys):
    show_line("one\ntwo\rthree")
    show_table(["", ""], [["a\nb", "c\td"]])
    assert capsys.readouterr().out == "one\ntwo␍three\na␊b  c␉d\n"
