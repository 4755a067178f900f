import { Command, Option } from 'commander'
import { parseShareLink, type ShareLink } from '../codec/link.ts'
import { QuireError } from '../errors.ts'
import type { KeeperClient } from '../keeper/keeper-client.ts'
import { STANDARD_STREAM } from './file-input.ts'
import { writeWhole } from './file-output.ts'
import { IdleTimer } from './idle-timer.ts'
import { type CliIo, writeFully } from './io.ts'
import { type AccessOptions, openKeeper, withAccessOptions } from './keeper-access.ts'
import { printable } from '../keeper/printable.ts'
import { ProgressLine } from './progress.ts'
import { parseDurationMs } from './values.ts'

// Long enough for a search of the network and a dial through a relay, short enough for a person to wait for a “no”.
const DEFAULT_TIMEOUT_MS = 60_000

const EXAMPLES = `
The content is checked against the CID while it arrives; a file shows under its name only once all of it was right.

Examples:
  quire get zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd -o hello.txt
  quire get 'https://quire.example/#/zDvZ…?maddrs=…' -o talk.mp4
  quire get zDvZ… | tar x
`

interface GetOptions extends AccessOptions {
  readonly output?: string
  readonly timeout: number
}

/** `quire get`: fetches a dataset through a keeper. */
export function getCommand(io: CliIo): Command {
  return withAccessOptions(new Command('get'))
    .description('fetch a file by its CID or link')
    .argument('<cid>', 'CID or share link')
    .option('-o, --output <file>', 'file to write; “-” is standard output, the default in a pipe')
    .addOption(
      new Option('--timeout <duration>', 'give up when nothing came for this long')
        .argParser(parseDurationMs)
        .default(DEFAULT_TIMEOUT_MS, '60s'),
    )
    .addHelpText('after', EXAMPLES)
    .action((text: string, options: GetOptions) => getContent(text, options, io))
}

async function getContent(text: string, options: GetOptions, io: CliIo): Promise<void> {
  if (options.output === undefined && io.stdout.isTTY === true) {
    throw new QuireError('ERR_OPTION_INVALID', 'Name a file with -o, or write to the terminal with -o -.')
  }
  const link = parseShareLink(text)
  const keeper = await openKeeper(options, io)
  const idle = new IdleTimer(options.timeout, () => nothingCame(options.timeout))
  const bounded = { ...io, signal: AbortSignal.any([io.signal, idle.signal]) }
  const copyTo = (write: CopyTarget['write']): Promise<void> => copy(keeper, link, { io: bounded, idle, write })
  try {
    const path = options.output ?? STANDARD_STREAM
    if (path === STANDARD_STREAM) await copyTo((piece) => writeFully(io.stdout, piece))
    else await writeWhole(path, copyTo)
  } finally {
    idle.stop()
  }
}

interface CopyTarget {
  readonly io: CliIo
  readonly idle: IdleTimer
  readonly write: (piece: Uint8Array) => Promise<void>
}

async function copy(keeper: KeeperClient, link: ShareLink, target: CopyTarget): Promise<void> {
  const { io, idle, write } = target
  const { cid, addresses } = link
  const options = { addresses, signal: io.signal }
  const manifest = await keeper.findManifest(cid, options)
  idle.touch()
  const label = printable(manifest.filename ?? cid.toString())
  const progress = new ProgressLine(io.stderr, { label, totalBytes: manifest.datasetSizeBytes })
  const onPiece = async (piece: Uint8Array): Promise<void> => {
    await write(piece)
    idle.touch()
    progress.add(piece.byteLength)
  }
  await keeper.copyContent({ cid, manifest }, onPiece, options).finally(() => progress.end())
}

function nothingCame(timeoutMs: number): QuireError {
  return new QuireError('ERR_NO_PEER_HAS_IT', `Nobody who has it answered within ${timeoutMs / 1000} s.`)
}
