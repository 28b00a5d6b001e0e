"""Pages of sheets: what everybody reads, what who writes does, and who is never named."""

from typing import Any

import pytest
from django.urls import reverse

from cordee.members.models import Department, Structure
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import SheetKind
from cordee.practices.sheets import actions
from tests.base.documents.reading import docx_text, pdf_text
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.practices.sheet_makers import (
    NOW,
    SINCE_2024,
    agree,
    director_of,
    publish,
    sections_of,
    start,
)

pytestmark = pytest.mark.django_db
NAMED, SILENT, READER = "Jardins du Val", "Atelier des Rives", "Ferme du Haut"


def page(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"practices:{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def place() -> Department:
    make_valley()
    return Department.objects.get(pk="38")


def test_the_first_screen_tells_problem_context_and_limits(client: Any, place: Department) -> None:
    said = {
        "problem": "Le matin, **personne** ne savait qui faisait quoi.\n\nPuis…",
        "limits": "Au-delà de douze personnes, cela ne marche plus.",
    }
    sheet = publish(said=said, department_id=place.pk, trades=["espaces-verts"]).sheet
    shown = page(client, "sheet", sheet.pk)
    first = shown[shown.index("carton-corde") : shown.index("</dl>")]
    for words in ("Le matin, personne ne savait", "Espaces verts, Isère (38)", "douze personnes"):
        assert words in first
    assert "Dites depuis quel mois la pratique est en usage." in shown


def test_what_lacks_is_told_once_and_what_the_card_says_whole_is_not_said_again(
    client: Any,
) -> None:
    said = {"problem": "Le matin, personne ne savait.", "means": "", "results": ""}
    shown = page(client, "sheet", publish(said=said).sheet.pk)
    assert shown.count("Le matin, personne ne savait.") == 1
    assert "à compléter\u00a0: moyens et résultats (les structures autrices)" in shown
    assert shown.count("à compléter") == 1


def test_a_draft_is_no_page_of_a_visitor(client: Any) -> None:
    assert client.get(reverse("practices:sheet", args=[start().pk])).status_code == 404
    assert "Aucune pratique n’est encore publiée" in page(client, "sheets")


def test_a_sheet_opens_with_a_fixed_number_of_queries(
    count_queries: Any, place: Department
) -> None:
    def sheet_of(*structures: Structure) -> str:
        version = publish(*structures, kind=SheetKind.MONOGRAPH, trades=["espaces-verts"])
        return reverse("practices:sheet", args=[version.sheet_id])

    one = sheet_of(make_structure("A"))
    many = sheet_of(*(make_structure(f"S{n}", department=place) for n in range(6)))
    assert count_queries(one) == count_queries(many) == 9
    director = director_of(make_structure("Lectrice"))
    assert count_queries(many, director) == count_queries(one, director) <= 16
    assert count_queries(reverse("practices:sheets")) == 3


def test_from_an_empty_page_to_a_second_version(signed_in_client: Any) -> None:
    structure = make_structure(NAMED)
    director = signed_in_client(director_of(structure))
    begun = director.post(
        reverse("practices:start"),
        {"title": "Le tableau du matin", "kind": "card", "owner": f"structure-{structure.pk}"},
    )
    sheet = Sheet.objects.get()
    assert begun.url == reverse("practices:write", args=[sheet.pk])
    write = reverse("practices:write", args=[sheet.pk])
    typed = {"title": "Le tableau du matin", "revision": 1}
    refused = director.post(write, typed | {"steps": "Bien.\n<b>x</b>", "problem": "Gardé."})
    assert refused.status_code == 422
    assert "Ligne 2" in refused.text
    assert "Gardé." in refused.text
    kept = director.post(write, typed | {"problem": "Rien n’allait.", "limits": f"Comme {NAMED}."})
    assert kept.url == reverse("practices:draft", args=[sheet.pk])
    draft = director.get(kept.url).text
    assert "1\u202fchose à corriger avant de publier" in draft
    assert "notre structure" in draft
    director.post(write, typed | {"revision": 2, "problem": "Rien n’allait.", "limits": "L’hiver."})
    assert "Publier la version 1" in director.get(kept.url).text
    assert director.post(kept.url, follow=True).redirect_chain[-1][0] == sheet.get_absolute_url()
    director.post(write, typed | {"revision": 0, "problem": "Rien.", "limits": "L’été."})
    director.post(kept.url, {"changes": "La saison."})
    sheet.refresh_from_db()
    assert sheet.latest_number == 2
    changed = director.get(reverse("practices:version", args=[sheet.pk, 2])).text
    changed = changed[changed.index("Ce que change") : changed.index("</details>")]
    for words in ("L’hiver.", "L’été.", "Rien n’allait."):
        assert words in changed
    assert "La saison." in director.get(sheet.get_absolute_url()).text


def test_another_member_that_a_draft_names_is_told_before_it_is_published(
    signed_in_client: Any,
) -> None:
    network, structure = make_network("Réseau"), make_structure("Un")
    for each in (structure, make_structure(NAMED)):
        join(each, network)
    make_structure("Autre Part")
    sheet = start(structure, said={"steps": f"Comme {NAMED}, et autre part."})
    told = signed_in_client(director_of(structure)).get(reverse("practices:draft", args=[sheet.pk]))
    assert f"Ce texte nomme «\u00a0{NAMED}\u00a0»" in told.text
    assert "Publier la version 1" in told.text


def test_who_saves_second_keeps_what_was_typed_and_reads_the_other(signed_in_client: Any) -> None:
    structure = make_structure("Un")
    sheet, director = start(structure), director_of(structure)
    other = make_person("nadia@pratiques.example")
    actions.save_draft(sheet=sheet, title="De Nadia", sections={}, by=other, now=NOW, revision=1)
    write = reverse("practices:write", args=[sheet.pk])
    typed = {"title": "De moi", "revision": 1, "problem": "Ma phrase."}
    answer = signed_in_client(director).post(write, typed)
    assert answer.status_code == 422
    for words in ("avant vous", "De Nadia", "Ma phrase.", 'name="revision" value="2"'):
        assert words in answer.text
    signed_in_client(director).post(write, typed | {"revision": 2})
    sheet.draft.refresh_from_db()
    assert sheet.draft.title == "De moi"


def test_a_withdrawn_sheet_is_put_back(client: Any, signed_in_client: Any) -> None:
    structure = make_structure("Un")
    sheet = publish(structure).sheet
    director = signed_in_client(director_of(structure))
    at: dict[str, Any] = {"args": [sheet.pk]}
    director.post(reverse("practices:remove_sheet", **at))
    assert client.get(sheet.get_absolute_url()).status_code == 404
    assert "La remettre" in director.get(sheet.get_absolute_url()).text
    listed = director.get(reverse("practices:sheets")).text
    assert listed.index("Vos fiches en cours") < listed.index(sheet.get_absolute_url())
    director.post(reverse("practices:restore_sheet", **at))
    assert client.get(sheet.get_absolute_url()).status_code == 200


def test_a_step_is_asked_by_who_writes_and_refused_with_what_lacks(signed_in_client: Any) -> None:
    structure = make_structure("Un")
    sheet = publish(structure).sheet
    director = signed_in_client(director_of(structure))
    status, context = (
        reverse(f"practices:{name}", args=[sheet.pk]) for name in ("status", "context")
    )
    told = director.post(status, {"status": "STABLE"}, follow=True).text
    assert "depuis quel mois" in told
    director.post(context, {"in_use_since": "2024-03-01", "licence": "CC BY 4.0", "places": "20"})
    director.post(status, {"status": "STABLE"})
    sheet.refresh_from_db()
    assert (sheet.status, sheet.places, sheet.in_use_since) == ("STABLE", "20", SINCE_2024)


def public_words(client: Any, sheet: Sheet) -> dict[str, str]:
    """All that anybody may read of a sheet, by address."""
    found = {}
    names = [("sheets", []), ("sheet", [sheet.pk])]
    for number in range(1, sheet.latest_number + 1):
        names += [("version", [sheet.pk, number])]
    for name, args in names:
        found[reverse(f"practices:{name}", args=args)] = page(client, name, *args)
    for number in range(1, sheet.latest_number + 1):
        for extension, read in (("pdf", pdf_text), ("docx", docx_text)):
            url = reverse("practices:version_file", args=[sheet.pk, number, extension])
            found[url] = " ".join(read(client.get(url).content).split())
    return found


@pytest.mark.parametrize("kind", [SheetKind.CARD, SheetKind.MONOGRAPH])
def test_nothing_public_names_who_did_not_agree_also_after_taking_back(
    client: Any, signed_in_client: Any, place: Department, kind: str
) -> None:
    """Every page, PDF and DOCX, of every version, of authors and reviewers alike."""
    named, silent, reader = (
        make_structure(name, department=place) for name in (NAMED, SILENT, READER)
    )
    sheet = start(named, silent, kind=kind, network=make_network("Réseau"))
    person = director_of(named)
    person.display_name = "Camille Exemple"
    person.save()
    first = actions.publish(sheet=sheet, by=person, now=NOW)
    actions.save_draft(sheet=sheet, title="Autrement", sections=first.sections, by=person, now=NOW)
    latest = actions.publish(sheet=sheet, by=person, now=NOW)
    sheet.refresh_from_db()
    review = None
    if kind == SheetKind.MONOGRAPH:
        review = actions.ask_review(version=latest, structure=reader, by=person, now=NOW)
        actions.deliver_review(
            review=review,
            report="Solide.",
            reservations="Un hiver.",
            is_published=True,
            by=person,
            now=NOW,
        )

    def named_where(name: str) -> list[str]:
        return [url for url, said in public_words(client, sheet).items() if name in said]

    assert not any(map(named_where, (NAMED, SILENT, READER, "Camille")))
    naming = reverse("practices:naming", args=[sheet.pk, sheet.authors.get(structure=named).pk])
    assert "ne peut pas être rattrapé" in signed_in_client(person).get(naming).text
    signed_in_client(person).post(naming, {"answer": "oui"})
    shown = named_where(NAMED)
    assert len([url for url in shown if "fichier" in url]) == 4
    assert sheet.get_absolute_url() in shown
    if review:
        director = signed_in_client(director_of(reader))
        settle = reverse("practices:settle_review", args=[review.pk, "nom"])
        director.post(settle, {"answer": "oui"})
        assert sheet.get_absolute_url() in named_where(READER)
        director.post(settle, {"answer": "non"})
    signed_in_client(person).post(naming, {"answer": "non"})
    assert not any(map(named_where, (NAMED, SILENT, READER, "Camille")))


def test_a_monograph_is_reviewed_by_two_structures(client: Any, signed_in_client: Any) -> None:
    author = make_structure("Un")
    sheet = publish(author, kind=SheetKind.MONOGRAPH).sheet
    director = signed_in_client(director_of(author))
    ask = reverse("practices:reviews", args=[sheet.pk])
    refused = director.post(ask, {"structure": author.siret})
    assert refused.status_code == 422
    assert "est autrice" in refused.text
    assert "il manque deux relectures" in page(client, "sheet", sheet.pk)
    for name in ("Deux", "Trois"):
        reader = make_structure(name)
        director.post(ask, {"structure": reader.siret})
        other = signed_in_client(director_of(reader))
        assert "Relire une monographie" in other.get("/aujourdhui/").text
        at = reverse("practices:review", args=[reader.practice_reviews.get().pk])
        assert other.post(at, {"report": ""}).status_code == 422
        other.post(at, {"report": "Solide.", "reservations": "Un hiver.", "is_published": "on"})
    shown = page(client, "sheet", sheet.pk)
    assert "Relue par deux structures qui ne l’ont pas écrite" in shown
    assert shown.count("Un hiver.") == 2


def test_other_monographs_stand_by_context_on_each(client: Any, place: Department) -> None:
    town, rural = (
        publish(kind=SheetKind.MONOGRAPH, title=title, territory=territory).sheet
        for title, territory in (("En ville", "city"), ("Au village", "rural"))
    )
    publish(title="Une fiche")
    sheet = publish(kind=SheetKind.MONOGRAPH, department_id=place.pk).sheet
    shown = page(client, "sheet", sheet.pk)
    listed = shown[shown.index("D’autres monographies") :]
    assert listed.index(town.title) < listed.index(rural.title)
    assert "Une fiche" not in listed


def test_a_proposal_is_answered_or_taken_into_a_version(signed_in_client: Any) -> None:
    structure = make_structure("Un")
    sheet = publish(structure).sheet
    director, reader = signed_in_client(director_of(structure)), make_person("l@pratiques.example")
    comments = reverse("practices:comments", args=[sheet.pk])
    signed_in_client(reader).post(comments, {"text": "Dites le coût."})
    signed_in_client(reader).post(comments, {"text": "Dites la durée."})
    cost, length = (
        sheet.comments.get(text__contains="coût"),
        sheet.comments.get(text__contains="durée"),
    )
    assert "Répondre à une proposition" in director.get("/aujourdhui/").text
    answer = reverse("practices:answer_comment", args=[sheet.pk, length.pk])
    director.post(answer, {"answer": "Elle y est."})
    write, draft = (reverse(f"practices:{name}", args=[sheet.pk]) for name in ("write", "draft"))
    director.post(write, {"title": "T", "revision": 0, **sections_of(means="Deux jours.")})
    director.post(draft, {"improvements": [cost.pk], "changes": "Le coût."})
    shown = signed_in_client(reader).get(comments).text
    for words in ("dans la version 2", "Elle y est.", "Aucune proposition n’attend"):
        assert words in shown
    assert "Répondre à une proposition" not in director.get("/aujourdhui/").text
    # What has its answer stays; the other is no one else’s to take back.
    assert (
        signed_in_client(reader)
        .post(reverse("practices:remove_comment", args=[sheet.pk, cost.pk]))
        .status_code
        == 404
    )


def test_an_author_added_is_asked_and_not_named_before(client: Any, signed_in_client: Any) -> None:
    structure, other = make_structure("Un"), make_structure(NAMED)
    sheet = publish(structure).sheet
    director = signed_in_client(director_of(structure))
    authors = reverse("practices:authors", args=[sheet.pk])
    director.post(authors, {"structure": other.siret})
    assert "2\u202fstructures n’ont pas répondu" in director.get(authors).text
    assert NAMED not in page(client, "sheet", sheet.pk)
    agree(sheet, other)
    assert NAMED in page(client, "sheet", sheet.pk)
    assert director.post(authors, {"structure": other.siret}).status_code == 422


def test_a_structure_takes_off_itself_and_who_began_the_sheet_whoever_has_not_answered(
    signed_in_client: Any,
) -> None:
    first, other = make_structure("Un"), make_structure("Deux")
    one, two = director_of(first), director_of(other)
    sheet = publish(first, other, by=one).sheet
    agree(sheet, first, by=one)

    def take_off(by: Any, structure: Any) -> int:
        key = sheet.authors.get(structure=structure).pk
        address = reverse("practices:remove_author", args=[sheet.pk, key])
        return int(signed_in_client(by).post(address).status_code)

    shown = signed_in_client(two).get(reverse("practices:authors", args=[sheet.pk])).text
    assert shown.count("Ne plus créditer<") == 1, "her own alone"
    assert take_off(two, first) == 404
    assert take_off(one, other) == 302
    actions.add_author(sheet=sheet, structure=other, by=one, now=NOW)
    agree(sheet, other, by=two)
    assert take_off(one, other) == 404, "it has answered: its own to leave"
    assert take_off(two, other) == 302
    assert [each.structure for each in sheet.authors.all()] == [first]


def test_a_name_and_a_review_asked_wait_for_the_direction(
    signed_in_client: Any, django_assert_num_queries: Any
) -> None:
    author, reader = make_structure("Un"), make_structure("Deux")
    version = publish(author, kind=SheetKind.MONOGRAPH)
    by = director_of(author)
    actions.ask_review(version=version, structure=reader, by=by, now=NOW)
    for person, words in ((by, "peut nommer votre structure"), (director_of(reader), "Relire une")):
        assert words in signed_in_client(person).get("/aujourdhui/").text
    agree(version.sheet, author, is_yes=False, by=by)
    told = signed_in_client(by).get("/aujourdhui/").text
    assert "peut nommer votre structure" not in told
