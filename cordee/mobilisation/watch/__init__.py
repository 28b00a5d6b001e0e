"""What the home of a network says of contracts: what closes, who is silent, where nobody goes."""
