"""Tokens: one key for each purpose, an end, and nothing accepted that was not signed here."""

import base64
import datetime as dt

import msgspec
import pytest

from services.chassis.commands import BadToken, Tokens, derive
from tests.fakes.clock import SCHOOL_MORNING

KEY = "a key of the tests, long enough to be one"


class Claims(msgspec.Struct, frozen=True):
    who: str
    exp: int


CLAIMS = Claims("p1", int(SCHOOL_MORNING.timestamp()) + 60)


def code_of(token: str, purpose: str = "session", key: str = KEY) -> str:
    with pytest.raises(BadToken) as raised:
        Tokens(key).verify(purpose, token, Claims, SCHOOL_MORNING)
    return raised.value.code


def test_what_was_signed_is_read_back() -> None:
    """Claims survive the way to a browser and back."""
    token = Tokens(KEY).sign("session", CLAIMS)
    assert Tokens(KEY).verify("session", token, Claims, SCHOOL_MORNING) == CLAIMS


def test_a_token_is_for_one_purpose() -> None:
    """A socket ticket never opens a service, even when its header is rewritten."""
    ticket = Tokens(KEY).sign("ticket", CLAIMS)
    assert code_of(ticket) == "token_wrong_purpose"
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"session"}').rstrip(b"=").decode()
    assert code_of(header + "." + ticket.split(".", 1)[1]) == "token_invalid"


def test_a_token_ends() -> None:
    """At its `exp` to the second, by the clock that the caller gives."""
    token = Tokens(KEY).sign("session", CLAIMS)
    later = SCHOOL_MORNING + dt.timedelta(seconds=60)
    with pytest.raises(BadToken, match="token_expired"):
        Tokens(KEY).verify("session", token, Claims, later)


def test_no_signature_is_no_token() -> None:
    """`alg: none`, a cut signature and other keys are refused."""
    token = Tokens(KEY).sign("session", CLAIMS)
    head, body, signature = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"session"}').rstrip(b"=").decode()
    assert code_of(f"{none}.{body}.") == "token_invalid"
    assert code_of(f"{head}.{body}.") == "token_invalid"
    assert code_of(f"{head}.{body}.{signature[::-1]}") == "token_invalid"
    assert code_of(token, key="another key, which is long enough too") == "token_invalid"


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "é.é.é", "{}.{}.{}", "x" * 5000])
def test_noise_is_no_token(token: str) -> None:
    """Whatever a browser sends ends in a code, never in another exception."""
    assert code_of(token) in {"token_missing", "token_malformed", "token_invalid"}


def test_claims_of_another_shape_are_refused() -> None:
    """A token signed for other claims does not come out half-filled."""

    class Other(msgspec.Struct):
        exp: int

    assert code_of(Tokens(KEY).sign("session", Other(CLAIMS.exp))) == "token_malformed"


def test_derived_keys_differ() -> None:
    """Knowing one purpose's key gives no other, and a short installation key is refused."""
    assert derive(KEY, "a") != derive(KEY, "b") != KEY
    with pytest.raises(ValueError, match="at least 32"):
        Tokens("short")
