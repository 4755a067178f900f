/** Which keeper a command talks to: the one of a data folder, or one named by its address. */
import type { Command } from 'commander'
import { QuireError } from '../errors.ts'
import { KeeperClient } from '../keeper/keeper-client.ts'
import { readRunningNote } from '../keeper/running-note.ts'
import { dataDirOf } from './data-dir.ts'
import { EnvOption } from './env-option.ts'
import type { CliIo } from './io.ts'
import { parseHttpUrl } from './values.ts'

export interface AccessOptions {
  readonly dataDir?: string
  readonly keeper?: string
  readonly token?: string
}

/** Adds the options that say which keeper is meant. */
export function withAccessOptions(command: Command): Command {
  return command
    .addOption(
      new EnvOption('--data-dir <folder>', 'data folder of a keeper that runs on this machine', 'QUIRE_DATA_DIR'),
    )
    .addOption(
      new EnvOption('--keeper <url>', 'address of a keeper, like http://localhost:9410', 'QUIRE_KEEPER').argParser(
        parseHttpUrl,
      ),
    )
    .addOption(new EnvOption('--token <token>', 'API token of that keeper (its file “api-token”)', 'QUIRE_TOKEN'))
}

/** Errors: `ERR_KEEPER_NOT_RUNNING`, `ERR_OPTION_INVALID` (an address without a token). */
export async function openKeeper(options: AccessOptions, io: Pick<CliIo, 'env'>): Promise<KeeperClient> {
  const { keeper, token } = options
  if (keeper !== undefined && token !== undefined) return new KeeperClient({ url: keeper, token })
  const dataDir = dataDirOf(options.dataDir, io.env)
  const note = await readRunningNote(dataDir)
  if (note !== undefined && (keeper === undefined || keeper === note.url))
    return new KeeperClient({ url: note.url, token: token ?? note.token })
  if (keeper !== undefined)
    throw new QuireError('ERR_OPTION_INVALID', 'A keeper that is named with --keeper needs its --token.')
  throw new QuireError('ERR_KEEPER_NOT_RUNNING', `No keeper runs with the data folder ${dataDir}.`)
}
