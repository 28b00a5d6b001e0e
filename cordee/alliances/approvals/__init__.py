"""Who signs, who approves the common text, and the proof of it."""
