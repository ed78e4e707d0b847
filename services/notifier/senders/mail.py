"""One recipient a message, as RFC 5322 has it. Rendered once a text, addressed once a person."""

import email.utils
import re
from email.message import EmailMessage
from email.policy import SMTP

from services.notifier.domain.jobs import QueuedJob

# No quotes, comments or other scripts: what a school's roster holds, and nothing that could
# become a second header or a second recipient.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{4,253}\Z)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}\Z"
)


class BadHeader(ValueError):
    """A header would hold a line break or an address is none. Names no value."""


def mailable(address: str) -> bool:
    """Whether this is one plain email address."""
    return len(address) <= 254 and _ADDRESS.match(address) is not None


class Envelopes:
    """Builds the bytes of messages; keeps the last few rendered texts."""

    def __init__(self, *, sender: str, domain: str, keep: int = 16) -> None:
        self._sender = sender
        self._domain = domain
        self._keep = keep
        self._rendered: dict[tuple[str, str, str], bytes] = {}

    def bytes_of(self, job: QueuedJob, date: str) -> bytes:
        """The whole message. date: RFC 5322. Raises BadHeader.

        Message-ID comes from the job: a second copy of the same job is the same message.
        """
        if not mailable(job.address):
            raise BadHeader("address")
        head = (
            f"To: {job.address}\r\n"
            f"Message-ID: <{job.id}@{self._domain}>\r\n"
            f"Date: {date}\r\n"
            f"X-Muster-Mode: {job.mode}\r\n"
        )
        return head.encode("ascii") + self._body(job)

    def _body(self, job: QueuedJob) -> bytes:
        key = (job.language, job.subject, job.body)
        found = self._rendered.get(key)
        if found is None:
            found = self._render(job)
            if len(self._rendered) >= self._keep:
                self._rendered.pop(next(iter(self._rendered)))
            self._rendered[key] = found
        return found

    def _render(self, job: QueuedJob) -> bytes:
        if re.search(r"[\x00-\x1f\x7f]", job.subject + self._sender):
            raise BadHeader("line break")
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["Subject"] = job.subject
        # No out-of-office answers to a school in an emergency.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{job.body}\n", charset="utf-8")
        # set_content drops every Content-… header that stands before it.
        message["Content-Language"] = job.language
        return message.as_bytes()


def date_of(timestamp: float) -> str:
    """RFC 5322 date of seconds since 1970, UTC."""
    return email.utils.formatdate(timestamp)
