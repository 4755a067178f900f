import { Command } from 'commander'
import type { DatasetJson } from '../keeper/api-views.ts'
import { type CliIo, writeFully } from './io.ts'
import { type AccessOptions, openKeeper, withAccessOptions } from './keeper-access.ts'
import { printable } from '../keeper/printable.ts'
import { formatBytes } from './progress.ts'

/** `quire ls`: what a keeper holds. */
export function listCommand(io: CliIo): Command {
  return withAccessOptions(new Command('ls'))
    .description('list what a keeper holds: CID, size, share that is there, name')
    .option('--json', 'everything, as JSON')
    .action((options: AccessOptions & { json?: boolean }) => listDatasets(options, io))
}

async function listDatasets(options: AccessOptions & { json?: boolean }, io: CliIo): Promise<void> {
  const keeper = await openKeeper(options, io)
  const datasets = await keeper.list({ signal: io.signal })
  const text = options.json === true ? `${JSON.stringify(datasets, undefined, 2)}\n` : datasets.map(lineOf).join('')
  await writeFully(io.stdout, text)
}

function lineOf({ cid, manifest, haveCount, blockCount }: DatasetJson): string {
  const percent = blockCount === 0 ? 0 : Math.floor((100 * haveCount) / blockCount)
  return `${cid}  ${formatBytes(manifest.datasetSize).padStart(8)}  ${String(percent).padStart(3)} %  ${printable(manifest.filename ?? '-')}\n`
}
