"""``templates preview``: the loopback server, the files, and the samples that are mailed."""

from __future__ import annotations

import email
import email.policy
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.cli.preview_server import ADDRESS, Server
from maildesk.replies.preview.mails import Samples
from maildesk.replies.preview.pages import Pages
from maildesk.replies.preview.samples import example_site
from maildesk.replies.preview.watching import LOOK_EVERY, Watch
from maildesk.replies.templates import Templates
from tests.unit.cli.conftest import Run
from tests.unit.replies.samples import write

HEAD = "---\nsubject: Hello\n---\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A live preview of a folder, whose watch looks when it is told to."""
    templates = Templates(tmp_path)
    watch = Watch(templates)
    found = Server(Pages(Samples(templates, example_site()), watch.judge), watch)
    thread = threading.Thread(target=found.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        found.shutdown()
        thread.join()
        found.server_close()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """The answer to one request."""
    line = http.client.HTTPConnection(ADDRESS, server.server_port, timeout=30)
    try:
        line.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        return answer, answer.read().decode()
    finally:
        line.close()


def test_the_server_listens_on_loopback_alone(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_page_is_served_with_a_policy_and_never_kept(server: Server) -> None:
    answer, page = ask(server, "/en/received.html")
    assert answer.status == 200
    assert "Thank you for your message" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    mail, _ = ask(server, "/en/received/known.html")
    assert "; sandbox; frame-ancestors 'self'" in mail.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost.evil.example:{port}"])
def test_a_name_that_leads_here_from_elsewhere_is_refused(server: Server, host: str) -> None:
    answer, page = ask(server, "/en/received.html", Host=host.format(port=server.server_port))
    assert answer.status == 421
    assert "Thank you" not in page


def test_localhost_is_this_machine(server: Server) -> None:
    assert ask(server, "/", Host=f"localhost:{server.server_port}")[0].status == 200


@pytest.mark.parametrize("path", ["/etc/passwd", "/../../etc/passwd", "/%2e%2e/words.toml", "/en/words.toml", "/en/"])
def test_there_is_nothing_but_the_pages(server: Server, path: str) -> None:
    assert ask(server, path)[0].status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_done_but_read(server: Server, method: str) -> None:
    assert ask(server, "/en/received.html", method)[0].status == 501


def test_an_edit_changes_the_version_and_the_page(server: Server, tmp_path: Path) -> None:
    before = ask(server, "/version")[1]
    write(tmp_path, "en/closed.md", HEAD + "Please utilise the form.\n")
    server.watch.look()
    after = ask(server, "/version")[1]
    assert after != before
    page = ask(server, "/en/closed.html")[1]
    assert "Please utilise the form." in page
    assert f'data-version="{after}"' in page


def test_a_page_says_what_concerns_its_own_file_at_once_and_the_rest_when_it_is_known(
    server: Server, tmp_path: Path
) -> None:
    write(tmp_path, "en/closed.md", HEAD + "Please utilise the form.\n\n{{ footer }}\n")
    write(tmp_path, "en/parts/footer.md", "We utilise mail.\n")
    server.watch.look()
    page = ask(server, "/en/closed.html")[1]
    assert "in closed.md, line 4" in page
    assert "Parts and words are being checked" in page
    before = ask(server, "/version")[1]
    server.watch.step()
    assert ask(server, "/version")[1] != before
    page = ask(server, "/en/closed.html")[1]
    assert "in closed.md, line 4" in page
    assert "in footer.md, line 1" in page
    assert "are being checked" not in page


def test_files_are_looked_at_only_when_a_page_asks_and_once_a_second_at_most(tmp_path: Path) -> None:
    now = [100.0]
    watch = Watch(Templates(tmp_path), clock=lambda: now[0])
    before = watch.version
    write(tmp_path, "en/closed.md", HEAD + "All is done.\n")
    now[0] += LOOK_EVERY / 2
    assert watch.version == before
    now[0] += LOOK_EVERY / 2
    assert watch.version != before


def test_what_was_judged_is_judged_again_only_after_a_change(tmp_path: Path) -> None:
    watch = Watch(Templates(tmp_path))
    for whole in (False, True):
        assert watch.judge("en", ())[1] is whole
        watch.judge("en", ())
        watch.stop()
        while watch.step():
            pass
    assert watch.version.endswith(".1")  # once, though it was asked for twice
    write(tmp_path, "en/closed.md", HEAD + "All is done.\n")
    watch.look()
    assert not watch.judge("en", ())[1]


def test_an_editors_other_files_change_nothing(tmp_path: Path) -> None:
    write(tmp_path, "en/closed.md", HEAD + "All is done.\n")
    watch = Watch(Templates(tmp_path))
    before = watch.version
    write(tmp_path, "en/.closed.md.swp", "x")
    watch.look()
    assert watch.version == before


def test_a_bug_is_told_and_the_next_page_works(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug for the test")

    good, server.pages.page = server.pages.page, broken  # type: ignore[method-assign,assignment]  # put back below
    assert ask(server, "/")[0].status == 500
    assert "a bug for the test" in capfd.readouterr().err
    server.pages.page = good  # type: ignore[method-assign]
    assert ask(server, "/")[0].status == 200


def test_out_writes_the_same_pages_as_files(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("templates", "preview", "--out", tmp_path / "out", "--only", "received", "--language", "en")
    assert told.code == 0, told.err
    assert "Thank you for your message" in (tmp_path / "out" / "en" / "received" / "known.html").read_text("utf-8")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert 'src="en/received/known.html"' in page
    assert "data-version" not in page
    again = run("templates", "preview", "--out", tmp_path / "out", "--only", "received", "--language", "en")
    assert again.code == 0


def test_out_leaves_a_folder_of_something_else_alone(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("mine")
    told = run("templates", "preview", "--out", tmp_path / "letters", "--only", "received")
    assert told.code == 73
    assert [each.name for each in (tmp_path / "letters").iterdir()] == ["a.txt"]


@pytest.mark.parametrize("wrong", [("--only", "recieved"), ("--language", "xx"), ("--send", "a@example.org")])
def test_a_wrong_choice_or_sending_without_a_config_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILDESK_CONFIG", raising=False)
    assert run("templates", "preview", *wrong).code == 64


def test_send_mails_samples_that_say_so_and_take_no_reply_into_a_ticket(run: Run, site: Path) -> None:
    told = run(
        "--config", site, "templates", "preview", "--send", "me@example.org", "--only", "received", "--language", "de"
    )  # fmt: skip
    assert told.code == 0, told.err
    files = (site.parent / "var" / "outgoing" / "new").iterdir()
    read = [email.message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in files]
    mail, informal = sorted(read, key=lambda each: "informal" in str(each["Subject"]))
    assert str(mail["Subject"]).startswith("[Sample: de received, known] Re: ")
    assert str(informal["Subject"]).startswith("[Sample: de/informal received, known] Re: ")
    assert mail["To"] == "Maria Muster <me@example.org>"
    assert mail["Reply-To"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert len(mail.get_all("Date", [])) == 1
    assert "Ihnen" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # each of our mails has one
    assert "Ihnen" not in informal.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # the same


def test_send_takes_every_sample_that_is_named(run: Run, site: Path) -> None:
    told = run(
        "--config", site, "templates", "preview", "--send", "me@example.org", "--only", "status", "--language", "en",
        "--sample", "state-open", "--sample", "state-closed",
    )  # fmt: skip
    assert told.code == 0, told.err
    assert len(list((site.parent / "var" / "outgoing" / "new").iterdir())) == 2
    ids = {
        line
        for file in (site.parent / "var" / "outgoing" / "new").iterdir()
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("Message-ID")
    }
    assert len(ids) == 2


def test_a_slip_of_the_keyboard_does_not_fill_a_mailbox(run: Run, site: Path) -> None:
    told = run("--config", site, "templates", "preview", "--send", "me@example.org", "--sample", "all")
    assert told.code == 64
    assert not (site.parent / "var" / "outgoing").exists()
