import type { MemoryHub } from '../../exchange/testing/memory-network.ts'
import type { ExportFile } from '../../history/export/export-span.ts'
import type { HistoryClock } from '../../history/clock.ts'
import type { LiveTable } from '../../history/live/live-keys.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import { createMemorySettings } from '../../store/memory-settings.ts'
import type { HistoryTable } from '../../store/history-kv.ts'
import { startHistory } from '../history/create-history.ts'
import type { HistoryService } from '../history/history-service.ts'
import type { CommunityView, HistoryChange } from '../history/history-views.ts'
import type { MemoryHistoryHub, MemoryHistoryNetwork } from './memory-history-network.ts'
import { createTestNode, type TestNode } from './memory-network.ts'

/** What a device keeps while it is switched off. */
export class DeviceDisk {
  readonly store = createMemoryBlockStore()
  readonly settings = createMemorySettings()
  readonly kv = new MemoryKv<HistoryTable>()
  readonly liveKv = new MemoryKv<LiveTable>()
}

export interface DeviceInit {
  readonly name: string
  readonly disk?: DeviceDisk
  readonly clock?: HistoryClock | undefined
}

/** A node with its history service, on hubs in one process. */
export class HistoryDevice {
  readonly test: TestNode
  readonly network: MemoryHistoryNetwork
  readonly history: HistoryService
  readonly disk: DeviceDisk
  readonly #stopHistory: () => Promise<void>
  #communities: readonly CommunityView[] = []
  readonly #listeners = new Set<(change: HistoryChange) => void>()

  private constructor(init: {
    test: TestNode
    network: MemoryHistoryNetwork
    history: HistoryService
    disk: DeviceDisk
    stop: () => Promise<void>
  }) {
    this.test = init.test
    this.network = init.network
    this.history = init.history
    this.disk = init.disk
    this.#stopHistory = init.stop
    this.history.watch((change) => {
      if (change.type === 'communities') this.#communities = change.communities
      for (const listener of this.#listeners) listener(change)
    })
  }

  static async start(hubs: { blocks: MemoryHub; history: MemoryHistoryHub }, init: DeviceInit): Promise<HistoryDevice> {
    const { name, disk = new DeviceDisk(), clock } = init
    const test = await createTestNode(hubs.blocks, name, { store: disk.store, settings: disk.settings })
    const { node, exchangeNode } = test
    await node.start()
    const network = hubs.history.device(exchangeNode.peer, (other) => {
      const remote = hubs.blocks.node(other)
      if (remote !== undefined) hubs.blocks.connect(exchangeNode, remote)
    })
    const { history, stop } = await startHistory({
      datasets: node.historyDatasets,
      network,
      kv: disk.kv,
      liveKv: disk.liveKv,
      shareAddresses: () => node.shareAddresses(),
      isOffline: () => false,
      writeFile: fileInMemory,
      clock,
      log: (level, event, fields) => {
        if (level === 'error') throw new Error(event, { cause: fields?.['error'] })
      },
    })
    return new HistoryDevice({ test, network, history, disk, stop })
  }

  /** Switches the device off; what is on its disk can be started again. */
  async stop(): Promise<void> {
    if (this.network.isGone) return
    this.network.isGone = true
    await this.#stopHistory()
    await this.test.node.stop()
  }

  /** The community as soon as it is as `isWanted` says. */
  async until(id: string, isWanted: (community: CommunityView) => boolean): Promise<CommunityView> {
    const find = (): CommunityView | undefined => this.#communities.find((each) => each.id === id && isWanted(each))
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        this.#listeners.delete(look)
        resolve(found)
      }
      this.#listeners.add(look)
      look()
    })
  }

  /** Texts of a channel’s newest messages, once `isWanted` is true of them; asked again whenever the timeline was touched. */
  async texts(id: string, channelId: string, isWanted: (texts: string[]) => boolean): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const look = async (): Promise<void> => {
        const { rows } = await this.history.timeline(id, { channelId, anchor: { kind: 'newest' }, limit: 200 })
        const texts = rows.flatMap((row) => (row.kind === 'message' ? [row.isDeleted ? '(deleted)' : row.text] : []))
        if (!isWanted(texts)) return
        this.#listeners.delete(onChange)
        resolve(texts)
      }
      const onChange = (): void => void look().catch(reject)
      this.#listeners.add(onChange)
      onChange()
    })
  }
}

async function fileInMemory(file: ExportFile): Promise<File> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of file.bytes()) pieces.push(piece)
  return new File(pieces, file.name, { type: file.mediaType })
}
