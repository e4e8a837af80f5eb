"""A file that one thread is about to read is no missing file for another."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from maildesk.replies.reloading import ReloadedFile


def test_who_comes_while_a_file_is_read_gets_it_too(tmp_path: Path) -> None:
    path = tmp_path / "received.md"
    path.write_text("Hello")
    begun, seen = Event(), Event()

    def load(text: str) -> str:
        if not begun.is_set():  # the first reader is slow
            begun.set()
            assert seen.wait(30)
        return text

    file = ReloadedFile(path, load)
    first = Thread(target=file.current)
    first.start()
    assert begun.wait(30)
    found = file.current()
    seen.set()
    first.join()
    assert found == "Hello"
