import { Command } from 'commander'
import { cidOf } from '../dataset/cid-of.ts'
import { type LabelOptions, openInput } from './file-input.ts'
import { type CliIo, writeFully } from './io.ts'
import { withLabelOptions } from './label-options.ts'
import { ProgressLine } from './progress.ts'

const EXAMPLES = `
Examples:
  quire cid photo.jpg                 the CID that photo.jpg gets when the page or “quire add” uploads it
  quire cid --bare photo.jpg          the CID of its content alone, without name and type
  tar c folder | quire cid -          the CID of what comes in
`

/** `quire cid`: the CID that an upload would give, without storing anything. */
export function cidCommand(io: CliIo): Command {
  return withLabelOptions(new Command('cid'))
    .description('print the CID that a file would have')
    .argument('<file>', 'file to read; “-” is standard input')
    .option('--json', 'also tree CID, size and block count, as JSON')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: LabelOptions & { json?: boolean }) => printCid(path, options, io))
}

async function printCid(path: string, options: LabelOptions & { json?: boolean }, io: CliIo): Promise<void> {
  const { content, sizeBytes, filename, mimetype } = await openInput(path, options, io)
  const progress = new ProgressLine(io.stderr, { label: path, totalBytes: sizeBytes })
  let seenBytes = 0
  const onProgress = ({ doneBytes }: { doneBytes: number }): void => {
    progress.add(doneBytes - seenBytes)
    seenBytes = doneBytes
  }
  const sealed = await cidOf(content, { filename, mimetype, onProgress, signal: io.signal }).finally(() =>
    progress.end(),
  )
  const cid = sealed.manifestCid.toString()
  const text = options.json === true ? JSON.stringify(jsonOf(sealed, { filename, mimetype }), undefined, 2) : cid
  await writeFully(io.stdout, `${text}\n`)
}

function jsonOf(
  sealed: Awaited<ReturnType<typeof cidOf>>,
  label: { filename: string | undefined; mimetype: string | undefined },
) {
  return {
    cid: sealed.manifestCid.toString(),
    treeCid: sealed.treeCid.toString(),
    sizeBytes: sealed.sizeBytes,
    blockSizeBytes: sealed.blockSizeBytes,
    blockCount: sealed.blockCount,
    name: label.filename ?? null,
    type: label.mimetype ?? null,
  }
}
