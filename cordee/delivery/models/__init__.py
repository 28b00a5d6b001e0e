from cordee.delivery.models.award_letters import AwardLetter, LetterName
from cordee.delivery.models.calendar import OpenSite, SiteEvent
from cordee.delivery.models.contracts import Delivery, DeliveryLot, Partner, Share
from cordee.delivery.models.hours import ExportColumns, HourProof, MonthlyHours
from cordee.delivery.models.money import MoneyKind, MoneyLine
from cordee.delivery.models.plans import HoursPlan
