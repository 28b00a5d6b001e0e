"""The API itself: ninja’s, with our refusals, one entry point for every route, rows by pages."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Annotated, Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer
from pydantic import Field

from cordee.base.api import problems
from cordee.base.api.problems import Refusal, fault, faults_of
from cordee.base.limits import NotNow

# Bodies are forms, never files: what is larger is a mistake.
MOST_BYTES = 65_536
View = Callable[..., HttpResponse]
MOST_ROWS = 100
PageNumber = Annotated[int, Query(ge=1, description="Numéro de la page, à partir de 1.")]
PageSize = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Lignes par page, 100 au plus.")]


class StrictBody(Schema):
    """What every object of a body is: no field more, no number or boolean in another type.

    Addresses and headers are text, and are read as such; JSON says itself what a value is.
    """

    model_config = {"extra": "forbid", "strict": True}


class Fault(Schema):
    """Une chose qui ne convient pas."""

    field: str = Field(description="Le champ, vide si c’est toute la demande.")
    value: str | int | float | bool | None = Field(description="La valeur reçue.")
    message: str = Field(description="Ce qui ne va pas.")
    cure: str = Field(description="Comment le corriger.")


class Problem(Schema):
    """Un refus."""

    code: str = Field(description="Un mot fixe, pour les programmes.")
    message: str = Field(description="Une phrase, pour les personnes.")
    errors: list[Fault] = Field(description="Ce qui ne convient pas, champ par champ.")


# For the `response` of every route: `{200: X} | REFUSALS`.
REFUSALS: dict[Any, Any] = {frozenset({401, 403, 404, 422, 429, 503}): Problem}


class ReadableJSONRenderer(JSONRenderer):
    """JSON that people can read: accents stay accents."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Routes behind one entry point, refusals in French; no page of documentation."""

    def __init__(self, **values: Any) -> None:
        super().__init__(docs_url=None, renderer=ReadableJSONRenderer(), **values)
        self._schema: Any = None
        for kind, handler in HANDLERS.items():
            self.add_exception_handler(kind, handler)

    @property
    def urls(self) -> Any:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            assert pattern.callback is not None
            pattern.callback = entry_point(pattern.callback)
        return patterns, app_name, namespace

    def get_openapi_schema(self, **where: Any) -> Any:
        """Drawn up once: it is open to everybody, and takes as long as many pages."""
        if self._schema is None:
            self._schema = super().get_openapi_schema(**where)
        return self._schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)

    def validation_error_from_error_contexts(self, error_contexts: Any) -> ValidationError:
        """As ninja's, which leaves out the value that was received: here it is told back."""
        found = []
        for context in error_contexts:
            model = context.model
            for error in context.pydantic_validation_error.errors(include_url=False):
                place = model.__ninja_flatten_map_reverse__.get(error["loc"], error["loc"])
                found.append({**error, "loc": (model.__ninja_param_source__, *place)})
        return ValidationError(found)


# --- The entry point ----------------------------------------------------------------------------


def entry_point(view: View) -> View:
    """Every demand comes in here: its length, its answer's print, and who may keep a copy.

    `login_not_required`: ninja asks who it is itself, and answers 401 rather than with a page.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _bytes_of(request) > MOST_BYTES:
            cure = f"Envoyez au plus {MOST_BYTES // 1024} kilooctets à la fois."
            return problems.answer(413, faults=[fault("", None, "", cure)])
        answer = view(request, *args, **kwargs)
        if answer.status_code == 405:
            allowed = answer.headers["Allow"]
            cure = f"Essayez {allowed}."
            wrong = fault("", request.method, "", cure)
            answer = problems.answer(405, faults=[wrong], headers={"Allow": allowed})
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        # Kept by the program itself and asked again each time: rights may have changed.
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        if request.method == "GET" and answer.status_code == 200:
            print_ = sha256(answer.content).hexdigest()[:32]
            answer.headers["ETag"] = f'"{print_}"'
            # 304 without a body: most polls find that nothing moved.
            known = get_conditional_response(request, etag=answer.headers["ETag"], response=answer)
            answer = known or answer
        return answer

    return enter


def _bytes_of(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if str(length).isdigit() else 0


def only_what_is_read(run: View) -> View:
    """Refuse what the route does not read: a filter misspelt must not find all, nor be lost."""
    operation = run.__self__  # type: ignore[attr-defined]
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }
    reads_body = any(model.__ninja_param_source__ == "body" for model in operation.models)

    @wraps(run)
    def refuse(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Programs send an empty object where they have nothing to say.
        if not reads_body and request.body.strip() not in (b"", b"{}"):
            words, cure = "Aucun corps n’est attendu ici.", "Mettez les paramètres dans l’adresse."
            return problems.answer(422, faults=[fault("", None, words, cure)])
        if unknown := sorted(set(request.GET) - known):
            cure = f"Paramètres connus : {', '.join(sorted(known))}." if known else "Retirez-le."
            words = "Ce paramètre n’existe pas ici."
            return problems.answer(
                422, faults=[fault(name, request.GET[name], words, cure) for name in unknown]
            )
        return run(request, *args, **kwargs)

    return refuse


# --- Refusals -----------------------------------------------------------------------------------


def _refused_by_action(request: HttpRequest, error: DjangoValidationError) -> HttpResponse:
    """What an action or a constraint of the base refuses."""
    if not hasattr(error, "error_dict"):
        return problems.answer(422, faults=[fault("", None, m, "") for m in error.messages])
    messages_by_field = [
        (name, m) for name, messages in error.message_dict.items() for m in messages
    ]
    return problems.answer(422, faults=[fault(name, None, m, "") for name, m in messages_by_field])


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    # Django's own words name models; ours are sentences.
    words = str(error)
    return problems.answer(404, words if words.endswith(".") else "")


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own: a body that is no JSON, a session without its CSRF token."""
    if error.status_code == 400:
        cure = "Envoyez du JSON valable, avec l’en-tête « Content-Type: application/json »."
        return problems.answer(400, faults=[fault("", None, "", cure)])
    if error.status_code == 403:
        cure = "Depuis une page, envoyez l’en-tête X-CSRFToken ; depuis un programme, une clé."
        return problems.answer(403, faults=[fault("X-CSRFToken", None, "", cure)])
    return problems.answer(error.status_code)


HANDLERS: dict[type[Exception], Any] = {
    Refusal: lambda _, each: problems.answer(each.status, each.message, each.faults, each.headers),
    NotNow: lambda _, each: problems.answer(
        each.status, faults=[fault("", None, each.reason, str(each))], headers=each.headers
    ),
    ValidationError: lambda _, each: problems.answer(422, faults=faults_of(each.errors)),
    DjangoValidationError: _refused_by_action,
    Http404: _not_found,
    PermissionDenied: lambda _, each: problems.answer(403, str(each)),
    AuthenticationError: lambda *_: problems.answer(
        401, faults=[fault("Authorization", None, "", problems.SIGN_IN_CURE)]
    ),
    HttpError: _http_error,
}


class Paged(Schema):
    """Une page de résultats."""

    count: int = Field(description="Nombre de résultats, toutes pages comprises.")
    page: int = Field(description="Cette page.")
    pages: int = Field(description="Nombre de pages.")
    next: str | None = Field(description="Adresse de la page suivante.")
    previous: str | None = Field(description="Adresse de la page précédente.")


def page_of(
    request: HttpRequest, rows: Any, number: int, size: int
) -> tuple[list[Any], dict[str, Any]]:
    """The rows of a page, and what `Paged` says of it. Raises `Refusal` beyond the last page."""
    paginator = Paginator(rows, size)
    try:
        page = paginator.page(number)
    except EmptyPage as beyond:
        last = paginator.num_pages
        cure = f"Demandez une page de 1 à {last}."
        message = "Cette page n’existe pas."
        raise Refusal(422, message, field="page", value=number, cure=cure) from beyond
    return list(page), {
        "count": paginator.count,
        "page": number,
        "pages": paginator.num_pages,
        "next": _address(request, number + 1) if page.has_next() else None,
        "previous": _address(request, number - 1) if page.has_previous() else None,
    }


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"
