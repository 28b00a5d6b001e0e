"""What can go wrong with a source, in French for the person who keeps Cordée."""


class Passing(Exception):
    """May be better in a moment: asked for again. `wait`: the seconds the source asks for."""

    def __init__(self, reason: str, *, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class SourceDown(Exception):
    """The source gives no answer today. `status`: that of HTTP, 0 where there was none."""

    def __init__(self, reason: str, cure: str, *, wait: float = 0.0, status: int = 0) -> None:
        super().__init__(f"{reason} {cure}")
        self.reason = reason if reason.endswith(".") else f"{reason}."
        self.cure = cure
        self.wait = wait
        self.status = status


def refusal(status: int, body: bytes) -> str:
    """What a status means, with the beginning of what the source wrote about it."""
    meaning = {
        401: "la source veut une clé",
        403: "la source nous refuse",
        404: "il n’y a rien à cette adresse",
        410: "cette page n’existe plus",
        429: "trop de demandes",
    }.get(status, "la source est en panne" if status >= 500 else "la source refuse la demande")
    words = " ".join(body[:400].decode("utf-8", errors="replace").split())
    is_page = words.startswith("<")
    return f"Réponse {status} : {meaning}" + (
        f" «\u00a0{words[:150]}\u00a0»" if words and not is_page else ""
    )
