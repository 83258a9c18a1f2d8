"""The site: Solara set up for one machine without a network, and the routes that it answers.

Solara reads its settings from the environment while it is imported, and as it comes it calls out (usage statistics, its
front end from a public CDN), keeps a visitor's world for a day and sets no maximum of visitors. So `set_up` runs before
the first import of Solara in a process, and nothing here imports Solara earlier.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reabm.app.memory import GivesBack

if TYPE_CHECKING:
    from starlette.applications import Starlette

FILES = Path(__file__).with_name("files")
SMALLER = {"echarts@5.4.0/dist/echarts.js": "echarts@5.4.0/dist/echarts.min.js"}  # 1.0 in place of 3.3 MB to read
PAGE = "reabm.app.page:Page"
TITLE = "reabm: leverage in the rare-earth market"


@dataclass(frozen=True)
class Limits:
    """What the site gives at most.

    n_visitors : worlds at a time; further visitors see a page that says so.
    idle_s : seconds after which the world of a visitor who is gone (closed tab, lost connection) is given up.
    """

    n_visitors: int = 100
    idle_s: float = 600.0


def set_up(limits: Limits, debug: bool = False) -> None:
    """Set Solara's environment; call it before Solara is imported. *Overwrites* every SOLARA_ variable of this process."""
    for name in [name for name in os.environ if name.upper().startswith("SOLARA_")]:
        del os.environ[name]
    os.environ.update(
        {
            "SOLARA_APP": PAGE,
            # production: minified scripts, no watching of source files, no call to solara.dev
            "SOLARA_MODE": "development" if debug else "production",
            "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
            "SOLARA_TELEMETRY_MIXPANEL_TOKEN": "none",
            # named, so that Solara makes no folder in the user's home to keep a number of its own
            "SOLARA_TELEMETRY_SERVER_USER_ID": "none",
            "SOLARA_HOME": tempfile.gettempdir(),
            "SOLARA_SESSION_SECRET_KEY": secrets.token_urlsafe(32),
            "SOLARA_SESSION_HTTP_ONLY": "true",
            "SOLARA_SEARCH_ENABLED": "false",
            "SOLARA_SSG_ENABLED": "false",
            # the page asks this server for its scripts, never a CDN; what the server then does is in `_routes`
            "SOLARA_ASSETS_PROXY": "true",
            "SOLARA_ASSETS_CDN": "offline:/",
            "SOLARA_KERNEL_CULL_TIMEOUT": f"{limits.idle_s:g}s",
            "SOLARA_THEME_TITLE": TITLE,
            "SOLARA_THEME_VARIANT": "light",
            "SOLARA_THEME_LOADER": "plain",
            "SOLARA_THEME_SHOW_BANNER": "false",
            "SOLARA_ROOT_PATH": "",
        }
    )


def make_site(address: str, limits: Limits) -> Starlette:
    """The site as an ASGI application, without its gate; `set_up` must have run.

    Parameters
    ----------
    address : str
        Where visitors find it, such as http://127.0.0.1:8765/.
    """
    # Before any page: what draws one asks for pandas.DataFrame as soon as the module is known, and fails on one that is half
    # imported by the first visitor's measurement of leverage.
    import pandas  # noqa: F401
    import solara.server.settings as settings
    import solara.server.starlette as solara_starlette
    from starlette.applications import Starlette

    settings.main.base_url = address
    settings.main.root_path = ""  # None would let the first visitor's header choose it
    settings.assets.extra_locations = [str(FILES)]
    _mend_navigator()
    _give_memory_back()
    return Starlette(routes=_routes(limits), lifespan=solara_starlette.lifespan, middleware=solara_starlette.middleware)


def _mend_navigator() -> None:
    """Let the widget that follows the address name its script rightly.

    Solara's file says `modules.export` for `module.exports`; the browser gets along, with a warning at each visit.
    """
    import solara
    import traitlets
    from reacton.core import ComponentWidget
    from solara.widgets import Navigator

    theirs = Path(Navigator.template_file).read_text(encoding="utf-8")

    class Mended(Navigator):
        template_file = ""  # none: `template` holds it
        template = traitlets.Unicode(theirs.replace("modules.export =", "module.exports =")).tag(sync=True)

    solara.Navigator = ComponentWidget(Mended)


def _give_memory_back() -> None:
    """Hand memory back after each visit, however it ended."""
    import solara.lab

    gives_back = GivesBack()
    solara.lab.on_kernel_start(lambda: gives_back.after_a_visit)  # what it returns is called when the visitor's kernel is closed


def worlds() -> list[str]:
    """Names of the visitors' worlds that are kept now."""
    from solara.server import kernel_context

    return list(kernel_context.contexts)


def _routes(limits: Limits) -> list[Any]:
    """Solara's own routes that the page uses, with three changes.

    - The folder of scripts is served as files. Solara's own route would fetch what is missing from a CDN.
    - The page is built here, so that a full site says so. Solara's own route would let the first visitor's X-Script-Name
      prefix the address of every script that later visitors load.
    - Left out: the evictor of worlds and the catch-all route.
    """
    import solara.server.settings as settings
    import solara.server.starlette as solara_starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Mount, Route, WebSocketRoute
    from starlette.staticfiles import StaticFiles

    class Scripts(solara_starlette.StaticCdn):
        def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
            return StaticFiles.lookup_path(self, SMALLER.get(path, path))  # in the folder or not at all

    class Files(solara_starlette.StaticFilesOptionalAuth):
        def file_response(self, *args: Any, **kwargs: Any) -> Any:
            response = super().file_response(*args, **kwargs)
            response.headers.setdefault("Cache-Control", "public, max-age=3600")
            return response

    async def counts(request: Any) -> Any:
        return JSONResponse({"visitors": len(worlds()), "limit": limits.n_visitors, "server": SERVER})

    async def page(request: Any) -> Any:
        return _page(request, limits)

    return [
        Route("/", endpoint=page),
        Route("/readyz", endpoint=solara_starlette.readyz),
        Route("/resourcez", endpoint=solara_starlette.resourcez),
        Route("/reabm/visitors", endpoint=counts),
        Mount("/reabm/files", app=Files(directory=FILES)),
        WebSocketRoute("/jupyter/api/kernels/{kernel_id}/{name}", endpoint=solara_starlette.kernel_connection),
        Route("/jupyter/api/kernels/{id}", endpoint=solara_starlette.kernels),
        Route("/_solara/api/close/{kernel_id}", endpoint=solara_starlette.close, methods=["POST"]),
        Mount("/_solara/cdn", app=Scripts(directory=settings.assets.proxy_cache_dir)),
        Mount("/static/assets", app=solara_starlette.StaticAssets()),
        Mount("/jupyter/nbextensions", app=solara_starlette.StaticNbFiles()),
        Mount("/static", app=solara_starlette.StaticFilesOptionalAuth(directory=solara_starlette.server.solara_static)),
    ]


def _page(request: Any, limits: Limits) -> Any:
    """The page of a new visitor, or the one that says that the site is full."""
    from solara.server import server
    from starlette.responses import HTMLResponse

    if len(worlds()) >= limits.n_visitors:
        text = (FILES / "full.html").read_text(encoding="utf-8").replace("{limit}", str(limits.n_visitors))
        return HTMLResponse(text, status_code=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    content = server.read_root("/", "")
    assert content is not None
    response = HTMLResponse(adapted(content), headers={"Cache-Control": "no-store"})
    session_id = server.get_session_id_cookie(request.cookies) or str(uuid.uuid4())
    response.set_cookie(server.COOKIE_KEY_SESSION_ID, session_id, samesite="lax", httponly=True)
    return response


SERVER = uuid.uuid4().hex  # another one after a restart
# A page whose server was started anew has lost its world there: it is opened again by its address, which names the run.
RETURNS = """<script>
setInterval(async () => {
  try {
    const found = await (await fetch("/reabm/visitors", { cache: "no-store" })).json();
    if (found.server !== "SERVER") window.location.reload();
  } catch (lost) { /* not there: later */ }
}, 4000);
</script>"""

# What Solara's template says -> what the page says. Each occurs in it (a test holds that), since its version is pinned.
ADAPTATIONS = {
    "<html>": '<html lang="en">',
    # a page that cannot be enlarged fails people with weak eyes
    ", maximum-scale=1, user-scalable=no, minimal-ui": "",
    # 'auto' is a choice in the browser only: Solara's template for it leaves the page without a body
    '"variant": "light"': '"variant": "auto"',
    '<link rel="icon" type="image/png" sizes="any" href="/static/assets/favicon.png">': "",
    '<link rel="icon" type="image/svg+xml" href="/static/assets/favicon.svg">': (
        '<link rel="icon" type="image/svg+xml" href="/reabm/files/reabm.svg">'
    ),
}


def adapted(content: str) -> str:
    """Solara's page with the changes of `ADAPTATIONS`."""
    for theirs, ours in ADAPTATIONS.items():
        content = content.replace(theirs, ours)
    return content.replace("</html>", RETURNS.replace("SERVER", SERVER) + "</html>")
