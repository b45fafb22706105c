"""Build the application and the web page, and deploy them to the emulator and for `sam local`."""
