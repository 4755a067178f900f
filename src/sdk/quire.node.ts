/**
 * The library in a process of Node.
 *
 *   Quire.create ──▶ ProcessHost ──▶ node/process-node (LMDB in a folder, or memory) ──▶ rpc/local-node ──▶ the calls
 */
import '../node/promise-with-resolvers.ts'
import { NodeLog } from '../node/node-log.ts'
import { folderDisk, memoryDisk, type OpenDisk, takeFolder } from '../node/process-disk.ts'
import { type ProcessNode, startProcessNode } from '../node/process-node.ts'
import { localNode } from '../rpc/local-node.ts'
import type { NodeApi } from '../rpc/api.ts'
import { checkOptions } from './check-options.ts'
import { attachedHost, type NodeHost } from './node-host.ts'
import type { QuireOptions, SignalOptions } from './options.ts'
import { QuireClient } from './quire.ts'

export type * from './options.ts'
export type * from './views.ts'
export type { Content } from './uploading.ts'
export type { NodeHost } from './node-host.ts'
export { Communities } from './communities.ts'
export { FetchTask } from './fetch-task.ts'
export { QuireEvent } from './events.ts'
export { UploadSession } from './upload-session.ts'
export { isQuireError, QuireError } from '../errors.ts'
export type { ErrorActor, ErrorCode, ErrorDetails } from '../errors.ts'

const BROWSER_OPTIONS = ['name', 'configUrl', 'stunServers', 'createWorker', 'createSharedWorker'] as const

/** A node of the network in this process. */
export class Quire extends QuireClient {
  /**
   * Makes a node, which `start` starts.
   *
   * Under Node content is in memory unless `storage` names a folder, which takes the package `lmdb`. Nobody can dial it unless
   * it listens. Errors: `ERR_ARGUMENT_INVALID` (an option that is none, or one of browsers alone).
   * @example life.ts#life
   * @example life.ts#folder
   */
  static async create(options: QuireOptions = {}): Promise<Quire> {
    checkOptions(options, { refused: BROWSER_OPTIONS, where: 'browsers' })
    return new Quire(options.node === undefined ? new ProcessHost(options) : attachedHost(options.node))
  }
}

class ProcessHost implements NodeHost {
  readonly #options: QuireOptions
  /** Of a node in memory: it keeps what it has from `stop` to `start`. */
  #memory: OpenDisk | undefined
  #running: ProcessNode | undefined
  #leaveFolder: (() => void) | undefined

  constructor(options: QuireOptions) {
    this.#options = options
  }

  async open({ signal }: SignalOptions): Promise<NodeApi> {
    const { logLevel = 'warn', storage } = this.#options
    if (typeof storage === 'object') this.#leaveFolder = takeFolder(storage.folder)
    const started = await startProcessNode(await this.#disk(), new NodeLog(toStandardError, logLevel), this.#options)
    this.#running = started
    signal?.throwIfAborted()
    return localNode(started.node)
  }

  async close(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
    this.#leaveFolder?.()
    this.#leaveFolder = undefined
  }

  async #disk(): Promise<OpenDisk> {
    const { storage = 'memory', quotaBytes } = this.#options
    if (typeof storage === 'object') return folderDisk(storage.folder, { quotaBytes })
    this.#memory ??= memoryDisk({ quotaBytes })
    return this.#memory
  }
}

function toStandardError(level: string, event: string, fields?: Readonly<Record<string, unknown>>): void {
  // A program has no other place for the log of a node that it did not make itself.
  // oxlint-disable-next-line eslint/no-console
  console.error(`Quire (${level}): ${event}`, fields ?? '')
}
