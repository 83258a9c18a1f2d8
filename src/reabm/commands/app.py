"""`reabm app`: the page in a browser, served from this machine to this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from reabm.commands.terminal import Told, say


def app_command(
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on; any other than the default lets others in.")
    ] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = False,
    visitors: Annotated[int, typer.Option(metavar="N", min=1, help="Worlds at a time, one a visitor.")] = 100,
    idle: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="Keep the world of a closed tab this long.")] = 600.0,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
) -> int:
    """Serve the page: play a scenario, change a policy in the middle, see leverage and prices go another way."""
    import importlib.util

    if missing := [name for name in ("solara", "ipyvuetify") if importlib.util.find_spec(name) is None]:
        say(f"reabm app: {' and '.join(missing)} not installed; install reabm[app], for example: pip install 'reabm[app]'")
        return Told(2)
    from reabm.app.gate import is_loopback
    from reabm.app.server import PortError, serve
    from reabm.app.site import Limits

    if not is_loopback(host):
        say(f"warning: listening on {host}: whoever reaches this machine's network address can use the page")

    def when_ready(address: str) -> None:
        print(f"reabm app  {address}  (Ctrl-C ends it)", flush=True)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    try:
        serve(port, host, Limits(n_visitors=visitors, idle_s=idle), when_ready)
    except PortError as error:
        say(f"reabm app: {error}")
        return Told(2)
    raise KeyboardInterrupt  # only a signal ends it; one that this process was started to ignore comes here
