"""Attestations: signed, checked by others, altered, withdrawn; the key that signs them."""

import json
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey, OKPKey
from qrcode.constants import ERROR_CORRECT_L

from cordee.accounts.models import JournalEntry
from cordee.base.backup.making import make_copy
from cordee.skills.badges import actions, tokens
from cordee.skills.badges.tokens import Refused
from cordee.skills.frameworks.values import ours
from cordee.skills.models import Badge, WithdrawnBadge
from tests.members.makers import make_structure
from tests.skills.makers import SAID, make_framework, make_learner, open_card, see, teacher_of

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KID = "https://cordee.example/verifier/cle.json"
OURS = {"alg": "EdDSA", "kid": KID}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKEN = str(tokens.sign(SAID, KEY, KID))
# Open Badges and most libraries still call it so.
NAMED_ANEW = "EdDSA is deprecated via RFC 9864"


def part(said: object) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def signed(header: object, payload: object, key: Ed25519PrivateKey = KEY) -> str:
    words = f"{part(header)}.{part(payload)}"
    return f"{words}.{urlsafe_b64encode(key.sign(words.encode())).rstrip(b'=').decode()}"


def jwk(key: Ed25519PrivateKey = KEY) -> OKPKey:
    x = urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})


def fault_of(token: str) -> str:
    with pytest.raises(Refused) as refused:
        tokens.verify(token, KEY.public_key(), KID)
    assert str(refused.value) == tokens.FAULTS[refused.value.fault]
    return refused.value.fault


def test_what_was_signed_is_read_again():
    assert tokens.verify(TOKEN, KEY.public_key(), KID) == SAID


@pytest.mark.filterwarnings(f"ignore:{NAMED_ANEW}")
def test_another_implementation_verifies_it_and_refuses_another_key():
    checked = jws.deserialize_compact(TOKEN, jwk(), algorithms=["EdDSA"])
    assert checked.headers() == {"alg": "EdDSA", "kid": KID}
    assert json.loads(checked.payload) == SAID.as_credential()
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(TOKEN, jwk(Ed25519PrivateKey.generate()), algorithms=["EdDSA"])


def test_it_is_a_credential_of_open_badges_3():
    """1EdTech, Open Badges 3.0: B.1.1 AchievementCredential, 8.2 JSON Web Token proof format."""
    header, said = (json.loads(urlsafe_b64decode(f"{p}==")) for p in TOKEN.split(".")[:2])
    assert set(header) <= {"alg", "kid", "jwk", "typ"}
    assert said["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert said["type"] == ["VerifiableCredential", "AchievementCredential"]
    assert said["issuer"].keys() >= {"id", "type"}
    assert said["issuer"]["type"] == ["Profile"]
    subject = said["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    achievement = subject["achievement"]
    assert achievement.keys() >= {"id", "type", "name", "description", "criteria"}
    assert achievement["type"] == ["Achievement"]
    assert achievement["criteria"]["narrative"]
    # Each claim of the proof says what the credential says, and there is no `vc` around it.
    assert said["iss"] == said["issuer"]["id"]
    assert said["jti"] == said["id"] == SAID.number.urn
    assert said["sub"] == subject["id"] == "data:,No%C3%A9mie"
    assert said["validFrom"] == "2026-11-30T08:00:00Z"
    assert said["nbf"] == datetime.fromisoformat(said["validFrom"]).timestamp()


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from(LETTERS + ".=~é #"))
def test_one_letter_changed_is_refused(place: int, letter: str):
    if TOKEN[place] != letter:
        fault_of(TOKEN[:place] + letter + TOKEN[place + 1 :])


def test_every_letter_at_the_end_is_refused_but_its_own():
    """The last one carries two bits only: read loosely, sixteen letters would say the same."""
    assert {fault_of(TOKEN[:-1] + each) for each in LETTERS if each != TOKEN[-1]} == {
        "altered",
        "cut",
    }


@given(length=st.integers(0, len(TOKEN) - 1))
def test_cut_short_is_refused(length: int):
    assert fault_of(TOKEN[:length]) in {"empty", "cut"}


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("", "empty"),
        ("bonjour", "cut"),
        (f"{TOKEN}.{TOKEN}", "cut"),
        ("x" * 4_001, "long"),
        (signed(OURS, SAID.as_credential(), OTHER), "altered"),
        (signed(OURS | {"kid": "https://ailleurs.example"}, {}, OTHER), "other_key"),
        (f"{part({'alg': 'none'})}.{TOKEN.split('.')[1]}.", "algorithm"),
        (signed(OURS | {"alg": "RS256"}, SAID.as_credential()), "algorithm"),
        (signed(["EdDSA"], SAID.as_credential()), "cut"),
        (signed(OURS, ["rien"]), "cut"),
        (signed(OURS, {"jti": "urn:uuid:rien"}), "cut"),
        (signed(OURS, SAID.as_credential() | {"nbf": 1e30}), "cut"),
    ],
)  # fmt: skip
def test_what_is_no_attestation_of_ours_has_its_sentence(token: str, fault: str):
    assert fault_of(token) == fault
    assert tokens.FAULTS[fault].endswith(".")


def test_the_public_key_is_no_password():
    """HS256 with the published key as its secret: the known confusion of algorithms."""
    secret = OctKey.import_key(KEY.public_key().public_bytes_raw())
    forged = jws.serialize_compact({"alg": "HS256"}, json.dumps(SAID.as_credential()), secret)
    assert fault_of(forged) == "algorithm"


def test_the_token_of_long_sentences_is_short_enough_for_paper():
    assert len(TOKEN) <= 1_500
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L)
    code.add_data(f"https://cordee.example/verifier/#{'x' * tokens.MOST_BYTES}")
    code.make()
    assert code.modules_count == 137


def test_what_does_not_fit_is_counted_and_never_cut():
    many = replace(SAID, sentences=tuple(f"{n}. {SAID.sentences[0]}" for n in range(12)))
    token = tokens.sign(many, KEY, KID)
    assert token is not None
    assert len(token) <= tokens.MOST_BYTES
    *kept, left = tokens.read(token).sentences
    assert tuple(kept) == many.sentences[: len(kept)]
    assert left == f"Et {12 - len(kept)} autres."
    assert tokens.sign(replace(SAID, sentences=("x" * 2_000,)), KEY, KID) is None


def test_our_frameworks_fit():
    """Wherever every sentence of a competence of ours is acquired."""
    for framework in ours().values():
        for each in framework.competences:
            sentences = tuple(criterion.sentence for criterion in each.criteria)
            token = tokens.sign(replace(SAID, competence=each.name, sentences=sentences), KEY, KID)
            assert token is not None
            assert len(tokens.read(token).sentences) >= len(sentences)


@pytest.mark.parametrize("text", [TOKEN, f" https://cordee.example/verifier/#{TOKEN}\n"])
def test_an_address_or_a_code_is_pasted(text: str):
    assert tokens.verify(text, KEY.public_key(), KID) == SAID


# --- The key ---------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner_alone(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    with ThreadPoolExecutor(8) as pool:
        made = {key["x"] for key in pool.map(lambda _: tokens.published(), range(32))}
    assert len(made) == 1
    (file,) = tmp_path.iterdir()
    assert file.name == tokens.KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_a_copy_holds_the_key(tmp_path):
    kept = tokens.published()
    copy, manifest = make_copy(tmp_path, now=timezone.now())
    assert tokens.KEY_FILE in manifest.files
    assert stat.S_IMODE((copy / tokens.KEY_FILE).stat().st_mode) == 0o600
    assert (copy / tokens.KEY_FILE).read_bytes() == (_state() / tokens.KEY_FILE).read_bytes()
    assert tokens.published() == kept


def _state() -> Path:
    from django.conf import settings

    return Path(settings.STATE_DIR)


# --- Issued, withdrawn, put back ---------------------------------------------------------------


@pytest.fixture
def structure(db):
    made = make_structure("Les Jardins")
    make_framework(made)
    return made


@pytest.fixture
def teacher(structure):
    return teacher_of(structure)


@pytest.fixture
def learner(structure, teacher):
    made = make_learner(structure, "Zoulikha")
    see(made, teacher)
    see(made, teacher, criterion="tondre-hauteur", level="in_progress")
    see(made, teacher, criterion="tailler-net", level="not_seen")
    return made


@pytest.fixture
def badge(learner, teacher) -> Badge:
    return issue(learner, teacher)


def issue(learner: Any, teacher: Any) -> Badge:
    return actions.issue(learner, "Tondre", by=teacher, now=timezone.now())


def address(name: str, badge: Badge) -> str:
    return reverse(f"skills:{name}", args=[badge.learner.structure_id, badge.learner_id, badge.pk])


def check(client: Any, code: str) -> str:
    return client.post(reverse("verifier:page"), {"code": code}).text


def test_one_gesture_attests_what_is_acquired_and_nothing_else(
    learner, teacher, signed_in_client, django_assert_num_queries
):
    desk = signed_in_client(teacher)
    page = reverse("skills:learner", args=[learner.structure_id, learner.pk])
    assert desk.get(page).text.count("Faire l’attestation") == 1
    make = reverse("skills:issue_badge", args=[learner.structure_id, learner.pk])
    answer = desk.post(make, {"competence": "Tondre"}, follow=True)
    made = Badge.objects.get()
    said = tokens.verify_ours(made.token)
    assert (said.who, said.competence, said.structure) == ("Zoulikha", "Tondre", "Les Jardins")
    assert said.sentences == ("Je tonds droit.",)
    assert "prête à imprimer" in answer.text
    assert f"/verifier/#{made.token}" in answer.text
    assert "Ses attestations" in desk.get(page).text
    # Word for word the same: a double click makes one.
    desk.post(make, {"competence": "Tondre"})
    assert Badge.objects.count() == 1
    see(learner, teacher, criterion="tondre-hauteur")
    desk.post(make, {"competence": "Tondre"})
    assert Badge.objects.count() == 2
    with django_assert_num_queries(10):
        desk.get(address("badge", made))


def test_nothing_acquired_is_refused_with_its_cure(learner, teacher, signed_in_client):
    make = reverse("skills:issue_badge", args=[learner.structure_id, learner.pk])
    for competence in ("Tailler", "Souder", ""):
        answer = signed_in_client(teacher).post(make, {"competence": competence}, follow=True)
        assert "Rien n’y est encore acquis" in answer.text
    assert not Badge.objects.exists()


def test_words_that_do_not_fit_are_refused(learner, teacher):
    learner.observations.update(sentence="é" * 240, competence="è" * 160)
    with pytest.raises(actions.ValidationError, match="trop long"):
        actions.issue(learner, "è" * 160, by=teacher, now=timezone.now())


def test_withdrawn_is_told_and_put_back(client, badge, teacher, signed_in_client):
    assert "Attestation vraie\u00a0: Zoulikha" in check(client, badge.token)
    desk = signed_in_client(teacher)
    for _ in range(2):
        told = desk.post(address("remove_badge", badge), follow=True)
    assert "est retirée" in told.text
    assert "Cette attestation a été retirée" in check(client, badge.token)
    listed = client.get(reverse("verifier:withdrawn"))
    assert listed.json() == {"withdrawn": [str(badge.number)]}
    assert "no-store" in listed.headers["Cache-Control"]
    for _ in range(2):
        desk.post(address("restore_badge", badge))
    assert "Attestation vraie\u00a0: Zoulikha" in check(client, badge.token)
    verbs = [line.verb for line in JournalEntry.objects.filter(verb__contains="badge")]
    assert sorted(verbs) == ["skills.issue_badge", "skills.remove_badge", "skills.restore_badge"]


def test_after_a_withdrawal_a_new_one_is_signed(badge, learner, teacher):
    actions.keep(badge=badge, is_kept=False, by=teacher)
    assert issue(learner, teacher).number != badge.number


def test_a_withdrawn_number_outlives_her_of_nobody(client, badge, learner, teacher):
    actions.keep(badge=badge, is_kept=False, by=teacher)
    learner.delete()
    assert not Badge.objects.exists()
    assert [row.number for row in WithdrawnBadge.objects.all()] == [badge.number]
    assert "Cette attestation a été retirée" in check(client, badge.token)


def test_the_direction_reads_them_once_she_opened_her_page(badge, learner, signed_in_client):
    from cordee.members.roles import Role
    from tests.members.makers import make_person

    director = make_person("dir@exemple.fr", role=Role.DIRECTOR, structure=learner.structure)
    desk = signed_in_client(director)
    assert desk.get(address("badge", badge)).status_code == 404
    learner.open_to_direction_on = timezone.localdate()
    learner.save()
    page = desk.get(address("badge", badge))
    assert page.status_code == 200
    assert "Retirer l’attestation" not in page.text


def test_hers_is_on_her_page_and_in_what_she_takes_away(client, badge, learner, teacher):
    page = open_card(client, learner, teacher)
    assert "Attestation\u00a0: Tondre" in client.get(page).text
    sheet = client.get(f"{page}attestation/{badge.pk}/").text
    assert "Zoulikha sait" in sheet
    assert badge.token in sheet
    told = json.loads(client.get(f"{page}emporter/?format=json").content)
    assert told["attestation"][0]["code signé"] == badge.token


@pytest.mark.filterwarnings(f"ignore:{NAMED_ANEW}")
def test_a_program_reads_the_key(client, badge):
    key = OKPKey.import_key(client.get(reverse("verifier:key")).json())
    assert jws.deserialize_compact(badge.token, key, algorithms=["EdDSA"])


# --- The page, the terminal ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "title", "sentence"),
    [
        ("", "Vérifier une attestation", "Collez d’abord le code"),
        ("bonjour", "Ce code n’est pas lu en entier", "Lisez-le à nouveau, en entier."),
        (TOKEN[:-3], "Ce code n’est pas lu en entier", "Lisez-le à nouveau, en entier."),
        ("x" * 5_000, "Vérifier une attestation", "trop long"),
        (TOKEN, "Ce n’est pas une attestation d’ici", "Une autre clé"),
    ],
)
def test_the_page_refuses_with_its_sentence_and_keeps_what_was_typed(client, code, title, sentence):
    """What was not read whole accuses nobody."""
    told = check(client, code)
    assert f"<h1>{title}</h1>" in told
    # The script is given all of them: the one that is told stands at the field.
    assert sentence in told.split('data-verifier="fault">')[1].split("</span>")[0]
    assert code in told


@pytest.mark.django_db
def test_what_is_sent_is_counted_by_address(client, settings):
    settings.API_LIMITS = settings.API_LIMITS | {"visit": (1, 60)}
    check(client, "x")
    assert client.post(reverse("verifier:page"), {"code": "x"}).status_code == 429


def in_terminal(*words: str) -> tuple[int, str]:
    told = StringIO()
    try:
        call_command("verify_badge", *words, stdout=told)
    except CommandError as refused:
        return refused.returncode, told.getvalue() + str(refused)
    return 0, told.getvalue()


def test_the_terminal_says_the_same(badge, teacher, tmp_path, monkeypatch):
    code, told = in_terminal(badge.token)
    assert code == 0
    for words in ("Zoulikha", "«\u00a0Tondre\u00a0»", "Je tonds droit.", "Les Jardins"):
        assert words in told
    file = tmp_path / "attestation.jwt"
    file.write_text(f"{badge.token}\n")
    assert in_terminal(str(file)) == (code, told)
    monkeypatch.setattr("sys.stdin", StringIO(f"https://x.example/verifier/#{badge.token}"))
    assert in_terminal() == (code, told)
    assert in_terminal(badge.token[:-1]) == (1, tokens.FAULTS["cut"])
    actions.keep(badge=badge, is_kept=False, by=teacher)
    code, told = in_terminal(badge.token)
    assert (code, "retirée" in told) == (3, True)
