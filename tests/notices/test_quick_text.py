"""What makes reading quick changes nothing of what is found."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cordee.notices.clauses.sentences import any_of, letters_first, relevant, relevant_each
from cordee.notices.notice import Evidence
from cordee.notices.text import fold

BRANCHES = (
    r"\b(?:re)?insertion (?:sociale|pro)|\bclauses? [^|;]{0,5}\|",
    r"% .{0,3}heures|^\W*emploi",
    r"\bles? (?:a|b\b)|\bréserv",
)
_SAMPLES = (
    *("reinsertion pro", "insertion sociale", "clauses a|", "% des heures", "emploi", "le a"),
    *("les b", "réservé", "x", "-", ";", "lot 2", "groupement solidaire", "\n"),
)
WORDS = st.lists(st.sampled_from(_SAMPLES)).map(" ".join)


@given(WORDS)
def test_branches_at_the_edge_of_words_find_at_the_same_place(text: str) -> None:
    plainly = re.compile("|".join(BRANCHES)).search(text)
    quickly = any_of(*BRANCHES).search(text)
    assert (plainly and plainly.start()) == (quickly and quickly.start())


@given(WORDS)
def test_letters_looked_for_before_the_edge_of_their_word_find_the_same(text: str) -> None:
    branches = (*BRANCHES, r"\b(l)ots? (\d)|\bclauses?\b|\bx{2}|\ble? b")
    plainly = re.compile("|".join(branches)).finditer(text)
    quickly = letters_first(*branches).finditer(text)
    assert [(m.span(), m.groups()) for m in plainly] == [(m.span(), m.groups()) for m in quickly]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_keeps_each_letter_in_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded == "".join(fold(letter) for letter in text)


def test_folding_is_the_same_whatever_other_letters_stand_beside() -> None:
    # Latin-1, Windows-1252, neither, and a letter of the first alone beside one of the second.
    for beside in ("", "…", "→", "\x92"):
        folded = fold("Réservé à l’ŒUVRE – « 10 € » ÇÀ" + beside)
        assert folded.removesuffix(beside) == "reserve a l'euvre - « 10 € » ca"


def test_lines_are_kept_for_eight_after_a_stem_and_none_of_a_passage_without() -> None:
    lines = "\n".join(["avant", "clause sociale", *(f"ligne {n}" for n in range(1, 10))])
    found = relevant_each([(Evidence("a", "rien du tout"), ""), (Evidence("b", lines), "")])
    assert found[0] == ()
    assert [sentence.words for sentence in found[1]] == lines.split("\n")[1:10]


@given(st.lists(WORDS))
def test_passages_cut_together_are_cut_as_one_by_one(texts: list[str]) -> None:
    passages = [(Evidence(f"p{number}", text), "") for number, text in enumerate(texts)]
    together = relevant_each(passages)
    assert together == [relevant([passage]) for passage, _ in passages]
