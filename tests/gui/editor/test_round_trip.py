"""What the editor shows is what it writes back."""

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument

from courseporter.api.texts import parts_of, rewritten
from courseporter.gui.editor.load import Loader
from courseporter.gui.editor.save import parts_in

PAGES = [
    "",
    "<p>One</p>",
    "text outside",
    "<h2>Title</h2><p>A <b>bold</b> and <i>slanted</i> <a href='x' class=y>link</a></p>",
    "<p>one<br>two</p><p></p><p>&nbsp;</p>",
    "<ul><li>a<ol><li>b<li>c</ol><li>d</ul><p>x</p><ol><li>e</ol>",
    "<ul><li>a</li></ul><ul><li>b</li></ul>",
    "<ul class=k><li class=j><p>a</p></li></ul>",
    "<table><tr><th>a<th>b<tr><td>1<td>2</table>",
    (
        "<p>x</p><table class=t><thead><tr><td>a</td></tr></thead><tbody><tr><td><p>b</p></td></tr>"
        "</tbody></table><table><tr><td>c</td></tr></table><p>y</p>"
    ),
    "<pre>a\n  b\n\nc</pre><pre><code class=py>x</code></pre>",
    (
        "<p>A formula \\(a < b\\), a picture <img src='courseporter-asset:a.png' alt='A' width=3>"
        "<img src='courseporter-asset:a.png' alt='A' width=3></p>"
    ),
    "<iframe src='https://example.com'></iframe><hr><div class=x><p>box</p></div><p>y</p>",
    "<p><span style='color:red'>red <b>bold</b></span> x<sub>2</sub><sup>3</sup> <u>u</u></p>",
    "<p><a href='x'><b>bold</b> plain</a> <a href='x'><u>u</u></a> <code>c</code></p>",
    "<p>\U0001f600 \u6f22\u5b57 \u05d0</p>",
]


@pytest.mark.parametrize("html", PAGES)
def test_a_page_comes_back_as_the_parts_it_was_made_of(qapp, html):
    document = QTextDocument()
    Loader(QTextCursor(document), fresh=True).load(parts_of(html))
    assert parts_in(document) == parts_of(html)
    assert rewritten(html, parts_in(document)) == html


@pytest.mark.parametrize("html", PAGES)
def test_a_word_typed_at_the_end_leaves_everything_before_it_alone(qapp, html):
    html = f"{html}<p>end</p>"
    document = QTextDocument()
    cursor = QTextCursor(document)
    Loader(cursor, fresh=True).load(parts_of(html))
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertText("ing")
    assert rewritten(html, parts_in(document)) == html.replace("<p>end</p>", "<p>ending</p>")
