"""What a site with OLX validation refuses."""

from __future__ import annotations

import pytest

from courseporter.context import Limits
from courseporter.formats.olx.package import read_package
from fakes.olx import olx

HTML = "course/html/ht.html"
REFUSED = [
    {HTML: "<audio controls></audio>"},
    {HTML: "<section><p>x</p></section>"},
    {HTML: "<p></b></p>"},
    {HTML: None},
    {"course/html/ht.xml": "<html><p></html>"},
    {"course/vertical/ve.xml": '<vertical><html url_name="ht" display_name="x"/></vertical>'},
    {"course/vertical/ve.xml": '<vertical><mind_map url_name="m" x="1"/></vertical>'},
]


@pytest.mark.parametrize("changes", REFUSED)
def test_names_what_the_site_refuses_when_asked(tmp_path, changes):
    path = olx(tmp_path, changes)
    codes = [one.code for one in read_package(path, Limits(), gate=True).problems()]
    assert "gate_refused" in codes
    assert "gate_refused" not in [one.code for one in read_package(path, Limits()).problems()]


@pytest.mark.parametrize(
    "html",
    ["<p>Hello &amp; <b>x</b></p>", "", "<!-- x -->", '<iframe srcdoc="&lt;video&gt;"></iframe>'],
)
def test_accepts_pages_of_html4(tmp_path, html):
    problems = read_package(olx(tmp_path, {HTML: html}), Limits(), gate=True).problems()
    assert [one.code for one in problems] == []
