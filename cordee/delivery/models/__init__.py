from cordee.delivery.models.contracts import Delivery, DeliveryLot, Partner, Share
from cordee.delivery.models.hours import HourProof, MonthlyHours

__all__ = ["Delivery", "DeliveryLot", "HourProof", "MonthlyHours", "Partner", "Share"]
