from django.urls import path

from cordee.base.found import kept
from cordee.skills.badges import views as badges
from cordee.skills.certification import views as certification
from cordee.skills.frameworks import views as frameworks
from cordee.skills.languages import views as languages
from cordee.skills.learners import views as learners
from cordee.skills.training import views as training
from cordee.skills.week import views as week

app_name = "skills"
ONE = "<int:pk>/apprendre/referentiel/<slug:code>/"
COURSE = "<int:pk>/apprendre/afest/<int:key>/"
EVENT = f"{COURSE}<slug:step>/<int:event>/"
CQP = "<int:pk>/apprendre/cqp/"
ROW = f"{CQP}<slug:sort>/<int:key>/"
PERSON = "<int:pk>/apprendre/personnes/<int:key>/"
BADGE = f"{PERSON}attestation/<int:badge>/"

urlpatterns = [
    path("<int:pk>/apprendre/", learners.home, name="home"),
    path("<int:pk>/apprendre/semaine/", week.week, name="week"),
    path("<int:pk>/apprendre/semaine/changer/", week.change, name="change_week"),
    path("<int:pk>/apprendre/personnes/noter/", learners.edit_learner, name="add_learner"),
    path(PERSON, learners.learner, name="learner"),
    path(f"{PERSON}corriger/", learners.edit_learner, name="edit_learner"),
    path(f"{PERSON}carte/", learners.print_card, name="print_card"),
    path(f"{PERSON}noter/", learners.observe, name="observe"),
    *kept(f"{PERSON}observations/<int:observation>/", learners.keep_observation, "observation"),
    path(f"{PERSON}emporter/", learners.take_away, name="take_away"),
    path(f"{PERSON}effacer/", learners.erase_learner, name="erase_learner"),
    path(f"{PERSON}attestation/", badges.issue, name="issue_badge"),
    path(BADGE, badges.badge, name="badge"),
    *kept(BADGE, badges.keep, "badge"),
    path("<int:pk>/apprendre/referentiels/", frameworks.frameworks, name="frameworks"),
    path("<int:pk>/apprendre/referentiels/lire/", frameworks.from_file, name="add_framework"),
    *kept("<int:pk>/apprendre/referentiels/<int:key>/", frameworks.keep, "framework"),
    path(ONE, frameworks.framework, name="framework"),
    path(f"{ONE}fichier.csv", frameworks.as_file, name="framework_file"),
    path(f"{ONE}lire/", frameworks.from_file, name="change_framework"),
    path(f"{ONE}<slug:competence>/changer/", frameworks.competence, name="competence"),
    path("<int:pk>/apprendre/langues/", languages.languages, name="languages"),
    path("<int:pk>/apprendre/langues/<slug:language>/", languages.language, name="language"),
    path("<int:pk>/apprendre/langues/<slug:language>/son/", languages.record, name="record"),
    path("<int:pk>/apprendre/sons/<int:key>/", languages.recording, name="recording"),
    *kept("<int:pk>/apprendre/sons/<int:key>/", languages.keep, "recording"),
    path("situations/<int:opportunity>/", frameworks.situations, name="situations"),
    path("<int:pk>/apprendre/afest/", training.courses, name="courses"),
    path("<int:pk>/apprendre/afest/ouvrir/", training.add_course, name="add_course"),
    path(COURSE, training.course, name="course"),
    path(f"{COURSE}dossier/", training.course_file, name="course_file"),
    path(f"{COURSE}<slug:step>/", training.step, name="course_step"),
    path(EVENT, training.step, name="course_event"),
    *kept(EVENT, training.keep, "event"),
    path(CQP, certification.cohorts, name="cohorts"),
    path(f"{CQP}groupe/<int:key>/", certification.cohort, name="cohort"),
    path(f"{CQP}candidature/<int:key>/", certification.candidate, name="candidate"),
    path(f"{CQP}candidature/<int:key>/dossier/", certification.file, name="candidate_file"),
    path(f"{CQP}<slug:sort>/noter/", certification.edit, name="add_cqp"),
    path(f"{ROW}corriger/", certification.edit, name="edit_cqp"),
    *kept(ROW, certification.keep, "cqp"),
]
