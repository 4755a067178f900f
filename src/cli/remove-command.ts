import { Command } from 'commander'
import { cidText, parseManifestCid } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { CliIo } from './io.ts'
import { type AccessOptions, openKeeper, withAccessOptions } from './keeper-access.ts'

/** `quire rm`: takes datasets away from a keeper. */
export function removeCommand(io: CliIo): Command {
  return withAccessOptions(new Command('rm'))
    .alias('unpin')
    .description('delete datasets from a keeper, and end their fetches; other holders keep theirs')
    .argument('<cid...>', 'CIDs')
    .action((texts: string[], options: AccessOptions) => removeDatasets(texts, options, io))
}

async function removeDatasets(texts: string[], options: AccessOptions, io: CliIo): Promise<void> {
  // All are read before the first is deleted: a mistyped one stops the command while nothing has happened.
  const cids = texts.map(parseManifestCid)
  const keeper = await openKeeper(options, io)
  for (const cid of cids) {
    if (!(await keeper.exists(cid, { signal: io.signal }))) {
      throw new QuireError('ERR_DATASET_NOT_FOUND', `The keeper does not hold ${cidText(cid)}.`)
    }
  }
  for (const cid of cids) await keeper.remove(cid, { signal: io.signal })
}
