/**
 * The command line of Quire.
 *
 *   argv + environment ─ commander ─▶ one command ─▶ exit status
 *                                       │
 *     keeper: runs a Keeper · cid: reads a file · add, get, pin, ls, rm: talk to a running keeper over its control API
 *
 * Results go to standard output, everything else to standard error: progress only on a terminal, one line for an error.
 */
import { Command, CommanderError } from 'commander'
import { type ErrorCode, isQuireError } from '../errors.ts'
import { addCommand } from './add-command.ts'
import { cidCommand } from './cid-command.ts'
import { applyEnvironment } from './env-option.ts'
import { getCommand } from './get-command.ts'
import type { CliIo } from './io.ts'
import { keeperCommand } from './keeper-command.ts'
import { listCommand } from './list-command.ts'
import { pinCommand } from './pin-command.ts'
import { removeCommand } from './remove-command.ts'
import { VERSION } from '../node/version.ts'

export type ExitStatus = 0 | 1 | 2

const SUCCESS = 0
const FAILURE = 1
const WRONG_USAGE = 2

/** Errors that say: what was typed cannot be meant. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_OPTION_INVALID',
  'ERR_CID_INVALID',
  'ERR_CID_WRONG_KIND',
  'ERR_LINK_INVALID',
])

const ABOUT = `A storage node for browsers, and its keeper.

Exit status: 0 for success, 1 for a failure, 2 for wrong usage.`

/** Runs one command; `argv` is without the program’s own name. Never rejects: an error is one line on `io.stderr`. */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  try {
    await program(io).parseAsync([...argv], { from: 'user' })
    return SUCCESS
  } catch (error) {
    // commander has written its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? SUCCESS : WRONG_USAGE
    // A reader that has seen enough (`quire ls | head -1`) needs no explanation.
    if (isBrokenPipe(error)) return FAILURE
    io.stderr.write(`quire: ${oneLine(describe(error, io.signal))}\n`)
    return isQuireError(error) && USAGE_CODES.has(error.code) ? WRONG_USAGE : FAILURE
  }
}

function program(io: CliIo): Command {
  const root = configured(new Command('quire'), io)
    .description(ABOUT)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .hook('preAction', (_root, command) => applyEnvironment(command, io.env))
  const commands = [keeperCommand, cidCommand, addCommand, getCommand, pinCommand, listCommand, removeCommand]
  for (const make of commands) root.addCommand(configured(make(io), io))
  return root
}

function configured(command: Command, io: CliIo): Command {
  return command.exitOverride().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    outputError: (text, write) => write(`quire: ${oneLine(text.replace(/^error: /, ''))}\n`),
  })
}

function describe(error: unknown, signal: AbortSignal): string {
  if (signal.aborted && error === signal.reason) return 'Stopped before the end; nothing half-made was left.'
  if (isQuireError(error)) return `${error.message} ${error.advice}`
  return error instanceof Error ? error.message : String(error)
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
