from cordee.delivery.models.contracts import Delivery, DeliveryLot, Partner, Share
from cordee.delivery.models.hours import HourProof, MonthlyHours
from cordee.delivery.models.money import MoneyKind, MoneyLine

__all__ = [
    "Delivery",
    "DeliveryLot",
    "HourProof",
    "MoneyKind",
    "MoneyLine",
    "MonthlyHours",
    "Partner",
    "Share",
]
