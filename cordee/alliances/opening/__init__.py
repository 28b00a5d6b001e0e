"""An alliance is opened: from a kept team, a campaign, an earlier team, or from nothing."""
