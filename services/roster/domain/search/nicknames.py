"""Which given names are one name. A modest list of our own, English and Spanish.

Each line is a set of names that one person may be known by, spelled as search folds them:
without accents. A name may stand in several lines (Alex, Chris, Sam).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

_LINES: Final = """
abigail abby abbie gail
adalberto beto
adrian adriano nano
agustin agus tin
albert al bert bertie
alberto beto tito
alejandra ale jandra sandra
alejandro ale jandro alex
alexander alex alec al sandy xander zander lex
alexandra alex alexa lexi sandra sandy
alfonso poncho fonso
alfredo fredo alfie
alice allie alicia
amanda mandy
ana anita anna anne ann annie
andrea andi andy
andrew andy drew
andres andy andresito
angela angie
angelica angie
anthony tony ant
antonia tonia toni tona
antonio tono tony toni tonito
arthur art artie
arturo turo
barbara barb barbie babs
beatriz bea bety betty
benjamin ben benny benji
bernardo nardo
bradley brad
bridget biddy bridie
brittany britt brit
caroline carolina carol carrie caro
catalina cata cati
catherine katherine kathryn catharine cathy kathy kate katie kat kit cate
charles charlie chuck chaz charley
charlotte charlie lottie char
christina cristina chris chrissy tina cris
christine chris chrissy tina
christopher cristopher chris topher kit
concepcion concha conchita
consuelo chelo
cristian chris cris
daniel dan danny dani
daniela dani
deborah debra deb debbie
dolores lola lolita
dominic dom nick
donald don donnie
dorothy dot dottie dolly
eduardo edu lalo
edward ed eddie ted teddy ned
elizabeth elisabeth liz lizzie beth betty eliza elsie libby lisa betsy
emily em emmy
emmanuel manuel manny
enrique quique kike
ernesto neto
esperanza espe lancha
ethan eitan
eugene gene
eugenia geni
federico fede
felipe pipe
fernanda fer nanda
fernando fer nando
florencia flor
frances fran frannie francie
francis frank fran
francisca paca paquita pancha fran
francisco paco pancho paquito kiko fran frank curro
franklin frank
frederick fred freddie rick
gabriel gabe gabi gaby
gabriela gabriella gabi gaby
george georgie
gerald jerry gerry
gerardo gera
gertrude trudy gertie
gilberto beto gil
gonzalo gonza chalo
graciela chela
gregory greg gregg
gregorio goyo
guadalupe lupe lupita
guillermo memo guille willy
gustavo gus tavo
harold hal harry
hector tito
helen ellen nell nellie
henry hank harry hal
ignacio nacho
isabel isabella isabelle isa izzy bella chabela belle
jack john
jacob jake jacobo
jacqueline jackie
jaime jimmy
james jim jimmy jamie jem
jane janie janey
janet jan
jasmine yasmin jazmin jaz jazzy
jason jay jase
javier javi
jeffrey geoffrey jeff geoff
jennifer jen jenny jenn
jeremy jeremiah jem jerry
jesus chuy chucho
jessica jess jessie
joan joanie
joaquin quin
john johnny jack jon jonny
jonathan jon john jonny nathan
jordan jordi
jorge coque george
jose pepe pepito jose joseito chepe
josefa pepa josefina
josefina fina pepa josie
joseph joe joey jo
joshua josh
josue josh
juan juanito
juana juanita
judith judy
julia juli jules
julian jules juli
justin jus
katarzyna kasia
kenneth ken kenny
kimberly kim kimmy
larry lawrence laurence
laura laurie lori
leonard len lenny leo
leonardo leo nardo
leticia lety leti
lillian lily lilly
louis lewis lou louie
louise lou
lourdes lulu
luis lucho luisito
luisa lucha
madeline madeleine maddie maddy
magdalena magda lena
manuel manolo manny manu lolo
manuela manoli manu
marco marcos
margaret maggie meg peggy greta marge margie madge daisy
margarita rita mago marga
maria mari maruja marisol mary
mariadelcarmen carmen maricarmen
mariajose majo
marilu marialuisa
mario marito
martin marty
martina tina
mary molly polly mae
mateo matthew teo
matthew matt matty
matias mati
maximilian max
maximiliano max
mercedes merche meche
michael mike mick mickey micky mikey
michelle shelly mich
miguel miguelito migue mike
mildred millie
mohammed muhammad mohamed mohammad muhammed mohamad mo
monica moni
nancy nan
natalia nati nat
natalie nat
nathaniel nathan nate nat
nicholas nicolas nick nicky nico
nicole nicky nikki
octavio tavo
olivia liv livvy
oscar ozzie
pablo paul pablito
pamela pam
patricia pat patty trish tricia pati
patricio pato
patrick pat paddy rick
paul paulie
pedro perico peter
penelope penny
peter pete
philip phillip phil pip
rachel raquel rae
rafael rafa raphael
ramon moncho
raul rulo
raymond ray
rebecca rebekah becky becca
ricardo ricky richie cardo
richard rick dick rich ricky richie
robert bob bobby rob robbie bert
roberto beto rober
rocio chio
rodolfo rodo fito
rodrigo rodri
ronald ron ronnie
rosa rosita
rosario charo chayo
russell russ rusty
samantha sam sammy
samuel sam sammy
sandra sandy
santiago santi chago tiago
sarah sara sally sadie
sean shawn shaun
sebastian seb sebas bastian
sergio checo
silvia chivi sylvia
sofia sophia sophie sofi
stephanie estefania steph steffi fanny
stephen steven steve stevie esteban
susan sue susie suzie suzanne
susana susi
teresa tere theresa terry tess
thaddeus tad
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
tomas tommy
valentina vale tina
valeria vale
vanessa nessa
veronica vero ronnie
victor vic
victoria vicky tori viki
vicente chente
vincent vince vinny
virginia ginny ginger
walter walt wally
wayne wain
william bill billy will willie liam
xavier javier xavi
yolanda yoli
zachary zack zach zak
"""


def _peers(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        names = line.split()
        for name in names:
            known[name].update(other for other in names if other != name)
    return {name: frozenset(others) for name, others in known.items()}


class Nicknames:
    """Other names of a name; of one line only: Bill is William, and Will is not Guillermo."""

    def __init__(self, lines: str = _LINES) -> None:
        self._peers = _peers(line for line in lines.splitlines() if line.strip())

    def of(self, word: str) -> frozenset[str]:
        """The names that the folded word may stand for; empty for most."""
        return self._peers.get(word, frozenset())
