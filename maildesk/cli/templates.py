"""``maildesk templates check|list|preview``: what we say, judged and shown before a customer reads it.

``check`` names every mistake with file and line, why it matters to the reader, and what is better. Errors are what a
customer would get wrong; the rest warns. Exit 1 on errors (with ``--strict`` on warnings too), 0 otherwise. ``FOLDER``
is a templates folder to judge in the place of the config's; both lie over the built-in set. All of it works without a
config, then with the built-in set in all languages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maildesk.config import Settings
    from maildesk.replies.findings import Finding
    from maildesk.replies.templates import Templates

EX_NOINPUT = 66


@click.group("templates")
def templates() -> None:
    """Judge, list and show the texts that maildesk sends."""


@templates.command("check")
@click.argument("path", metavar="[FOLDER|FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per finding and line.")
@click.pass_context
def check(ctx: click.Context, path: Path | None, strict: bool, as_json: bool) -> None:
    """Find every mistake in templates, articles and canned answers: of FOLDER, of the config's, or of one FILE."""
    from maildesk.configuration.location import config_path, desk_addresses
    from maildesk.replies.checking import review, root_of
    from maildesk.replies.findings import Level

    only = path.resolve() if path is not None and path.is_file() else None
    known = desk_addresses(config_path(ctx.find_root().obj)) if only else None
    if only is not None and known is not None:
        found, desks = _laid_over(root_of(only)), known
    else:
        found, settings = _templates(ctx, root_of(only) if only else path)
        desks = tuple(desk.address for desk in settings.site.desks) if settings else ()
    findings = review(found, desks, only=only)
    for each in findings:
        click.echo(json.dumps(_as_json(each), ensure_ascii=False) if as_json else _as_text(each))
    errors = sum(each.level is Level.ERROR for each in findings)
    if not as_json:
        click.echo(_summary(str(path) if only else ", ".join(found.languages()), errors, len(findings) - errors))
    ctx.exit(1 if errors or (strict and findings) else 0)


@templates.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per template and language.")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.pass_context
def list_templates(ctx: click.Context, as_json: bool, folder: Path | None) -> None:
    """List every template and canned answer with the file that is in use for it, language by language."""
    from maildesk.replies.placeholders import template_names

    found, _ = _templates(ctx, folder)
    for language in found.folders():
        lacking = found.missing(language)
        if not as_json:
            click.echo(f"{language}: {'complete' if not lacking else f'lacks {len(lacking)} files'}")
        for name in template_names():
            try:
                path, compiled = found.text(language, name)
            except LookupError:
                continue
            own = not path.is_relative_to(found.builtin)
            if as_json:
                row = {"language": language, "name": name, "file": str(path), "own": own}
                click.echo(json.dumps({**row, "placeholders": sorted(compiled.uses)}, ensure_ascii=False))
            else:
                click.echo(f"  {name:<24}{path if own else 'built in'}")
        _list_canned(found, language, as_json=as_json)


def _list_canned(found: Templates, language: str, *, as_json: bool) -> None:
    """The canned answers of a language: the admin's, and those that desks have of their own."""
    ways = [(spoken, desk) for spoken, desk in found.ways() if spoken.partition("/")[0] == language]
    answers = {each.path: each for spoken, desk in ways for each in found.canned.all(spoken, desk)}
    for path, each in answers.items():
        name, own = f"canned/{each.name}", not path.is_relative_to(found.builtin)
        if as_json:
            row = {"language": language, "name": name, "file": str(path), "own": own}
            click.echo(json.dumps({**row, "placeholders": sorted(each.canned.compiled.uses)}, ensure_ascii=False))
        else:
            click.echo(f"  {name:<24}{path if own else 'built in'}")


@templates.command("preview")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of 127.0.0.1; else any free one.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write the pages as files to DIR instead."
)
@click.option("--send", metavar="ADDRESS", help="Mail the samples to ADDRESS through the config's outgoing way.")
@click.option("--only", metavar="NAME", multiple=True, help="Only this template, such as received; may be repeated.")
@click.option("--language", metavar="LANGUAGE", multiple=True, help="Only this language, such as de or de/informal.")
@click.option("--sample", metavar="SAMPLE", multiple=True, help="With --send: this sample, or all; else known.")
@click.pass_context
def preview_templates(
    ctx: click.Context,
    folder: Path | None,
    port: int,
    out: Path | None,
    send: str | None,
    only: tuple[str, ...],
    language: tuple[str, ...],
    sample: tuple[str, ...],
) -> None:
    """Show every mail as it will look, live while you edit: text and HTML, with made-up tickets."""
    from maildesk.cli import preview

    found, settings = _templates(ctx, folder)
    chosen = preview.Chosen(found, settings, only, language)
    chosen.judge()
    if send is not None:
        preview.send(chosen, send, sample or ("known",))
    elif out is not None:
        preview.write(chosen, out)
    else:
        preview.serve(chosen, port)


def _templates(ctx: click.Context, folder: Path | None) -> tuple[Templates, Settings | None]:
    """The templates to look at, and the config where there is one. Raises ``ConfigFaults`` where it has faults."""
    from maildesk.config import config_path, load

    if folder is not None and not folder.is_dir():
        click.echo(f"{folder}: There is no such folder.", err=True)
        ctx.exit(EX_NOINPUT)
    named = ctx.find_root().obj
    path = config_path(named)
    settings = load(path) if named or path.exists() else None
    chosen = folder or (settings.templates if settings else None)
    return _laid_over(chosen), settings


def _laid_over(folder: Path | None) -> Templates:
    """The templates of a folder over the built-in set; that one alone where the folder is it."""
    from maildesk.replies.templates import Templates

    builtin = Templates().builtin
    return Templates(folder if folder and folder.resolve() != builtin.resolve() else None)


def _as_json(found: Finding) -> dict[str, Any]:
    return {
        "file": str(found.file),
        "line": found.line,
        "level": str(found.level),
        "code": found.code,
        "message": found.sentence,
        "why": found.why,
        "better": found.better,
    }


def _as_text(found: Finding) -> str:
    why = f"\n    Why it matters: {found.why}" if found.why else ""
    return f"{found.file}:{found.line}: {found.level}: {found.sentence} [{found.code}]{why}"


def _summary(judged: str, errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return f"All is well in {judged}."
    counted = [
        f"{number} {word}{'s' if number != 1 else ''}" for number, word in ((errors, "error"), (warnings, "warning"))
    ]
    return f"{' and '.join(counted)}."
