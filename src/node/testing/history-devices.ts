import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { ManualClock } from '../../history/testing/manual-clock.ts'
import { type DeviceInit, HistoryDevice } from './history-device.ts'
import { MemoryHistoryHub } from './memory-history-network.ts'

/** When the clock of all devices starts: on a Monday. */
export const START_MS = Date.UTC(2026, 0, 5)

/** Devices that reach each other, and have one clock. */
export class HistoryDevices {
  readonly hubs = { blocks: new MemoryHub(), history: new MemoryHistoryHub() }
  readonly clock = new ManualClock(START_MS)
  readonly #started: HistoryDevice[] = []

  async start(name: string, init: Partial<DeviceInit> = {}): Promise<HistoryDevice> {
    const device = await HistoryDevice.start(this.hubs, { name, clock: this.clock, ...init })
    this.#started.push(device)
    return device
  }

  /** The device of somebody who is called Ada. */
  async startOwner(init: Partial<DeviceInit> = {}): Promise<HistoryDevice> {
    const owner = await this.start('owner', init)
    await owner.history.setPerson({ displayName: 'Ada' })
    return owner
  }

  async stop(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((device) => device.stop()))
  }
}

/** A community of the device’s own. */
export async function createGardeners(
  owner: HistoryDevice,
  init: { readonly isEncrypted?: boolean } = {},
): Promise<{ id: string; channelId: string }> {
  const { id, channels } = await owner.history.create({ name: 'Gardeners', ...init })
  return { id, channelId: channels[0]?.id ?? '' }
}
