"""What the lobby sees and hears: the display's page, and the program on the device."""
