"""A Chromium without a window, driven over the W3C WebDriver protocol."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx

FLAGS = [
    "--headless=new --disable-gpu --disable-quic --no-first-run --disable-background-networking",
    "--disable-component-update --disable-sync --disable-default-apps --mute-audio",
    "--autoplay-policy=no-user-gesture-required --window-size=1000,800",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 90.0  # seconds: on a busy machine all comes, only late


def missing() -> str | None:
    """Why no browser can be driven here; None if one can."""
    if not any(shutil.which(name) for name in NAMES):
        return "Chromium is not installed (Debian: chromium)"
    if not shutil.which("chromedriver"):
        return "chromedriver is not installed (Debian: chromium-driver)"
    return None


class WebDriverError(Exception):
    """What chromedriver says of a command that failed."""


class Browser:
    """One session; `close` ends browser and driver."""

    def __init__(self, profile: Path) -> None:
        self._log = (profile / "chromedriver.log").open("w+b")
        command = ["chromedriver", "--port=0"]
        self._driver = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self._http = httpx.Client(
                base_url=self._address(profile), timeout=2 * PATIENCE, trust_env=False
            )
            self._session = ""
            answer = self.call(
                "POST", "session", {"capabilities": {"alwaysMatch": self._wish(profile)}}
            )
            self._session = f"session/{answer['sessionId']}/"
        except BaseException:
            self._driver.kill()
            self._driver.wait()
            self._log.close()
            raise

    def _address(self, profile: Path) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._driver.poll() is None:
            text = (profile / "chromedriver.log").read_text("utf-8", "replace")
            found = re.search(r"started successfully on port (\d+)", text)
            if found:
                return f"http://127.0.0.1:{found[1]}/"
            time.sleep(0.02)
        raise WebDriverError("chromedriver does not start")

    def _wish(self, profile: Path) -> dict[str, object]:
        flags = [*" ".join(FLAGS).split(), f"--user-data-dir={profile / 'profile'}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")
        binary = next(path for path in map(shutil.which, NAMES) if path)
        return {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": flags, "binary": binary},
            "goog:loggingPrefs": {"performance": "ALL"},
        }

    def call(self, method: str, path: str, body: object = None) -> object:
        """One WebDriver command; its value."""
        answer = self._http.request(method, (self._session + path).rstrip("/"), json=body)
        value = answer.json()["value"]
        if answer.status_code != httpx.codes.OK:
            raise WebDriverError(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value

    def open(self, address: str) -> None:
        """Go to an address and wait for its load event."""
        self.call("POST", "url", {"url": address})

    def run(self, script: str, *arguments: object) -> object:
        """What a function body in the page returns; a promise is waited for."""
        body = (
            "const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
            "(async function () {" + script + "}).apply(null, given)"
            ".then((value) => done({value}), (error) => done({error: String(error)}));"
        )
        found = self.call("POST", "execute/async", {"script": body, "args": list(arguments)})
        if "error" in found:
            raise WebDriverError(found["error"])
        return found.get("value")

    def until(self, script: str, *arguments: object, seconds: float = PATIENCE) -> object:
        """The first true value that the script returns.

        A page that goes while it is asked never answers; then the next one is asked, once.
        """
        deadline, gone = time.monotonic() + seconds, False
        while time.monotonic() < deadline:
            try:
                found = self.run(script, *arguments)
            except WebDriverError as error:
                if gone or not str(error).startswith("script timeout"):
                    raise
                found, gone, deadline = None, True, time.monotonic() + seconds
            if found:
                return found
            time.sleep(0.03)
        raise AssertionError(f"still not so after {seconds} s: {script}")

    def devtools(self, command: str, **parameters: object) -> object:
        """A command of the DevTools protocol for the page."""
        return self.call("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def before_pages(self, script: str) -> str:
        """Run this in every document before anything else; what `forget` wants."""
        return self.devtools("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"]

    def forget(self, identifier: str) -> None:
        """Take back a script of `before_pages`."""
        self.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=identifier)

    def responses(self) -> list[tuple[int, str]]:
        """Status and address of what pages got since the last question; 0 for no answer at all."""
        found, addresses = [], {}
        for entry in self.call("POST", "se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            name, given = message["method"], message["params"]
            if name == "Network.requestWillBeSent":
                addresses[given["requestId"]] = given["request"]["url"]
            elif name == "Network.responseReceived":
                found.append((given["response"]["status"], given["response"]["url"]))
            elif name == "Network.loadingFailed" and not given.get("canceled"):
                found.append((0, addresses.get(given["requestId"], "")))
        return [row for row in found if row[1]]  # the others were asked for by the page before

    def close(self) -> None:
        """End the browser and its driver."""
        try:
            self.call("DELETE", "")
        finally:
            self._http.close()
            self._driver.terminate()
            try:
                self._driver.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._driver.kill()
                self._driver.wait()
            self._log.close()
