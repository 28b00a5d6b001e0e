from io import StringIO

from django.core.management import call_command


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("check_rules", *arguments, stdout=out)
    return out.getvalue()


def test_values_unknown_on_a_day_and_never_checked_are_listed() -> None:
    text = said("--on", "2026-11-25")
    assert "Inconnues ce jour-là" in text
    assert "aide_au_poste.aci " in text
    assert "official_forms.attri1" in text
    assert "trades.espaces-verts." in text or "trades.maraichage." in text


def test_what_was_read_says_since_when_in_which_article_and_when() -> None:
    line = next(
        each
        for each in said("--on", "2026-11-29").splitlines()
        if each.lstrip().startswith("advance.sme_rate_state")
    )
    assert "depuis le 01/01/2025" in line
    assert "art. R2191-7" in line
    assert "Lue le 28/11/2026" in line


def test_a_value_checked_long_ago_comes_back() -> None:
    assert "À relire" not in said("--on", "2026-11-26")
    text = said("--on", "2028-01-01")
    assert "À relire" in text
    assert "ceiling.standard_rate" in text
