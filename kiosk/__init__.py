"""What the customer touches: the kiosk's page, the phone's page, and the program on the device."""
