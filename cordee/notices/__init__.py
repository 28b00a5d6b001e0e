"""Reading the outside world: files of contract notices become `Notice`. Pure."""
