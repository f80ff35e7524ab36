// The command line; everything is in NablaCommands.
