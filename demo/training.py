"""What two people learn at the Jardins: a course that lacks two things, one that is whole, and an
attestation; a group whose jury decided, another that prepares the CQP.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from cordee.accounts.models import User
from cordee.members.actions.sharing import grant_sharing
from cordee.members.models import Network, SharingAgreement, Structure
from cordee.rules.clock import PARIS
from cordee.skills.badges.actions import issue
from cordee.skills.certification.actions import write
from cordee.skills.frameworks.values import ours
from cordee.skills.languages.actions import write_translations
from cordee.skills.languages.sentences import flat, sentences_of
from cordee.skills.learners.actions import write_learner
from cordee.skills.models import (
    Candidate,
    Cohort,
    Course,
    Enactment,
    Evaluation,
    JuryMinutes,
    Learner,
    Observation,
    ReflexiveSequence,
)
from cordee.skills.training.actions import write_course, write_event
from demo.people import DELEGATION, DOMAIN, JARDINS, NATIONAL

FRAMEWORK = "espaces-verts"
TRAINER = f"encadrant@{DOMAIN}"
ENGLISH = {
    "Ce que je sais faire": "What I can do",
    "Je sais": "I can do it",
    "J’apprends": "I am learning",
    "Pas encore vu": "Not seen yet",
    "Pas d’accord": "I disagree",
    "Fermer": "Close",
    "Imprimer": "Print",
    "On ne peut pas vous punir avec ça. Ça ne décide pas de votre contrat.": (
        "You cannot be punished with this. It does not decide about your contract."
    ),
    "Préparer mon poste": "Getting ready to work",
    "Je fais le plein moteur arrêté, et je vérifie l’huile.": (
        "I fill the tank with the engine off, and I check the oil."
    ),
    "Je prends les outils de la liste, et je dis ce qui manque.": (
        "I take the tools on the list, and I say what is missing."
    ),
    "Je mets mes gants, mes chaussures, mes lunettes et mon casque antibruit.": (
        "I put on my gloves, my shoes, my glasses and my ear defenders."
    ),
}


@transaction.atomic
def load_training(day: date) -> None:
    """Once; nothing where the supervisor of the Jardins is not there."""
    by = User.objects.filter(email=TRAINER).first()
    gardens = Structure.objects.filter(siret=JARDINS[0], kind=JARDINS[1]).first()
    if by is None or gardens is None or gardens.learners.exists():
        return
    since = day - timedelta(days=30)
    hana, ilan = (
        write_learner(learner=Learner(structure=gardens, pseudonym=name, came_on=since), by=by)
        for name in ("Hana", "Ilan")
    )
    whole = _course(
        hana,
        "Tondre et débroussailler",
        "Préparer la zone, régler la machine, travailler par bandes, ranger.",
        ("ev-square", "ev-talus"),
        since,
        by,
    )
    works = [_work(whole, since + timedelta(days=days), by) for days in (2, 9)]
    for work in works:
        _look_back(work, by)
    evaluation = Evaluation(
        course=whole,
        kind=Evaluation.Kind.FINAL,
        on=since + timedelta(days=16),
        evaluator=str(by),
        result="Tond droit et seule sur terrain plat. Reste à apprendre\u00a0: les pentes.",
    )
    write_event(course=whole, row=evaluation, by=by)
    # No time apart from the work yet, and nothing evaluated.
    begun = _course(
        ilan,
        "Planter et tailler",
        "Préparer le sol, placer les plants, tailler droit, nettoyer ses outils.",
        ("ev-massif", "ev-haie"),
        since,
        by,
    )
    _work(begun, since + timedelta(days=21), by)
    _observations(hana, since, by)
    signed_at = datetime.combine(day - timedelta(days=3), time(16), tzinfo=PARIS)
    acquired = hana.observations.filter(level=Observation.Level.ACQUIRED)
    issue(hana, acquired[0].competence, by=by, now=signed_at)
    _certification(gardens, hana, ilan, day, by)
    _english(gardens, by)
    _opened_numbers(gardens, since, day)


def _english(gardens: Structure, by: User) -> None:
    """A handful: the rest waits for somebody who speaks the language."""
    sentences = flat(sentences_of(gardens))
    words = {code: ENGLISH[said] for code, said in sentences.items() if said in ENGLISH}
    write_translations(structure=gardens, language="en", sentences=sentences, words=words, by=by)


def _course(
    learner: Learner,
    title: str,
    analysis: str,
    situations: tuple[str, ...],
    since: date,
    by: User,
) -> Course:
    course = Course(
        learner=learner,
        framework=FRAMEWORK,
        title=title,
        need=f"Savoir {title.lower()} sans aide, sur un chantier connu.",
        need_on=since,
        analysis=analysis,
        analysis_on=since,
        trainer=by,
        trainer_named_on=since,
        protocol_on=since + timedelta(days=1),
    )
    known = {each.code: each.title for each in ours()[FRAMEWORK].situations}
    chosen = {
        code: (known[code], since + timedelta(days=2 + 7 * n)) for n, code in enumerate(situations)
    }
    return write_course(course=course, fields=(), chosen=chosen, by=by)


def _work(course: Course, on: date, by: User) -> Enactment:
    situation = course.situations.order_by("pk")[course.enactments.count()]
    row = Enactment(
        course=course,
        code=situation.code,
        title=situation.title,
        starts_at=datetime.combine(on, time(8, 30), tzinfo=PARIS),
        minutes=150,
    )
    write_event(course=course, row=row, by=by)
    return row


def _look_back(work: Enactment, by: User) -> None:
    row = ReflexiveSequence(
        structure=work.course.learner.structure,
        starts_at=work.starts_at + timedelta(hours=3),
        minutes=30,
        place="Local du bourg",
        led_by=str(by),
    )
    said = {
        "gaps": "Les bandes se touchent. La hauteur de coupe a été réglée moteur chaud.",
        "decisions": "Refaire le réglage ensemble, moteur arrêté, avant la prochaine fois.",
    }
    write_event(course=work.course, row=row, by=by, parts={work.pk: said})


def _opened_numbers(gardens: Structure, since: date, day: date) -> None:
    """Four members let their networks count what is learnt, in three of them by two people."""
    for network in Network.objects.filter(slug__in=(NATIONAL, DELEGATION)):
        members = Structure.objects.of_network(network, day).filter(kind="ACI").order_by("pk")
        others = members.filter(department=gardens.department_id).exclude(pk=gardens.pk)[:3]
        for structure in (gardens, *others):
            grant_sharing(
                structure=structure,
                network=network,
                figure_class=SharingAgreement.FigureClass.LEARNING,
                may_see=True,
                may_compose=False,
                by=None,
                on=since,
            )
            for name in () if structure.learners.count() > 1 else ("Amal", "Joris"):
                row = Learner(structure=structure, pseudonym=name, came_on=since)
                row.save()
                _observations(row, since, None)


def _observations(learner: Learner, since: date, by: User | None) -> None:
    framework = ours()[FRAMEWORK]
    levels = (Observation.Level.ACQUIRED, Observation.Level.ACQUIRED, Observation.Level.IN_PROGRESS)
    criteria = list(framework.criteria.items())[: len(levels)]
    for n, ((code, (competence, criterion)), level) in enumerate(
        zip(criteria, levels, strict=True)
    ):
        Observation.objects.create(
            learner=learner,
            framework=FRAMEWORK,
            criterion=code,
            competence=competence.name,
            sentence=criterion.sentence,
            level=level,
            seen_on=since + timedelta(days=2 + n),
            seen_by=by,
            seen_by_name=str(by or "Qui encadre"),
        )


def _certification(gardens: Structure, hana: Learner, ilan: Learner, day: date, by: User) -> None:
    """Hana passed two units of four, and prepares the others with Ilan."""
    first, second = (
        write(
            row=Cohort(structure=gardens, name=name, starts_on=starts_on, jury_on=jury_on, **more),
            owner=gardens,
            learners=learners,
            by=by,
        )
        for name, starts_on, jury_on, learners, more in (
            (
                "Groupe d’automne",
                day - timedelta(days=29),
                day - timedelta(days=6),
                [hana],
                {
                    "agreed": "yes",
                    "agreed_reference": "Courrier 112",
                    "agreed_on": day - timedelta(days=90),
                },
            ),
            (
                "Groupe de printemps",
                day - timedelta(days=5),
                day + timedelta(days=150),
                [hana, ilan],
                {},
            ),
        )
    )
    passed = Candidate.objects.get(cohort=first)
    for row, trial_on in ((passed, day - timedelta(days=8)), (second.candidates.last(), None)):
        if row is not None:
            row.knows_alphabet = row.understands_french = "yes"
            row.trial_on = trial_on
            write(row=row, owner=gardens, by=by)
    minutes = JuryMinutes(
        candidate=passed,
        reference="PV 31",
        on=day - timedelta(days=6),
        base="acquired",
        etre="acquired",
        procedures="partial",
        metier="not",
    )
    write(row=minutes, owner=gardens, by=by)
