import { Command } from 'commander'
import type { KeeperClient } from '../keeper/keeper-client.ts'
import { type LabelOptions, openInput } from './file-input.ts'
import { type CliIo, writeFully } from './io.ts'
import { type AccessOptions, openKeeper, withAccessOptions } from './keeper-access.ts'
import { withLabelOptions } from './label-options.ts'
import { ProgressLine } from './progress.ts'

const EXAMPLES = `
Prints the CID of one file; of several, a line “CID  file” for each.

Examples:
  quire add talk.mp4
  quire add --keeper https://keeper.example --token "$TOKEN" *.pdf
  pg_dump base | quire add --name base.sql -
`

/** `quire add`: stores files in a keeper. */
export function addCommand(io: CliIo): Command {
  return withAccessOptions(withLabelOptions(new Command('add')))
    .description('store files in a keeper and print their CIDs')
    .argument('<file...>', 'files to store; “-” is standard input')
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], options: LabelOptions & AccessOptions) => addFiles(paths, options, io))
}

async function addFiles(paths: string[], options: LabelOptions & AccessOptions, io: CliIo): Promise<void> {
  const keeper = await openKeeper(options, io)
  for (const path of paths) {
    const cid = await addFile(keeper, { path, options }, io)
    await writeFully(io.stdout, paths.length === 1 ? `${cid}\n` : `${cid}  ${path}\n`)
  }
}

async function addFile(
  keeper: KeeperClient,
  file: { path: string; options: LabelOptions },
  io: CliIo,
): Promise<string> {
  const { content, sizeBytes, filename, mimetype } = await openInput(file.path, file.options, io)
  const progress = new ProgressLine(io.stderr, { label: file.path, totalBytes: sizeBytes })
  try {
    const counted = countedPieces(content, progress)
    const sealed = await keeper.add(counted, { filename, mimetype, sizeBytes, signal: io.signal })
    return sealed.manifestCid.toString()
  } finally {
    progress.end()
  }
}

async function* countedPieces(content: AsyncIterable<Uint8Array>, progress: ProgressLine): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    yield piece
    progress.add(piece.byteLength)
  }
}
