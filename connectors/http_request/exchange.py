"""From the inputs of an operation to a request, and from an answer to its result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors.sdk import ConnectorError, Context, Text, exact_json
from connectors.sdk.http import HttpClient, check_status

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def call(args: Mapping[str, Any], ctx: Context) -> httpx.Response:
    """Make the request of an operation and judge the answer's status. Raises ConnectorError."""
    with ctx.http(auth=_basic(ctx), headers=_credentials(ctx)) as client:
        request = _request(client, args, ctx)
        response = client.send(request)
    check_status(response)
    return response


def _request(client: HttpClient, args: Mapping[str, Any], ctx: Context) -> httpx.Request:
    url = full_url(args["url"], ctx.connection.get("base_url"))
    try:
        return _built(client, url, args, ctx)
    except httpx.InvalidURL as error:
        raise _not_an_address(url) from error
    except (TypeError, ValueError) as error:
        message = Text(
            f"Une donnée ne peut pas être envoyée\u00a0: {error}.", f"A value cannot be sent: {error}."
        )
        raise ConnectorError(message, "INVALID_INPUT") from error


def _built(client: HttpClient, url: str, args: Mapping[str, Any], ctx: Context) -> httpx.Request:
    headers = {name: str(value) for name, value in (args["headers"] or {}).items()}
    if args["method"] not in {"GET", "HEAD"}:
        headers["Idempotency-Key"] = ctx.idempotency_key
    content = _content(args, headers)
    parameters = _parameters(args["query"])
    return client.build_request(args["method"], url, params=parameters, headers=headers, content=content)


def full_url(url: str, base_url: str | None) -> str:
    """The address to call.

    A connection's credentials stay with its service: an absolute address must lie on the same host as the
    connection's, otherwise a diagram could send them anywhere.
    """
    if "@" in _origin_part(url):
        raise _with_credentials()
    if base_url is None:
        if not url.lower().startswith(("https://", "http://")):
            raise _not_an_address(url)
        return url
    if not _SCHEME.match(url):
        return f"{base_url.rstrip('/')}/{url.lstrip('/')}"
    if _origin(url) != _origin(base_url):
        raise _outside(url, base_url)
    return url


def _origin_part(url: str) -> str:
    """What stands between the scheme and the path."""
    return url.partition("://")[2].partition("/")[0].partition("?")[0]


def _with_credentials() -> ConnectorError:
    """A name and password in the address would stand in the diagram, for all to read."""
    message = Text(
        "L’adresse contient un nom ou un mot de passe. Mettez-les dans une connexion.",
        "The address contains a name or a password. Put them into a connection.",
    )
    return ConnectorError(message, "INVALID_INPUT")


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError as error:
        raise _not_an_address(url) from error
    return parts.scheme, parts.hostname or "", port


def _not_an_address(url: str) -> ConnectorError:
    message = Text(
        f"«\u00a0{url}\u00a0» n’est pas une adresse web complète. "
        "Commencez par https:// ou choisissez une connexion.",
        f"“{url}” is not a complete web address. Start with https:// or choose a connection.",
    )
    return ConnectorError(message, "INVALID_INPUT")


def _outside(url: str, base_url: str) -> ConnectorError:
    asked, allowed = urlsplit(url).netloc, urlsplit(base_url).netloc
    message = Text(
        f"La connexion ne sert que pour «\u00a0{allowed}\u00a0». L’étape appelle «\u00a0{asked}\u00a0».",
        f"The connection serves “{allowed}” only. The step calls “{asked}”.",
    )
    return ConnectorError(message, "URL_OUTSIDE_CONNECTION")


def _basic(ctx: Context) -> httpx.BasicAuth | None:
    settings = ctx.connection
    if settings.get("auth") != "basic":
        return None
    return httpx.BasicAuth(settings["username"], settings["password"].reveal())


def _credentials(ctx: Context) -> dict[str, str]:
    """Headers that identify Relais."""
    settings = ctx.connection
    if settings.get("auth") == "bearer":
        return {"Authorization": f"Bearer {settings['token'].reveal()}"}
    if settings.get("auth") == "header":
        return {settings["header_name"]: settings["header_value"].reveal()}
    return {}


def _parameters(query: Mapping[str, Any] | None) -> httpx.QueryParams | None:
    """Query parameters; null is left out, a list repeats its name. None keeps those of the address."""
    if not query:
        return None
    pairs = [(name, item) for name, value in query.items() for item in _as_list(value)]
    return httpx.QueryParams([(name, plain_text(item)) for name, item in pairs if item is not None])


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def plain_text(value: Any) -> str:
    """A value as services write it: true, 12.50, 2026-12-03. Raises ConnectorError on a context or a list."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping | list):
        message = Text(
            "Un paramètre est un texte, un nombre ou une date, pas un contexte.",
            "A parameter is a text, a number or a date, not a context.",
        )
        raise ConnectorError(message, "INVALID_INPUT")
    return str(value)


def _content(args: Mapping[str, Any], headers: dict[str, str]) -> bytes | None:
    """The body's bytes; sets Content-Type unless the diagram gave one."""
    body = args.get("body")
    if body is None:
        return None
    kind, data = _encoded(args["format"], body)
    if "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = kind
    return data


def _encoded(format: str, body: Any) -> tuple[str, bytes]:
    if format == "json":
        return "application/json", exact_json.encode(body)
    if format == "text":
        return "text/plain; charset=utf-8", plain_text(body).encode()
    if not isinstance(body, Mapping):
        message = Text("Un formulaire web demande un contexte.", "A web form needs a context.")
        raise ConnectorError(message, "INVALID_INPUT")
    return "application/x-www-form-urlencoded", str(_parameters(body) or "").encode()


def result(response: httpx.Response, ctx: Context, *, strict: bool) -> dict[str, Any]:
    """The result of an operation.

    `strict`: broken JSON is an error. After a send it is not: the effect took place, so the text is given as
    it came rather than repeating the request.
    """
    answer: dict[str, Any] = {
        "status": response.status_code,
        "headers": {name.lower(): value for name, value in response.headers.items()},
        "body": None,
        "file": None,
    }
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not response.content:
        return answer
    if kind.endswith(("/json", "+json")):
        answer["body"] = _json(response, strict)
    elif kind.startswith("text/") or kind.endswith(("/xml", "+xml")) or not kind:
        answer["body"] = response.text
    else:
        answer["file"] = ctx.files.save(_file_name(response), kind, response.content)
    return answer


def _json(response: httpx.Response, strict: bool) -> Any:
    try:
        return exact_json.decode(response.content)
    except ValueError as error:
        if not strict:
            return response.text
        host = response.request.url.host
        message = Text(
            f"«\u00a0{host}\u00a0» annonce du JSON, mais sa réponse n’en est pas.",
            f"“{host}” announces JSON, but its answer is not.",
        )
        raise ConnectorError(message, "NOT_JSON") from error


def _file_name(response: httpx.Response) -> str:
    return PurePosixPath(response.request.url.path).name or "document"
