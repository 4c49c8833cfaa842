"""A lesson finds the version of its manifest, as in an LMS, whatever it looks for first."""

from __future__ import annotations

import io

import pytest

from browser.lessons import LESSON, play, player
from courseporter.context import Limits
from courseporter.formats.archive import open_stored
from courseporter.formats.scorm_player import Player
from courseporter.model import Package
from fakes.player import Bench
from fakes.zips import zip_of

# How the usual wrappers look for an API: the 2004 one first, else the one of 1.2.
WRAPPERS = {
    "pipwerks": """
      function find(view) {
        let tries = 0;
        const seen = () => view.API || view.API_1484_11;
        while (!seen() && view.parent && view.parent !== view && tries < 500) {
          tries += 1;
          view = view.parent;
        }
        return view.API_1484_11 ? ["2004", view.API_1484_11] : view.API ? ["1.2", view.API] : null;
      }
      var found = find(window);
    """,
    "driver": """
      function grab(name) {
        for (let view = window, tries = 0; view && tries < 10; tries += 1) {
          if (view[name]) return view[name];
          if (view.parent === view) break;
          view = view.parent;
        }
        return window.opener ? window.opener[name] || null : null;
      }
      var newer = grab("API_1484_11");
      var found = newer ? ["2004", newer] : grab("API") ? ["1.2", grab("API")] : null;
    """,
    "export of an editor": """
      var found = ["API_1484_11", "API"].map((name) => {
        let view = window;
        while (!(name in view) && view.parent !== view) view = view.parent;
        return name in view && [name === "API" ? "1.2" : "2004", view[name]];
      }).find((one) => one);
    """,
}
USE = """
  var [version, api] = found;
  var old = version === "1.2";
  api[old ? "LMSInitialize" : "Initialize"]("");
  var name = old ? "cmi.core.score.raw" : "cmi.score.scaled";
  var result = {
    version,
    set: api[old ? "LMSSetValue" : "SetValue"](name, old ? "10" : "0.1"),
    mastery: old ? api.LMSGetValue("cmi.student_data.mastery_score")
      : api.GetValue("cmi.scaled_passing_score"),
  };
  if (old) { api.LMSFinish(""); } else { api.SetValue("cmi.completion_status", "completed"); }
  result.passed = old ? "" : api.GetValue("cmi.success_status");
"""
PADDING = b"/* " + b"x" * (5 << 20) + b" */"


def course(folder, wrapper, version, mastery, extra=b""):
    page = f"<!DOCTYPE html><title>L</title><body><script>{WRAPPERS[wrapper]}{USE}</script>"
    content = zip_of({"imsmanifest.xml": "<manifest/>", "a.html": page, "pad.js": extra})
    archive = open_stored("a.zip", io.BytesIO(content), Limits())
    block = Package(
        file="a.zip", href="a.html", identity="M/O", version=version, mastery=mastery, item="I"
    )
    with Player(archive, block, Bench(folder)) as made:
        name, page = made.page(block, "Lesson")
        assets = {name: page}
        for file in made.files:
            with file.open() as stream:
                assets[file.name] = stream.read()
    archive.close()
    return assets


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("extra", [b"", PADDING], ids=["small", "large"])
def test_a_lesson_of_1_2_runs_as_1_2(browser, platform, tmp_path, wrapper, extra):
    platform.assets = course(tmp_path, wrapper, "1.2", 70.0, extra)
    play(browser, player(platform), "result")
    assert browser.run(LESSON + "return lesson.result;") == {
        "version": "1.2", "set": "true", "mastery": "70", "passed": "",
    }  # fmt: skip
    kept = browser.run("return JSON.parse(Object.values({ ...localStorage })[0]);")
    assert kept["1.2"]["values"]["cmi.core.lesson_status"] == "failed"
    assert "2004" not in kept


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_lesson_of_2004_runs_as_2004(browser, platform, tmp_path, wrapper):
    platform.assets = course(tmp_path, wrapper, "2004 4th Edition", 0.7)
    play(browser, player(platform), "result")
    assert browser.run(LESSON + "return lesson.result;") == {
        "version": "2004", "set": "true", "mastery": "0.7", "passed": "failed",
    }  # fmt: skip
