"""The strict client itself: each fault it knows is found, and only faults are."""

import pytest
from django.http import HttpResponse
from django.template import Context, Template

from tests.strict_client import HtmlFault, StrictClient, _faults, as_shown, faults_of

GOOD = (
    "<!doctype html><html lang='fr'><head><meta charset='utf-8'>"
    "<meta name='viewport' content='width=device-width'><title>Titre</title></head>"
    "<body><main id='contenu'><h1>Titre</h1>%s</main></body></html>"
)


def test_a_good_page_has_no_fault() -> None:
    assert faults_of(GOOD % "<h2>Deux</h2><p>Texte <a href='/x/'>lien</a></p>") == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<h3>Trop bas</h3>", "jumps from h1"),
        ("<h1>Encore</h1>", "2 <h1>"),
        ("<h2></h2>", "empty heading"),
        ("<p id='contenu'>a</p>", "is used 2 times"),
        ("<input name='q'>", "has no label"),
        ("<label for='q'></label><input id='q'>", "has no label"),
        ("<img src='/x.png'>", "has no alt"),
        ("<svg></svg>", "neither hidden nor named"),
        ("<button></button>", "has no name"),
        ("<a href='/x/'><svg aria-hidden='true'></svg></a>", "has no name"),
        ("<a>nulle part</a>", "leads nowhere"),
        ("<a href='#absent'>x</a>", "points to #absent"),
        ("<p aria-describedby='absent'>x</p>", "points to #absent"),
        ("<svg aria-hidden='true'><rect fill='url(#hachure)'/></svg>", "points to #hachure"),
        ("<table><tbody><tr><th>a</th></tr></tbody></table>", "has no scope"),
        ("<table><tbody><tr><td>a</td></tr></tbody></table>", "has no head"),
        ("<table class='table-empile'><tr><th scope='row'>a</th></tr></table>", "stacks"),
        ("<p style='color:red'>x</p>", "inline style"),
        ("<style>p{}</style>", "inline style"),
        ("<script>x()</script>", "inline script"),
        ("<p onclick='x()'>x</p>", "handler onclick"),
        ("<a href='javascript:x()'>x</a>", "runs script"),
        ("<img alt='' src='https://ailleurs.example/x.png'>", "asks another site"),
        ("<img alt='' src='//ailleurs.example/x.png'>", "asks another site"),
        ("<a href='https://ailleurs.example/'>x</a>", "without rel=external"),
        ("<form method='post'><button>Envoyer</button></form>", "without csrf_token"),
        ("<form><input type='hidden' name='csrfmiddlewaretoken'></form>", "in an address"),
        ("<form><form></form></form>", "inside a form"),
        ("<a href='/x/'><button>y</button></a>", "inside a link"),
        ("<p><ul><li>x</li></ul></p>", "inside a paragraph"),
        ("<ul><p>x</p></ul>", "is no item"),
        ("<div><li>x</li></div>", "item of no list"),
        ("<div>", "never closed|closes <div"),
        ("<b>x</i>", "closes <b>"),
        ("<div/>", "closes itself"),
        ("<p class='a' class='b'>x</p>", "repeats an attribute"),
        ("<p tabindex='3'>x</p>", "order of the keyboard"),
        ("<nav>x</nav>", "has no name"),
        ("<fieldset><p>x</p></fieldset>", "has no legend"),
        ("<p>⟦indéfini:nom⟧</p>", "undefined variable nom"),
        ("<label>a <input aria-invalid='true'></label>", "« Erreur : »"),
    ],
)  # fmt: skip
def test_each_fault_is_found(html: str, said: str) -> None:
    faults = "\n".join(faults_of(GOOD % html))
    assert any(part in faults for part in said.split("|")), faults


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (GOOD.replace("<!doctype html>", ""), "doctype"),
        (GOOD.replace(" lang='fr'", ""), "lang=fr"),
        (GOOD.replace("Titre</title>", " — </title>"), "empty <title>"),
        (GOOD.replace("<h1>Titre</h1>", ""), "0 <h1>"),
        (GOOD.replace("main", "section"), "0 <main>"),
        (GOOD.replace("viewport", "robots"), "viewport"),
    ],
)
def test_a_whole_page_needs_its_frame(page: str, said: str) -> None:
    assert any(said in fault for fault in faults_of(page % ""))


def test_a_fragment_needs_no_frame_but_the_rest() -> None:
    assert faults_of("<h2>Résultats</h2><ul><li>Un</li></ul>") == []
    assert faults_of("<h2>Résultats</h2><input>") != []


@pytest.mark.parametrize(
    "source", ["{{ missing }}", "{{ missing|default:'x' }}", "{{ a.b.c|upper }}"]
)
def test_an_undefined_variable_leaves_its_mark(source: str) -> None:
    """Filters do not hide it: say `{% if missing %}` where a variable may be absent."""
    assert faults_of(Template(source).render(Context({"a": {}})))


def test_an_if_may_ask_for_what_is_absent() -> None:
    source = "{% if missing %}x{% endif %}{% for x in missing %}{{ x }}{% endfor %}"
    assert faults_of(Template(source).render(Context())) == []


def test_the_client_refuses_a_page_without_policy() -> None:
    response = HttpResponse(GOOD % "")
    with pytest.raises(HtmlFault, match="Content-Security-Policy"):
        StrictClient().check(response, "/x/")
    response["Content-Security-Policy"] = "script-src 'self'"
    StrictClient().check(response, "/x/")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<h1>\n  Un titre\n  long\n</h1>\n", "<h1>Un titre long</h1>"),
        ("<p>\n  <a href='/x/'>ici</a>,\n  ou là\n</p>", "<p><a href='/x/'>ici</a>, ou là</p>"),
        ("<p>\n  un <b>deux</b>\n  <i>trois</i>\n</p>", "<p>un <b>deux</b> <i>trois</i></p>"),
        ("<a\n  class='btn'\n  href='/x/'\n>\n  Lire\n</a>", "<a class='btn' href='/x/'>Lire</a>"),
        ("<p>\n  un\n  <br>\n  deux\n</p>", "<p>un<br> deux</p>"),
        ("<p>\n  un\n    \n    deux\n</p>", "<p>un deux</p>"),
        ("<p>un deux <b>trois</b> </p>", "<p>un deux <b>trois</b> </p>"),
        ("<div>premier\nsecond</div>", "<div>premier\nsecond</div>"),
        ("<pre>a\n  b</pre>\n<p>c</p>", "<pre>a\n  b</pre><p>c</p>"),
        ("<textarea>a\n  b</textarea>", "<textarea>a\n  b</textarea>"),
    ],
)  # fmt: skip
def test_the_layout_of_a_template_is_not_what_it_shows(written: str, shown: str) -> None:
    assert as_shown(written) == shown


def test_a_page_that_differs_by_its_token_alone_is_read_once() -> None:
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    page = f'<form method="post">{field}<button></button></form>'
    found = faults_of(page.format("a1"))
    before = _faults.cache_info()
    assert found == faults_of(page.format("b2")) != []
    assert faults_of(page.format("b2").replace("<button>", "<button>x")) == []
    after = _faults.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 1)
