"""Builds and deploys the application and the web page, to the emulator and for `sam local`."""
