import { onTestFinished } from 'vitest'
import { Keeper } from '../keeper.ts'
import { DEFAULT_KEEPER_OPTIONS, type KeeperOptions } from '../keeper-options.ts'
import { createLog, type KeeperLog } from '../log.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A keeper on free loopback ports, stopped when the test ends. */
export async function startKeeper(
  options: Partial<KeeperOptions> = {},
  { log = createLog({ write: () => undefined }, 'silent') }: { log?: KeeperLog } = {},
): Promise<{ keeper: Keeper; dataDir: string }> {
  const dataDir = options.dataDir ?? (await temporaryFolder())
  const keeper = new Keeper({ log }, { ...DEFAULT_KEEPER_OPTIONS, port: 0, tcpPort: 0, ...options, dataDir })
  onTestFinished(() => keeper.stop())
  await keeper.start()
  return { keeper, dataDir }
}
