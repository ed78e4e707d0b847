"""Words of the page of what was sent: a catalogue of its own, since only the demo has it."""

from typing import Literal, get_args

from schemas.vocabulary import Language

Word = Literal[
    "title",
    "nobody",
    "same_as",
    "nothing",
    "practice",
    "repeated",
    "to",
    "kind_practice",
    "kind_real",
    "email",
    "sms",
    "service",
    "behaviour",
]

WORDS: dict[Language, dict[Word, str]] = {
    "en": {
        "title": "What was sent",
        "nobody": "This demo reaches nobody: mail and texts end here.",
        "same_as": "The same as",
        "nothing": "Nothing yet. Start a drill.",
        "practice": "of them in practice",
        "repeated": "second copies",
        "to": "to",
        "kind_practice": "PRACTICE",
        "kind_real": "REAL",
        "email": "email",
        "sms": "sms",
        "service": "service",
        "behaviour": "Answers after {latency:g} ms; {failed:.0%} fail, {busy:.0%} are too busy,"
        " {dropped:.0%} end without an answer.",
    },
    "es": {
        "title": "Lo que se envió",
        "nobody": "Esta demostración no llega a nadie: los correos y los mensajes terminan aquí.",
        "same_as": "Lo mismo en",
        "nothing": "Todavía nada. Inicie un simulacro.",
        "practice": "de ellos, de práctica",
        "repeated": "segundas copias",
        "to": "a",
        "kind_practice": "PRÁCTICA",
        "kind_real": "REAL",
        "email": "correo",
        "sms": "mensaje de texto",
        "service": "servicio",
        "behaviour": "Responde a los {latency:g} ms; fallan {failed:.0%}, están ocupados"
        " {busy:.0%}, terminan sin respuesta {dropped:.0%}.",
    },
}


def language_of(cookie: str, accept_language: str) -> Language:
    """As chosen on Muster's pages of the same machine, else as the browser wishes first."""
    for said in (cookie, *accept_language[:400].split(",")):
        for language in get_args(Language):
            if said.strip().lower()[:2] == language:
                found: Language = language
                return found
    return "en"
