"""« Relance d’attribution »: who just won a contract with a clause, and a letter to them."""
