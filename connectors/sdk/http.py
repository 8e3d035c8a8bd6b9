"""The HTTP client of connectors: guarded addresses, bounded time and size, errors in the SDK's terms."""

from __future__ import annotations

import functools
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import httpcore
import httpx

from connectors.sdk.addresses import AddressGuard
from connectors.sdk.errors import ConnectorError, RetryableError, Sent
from connectors.sdk.text import Text

if TYPE_CHECKING:
    from connectors.sdk.context import Context

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_REDIRECTS: Final = 5
USER_AGENT: Final = "Relais"
#: Methods that change nothing (RFC 9110 §9.2.1): a lost answer did no harm.
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: What may follow a redirection to another host; anything else could be a credential.
_HARMLESS_HEADERS: Final = frozenset({"accept", "accept-encoding", "accept-language", "user-agent", "host"})
#: Headers that no longer describe a body once it has been read and decoded.
_TRANSFER_HEADERS: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})

# httpx writes every address with its query string, where services put keys, at level INFO; httpcore writes
# the headers of answers, with their cookies, at level DEBUG.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.INFO)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections only to addresses that the guard has checked."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers."""
        *others, last = self._guard.addresses(host, port)
        for address in others:
            try:
                return self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._network.connect_tcp(last, port, timeout, local_address, socket_options)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport on a pool whose connections pass the guard. Environment proxies are ignored."""

    def __init__(self, guard: AddressGuard) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(ssl_context=_tls(), network_backend=GuardedBackend(guard))


@functools.cache
def _tls() -> ssl.SSLContext:
    """Trusted authorities; SSL_CERT_FILE and SSL_CERT_DIR add an administration's own."""
    return httpx.create_ssl_context()


class HttpClient(httpx.Client):
    """An httpx client for one call of an operation.

    max_bytes      largest answer, decoded; more is ConnectorError TOO_LARGE
    max_redirects  redirections that a GET or HEAD follows; credentials never go to another host. Other
                   methods follow only 307 and 308 ("not done, ask there"), and only within the same host
    Any other option is httpx.Client's (base_url, headers, auth…).

    Raises ConnectorError or RetryableError instead of httpx's errors. The status of an answer is not judged:
    see `check_status`.
    """

    def __init__(
        self,
        ctx: Context,
        *,
        max_bytes: int = MAX_BYTES,
        max_redirects: int = MAX_REDIRECTS,
        **options: Any,
    ) -> None:
        guard = AddressGuard(ctx.allow_private)
        super().__init__(
            transport=GuardedTransport(guard), trust_env=False, follow_redirects=False, **options
        )
        self.headers.setdefault("User-Agent", USER_AGENT)
        self._ctx = ctx
        self._max_bytes = max_bytes
        self._redirects = max_redirects

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send, follow permitted redirections, read the whole answer within the limits."""
        options.pop("stream", None)
        for _ in range(self._redirects + 1):
            response = self._exchange(request, options)
            following = _following(request, response)
            if following is None:
                return response
            request = following
        raise ConnectorError(
            Text("L’adresse redirige sans fin.", "The address redirects without end."), "TOO_MANY_REDIRECTS"
        )

    def _exchange(self, request: httpx.Request, options: Mapping[str, Any]) -> httpx.Response:
        timeout = httpx.Timeout(self._ctx.remaining_seconds()).as_dict()
        request.extensions = {**request.extensions, "timeout": timeout}
        started = time.monotonic()
        with _Translated(request):
            response = super().send(request, **{**options, "stream": True})
            try:
                complete = self._read(request, response)
            finally:
                response.close()
        elapsed = round((time.monotonic() - started) * 1000)
        # The path stays out: it often names the person whom the case is about.
        host, status = request.url.host, response.status_code
        self._ctx.logger.info("%s %s: %s in %s ms", request.method, host, status, elapsed)
        return complete

    def _read(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """The answer with its body in memory, never more than the limits."""
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self._max_bytes:
                raise _too_large(request, self._max_bytes)
            if self._ctx.deadline is not None and time.monotonic() > self._ctx.deadline:
                raise httpx.ReadTimeout("the deadline of the call has passed", request=request)
            chunks.append(chunk)
        kept = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _TRANSFER_HEADERS]
        complete = httpx.Response(
            response.status_code, headers=kept, content=b"".join(chunks), request=request
        )
        complete.next_request = response.next_request
        return complete


def _following(request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
    """The request that a redirection asks for, when it may be followed."""
    following = response.next_request
    if following is None:
        return None
    same_origin = _origin(request.url) == _origin(following.url)
    if request.url.scheme == "https" and following.url.scheme != "https":
        raise ConnectorError(
            Text(
                "Le service redirige vers une adresse sans chiffrement.",
                "The service redirects to an unencrypted address.",
            ),
            "ADDRESS_REFUSED",
        )
    if request.method not in SAFE_METHODS:
        return following if same_origin and response.status_code in {307, 308} else None
    if not same_origin:
        for name in set(following.headers) - _HARMLESS_HEADERS:
            del following.headers[name]
    return following


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


class _Translated:
    """Turns httpx's errors into the SDK's."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        for family, translate in _TRANSLATIONS:
            if isinstance(error, family):
                raise translate(self._request, error) from error


def _unreachable(request: httpx.Request, error: BaseException) -> ConnectorError:
    """No connection was made, so nothing was sent."""
    host = request.url.host
    if _certificate_problem(error):
        return ConnectorError(
            Text(
                f"Le certificat de «\u00a0{host}\u00a0» n’est pas reconnu.",
                f"The certificate of “{host}” is not trusted.",
            ),
            "TLS_REFUSED",
        )
    message = Text(f"«\u00a0{host}\u00a0» ne répond pas.", f"“{host}” does not answer.")
    return RetryableError(message, "NO_CONNECTION")


def _certificate_problem(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _lost(request: httpx.Request, error: BaseException) -> ConnectorError:
    """The request left, or part of it; no complete answer came back."""
    host = request.url.host
    sent: Sent = "no" if request.method in SAFE_METHODS else "maybe"
    if isinstance(error, httpx.TimeoutException):
        message = Text(f"«\u00a0{host}\u00a0» n’a pas répondu à temps.", f"“{host}” did not answer in time.")
        return RetryableError(message, "TIMEOUT", sent=sent)
    message = Text(
        f"«\u00a0{host}\u00a0» a coupé avant la fin de sa réponse.",
        f"“{host}” hung up before its answer was complete.",
    )
    return RetryableError(message, "ANSWER_LOST", sent=sent)


def _unusable(request: httpx.Request, _: BaseException) -> ConnectorError:
    message = Text(
        f"«\u00a0{request.url}\u00a0» n’est pas une adresse que Relais peut appeler. Elle commence par https://.",
        f"“{request.url}” is not an address that Relais can call. It starts with https://.",
    )
    return ConnectorError(message, "INVALID_INPUT")


#: First match wins, so the precise families stand first.
_TRANSLATIONS: Final[tuple[tuple[Any, Callable[[httpx.Request, BaseException], ConnectorError]], ...]] = (
    ((httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ConnectError), _unreachable),
    ((httpx.UnsupportedProtocol, httpx.LocalProtocolError), _unusable),
    ((httpx.TransportError, httpx.DecodingError), _lost),
)


def _too_large(request: httpx.Request, limit: int) -> ConnectorError:
    """For a write the answer is lost, but the effect took place: say so through `sent`."""
    megabytes = max(limit // (1024 * 1024), 1)
    message = Text(
        f"La réponse de «\u00a0{request.url.host}\u00a0» dépasse {megabytes}\u00a0Mo.",
        f"The answer of “{request.url.host}” is larger than {megabytes} MB.",
    )
    if request.method in SAFE_METHODS:
        return ConnectorError(message, "TOO_LARGE")
    return RetryableError(message, "TOO_LARGE", sent="maybe")


def check_status(response: httpx.Response) -> None:
    """Judge an answer by its status.

    2xx and 303 pass. 408, 425, 429 and 5xx are RetryableError with the wait that Retry-After asks for;
    anything else is ConnectorError. The code is `HTTP_<status>`. After a 5xx, a request that changes
    something may have had its effect (`sent="maybe"`), except 503: the service did not take the request.
    """
    status = response.status_code
    if response.is_success or status == 303:
        return
    code, message = f"HTTP_{status}", _status_message(response)
    if status not in {408, 425, 429} and status < 500:
        raise ConnectorError(message, code)
    unclear = status >= 500 and status != 503 and response.request.method not in SAFE_METHODS
    raise RetryableError(
        message,
        code,
        after_seconds=retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC)),
        sent="maybe" if unclear else "no",
    )


def _status_message(response: httpx.Response) -> Text:
    """What the service said, with the first words of its answer, which often name the mistake."""
    host, status = response.request.url.host, response.status_code
    excerpt = " ".join(response.text.split())[:200] if _is_text(response) else ""
    said_fr = f" Sa réponse\u00a0: «\u00a0{excerpt}\u00a0»." if excerpt else ""
    said_en = f" Its answer: “{excerpt}”." if excerpt else ""
    return Text(
        f"«\u00a0{host}\u00a0» a répondu {status} ({_meaning(status).fr}).{said_fr}",
        f"“{host}” answered {status} ({_meaning(status).en}).{said_en}",
    )


def _is_text(response: httpx.Response) -> bool:
    kind = response.headers.get("Content-Type", "")
    return "json" in kind or kind.startswith("text/plain")


def _meaning(status: int) -> Text:
    known = {
        400: Text("demande mal formée", "malformed request"),
        401: Text("identification refusée", "credentials refused"),
        403: Text("accès interdit", "access forbidden"),
        404: Text("introuvable", "not found"),
        409: Text("conflit", "conflict"),
        422: Text("données refusées", "values refused"),
        429: Text("trop d’appels", "too many calls"),
        503: Text("service indisponible", "service unavailable"),
    }
    if status in known:
        return known[status]
    if status >= 500:
        return Text("panne du service", "failure of the service")
    return Text("redirection", "redirection") if status < 400 else Text("demande refusée", "request refused")


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """The wait of a Retry-After header (RFC 9110 §10.2.3: seconds or a date), from 0 to one day."""
    if not value:
        return None
    if value.strip().isdigit():
        return min(float(value), 86_400.0)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), 86_400.0)
