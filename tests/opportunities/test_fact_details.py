"""What the margin says beside the value of a fact."""

from cordee.notices.notice import Evidence, Format, Kind, Notice, Source
from cordee.opportunities.fact_lines import details_of
from tests.notices.conftest import read_grouping, read_reservation, read_social_clause


def notice(text: str) -> Notice:
    passage = (Evidence("texte", text),)
    return Notice(
        source=Source.BOAMP,
        format=Format.BOAMP_MAPA,
        id="26-1",
        kind=Kind.CALL,
        reserved=read_reservation(passage),
        social_clause=read_social_clause(passage),
        grouping=read_grouping(passage),
    )


def test_a_reservation_tells_its_article_and_lots() -> None:
    """As the buyer cites them."""
    read = notice("Les lots 2 et 4 sont réservés en application de l’article L2113-13.")
    assert details_of("reserved", read) == ("Article L2113-13.", "Lots 2 et 4.")


def test_a_group_tells_that_a_company_bids_once() -> None:
    """With the sentence that says so."""
    read = notice(
        "Groupement conjoint. Un même candidat ne peut pas présenter plusieurs offres en agissant"
        " à la fois en qualité de candidat individuel et de membre d’un groupement."
    )
    (said,) = details_of("grouping", read)
    assert said.startswith("Une seule offre par entreprise : « Un même candidat")


def test_silence_and_other_facts_add_nothing() -> None:
    """A detail is only what the notice says."""
    read = notice("Nettoyage des vitres.")
    assert details_of("reserved", read) == details_of("grouping", read) == ()
    assert details_of("deadline", read) == ()
