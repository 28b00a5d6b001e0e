"""The facts of an alliance as the rules of law take them."""
