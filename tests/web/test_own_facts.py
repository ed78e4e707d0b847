"""Pages of people and families at the door: who is let in, and what a wrong id says."""

import pytest

from schemas.identifiers import PersonId
from schemas.roster_people import Family, Named
from services.web.domain.families import SHOWN, listed
from tests.web.school import CEDAR, session
from tests.web.serving import Served


async def status_of(web: Served, path: str, *roles: str, method: str = "GET") -> tuple[int, str]:
    headers = web.browser(session(web.now, *roles))  # type: ignore[arg-type]
    async with web.http.request(
        method, web.url + path, headers=headers, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("role", ["it", "teacher", "screen", "responder"])
async def test_families_belong_to_the_office(web: Served, role: str) -> None:
    """Neither IT nor a teacher opens the families or the files of own facts."""
    for path in ("/households", "/households/import"):
        assert (await status_of(web, path, role))[0] == 403, path


async def test_the_sro_reads_and_takes_nothing_out(web: Served) -> None:
    """Whoever may look may not import or export."""
    assert (await status_of(web, "/households/import", "sro"))[0] == 403


async def test_a_wrong_person_is_nowhere(web: Served) -> None:
    """An id that does not exist and one of another school answer alike, for every role."""
    said = set()
    for role in ("office", "it", "teacher"):
        for person in ("nobody", f"{CEDAR}-student-1-1", "x" * 300):
            status, text = await status_of(web, f"/people/{person}", role)
            assert status == 404
            assert person not in text.split("<main")[1]
            said.add(text.split("<main")[1].split('<p class="row"')[0])
    assert len(said) == 1


async def test_an_unknown_act_is_nowhere(web: Served) -> None:
    """A form that no page draws leads nowhere and sends nothing to the roster."""
    headers = web.browser(session(web.now, "office"))
    async with web.http.post(web.url + "/people/nobody/erase", headers=headers) as answer:
        assert answer.status in {400, 403, 404, 415}
    assert web.roster.sent == []


def family(at: int, *, told: bool = True, fetched: bool = True) -> Family:
    student = Named(id=PersonId(f"k{at}"), name=f"Ánn{at} Sample", grade="3")
    adult = Named(id=PersonId(f"g{at}"), name=f"Gus Other{at}")
    return Family(
        students=(student,),
        guardians=(adult,),
        unmessaged=() if told else (student.id,),
        unfetched=() if fetched else (student.id,),
    )


def test_families_are_found_by_any_name_and_by_what_they_lack() -> None:
    """A guardian's name finds the family; the filters count students, not families."""
    families = [family(1), family(2, told=False), family(3, fetched=False)]
    assert [one.students[0].id for one in listed(families, find="other2").families] == ["k2"]
    assert [one.students[0].id for one in listed(families, find="ann3 sam").families] == ["k3"]
    assert listed(families, find="ann1 other1").families == ()
    assert [one.students[0].id for one in listed(families, only="message").families] == ["k2"]
    assert [one.students[0].id for one in listed(families, only="pick_up").families] == ["k3"]
    shown = listed([family(at) for at in range(SHOWN + 5)])
    assert (len(shown.families), shown.found) == (SHOWN, SHOWN + 5)
