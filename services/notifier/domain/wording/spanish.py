"""Spanish. Wordings avoid á í ó ú, which would turn a text into twice as many SMS parts.

é, ñ, ü, ¡ and ¿ cost nothing. The action's term stays as it is announced at the school, with
its meaning beside it.
"""

from services.notifier.domain.wording.phrases import Line, Phrases

SPANISH = Phrases(
    language="es",
    practice={"drill": "SIMULACRO", "exercise": "EJERCICIO"},
    your_school="Su escuela",
    announced_place="el lugar anunciado",
    where="Donde: {zone}.",
    next_word="Siguiente mensaje antes de las {time}.",
    morning="a.m.",
    afternoon="p.m.",
    terms={
        "hold": "Hold (quedarse en el aula)",
        "secure": "Secure (puertas cerradas)",
        "lockdown": "Lockdown (cierre de emergencia)",
        "evacuate": "Evacuate (salir del edificio)",
        "shelter": "Shelter (refugio)",
    },
    directives={
        "hold": "En su aula o zona. Despejen los pasillos.",
        "secure": "Entren. Cierren las puertas exteriores.",
        "lockdown": "Cerrojos, luces, fuera de la vista.",
        "evacuate": "Hacia {location}.",
        "shelter": "Por {hazard}: {strategy}.",
    },
    hazards={
        "tornado": "tornado",
        "severe_weather": "mal tiempo severo",
        "wildfire": "incendio forestal",
        "flooding": "inundaciones",
        "hazmat": "materiales peligrosos",
        "earthquake": "terremoto",
        "tsunami": "tsunami",
    },
    strategies={
        "shelter_area": "vayan a la zona de refugio",
        "seal_room": "sellen el aula",
        "drop_cover_hold": "agacharse, cubrirse y agarrarse",
        "high_ground": "suban a un lugar alto",
    },
    staff={
        "declared": Line("{school}: {term}", "{school}: ¡{term}! {directive} {where} Pasen lista."),
        "declared.lockdown": Line(
            "{school}: {term}",
            "{school}: ¡{term}! {directive} {where} Silencie este aparato.",
        ),
        "added": Line("{school}: {term}", "{school}: ¡también {term}! {directive} {where}"),
        "added.lockdown": Line(
            "{school}: {term}",
            "{school}: ¡{term}! {directive} {where} Silencie este aparato.",
        ),
        "changed": Line("{school}: ahora {term}", "{school}: ¡ahora {term}! {directive} {where}"),
        "changed.lockdown": Line(
            "{school}: {term}",
            "{school}: ¡ahora {term}! {directive} {where} Silencie este aparato.",
        ),
        "corrected": Line(
            "{school}: iniciado por error",
            "{school}: {term} fue un error. Sigan como siempre.",
        ),
        "corrected.lockdown": Line(
            "{school}: iniciado por error",
            "{school}: Iniciado por error. Sigan encerrados. Personal con llave abre su puerta.",
        ),
        "closed": Line("{school}: terminado", "{school}: Termina {term}. Todo despejado."),
    },
    parents={
        "declared.hold": Line(
            "{school}: {term}",
            "{school}: {term}. Los estudiantes siguen en clase en su aula. "
            "No hace falta que venga.",
        ),
        "declared.secure": Line(
            "{school}: {term}",
            "{school}: {term}. Las clases siguen adentro. Por favor, no venga ahora.",
        ),
        "declared.lockdown": Line(
            "{school}: {term}",
            "{school}: {term} en la escuela. No venga. No llame a su hijo o hija.",
        ),
        "declared.evacuate": Line(
            "{school}: {term}",
            "{school}: {term}. Todos van a: {location}. Por favor, no venga por ahora. "
            "No llame a su hijo o hija.",
        ),
        "led.evacuate": Line(
            "{school}: {term}",
            "{school}: {term}. Los estudiantes salen acompañados. No venga. "
            "No llame a su hijo o hija.",
        ),
        "declared.shelter": Line(
            "{school}: {term}",
            "{school}: {term} por {hazard}. La escuela sigue su plan. Por favor, no venga ahora.",
        ),
        "corrected": Line(
            "{school}: iniciado por error",
            "{school}: Hubo un error: no hay {term}. No hace falta hacer nada.",
        ),
        "corrected.lockdown": Line(
            "{school}: iniciado por error",
            "{school}: Hubo un error: no hay {term}. El personal abre cada aula. "
            "No hace falta que venga.",
        ),
        "closed": Line(
            "{school}: todo despejado",
            "{school}: Ya termina {term}. Todo despejado. No hace falta que venga.",
        ),
        "closed.lockdown": Line(
            "{school}: termina {term}",
            "{school}: Termina {term}. Las aulas se abren una por una. "
            "Por favor, no venga por ahora.",
        ),
    },
    rehearsal={
        "declared": Line(
            "{school} practica {term}",
            "{school} practica ahora {term}. No hay emergencia. No hace falta hacer nada.",
        ),
        "corrected": Line(
            "{school}: fin", "{school}: La prueba ya termina. No hace falta hacer nada."
        ),
        "closed": Line(
            "{school}: fin", "{school}: Ya termina la prueba de {term}. Gracias por su calma."
        ),
    },
)
