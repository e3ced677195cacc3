"""`kith`: the command line. Errors become one sentence and an exit code here, and nowhere else."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
import textwrap
import traceback
from collections.abc import Sequence

import click

from interactions.errors import KithError
from kith.commands import COMMANDS
from kith.commands.session import Session

#: sysexits.h EX_SOFTWARE: a mistake of ours.
UNEXPECTED = 70
INTERRUPTED = 128 + signal.SIGINT


class Commands(click.Group):
    """The commands of COMMANDS, each imported when it is used; their list needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"kith.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, "command_" + cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table as it stands, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"kith {version('kith')}")
        context.exit()


@click.command(cls=Commands, context_settings={"max_content_width": 100})
@click.option("--owner", metavar="NAME", help="Whose log; needed only when there are several.")
@click.option("--debug", is_flag=True, help="Show where an unexpected error comes from.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and end."
)
@click.pass_context
def kith(context: click.Context, owner: str | None, debug: bool) -> None:
    """Kith: an interaction log that writes itself.

    Whom you met, who wrote, who is waiting. Everything stays on this machine.
    """
    context.obj = Session(owner)
    context.call_on_close(context.obj.close)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code.

    0 all right (also when the reader of a pipe went away), 1 it failed, 2 the words were off, 70 our mistake,
    130 Ctrl-C.
    """
    # Nothing made while loading is garbage; looking for some costs a tenth of a short command's time.
    gc.disable()
    _write_anything()
    return _flushed(_run(arguments))


def _run(arguments: Sequence[str]) -> int:
    try:
        # Not click's own main: it ends with 1 when the reader of a pipe goes away.
        with kith.make_context("kith", list(arguments)) as context:
            result = kith.invoke(context)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("Stopped.")
        return INTERRUPTED
    except KithError as problem:
        _say(str(problem))
        return problem.exit_code
    except BrokenPipeError:
        return 0
    except Exception as error:
        said = _refusal(error)
        if not said:
            return _unexpected(error, "--debug" in arguments)
        _say(said)
        return KithError.exit_code


def _refusal(error: Exception) -> str:
    """What the machine refused, where that is what `error` says and no command has told it better; else ""."""
    if not isinstance(error, OSError):
        return ""
    from interactions.machine import is_refusal, refused

    if not is_refusal(error):
        return ""
    if error.filename is not None:
        return refused(os.fsdecode(error.filename), error)
    return refused("Standard output", error) if _is_of_output(error) else ""


def _is_of_output(error: OSError) -> bool:
    """Whether it was raised where all that we say is written."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is not None and step.tb_frame.f_code is click.echo.__code__


def _unexpected(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
        return UNEXPECTED
    where = f"{type(error).__module__}.{type(error).__name__}".removeprefix("builtins.")
    _say(
        f"Kith made a mistake of its own ({where}). Nothing stored is lost. Run it again with  kith --debug …  to see"
        " where, and please report that; what runs in the background writes to the folder logs in the data folder."
    )
    return UNEXPECTED


def _say(text: str) -> None:
    """A message to standard error, wrapped for a person; commands in it, set off by two spaces, are not broken."""
    from kith.show.plain import plain

    for line in text.split("\n"):
        words = plain(line)
        if sys.stderr.isatty():
            words = textwrap.fill(words, 100, break_long_words=False, break_on_hyphens=False, replace_whitespace=False)
        with contextlib.suppress(OSError):
            click.echo(words, err=True)


def _write_anything() -> None:
    """A name that the terminal's character set does not have is shown by a question mark, not by a crash."""
    # Python has None for a stream that was closed (>&-); a file that is opened then must not take its place.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")


def _flushed(code: int) -> int:
    """The exit code once everything is written.

    What is left for a closed pipe must not raise while the interpreter ends (docs.python.org, library/signal).
    """
    try:
        sys.stdout.flush()
        return code
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if code or isinstance(error, BrokenPipeError):
            return code
        from interactions.machine import refused

        _say(refused("Standard output", error))
        return KithError.exit_code


if __name__ == "__main__":
    main()
