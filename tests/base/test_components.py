"""Components: each option, each refusal, and short fragments kept beside the test."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from cordee.base.ui import panels
from cordee.base.ui.templatetags.ui import icon_names, register
from tests.strict_client import StrictClient, as_shown, faults_of

N = "\u202f"


def draw(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    """What is drawn, without the line ends that stand between two tags."""
    drawn = Template(source).render(Context({"request": request, **context})).strip()
    return re.sub(r">\s+<", "><", drawn)


@pytest.fixture
def asked(rf: RequestFactory) -> Callable[[str], HttpRequest]:
    return lambda query: rf.get(f"/annuaire/?{query}")


ICON = '<svg class="icone" aria-hidden="true"><use href="/static/ui/icons.svg#i-'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('{% icon "sur" %}', f'{ICON}sur" /></svg>'),
        (
            '{% icon "sur" "prouvé" %}',
            '<svg class="icone" role="img" aria-label="prouvé">'
            '<use href="/static/ui/icons.svg#i-sur" /></svg>',
        ),
        (
            '{% picto "tondre" "tondre" %}',
            '<svg class="picto" role="img" aria-label="tondre">'
            '<use href="/static/ui/icons.svg#p-tondre" /></svg>',
        ),
        (
            '{% state "duo" "À plusieurs" %}',
            f'<span class="etat etat-duo">{ICON}corde" /></svg> À plusieurs</span>',
        ),
        ('{% tag "ACI" %}', '<span class="marque-mot">ACI</span>'),
        ("{% tag wild wild %}", '<abbr class="marque-mot" title="&lt;b&gt;">&lt;b&gt;</abbr>'),
        ("{{ 123456|euros }}", f'1{N}234,56{N}<span class="unite">€</span>'),
        ("{{ 123456|euros|striptags }}", f"1{N}234,56{N}€"),
        ("{{ 123456|euros_rond }}", f'1{N}235{N}<span class="unite">€</span>'),
        ("{{ none|etp }}", '<span class="unite">inconnu</span>'),
        ("{{ 0.2|trajet }}", "sur place"),
        ("{{ 7.7|trajet }}", f'7,7{N}<span class="unite">km</span>'),
        ("{{ 7.7|km }}", f'7,7{N}<span class="unite">km</span>'),
        ("{{ 0.264|pourcent }}", f'26,4{N}<span class="unite">%</span>'),
        ('{{ 3|compte:"réseau,réseaux" }}', f"3{N}réseaux"),
        ("{{ 1234|nombre }}", f"1{N}234"),
    ],
)  # fmt: skip
def test_small_components(source: str, html: str) -> None:
    assert draw(source, none=None, wild="<b>") == html


@pytest.mark.parametrize(
    "source",
    [
        '{% icon "licorne" %}',
        '{% state "vert" "Prouvé" %}',
        '{% state "sur" " " %}',
        '{% tag "" %}',
        '{% banner "rouge" %}x{% endbanner %}',
        '{% banner "sur" role="button" %}x{% endbanner %}',
        "{% key_figures %}{% endkey_figures %}",
        "{% key_figures %}{% for i in '12345' %}{% key_figure i 'x' %}{% endfor %}"
        "{% endkey_figures %}",
        '{% key_figure 0 "" %}',
        '{% breadcrumb "Accueil" %}',
        '{% breadcrumb "Accueil" "/" "Annuaire" "/annuaire/" %}',
        '{% nothing "" %}x{% endnothing %}',
        "{% steps two_nows %}",
        "{% steps undone %}",
        '{% proof "x" guesses=wild %}x{% endproof %}',
        "{% page_title %}<p>a</p>{% endpage_title %}",
        '{% filters "" %}x{% endfilters %}',
        '{% more_filters "" %}x{% endmore_filters %}',
        '{% tabs "x" five %}',
        '{% route "x" nowhere %}',
        '{% table "" %}<th>a</th>{% endtable %}',
        '{% table "x" kind="large" %}<th>a</th>{% endtable %}',
    ],
)
def test_an_impossible_combination_raises(source: str) -> None:
    context: dict[str, Any] = {
        "two_nows": [("a", "", "now"), ("b", "", "now")],
        "undone": [("a", "", "todo"), ("b", "", "done")],
        "wild": [("a", "certain", "")],
        "five": [("a", "/a/", False)] * 5,
        "nowhere": [("a", "done"), ("b", "todo")],
    }
    with pytest.raises(TemplateSyntaxError):
        draw(source, **context)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (" https://example.org/dce?a=1 ", "https://example.org/dce?a=1"),
        ("www.example.org/profil", "http://www.example.org/profil"),
        ("JavaScript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("voir le profil", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_become_links(written: str | None, shown: str) -> None:
    assert draw("{{ written|adresse }}", written=written) == shown


def test_a_proof_with_a_guess_is_never_solid() -> None:
    solid = draw('{% proof "Prouvé" %}<p>Aucune meilleure.</p>{% endproof %}')
    guessed = draw('{% proof "Prouvé" guesses=g %}{% endproof %}', g=[("a", "supposé", "/x/")])
    unproven = draw('{% proof "Non prouvé" is_proven=False %}{% endproof %}')
    assert "preuve-reserve" not in solid
    assert "#i-sur" in solid
    for html in (guessed, unproven):
        assert "preuve-reserve" in html
        assert "#i-sur" not in html
    assert re.search(r"<li>\s*a <em>\(supposé\)</em>", guessed)


def test_a_column_sorts_one_way_then_the_other(asked: Callable[[str], HttpRequest]) -> None:
    source = '{% sort_header "nom" "Nom" %}'
    first = draw(source, asked("metier=berges&page=3"))
    assert 'href="?metier=berges&amp;tri=nom"' in first
    assert "aria-sort" not in first
    second = draw(source, asked("tri=nom"))
    assert 'aria-sort="ascending"' in second
    assert 'href="?tri=-nom"' in second
    third = draw(source, asked("tri=-nom"))
    assert 'aria-sort="descending"' in third
    assert 'href="?tri=nom"' in third
    assert 'aria-sort="ascending"' in draw('{% sort_header "nom" "Nom" default="nom" %}', asked(""))


def test_a_path_names_a_route_or_gives_an_address() -> None:
    html = draw('{% breadcrumb "Accueil" "home" "Annuaire" "/annuaire/" "Les Jardins" %}')
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', html) == [
        ("/", "Accueil"),
        ("/annuaire/", "Annuaire"),
    ]
    assert '<span aria-current="page">Les Jardins</span>' in html


def test_tabs_are_links_and_tell_which_page_is_open() -> None:
    rows = [("Pour vous", "/a/", True), ("Les lots", "/b/", False)]
    html = draw('{% tabs "Ce marché" rows %}', rows=rows)
    assert re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', html) == [
        ("/a/", "Pour vous"),
        ("/b/", "Les lots"),
    ]
    assert html.count('aria-current="page"') == 1
    assert faults_of(html) == []


def test_a_route_tells_where_one_stands() -> None:
    rows = [("Les parts", "done"), ("Le dossier", "now"), ("Le dépôt", "todo")]
    html = draw('{% route "Le chemin" rows %}', rows=rows)
    assert html.count('aria-current="step"') == 1
    assert "Étape 2 sur 3" in html
    assert faults_of(html) == []
    assert draw('{% route "Le chemin" rows %}', rows=[]).strip() == ""


def test_a_title_holds_its_words_and_beside_them_what_one_may_do() -> None:
    words = '<h1>Membres</h1><p class="sous">Trois</p>'
    actions = '<div class="actions"><a href="/a/">Ajouter</a></div>'
    assert draw(f"{{% page_title %}}{words}{{% endpage_title %}}") == (
        f'<div class="titre-page"><div>{words}</div></div>'
    )
    assert draw(f"{{% page_title %}}{words} {actions}{{% endpage_title %}}").endswith(
        f"<div>{words}</div>{actions}</div>"
    )


def test_a_table_says_what_a_phone_must_know_of_each_cell(
    asked: Callable[[str], HttpRequest],
) -> None:
    source = """{% table "Lots" extra="mb-2" %}
      <th>Lot</th>
      {% sort_header "equipe" "Équipe" is_number=True default="equipe" %}
      <th class="nb">Ce\u00a0qu’il\n  faut <strong>ici</strong></th>
      <th><span class="visually-hidden">Agir</span></th>
      <tr class="choisi"><th>1. Haies &amp; murs</th><td class="nb"></td><td>a</td><td>b</td></tr>
      <tr><td data-titre="Lots 2 et 3" colspan="3">c</td><td role="cell">d</td></tr>
      <tfoot><tr><th>Total</th><td colspan="2">e</td></tr></tfoot>
    {% endtable %}"""
    html = draw(source, asked(""))
    assert faults_of(html) == []
    assert 'class="carton carton-table mb-2"' in html
    assert '<table role="table" class="table table-empile">' in html
    assert '<th scope="col" role="columnheader">Lot</th>' in html
    assert html.count('role="columnheader"') == 4
    body, _, foot = html.partition("<tbody ")[2].partition("</tbody>")
    assert body == (
        'role="rowgroup"><tr role="row" class="choisi">'
        '<th scope="row" role="rowheader">1. Haies &amp; murs</th>'
        '<td role="cell" data-titre="Équipe" class="nb"></td>'
        '<td role="cell" data-titre="Ce\u00a0qu’il faut ici">a</td><td role="cell">b</td></tr>'
        '<tr role="row"><td role="cell" data-titre="Lots 2 et 3" colspan="3">c</td>'
        '<td role="cell">d</td></tr>'
    )
    assert foot == (
        '<tfoot role="rowgroup"><tr role="row"><th scope="row" role="rowheader">Total</th>'
        '<td role="cell" data-titre="Équipe" colspan="2">e</td></tr></tfoot></table></div>'
    )
    assert "tfoot" not in draw('{% table "x" %}<th>a</th>{% endtable %}')
    assert 'class="table table-fiches"' in draw(
        '{% table "x" kind="fiches" %}<th>a</th>{% endtable %}'
    )


def test_filters_ask_their_own_page_and_keep_its_order(
    asked: Callable[[str], HttpRequest],
) -> None:
    source = '{% filters "Filtrer" %}x{% endfilters %}'
    plain = as_shown(draw(source, asked("tri=-nom&q=bois")))
    assert plain == (
        '<form class="filtres" role="search" aria-label="Filtrer" method="get">x'
        '<input type="hidden" name="tri" value="-nom"></form>'
    )
    live = as_shown(draw('{% filters "Filtrer" results="#liste" %}x{% endfilters %}', asked("q=a")))
    assert live == (
        '<form class="filtres" role="search" aria-label="Filtrer" method="get" action="/annuaire/" '
        'hx-get="/annuaire/" hx-target="#liste" hx-swap="outerHTML" hx-push-url="true">x</form>'
    )


def test_a_choice_among_filters_marks_what_is_chosen() -> None:
    html = draw(
        '{% filter_choice "sorte" "Sorte" kinds "EI" "Toutes" %}',
        kinds=[("A", "<A>"), ("EI", "EI")],
    )
    assert '<label class="form-label" for="sorte">Sorte</label>' in html
    assert '<option value="">Toutes</option><option value="A">&lt;A&gt;</option>' in html
    assert '<option value="EI" selected>EI</option>' in html
    assert 'value=""' not in draw(
        '{% filter_choice "rayon" "Rayon" radii 20 %}', radii=[(20, "20")]
    )


def test_pages_keep_the_filters(asked: Callable[[str], HttpRequest]) -> None:
    middle = Paginator(range(30), 10).page(2)
    html = draw("{% pagination page %}", asked("q=a%26b&page=2"), page=middle)
    assert 'href="?q=a%26b&amp;page=1"' in html
    assert 'href="?q=a%26b&amp;page=3"' in html
    assert "Page 2 sur 3" in html
    only = draw("{% pagination page %}", asked(""), page=Paginator(range(3), 10).page(1))
    assert not only.strip(), "one page needs no pages"


def test_a_chip_takes_one_filter_away(asked: Callable[[str], HttpRequest]) -> None:
    chips = [("40 km", "rayon"), ("Berges", "metier", "berges")]
    html = draw(
        "{% filter_chips chips %}",
        asked("rayon=40&metier=berges&metier=bois&tri=nom&page=2"),
        chips=chips,
    )
    links = re.findall(r'href="([^"]*)"', html.replace("&amp;", "&"))
    pages = [link for link in links if link.startswith("?")]
    assert pages == [
        "?metier=berges&metier=bois&tri=nom",
        "?rayon=40&tri=nom&metier=bois",
        "?tri=nom",
    ]
    assert draw("{% filter_chips chips %}", asked(""), chips=[]) == ""


def test_panels_load_by_themselves_or_are_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_slots", {})
    panels.fill("structure", "Alliances", lambda subject: f"/alliances/{subject}/", order=2)
    panels.fill("structure", "Plafond", lambda subject: f"/plafond/{subject}/", order=1)
    html = draw('{% panels "structure" 7 %}')
    assert re.findall(r'hx-get="([^"]*)"', html) == ["/plafond/7/", "/alliances/7/"]
    assert '<a href="/plafond/7/">' in html
    assert faults_of(html) == []
    assert draw('{% panels "nothing" 7 %}') == ""


@pytest.mark.django_db
def test_the_catalogue_shows_every_component(client: StrictClient) -> None:
    html = client.get("/composants/").content.decode()
    for name in icon_names():
        assert f"#i-{name}" in html
    for css in (
        "etat-sur", "etat-vigilance", "etat-bloque", "etat-inconnu", "etat-duo", "marque-mot",
        "avis-sur", "avis-vigilance", "avis-bloque", "avis-inconnu", "chiffres", "fil", "jeton",
        "pages", "onglets", "route", "vide-bloc", "preuve-reserve", "termes", "etapes", "carte",
        "legende", "champ-erreur",
    ):  # fmt: skip
        assert re.search(rf'class="[^"]*\b{css}\b', html), f"{css} is not in the catalogue"


# What no component says: replaced out of band, heads that htmx follows, cells one types in.
BY_HAND = {
    "titre-page": {"members/directory.html", "mobilisation/answer.html"},
    "carton-table": {
        "members/directory.html",
        "alliances/table/table.html",
        "alliances/withdrawals/withdrawal.html",
    },
}


@pytest.mark.parametrize("css", sorted(BY_HAND))
def test_what_is_a_component_is_not_written_by_hand(css: str) -> None:
    project = Path(__file__).resolve().parents[2]
    written = {
        file.as_posix().partition("/templates/")[2]
        for room in ("cordee", "demo")
        for file in (project / room).rglob("templates/**/*.html")
        if re.search(rf'class="[^"]*\b{css}\b', file.read_text(encoding="utf-8"))
    }
    assert {name for name in written if not name.startswith("ui/")} == BY_HAND[css]


def test_every_tag_is_in_the_catalogue_or_in_the_layout() -> None:
    project = Path(__file__).resolve().parents[2]
    shown = " ".join(
        (project / file).read_text(encoding="utf-8")
        for file in (
            "demo/templates/demo/components.html",
            "cordee/base/ui/templates/ui/header.html",
        )
    )
    missing = [tag for tag in register.tags if not re.search(rf"{{% {tag}\b", shown)]
    assert missing == ["panels"], "panels show other rooms: tested above"


def test_the_sprite_is_well_formed() -> None:
    """A browser draws no icon at all of a sprite that is not."""
    sprite = Path(panels.__file__).parent / "static" / "ui" / "icons.svg"
    symbols = [each.get("id") for each in ElementTree.parse(sprite).getroot()]
    assert len(symbols) == len(set(symbols)) == len(icon_names()) + len(icon_names("p"))
