"""Practice shared: sheets and monographs, what became of them, commissions, self-positioning."""
