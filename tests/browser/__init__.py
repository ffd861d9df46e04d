"""The screens in a real Chromium, as the people in the branch meet them."""
