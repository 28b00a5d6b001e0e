"""What comes next in an alliance, whom it waits for, and what its reader does about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from cordee.agreement import PartyRole, Terms
from cordee.agreement.life import NO_RECEIPT, Obstacle, Place, State
from cordee.agreement.phases import Phase
from cordee.alliances.access import AllianceAccess, may_file
from cordee.alliances.documents.pages import SETTLED, Papers, in_words, sort_of
from cordee.alliances.models import AllianceParty
from cordee.base.ui import french, months
from cordee.rules.time_left import Step

# What the main button of each phase says.
FORWARD: Mapping[Phase, tuple[Phase, str]] = {
    Phase.TALKING: (Phase.SPLIT, "Passer à la répartition"),
    Phase.SPLIT: (Phase.MANDATE, "La répartition est acceptée"),
    Phase.MANDATE: (Phase.DOCUMENTS, "Les mandats sont donnés"),
}
# From filing on: the title, what comes, the button and its page.
AFTER: Mapping[Phase, tuple[str, str, str]] = {
    Phase.FILED: ("L’offre est déposée", "attendre la réponse de l’acheteur", "Noter le résultat"),
    Phase.WON: ("Le marché est à vous", "signer le marché", "Noter la signature"),
    Phase.SIGNED: ("Le marché est signé", "transmettre le tableau", "Passer aux travaux"),
    Phase.DELIVERY: ("Les travaux sont en cours", "", "Relire le résultat"),
    Phase.LOST: ("L’offre n’est pas retenue", "", "Lire ce que cette offre apprend"),
    Phase.ABANDONED: ("L’alliance est abandonnée", "", ""),
}
READY: Mapping[Phase, str] = {
    Phase.TALKING: "Tout le monde a répondu",
    Phase.SPLIT: "Les parts sont acceptées",
    Phase.MANDATE: "Chacun a dit qui signe",
    Phase.DOCUMENTS: "L’offre peut partir",
}
# What whoever coordinates settles at the table before anybody is asked anything.
FIXES: Mapping[Place | None, tuple[str, str]] = {
    Place.TABLE: ("finir la répartition", "Ouvrir le tableau"),
    Place.FORM: ("choisir la forme", "Choisir la forme"),
    Place.REASONS: ("dire pourquoi ensemble", "Dire pourquoi"),
}
# A page that waits for more than these counts the others.
MOST_NAMED = 2
ASKED: Mapping[str, str] = {"accord": "accepter les parts", "signataire": "dire qui signe"}


@dataclass(frozen=True, slots=True)
class Gesture:
    """What is asked of one party: what it is, the words and the address of its button, and the
    step of the calendar by which it is due."""

    what: str
    verb: str
    url: str
    step: Step


def gesture_of(
    row: AllianceParty,
    terms: Terms,
    phase: Phase,
    *,
    has_accepted: bool,
    may_sign: bool,
    has_approved: bool,
) -> Gesture | None:
    """The next gesture that is asked of a party that takes part; None where it waits for others."""
    pk = row.alliance_id
    place = terms.find(row.key)
    if not phase.is_editable or place is None:
        return None
    if not has_accepted:
        cents = terms.share_cents(row.key)
        amount = french.euros(cents, rounded=True)
        what = f"Accepter votre part\u00a0: {amount}" if cents else "Dire ce que vous feriez"
        url = reverse("alliances:share", args=[pk, row.pk])
        return Gesture(what, "Lire ma part", url, Step.SPLIT)
    signs = row.key in {each.key for each in terms.signers}
    # A subcontractor signs its DC4, whether or not it signs what the others approve.
    if phase is Phase.TALKING or not (signs or place.role is PartyRole.SUBCONTRACTOR):
        return None
    if not may_sign:
        url = reverse("alliances:signatory", args=[pk, row.pk])
        return Gesture("Dire qui signe pour vous", "Le dire", url, Step.MANDATES)
    if phase is not Phase.DOCUMENTS or not (signs and terms.has_paper) or has_approved:
        return None
    url = reverse("alliances:approve", args=[pk, row.pk])
    return Gesture(f"Approuver {terms.arrangement.paper}", "Lire et approuver", url, Step.SIGNATURE)


def gesture_in(state: State, row: AllianceParty) -> Gesture | None:
    """`gesture_of` a party, in a state that was read whole."""
    return gesture_of(
        row,
        state.terms,
        state.phase,
        has_accepted=row.key in state.accepted,
        may_sign=row.key in state.mandated,
        has_approved=row.key in state.approved,
    )


@dataclass(frozen=True, slots=True)
class NextStep:
    """`title` answers the page. `what` comes next, `why` in a sentence.

    `waits`: names of those it waits for, the reader first as "vous". `button` does it, or
    `forward`, the step that who coordinates makes. `call`: a name and its telephone, "" where none
    is known.
    """

    title: str
    what: str
    waits: Sequence[str] = ()
    button: tuple[str, str] | None = None
    forward: tuple[Phase, str] | None = None
    call: tuple[str, str] | None = None
    why: str = ""

    @property
    def waits_for(self) -> str:
        """ "Pierre et Chaux, Rives et Sentiers et trois autres", the reader left out."""
        names = [name for name in self.waits if name != "vous"]
        if more := len(names[MOST_NAMED:]):
            names = [*names[:MOST_NAMED], f"{french.in_letters(more)} autre{'s' * (more > 1)}"]
        return french.series(names)


def next_step(
    access: AllianceAccess,
    state: State,
    missing: Sequence[Obstacle],
    rows: Sequence[AllianceParty],
    papers: Papers | None,
) -> NextStep:
    """What one reader reads. `missing`: what stands before the next step; `papers`: what documents
    lack, while they are prepared."""
    alliance, phase, terms = access.alliance, state.phase, state.terms
    if phase not in READY:
        return _after(access, state, missing)
    missing = [each for each in missing if each != NO_RECEIPT]
    asked = [row for row in rows if row.state == AllianceParty.State.INVITED]
    words = in_words(
        _counted(state, missing, rows),
        invitations=sum(row.state == AllianceParty.State.PROPOSED for row in rows),
        answers=len(asked),
        papers=papers,
    )
    title = f"Il manque {words}" if words else READY[phase]
    lead = "vous" if access.coordinates else alliance.coordinator_name
    own = _own_gesture(access, state)
    waiting, what = _awaited(missing, terms)
    fix = next((each for each in missing if each.place in FIXES and not each.party), None)
    if own is not None:
        others = [each.key for each in rows if each.key in waiting and each.key not in own[1]]
        waits = ["vous", *(access.called[key] for key in others)]
        return NextStep(
            title,
            own[0].what[0].lower() + own[0].what[1:],
            waits,
            (own[0].verb, own[0].url),
            call=_call(access, rows, others),
        )
    if phase is Phase.TALKING and (missing or asked):
        return _answers_step(access, title, lead, rows, is_short=bool(missing))
    if fix is not None:
        return _fix_step(access, title, lead, fix)
    if waiting:
        waits = [access.called[key] for key in waiting]
        return NextStep(title, what, waits, call=_call(access, rows, waiting))
    if papers is not None and not papers.is_whole:
        return _papers_step(access, title, rows, papers)
    if phase is Phase.DOCUMENTS:
        # Nothing lacks: whoever speaks for the candidate files.
        if not may_file(access):
            speaker = access.called.get(terms.speaker or "", lead)
            return NextStep(title, "déposer l’offre", [speaker])
        url = reverse("alliances:filing", args=[alliance.pk])
        return NextStep(title, "déposer l’offre", ["vous"], ("Déposer l’offre", url))
    to, button_words = FORWARD[phase]
    return NextStep(
        title,
        terms.arrangement.phase_label(to),
        [lead],
        forward=(to, _forward_words(to, button_words, terms)) if access.coordinates else None,
        call=_lead_call(access),
    )


def _counted(
    state: State, missing: Sequence[Obstacle], rows: Sequence[AllianceParty]
) -> list[Obstacle]:
    """What a title counts beside invitations and answers, so that it says what each row says."""
    inside = {row.key for row in rows if row.state == AllianceParty.State.INTERESTED}
    is_asking = len(inside) < len(rows)
    # Of whoever has not answered, only the answer: the rest comes after it.
    found = [each for each in missing if not each.party or each.party in inside]
    if state.phase is not Phase.TALKING or not is_asking:
        return found
    # How many have to say yes is told by how many have not answered.
    places = (party.key for party in state.terms.parties if party.key not in state.accepted)
    return [Obstacle("", party=key) for key in places if key in inside]


def _answers_step(
    access: AllianceAccess,
    title: str,
    lead: str,
    rows: Sequence[AllianceParty],
    *,
    is_short: bool,
) -> NextStep:
    """While the team is gathered: who is to be invited, then who has not answered.

    `is_short`: something else stands before the split.
    """
    asked = [row.key for row in rows if row.state == AllianceParty.State.INVITED]
    to_ask = any(row.state == AllianceParty.State.PROPOSED for row in rows)
    if asked and not (to_ask and access.coordinates):
        return NextStep(
            title,
            "dire oui ou non",
            [access.called[key] for key in asked],
            call=_call(access, rows, asked),
            forward=None if is_short or not access.coordinates else FORWARD[Phase.TALKING],
        )
    route, verb = (
        ("alliances:invite", "Inviter l’équipe")
        if to_ask
        else ("alliances:add_party", "Ajouter une structure")
    )
    button = (verb, reverse(route, args=[access.alliance.pk])) if access.coordinates else None
    return NextStep(title, "inviter l’équipe", [lead], button, call=_lead_call(access))


def _fix_step(access: AllianceAccess, title: str, lead: str, fix: Obstacle) -> NextStep:
    """What whoever coordinates settles first."""
    done, verb = FIXES[fix.place]
    url = reverse(SETTLED[fix.place], args=[access.alliance.pk]) if fix.place else ""
    button = (verb, url) if access.coordinates else None
    why = fix.text if fix.place is Place.TABLE else ""
    return NextStep(title, done, [lead], button, call=_lead_call(access), why=why)


def _after(access: AllianceAccess, state: State, missing: Sequence[Obstacle]) -> NextStep:
    button: tuple[str, str] | None
    phase, pk = state.phase, access.alliance.pk
    title, what, verb = AFTER[phase]
    why = ""
    if phase is Phase.DELIVERY and (lines := state.terms.lines):
        first, end = min(each.first_month for each in lines), max(each.end_month for each in lines)
        why = f"Le travail va {months.span(first, end - first)}."
    if phase is Phase.WON and any(each.party in access.own_keys for each in missing):
        # What the buyer accepted meanwhile is agreed on and approved like the rest.
        button = ("Suivre les retraits", reverse("alliances:withdrawals", args=[pk]))
        return NextStep(title, "relire votre part", ["vous"], button)
    is_shown = verb and (may_file(access) or not what)
    button = (verb, reverse("alliances:result", args=[pk])) if is_shown else None
    return NextStep(title, what, button=button, why=why)


def _awaited(missing: Sequence[Obstacle], terms: Terms) -> tuple[list[str], str]:
    """Whom the first sort of gesture that lacks waits for, and what it is."""
    for sort in ("accord", "signataire", "approbation"):
        keys = [each.party for each in missing if each.party and sort_of(each) == sort]
        if keys:
            return keys, ASKED.get(sort, f"approuver {terms.arrangement.paper}")
    return [], ""


def _own_gesture(access: AllianceAccess, state: State) -> tuple[Gesture, set[str]] | None:
    """The first gesture asked of the reader's parties, and which of them have one."""
    found = [(gesture, row.key) for row in access.inside if (gesture := gesture_in(state, row))]
    return (found[0][0], {key for _, key in found}) if found else None


def _papers_step(
    access: AllianceAccess,
    title: str,
    rows: Sequence[AllianceParty],
    papers: Papers,
) -> NextStep:
    """What documents lack: the reader's own, else what who coordinates can settle, else others."""
    url = reverse("alliances:dossier", args=[access.alliance.pk])
    mine = [each for each in papers.missing if each.url]
    keys = [row.key for row in rows if papers.of(row.key) and row.key not in access.own_keys]
    waits = (["vous"] if mine else []) + [access.called[key] for key in keys]
    return NextStep(
        title,
        "compléter le dossier",
        waits or list(papers.shut),
        ("Voir ce qui manque", url),
        call=_call(access, rows, keys),
    )


def _forward_words(to: Phase, words: str, terms: Terms) -> str:
    if to is not Phase.DOCUMENTS:
        return words
    return terms.arrangement.pick(
        group=words, sole="Chacun a dit qui signe", staffed="Le candidat a dit qui signe"
    )


def _call(
    access: AllianceAccess,
    rows: Sequence[AllianceParty],
    keys: Sequence[str],
) -> tuple[str, str] | None:
    """The first of those it waits for whose name the reader reads; one with a telephone before."""
    found = [
        (access.called[row.key], row.structure.phone)
        for row in rows
        if row.key in keys and access.names(row) and not access.speaks_for(row)
    ]
    return next((each for each in found if each[1]), found[0] if found else None)


def _lead_call(access: AllianceAccess) -> tuple[str, str] | None:
    structure = access.alliance.structure
    if access.coordinates or structure is None:
        return None
    return structure.shown_name, structure.phone
