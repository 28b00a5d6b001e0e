"""Self-positioning as Entreprise Sociale Apprenante (RULE-27), and visits between structures."""
