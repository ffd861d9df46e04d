"""What this kiosk has done, on its own disk, before anybody is told: the device's only SQL."""
