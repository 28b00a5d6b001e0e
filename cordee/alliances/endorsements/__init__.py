"""Who would work again with whom."""
