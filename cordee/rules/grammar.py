"""How a sentence goes on after the name of a structure: « Les Jardins n’ont pas »."""


def agreed(name: str, one: str, several: str) -> str:
    """A name and its verb: a name that begins with "Les" takes the plural.

    No other plural is guessed: "Rives et Sentiers" is one structure.
    """
    return f"{name} {several if name.casefold().startswith('les ') else one}"
