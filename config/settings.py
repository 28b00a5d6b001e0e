"""Settings, read from the environment by strict helpers: a wrong value fails at start.

Every variable is listed in docs/settings.md (a test keeps the two in step).
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from config.environment import (
    env_address,
    env_bool,
    env_contact,
    env_folder,
    env_int,
    env_list,
    env_secret,
    env_text,
    env_told,
    mailer,
    postgres_settings,
    site_address,
)

BASE_DIR = Path(__file__).resolve().parent.parent

# All state (database, files, keys, mail) lies under one folder, so that one copy saves it all.
STATE_DIR = env_folder("CORDEE_STATE", BASE_DIR / "var")

DEBUG = env_bool("CORDEE_DEBUG", default=False)
SECRET_KEY = env_secret("CORDEE_SECRET_KEY", STATE_DIR / "secret_key")
ALLOWED_HOSTS = env_list("CORDEE_HOSTS", "localhost 127.0.0.1 [::1]")
HTTPS = env_bool("CORDEE_HTTPS", default=False)
# Where the web server that `go` starts listens.
BIND_ADDRESS = env_address("CORDEE_BIND", "127.0.0.1")
# Demo pages (who is who, the mail box) exist only where the fictional world is served.
DEMO = env_bool("CORDEE_DEMO", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_tasks_db",
    "cordee.base",
    "cordee.accounts",
    "cordee.members",
    "cordee.opportunities",
    "cordee.economics",
    "cordee.skills",
    "cordee.mobilisation",
    "cordee.composing",
    "cordee.alliances",
    "cordee.delivery",
    "cordee.bridge",
    "cordee.practices",
    "demo",
    # After our own, whose templates replace theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "cordee.base.machine_routes.HealthFirst",
    # Early, so that what a later one refuses carries the policy too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cordee.base.middleware.LimitsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "cordee.base.middleware.HeadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cordee.accounts.middleware.LoginWallMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cordee.accounts.middleware.DevicesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cordee.accounts.second_factor.SecondFactorMiddleware",
]

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    # Bootstrap draws the arrows of its selects as data: images.
    "img-src": [CSP.SELF, "data:"],
    "media-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "cordee" / "base" / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cordee.base.ui.navigation.site",
                "cordee.accounts.operator_views.context",
                "cordee.members.acting.context",
            ],
            "builtins": ["cordee.base.ui.templatetags.filters", "cordee.base.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "cordee.base.ui.forms.Renderer"

DATABASES = {
    "default": postgres_settings("CORDEE_DATABASE_URL")
    or {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": STATE_DIR / "cordee.sqlite3",
        "OPTIONS": {
            # DEFERRED loses 99 % of concurrent writes to "database is locked" (measured).
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "cordee.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# In the browser that opened the account alone (allauth keeps it in the session): one step fewer.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "cordee.accounts.forms.LoginForm",
    "reset_password": "cordee.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "cordee.accounts.forms.NewPasswordForm",
    "change_password": "cordee.accounts.forms.ChangePasswordForm",
    "set_password": "cordee.accounts.forms.SetPasswordForm",
    "add_email": "cordee.accounts.forms.AddEmailForm",
    "reauthenticate": "cordee.accounts.forms.ConfirmPasswordForm",
    "signup": "cordee.accounts.forms.SignupForm",
}
# What is done to an account is told by mail: somebody else may have done it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# A password is tried five times in five minutes for an account, ten times a minute from a place.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "10/m/ip",
    "reset_password": "10/m/ip,3/m/key",
    "reset_password_from_key": "10/m/ip",
    "reauthenticate": "10/m/user",
    # Ours: mails that one person makes us write to others.
    "invite": "60/h/user",
    "ask_to_join": "20/h/user",
    "begin_sheet": "10/m/ip,3/h/key",
}
# What one person may ask: (how many, in how many seconds). "ask": of the API, all keys together;
# "compute": searches and rankings, by keys and pages; "visit": of the public trial, by address.
API_LIMITS = {
    **{"ask": (120, 60), "compute": (60, 3_600), "visit": (120, 60)},
    # Sendings to many directors, each read over.
    "invite": (20, 3_600),
    # Pages behind the card of somebody who learns, by address: ten people may share one.
    "card": (240, 600),
}
# Searches that may wait for the queue; one more is refused rather than left to wait for hours.
MOST_WAITING_JOBS = env_int("CORDEE_MOST_WAITING_JOBS", 200)
# Larger bodies are refused before they are read (cordee/base/limits.py); this holds what is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
MFA_ADAPTER = "cordee.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers allow passkeys on https and on localhost only; fido2 alone would refuse localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# The clock of a telephone may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "cordee.accounts.forms.AuthenticateForm",
    "reauthenticate": "cordee.accounts.forms.ConfirmCodeForm",
    "activate_totp": "cordee.accounts.forms.ActivateTotpForm",
    "add_webauthn": "cordee.accounts.forms.AddKeyForm",
    "edit_webauthn": "cordee.accounts.forms.RenameKeyForm",
}
# Whoever acts for a network proves twice that it is her. The people of a demo are invented.
SECOND_FACTOR = env_bool("CORDEE_SECOND_FACTOR", default=not DEMO)
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today:today"
LOGOUT_REDIRECT_URL = "home"

# Shared by all web processes of the machine, so that trials of passwords are counted once.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": STATE_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
# Behind the proxy that holds the certificate, the address of a visitor is what it says.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0

LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns where it is missing
STATICFILES_FINDERS = [
    "cordee.base.ui.finders.FileFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATICFILES_DIRS = [BASE_DIR / "cordee" / "base" / "ui" / "static"]
# Served straight from the packages: no collectstatic step in the two-command set-up.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Asked for at the root by name: robots.txt, favicon.ico.
WHITENOISE_ROOT = BASE_DIR / "cordee" / "base" / "ui" / "root"

# Live sources: where they are and how they are asked, in seconds and bytes (docs/sources.md).
SOURCES_ADDRESSES = {
    "boamp": env_text(
        "CORDEE_BOAMP_URL",
        "https://boamp-datadila.opendatasoft.com/api/explore/v2.1/catalog/datasets/boamp/records",
    ),
    "ted": env_text("CORDEE_TED_URL", "https://api.ted.europa.eu/v3/notices/search"),
    "ted_notice": env_text("CORDEE_TED_NOTICE_URL", "https://ted.europa.eu/fr/notice/{id}/xml"),
    "decp": env_text(
        "CORDEE_DECP_URL",
        "https://www.data.gouv.fr/api/1/datasets/"
        "donnees-essentielles-de-la-commande-publique-fichiers-consolides/",
    ),
}
SOURCES_MANNERS = {
    "interval": env_int("CORDEE_SOURCES_INTERVAL_MS", 1000) / 1000,
    "attempts": 5,
}
SOURCES_LIMITS = {
    "connect": 10.0,
    "read": 30.0,
    "total": 120.0,
    "max_bytes": 50_000_000,
}

# A mail server that hangs, or a list of 100,000 lines, holds no composition behind it.
TASK_QUEUES = ["default", "imports", "mail"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": TASK_QUEUES}}

MAILERS = {"default": mailer(STATE_DIR / "courrier")}
# The register of companies, asked whether structures still exist; unset: never asked.
SIRENE_URL = env_text("CORDEE_SIRENE_URL", "")

# The class of a signature service, as a dotted path (docs/signatures.md); unset: none, said so.
SIGNATURE_SERVICE = env_text("CORDEE_SIGNATURE_SERVICE", "")

DEFAULT_FROM_EMAIL = env_text("CORDEE_MAIL_FROM", "Cordée <cordee@localhost>")
# What follows the @ of our Message-IDs.
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rstrip(">").rpartition("@")[2]
# Who tells us that a mail came back proves it with this; unset, nobody may.
MAIL_RETURNS_SECRET = env_text("CORDEE_MAIL_RETURNS_SECRET", "")
# Where answers to conversations come in; unset, they are given in the application only.
MAIL_REPLY_DOMAIN = env_text("CORDEE_MAIL_REPLY_DOMAIN", "").strip().lower()
# RULE-34: how long a conversation is kept after its last message.
KEEP_CONVERSATION_MONTHS = env_int("CORDEE_KEEP_CONVERSATION_MONTHS", 36)
# RULE-34: how long the texts of mails and the everyday lines of the journal are kept.
KEEP_MAIL_MONTHS = env_int("CORDEE_KEEP_MAIL_MONTHS", 12)
KEEP_JOURNAL_MONTHS = env_int("CORDEE_KEEP_JOURNAL_MONTHS", 12)
# What links in mails and feeds begin with.
SITE_ADDRESS = site_address("CORDEE_SITE", hosts=ALLOWED_HOSTS, bind=BIND_ADDRESS, https=HTTPS)
# Whom to tell of a fault of security (/.well-known/security.txt); unset: nobody.
CONTACT = env_contact("CORDEE_CONTACT")

# What the legal notice and « Vos données » say of whoever runs this installation.
PUBLISHER = env_told(
    "CORDEE_PUBLISHER", "Réseau du Val, association, 1 place du Marché, 00000 Val", required=HTTPS
)
PUBLICATION_DIRECTOR = env_told(
    "CORDEE_PUBLICATION_DIRECTOR", "Alix Val, présidente", required=HTTPS
)
HOSTED_BY = env_told(
    "CORDEE_HOSTED_BY", "Hébergeur, 1 rue du Quai, 00000 Val, 01 00 00 00 00", required=HTTPS
)
DATA_CONTACT = env_told("CORDEE_DATA_CONTACT", "donnees@exemple.fr", required=HTTPS)
DATA_GROUND = env_told(
    "CORDEE_DATA_GROUND", "l’intérêt légitime de nos membres à répondre ensemble", required=HTTPS
)


SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
# Whoever comes without TLS is led to our name, not to the one that was asked.
SECURE_SSL_HOST = urlsplit(SITE_ADDRESS).netloc if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cordee.base.ui.errors.csrf_failure"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Seconds the web process may spend on a composition before it is handed to the queue.
COMPOSE_SYNCHRONOUS_SECONDS = env_int("CORDEE_COMPOSE_SYNCHRONOUS_SECONDS", 2)
COMPOSE_QUEUE_SECONDS = env_int("CORDEE_COMPOSE_QUEUE_SECONDS", 60)
# « Pour vous »: for one search, and for all of them in each hour of the night, from 0 to 6 o'clock.
VERDICT_SECONDS = env_int("CORDEE_VERDICT_SECONDS", 3)
VERDICT_NIGHT_SECONDS = env_int("CORDEE_VERDICT_NIGHT_SECONDS", 600)
# First mails that all networks together may send to one structure in seven days.
MOBILISATION_ASKS_PER_WEEK = env_int("CORDEE_ASKS_PER_WEEK", 3)
# Dotted path of the fictional world, kept here because cordee imports nothing of demo.
DEMO_WORLD = "demo.own_base.use_world"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A base that is away is told once, by whoever needs it; the pool would say so each second.
    "loggers": {"psycopg.pool": {"level": "ERROR"}},
}
