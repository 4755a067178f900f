/** A device for scenarios, and what they let happen on it. */
import { signal } from '@preact/signals'
import { QuireError } from '../../errors.ts'
import type { BackupView, EvictionView, ImportReportView } from '../../rpc/api.ts'
import type { AppModel } from '../state/app-model.ts'
import type { DeviceServices, Installing } from '../state/device-services.ts'
import type { FakeNode, FakeOverrides } from './fake-node.ts'

export interface DeviceScenario {
  readonly device?: {
    readonly isPersistent?: boolean
    readonly installing?: Installing
    readonly forgetsAfterDays?: number
    readonly opensLinks?: boolean
  }
  /** What went to make room. */
  readonly eviction?: EvictionView
  /** A backup that runs, in whichever page. */
  readonly backup?: BackupView
  /** The name of a backup that waits to be restored. */
  readonly chosenBackup?: string
  /** How restoring one ended. */
  readonly restored?: ImportReportView | QuireError
}

export function fakeDevice({ device = {} }: DeviceScenario, calls: string[]): DeviceServices {
  const { installing = 'unknown', forgetsAfterDays, opensLinks = false } = device
  const state = signal<Installing>(installing)
  return {
    installing: state,
    install: async () => {
      calls.push('install')
      state.value = 'installed'
      return true
    },
    forgetsAfterDays,
    openSystemLinks: opensLinks ? () => void calls.push('openSystemLinks') : undefined,
    onLaunch: () => undefined,
    takeShared: async () => [],
  }
}

/** How the scenario’s backup ends, where nothing else was given. */
export function withRestored({ restored }: DeviceScenario, overrides: FakeOverrides): FakeOverrides {
  if (restored === undefined) return overrides
  const importAll = async (): Promise<ImportReportView> => {
    if (restored instanceof QuireError) throw restored
    return restored
  }
  return { importAll, ...overrides }
}

export async function actOnDevice(
  scenario: DeviceScenario,
  model: AppModel,
  node: FakeNode | undefined,
): Promise<void> {
  const { eviction, backup, chosenBackup, restored } = scenario
  if (eviction !== undefined) node?.showEviction(eviction)
  if (backup !== undefined) node?.showBackup(backup)
  if (chosenBackup !== undefined) model.device.backup.choose(new File(['a backup'], chosenBackup))
  if (restored !== undefined) await model.device.backup.restore(new File(['a backup'], 'a.quire'), {})
}
