"""« Qui peut donner un coup de main ? » in a network: offers, requests, urgent calls to peers."""
