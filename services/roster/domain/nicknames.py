"""Short forms of given names, English and Spanish: a list to widen, never to conclude from."""

from __future__ import annotations

from typing import Final

GROUPS: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(line.split())
    for line in (
        "alexander alex alec sasha xander alejandro ale",
        "alexandra alex sandra sasha lexi alejandra ale",
        "andrew andy drew andres",
        "anthony tony antonio tono",
        "barbara barb babs",
        "benjamin ben benny benjie",
        "catherine katherine kathryn cathy kathy kate katie kat catalina",
        "charles charlie chuck carlos chas",
        "christine christina chris tina cristina",
        "christopher chris topher cristobal",
        "consuelo chelo",
        "daniel dan danny dani",
        "david dave davey",
        "deborah debra deb debbie",
        "dolores lola",
        "edward ed eddie ted teddy ned eduardo lalo",
        "elizabeth liz lizzie beth betsy betty eliza elisa isabel",
        "enrique quique kike henry harry hank",
        "ernest ernie ernesto neto",
        "frances fran frankie francisca paca",
        "francis frank francisco paco pancho cisco",
        "frederick fred freddie federico fede",
        "gabriel gabe gabi",
        "george jorge georgie",
        "gerald jerry gerry gerardo",
        "gregory greg gregorio goyo",
        "guadalupe lupe lupita",
        "guillermo memo william will bill billy willy liam",
        "ignacio nacho",
        "jacob jake jacobo",
        "james jim jimmy jamie jaime",
        "jennifer jen jenny",
        "jesus chuy",
        "john johnny jack jon juan juanito",
        "jonathan jon johnny",
        "joseph joe joey jose pepe chepe",
        "josefa pepa josephine jo josie",
        "kenneth ken kenny",
        "lawrence larry laurence lorenzo",
        "luis lucho louis lou",
        "manuel manny manolo emmanuel",
        "margaret maggie meg peggy marge margarita rita",
        "maria mary marie mari",
        "matthew matt mateo",
        "michael mike mick mickey miguel",
        "nicholas nick nicky nicolas nico",
        "patricia pat patty tricia paty",
        "patrick pat paddy patricio",
        "peter pete pedro",
        "philip phillip phil felipe",
        "rafael rafa raphael",
        "raymond ray ramon moncho",
        "rebecca becky becca",
        "richard rich rick ricky dick ricardo",
        "robert rob bob bobby robbie roberto beto",
        "ronald ron ronnie",
        "rosario chayo",
        "samuel sam sammy",
        "stephen steven steve esteban",
        "susan sue suzie susana",
        "theodore ted teddy theo teodoro",
        "thomas tom tommy tomas",
        "timothy tim timmy timoteo",
        "victoria vicky tori",
        "vincent vince vinny vicente chente",
        "zachary zach zack",
    )
)


def same_given(one: str, other: str) -> bool:
    """Whether two folded given names can be forms of one."""
    return any(one in group and other in group for group in GROUPS)
