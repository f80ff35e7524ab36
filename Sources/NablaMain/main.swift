import ArgumentParser
import NablaCommands

NablaCommand.main()
