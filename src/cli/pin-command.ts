import { Command, Option } from 'commander'
import { setTimeout as pause } from 'node:timers/promises'
import { cidText, type ManifestCid } from '../codec/cid.ts'
import { parseShareLink, type ShareLink } from '../codec/link.ts'
import { QuireError } from '../errors.ts'
import type { KeeperClient } from '../keeper/keeper-client.ts'
import { IdleTimer } from './idle-timer.ts'
import { type CliIo, writeFully } from './io.ts'
import { type AccessOptions, openKeeper, withAccessOptions } from './keeper-access.ts'
import { ProgressLine } from './progress.ts'
import { parseDurationMs } from './values.ts'

const DEFAULT_TIMEOUT_MS = 60_000
const POLL_MS = 250

const EXAMPLES = `
The keeper fetches from whoever has it, over TCP from native nodes, and goes on by itself after a restart and after this
command has ended. “quire ls” shows how much is there, “quire unpin” (the same as “quire rm”) ends it and frees its space.
Prints the CID of what is there as a whole.

Examples:
  quire pin zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd
  quire pin --background 'https://quire.example/#/zDvZ…?maddrs=…'
`

interface PinOptions extends AccessOptions {
  readonly background?: boolean
  readonly timeout: number
}

/** `quire pin`: makes a keeper fetch datasets and keep them. */
export function pinCommand(io: CliIo): Command {
  return withAccessOptions(new Command('pin'))
    .description('make a keeper fetch datasets and keep them')
    .argument('<cid...>', 'CIDs or share links')
    .option('--background', 'return as soon as somebody has sent the manifest')
    .addOption(
      new Option('--timeout <duration>', 'give up waiting when nothing came for this long; the keeper goes on')
        .argParser(parseDurationMs)
        .default(DEFAULT_TIMEOUT_MS, '60s'),
    )
    .addHelpText('after', EXAMPLES)
    .action((texts: string[], options: PinOptions) => pinAll(texts, options, io))
}

async function pinAll(texts: readonly string[], options: PinOptions, io: CliIo): Promise<void> {
  // All are read before the first is asked for: a mistyped one stops the command while nothing has happened.
  const links = texts.map((text) => parseShareLink(text))
  const keeper = await openKeeper(options, io)
  for (const link of links) {
    await pinOne(keeper, { link, options }, io)
    await writeFully(io.stdout, `${cidText(link.cid)}\n`)
  }
}

async function pinOne(
  keeper: KeeperClient,
  { link, options }: { link: ShareLink; options: PinOptions },
  io: CliIo,
): Promise<void> {
  const idle = new IdleTimer(options.timeout, () => nothingCame(options.timeout))
  const signal = AbortSignal.any([io.signal, idle.signal])
  try {
    const { sizeBytes } = await keeper.pin(link.cid, { addresses: link.addresses, signal })
    idle.touch()
    if (options.background === true) return
    const line = new ProgressLine(io.stderr, { label: cidText(link.cid), totalBytes: sizeBytes })
    const onBytes = (bytes: number): void => {
      idle.touch()
      line.add(bytes)
    }
    await follow(keeper, link.cid, { onBytes, signal }).finally(() => line.end())
  } finally {
    idle.stop()
  }
}

/** Resolves when all of it is there. */
async function follow(
  keeper: KeeperClient,
  cid: ManifestCid,
  { onBytes, signal }: { onBytes: (bytes: number) => void; signal: AbortSignal },
): Promise<void> {
  let seenBytes = 0
  for (;;) {
    const { active, received, total, bytes, error } = await keeper.progress(cid, { signal })
    if (bytes > seenBytes) onBytes(bytes - seenBytes)
    seenBytes = bytes
    if (total > 0 && received === total) return
    if (!active) throw ended(error?.message)
    await pause(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

function ended(message: string | undefined): QuireError {
  return new QuireError('ERR_NO_PEER_HAS_IT', message ?? 'The keeper stopped fetching it.')
}

function nothingCame(timeoutMs: number): QuireError {
  return new QuireError(
    'ERR_NO_PEER_HAS_IT',
    `Nothing came within ${timeoutMs / 1000} s; what the keeper began goes on.`,
  )
}
