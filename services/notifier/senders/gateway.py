"""SMS through an HTTP JSON gateway.

POST {"to", "from", "body", "reference"} with the settings' Authorization header and the job's id
as Idempotency-Key. 2xx: taken. 429 and 5xx: later, Retry-After honoured. Other 4xx: refused.
A call that ended without an answer after it was written is cut: the gateway may have it.
"""

import email.utils
from typing import Any

import aiohttp
import msgspec
import phonenumbers
from phonenumbers import PhoneNumberType

from schemas.notifier import Channel
from services.notifier.domain.jobs import Lane, QueuedJob, Result, lane_of
from services.notifier.ports import Clock
from services.notifier.senders.reach import Reach, Unreachable

_EXPENSIVE = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
    PhoneNumberType.PAGER,
}
# The gateway did not take it and says to come back; 504 says that nobody knows.
_LATER = frozenset({408, 425, 429, 500, 502, 503})


class _Text(msgspec.Struct, frozen=True):
    to: str
    from_: str = msgspec.field(name="from")
    body: str
    reference: str


def callable_number(number: str) -> bool:
    """Whether a text may go there: E.164, no emergency, short or premium number."""
    if not number.startswith("+"):
        return False
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_possible_number(parsed):
        return False
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return written == number and phonenumbers.number_type(parsed) not in _EXPENSIVE


def retry_after(value: str | None, clock: Clock) -> float | None:
    """Seconds from a Retry-After header: a number or an HTTP date; None when it is neither."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - clock.now()).total_seconds())


class SmsSender:
    """in_flight: calls at once, each with a kept connection. timeout: seconds for one call."""

    channel: Channel = "sms"

    def __init__(
        self,
        *,
        lane: Lane,
        url: str,
        authorization: str,
        origin: str,
        reach: Reach,
        clock: Clock,
        in_flight: int = 512,
        timeout: float = 10.0,
    ) -> None:
        self.lane = lane
        self._url = url
        self._origin = origin
        self._clock = clock
        headers = {"Content-Type": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        self._session = aiohttp.ClientSession(
            connector=reach.connector(limit=in_flight),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=min(5.0, timeout)),
            trust_env=False,
        )

    async def send(self, job: QueuedJob) -> Result:
        """One text to one number."""
        if lane_of(job.mode) != self.lane:
            return Result("refused", "other_mode")
        if not callable_number(job.address):
            return Result("refused", "number_refused")
        text = _Text(to=job.address, from_=self._origin, body=job.body, reference=job.id)
        try:
            return await self._post(job, msgspec.json.encode(text))
        except aiohttp.InvalidURL:
            return Result("refused", "bad_gateway_url")
        except aiohttp.ClientConnectorError as error:
            return _not_connected(error)
        except aiohttp.ConnectionTimeoutError:
            return Result("later", "no_connection")
        except TimeoutError:
            return Result("cut", "timeout")
        except (aiohttp.ClientError, OSError):
            return Result("cut", "disconnected")

    async def close(self) -> None:
        await self._session.close()

    async def _post(self, job: QueuedJob, body: bytes) -> Result:
        async with self._session.post(
            self._url, data=body, headers={"Idempotency-Key": job.id}, allow_redirects=False
        ) as response:
            return self._judge(response)

    def _judge(self, response: aiohttp.ClientResponse) -> Result:
        code = f"http_{response.status}"
        if 200 <= response.status < 300:
            return Result("accepted", code)
        if response.status in _LATER:
            return Result(
                "later", code, retry_after(response.headers.get("Retry-After"), self._clock)
            )
        # A gateway that redirects would send the text, and its key, somewhere else.
        return Result("cut" if response.status >= 500 else "refused", code)


def _not_connected(error: Any) -> Result:
    if isinstance(error.os_error, Unreachable):
        return Result("refused", "address_refused")
    return Result("later", "no_connection")
