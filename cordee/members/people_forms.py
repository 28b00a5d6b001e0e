"""Forms about people: inviting, looking for one's structure, asking, refusing."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from cordee.accounts.forms import NewPersonForm
from cordee.base.ui.fields import LongTextField, RadioField
from cordee.members.claim_forms import CommuneField, TradesForm
from cordee.members.models import Department, JoinRequest, Network, Programme, Region, Structure
from cordee.members.roles import ROLES, Role
from cordee.rules.kinds import Kind
from cordee.rules.siret import is_valid_siret


def upper_first(label: str) -> str:
    return label[:1].upper() + label[1:]


class InviteForm(forms.Form):
    """An address and a role of this team; a territory where the role may be narrowed."""

    address = forms.EmailField(
        label="Son adresse électronique",
        help_text="L’invitation part à cette adresse, et n’ouvre qu’un compte à cette adresse.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = RadioField(label="Son rôle")
    region = forms.ModelChoiceField(
        Region.objects.all(),
        label="Sa région",
        required=False,
        empty_label="Toutes les régions",
        help_text="Pour un·e délégué·e : laissez vide si tout le réseau est son territoire.",
    )
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label="Son département",
        required=False,
        empty_label="Tous les départements",
    )

    def __init__(
        self,
        *args: Any,
        roles: tuple[Role, ...],
        scope: Structure | Network | Programme,
        departments: frozenset[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`departments`: the territory in which a delegate invites; None is everywhere."""
        super().__init__(*args, **kwargs)
        self.scope = scope
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, upper_first(role.label)) for role in roles]
        if len(roles) == 1:
            field.initial = roles[0].value
        if not isinstance(scope, Network):
            del self.fields["region"], self.fields["department"]
            return
        region, place = [cast(Any, self.fields[name]) for name in ("region", "department")]
        placed = [role.label for role in roles if ROLES[role].names_place or role == Role.DELEGATE]
        place.help_text = f"Pour\u00a0: {', '.join(placed)}."
        if departments is not None:
            beyond = Department.objects.exclude(code__in=departments)
            place.queryset = Department.objects.filter(code__in=departments)
            region.queryset = Region.objects.exclude(pk__in=beyond.values("region"))
        if Role.DELEGATE not in roles:
            region.help_text, region.empty_label, place.empty_label = "", "Choisissez", "Choisissez"

    @property
    def chosen_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean(self) -> None:
        data = self.cleaned_data
        needs_place = ROLES[data["role"]].names_place if data.get("role") else False
        if needs_place and not (data.get("department") or data.get("region")):
            self.add_error("department", "Dites où : ce rôle se tient dans un territoire.")

    def scope_values(self) -> dict[str, Any]:
        """Where the seat holds. Around a network (a buyer), in its place and not in the network."""
        place = {
            "region": self.cleaned_data.get("region"),
            "department": self.cleaned_data.get("department"),
        }
        match self.scope:
            case Structure():
                return {"structure": self.scope}
            case Programme():
                return {"programme": self.scope}
        if self.chosen_role == Role.NETWORK_STAFF:
            return {"network": self.scope}
        if self.chosen_role == Role.DELEGATE:
            return {"network": self.scope, **place}
        return place


class FindForm(forms.Form):
    """A structure by the name that it bears and the place where it works."""

    nom = forms.CharField(label="Le nom de votre structure", max_length=100)
    commune = CommuneField(
        label="Sa commune", help_text="Ou son code postal.", required=False, max_length=100
    )


class SiretField(forms.CharField):
    """Fourteen digits, spaces tolerated, checked by their key."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        typed = "".join(c for c in super().clean(value) if not c.isspace() and c not in ".-")
        if not typed and not self.required:
            return ""
        if not typed.isascii() or not typed.isdigit():
            raise ValidationError("Écrivez seulement des chiffres.")
        if len(typed) != 14:
            raise ValidationError(f"Un SIRET a 14 chiffres\u202f; vous en avez écrit {len(typed)}.")
        # Some lists hold numbers that fail the key: their sheets must not be shut to their people.
        if not is_valid_siret(typed) and not Structure.objects.filter(siret=typed).exists():
            raise ValidationError(
                "Un chiffre est faux\u00a0: relisez le numéro. Sa clé ne tombe pas."
            )
        return typed


class SiretForm(forms.Form):
    siret = SiretField(
        label="Le SIRET de votre structure",
        help_text="Quatorze chiffres. Il est sur vos factures et vos fiches de paie.",
    )


class JoinForm(forms.Form):
    """For which role; a company is directed, and has neither supervisors nor counsellors."""

    role = RadioField(
        label="Votre rôle dans la structure",
        choices=[(r.value, upper_first(r.label)) for r in JoinRequest.ROLES],
    )
    message = LongTextField(
        label="Un mot pour qui vous répondra",
        required=False,
        max_length=1000,
        help_text="Par exemple : depuis quand vous y travaillez, et qui peut le dire.",
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Kind.ENTREPRISE:
            role: Any = self.fields["role"]
            role.choices = [(Role.DIRECTOR.value, upper_first(Role.DIRECTOR.label))]
            role.initial = Role.DIRECTOR.value
            role.widget = forms.HiddenInput()


class RefusalForm(forms.Form):
    reason = LongTextField(
        label="Pourquoi ?",
        max_length=1000,
        help_text="Une phrase suffit. La personne la lira.",
        rows=2,
    )


class BeginForm(TradesForm):
    """The first question of a sheet, and an address; the name where the directory has none."""

    nom = forms.CharField(label="Le nom de votre structure", max_length=200)
    commune = CommuneField(label="Sa commune", help_text="Ou son code postal.", max_length=100)
    courriel = forms.EmailField(
        label="Votre adresse électronique",
        help_text="Un lien y part\u00a0: il garde vos réponses trente jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, known={}, **kwargs)
        if is_known:
            del self.fields["nom"], self.fields["commune"]

    def clean_nom(self) -> str:
        """A name alone: it leaves by mail to an address that may be anybody's."""
        name: str = self.cleaned_data["nom"]
        if "://" in name or "www." in name.lower():
            raise ValidationError("Écrivez le nom seul, sans adresse de site.")
        return name

    def clean(self) -> None:
        """Nothing ticked: she does not know yet, which is an answer."""


class BegunForm(SiretForm, NewPersonForm):
    """What lacks: a name and a password without an account, a SIRET where none is known."""

    kind = forms.ChoiceField(label="Son statut (ACI, EI…)", choices=Kind.choices())
    field_order = ("siret", "kind", "display_name", "password")

    def __init__(self, *args: Any, has_account: bool, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ("siret", "kind") if is_known else ()
        for name in (*known, *(("display_name", "password") if has_account else ())):
            del self.fields[name]
