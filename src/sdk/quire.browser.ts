/**
 * The library in a browser.
 *
 *   Quire.create ──▶ OriginHost: one node for all tabs (tabs/origin-node.ts), its worker made by this page or another
 *                ──▶ MemoryHost: a worker of this page alone        ──▶ attachedHost: the node that a page has already
 *
 * The worker is a file beside this one, `worker.js`, named so that bundlers find it.
 */
import { QuireError } from '../errors.ts'
import type { NodeApi } from '../rpc/api.ts'
import { connectNode } from '../rpc/client.ts'
import type { SettingsMessage, WorkerSettings } from '../rpc/worker-settings.ts'
import { browserBroker, SharedWorkerBroker } from '../tabs/browser-broker.ts'
import { OriginNode } from '../tabs/origin-node.ts'
import type { PortBroker } from '../tabs/port-broker.ts'
import { serveWebRtc } from '../webrtc/page.ts'
import { invalid } from './check.ts'
import { checkOptions } from './check-options.ts'
import { attachedHost, type NodeHost } from './node-host.ts'
import type { QuireOptions } from './options.ts'
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

const NODE_OPTIONS = ['listen', 'announce', 'dht'] as const
/** The lock of Quire’s own page (node/node-lock.ts). */
const PAGE_LOCK = 'quire-node'

/** A node of the network in this browser. */
export class Quire extends QuireClient {
  /**
   * Makes a node, which `start` starts.
   *
   * In browsers all tabs of an origin share one node for each `name`: the first one’s worker runs it, the others reach it, and
   * take it over within a second when that tab goes. Errors: `ERR_ARGUMENT_INVALID` (an option that is none, or one of Node alone).
   * @example life.ts#life
   */
  static async create(options: QuireOptions = {}): Promise<Quire> {
    checkOptions(options, { refused: NODE_OPTIONS, where: 'Node' })
    return new Quire(hostOf(options))
  }
}

function hostOf(options: QuireOptions): NodeHost {
  if (options.node !== undefined) return attachedHost(options.node)
  return options.storage === 'memory' ? new MemoryHost(options) : new OriginHost(options)
}

/** The one node of this origin, whichever tab runs it. */
class OriginHost implements NodeHost {
  readonly #options: QuireOptions
  #origin: OriginNode | undefined

  constructor(options: QuireOptions) {
    this.#options = options
  }

  async open({ signal, onLost }: Parameters<NodeHost['open']>[0]): Promise<NodeApi> {
    const { name, createSharedWorker } = this.#options
    const createWorker = (): Worker => workerOf(this.#options)
    const isOfPage = name === undefined || name === 'quire'
    const lock = isOfPage ? PAGE_LOCK : `${PAGE_LOCK}.${name}`
    const open = (): SharedWorker => createSharedWorker?.(isOfPage ? undefined : lock) ?? ownSwitchboard(lock)
    const parts = { createWorker, serveWebRtc, isSecure: isSecure(), broker: brokerOf(open) }
    const origin = new OriginNode(parts, { name: lock })
    this.#origin = origin
    void origin.failed.then((reason) => {
      if (this.#origin === origin) onLost(reason)
    })
    return origin.open({ signal })
  }

  async close(): Promise<void> {
    const origin = this.#origin
    this.#origin = undefined
    await origin?.close()
  }
}

/** One switchboard for each node; a browser without shared workers has it in the page’s service worker. */
function brokerOf(open: () => SharedWorker): PortBroker {
  return 'SharedWorker' in globalThis ? new SharedWorkerBroker(() => open().port) : browserBroker()
}

function ownSwitchboard(name: string): SharedWorker {
  return new SharedWorker(new URL('../../workers/port-broker.ts', import.meta.url), { type: 'module', name })
}

/** A node that keeps nothing, for this page alone. */
class MemoryHost implements NodeHost {
  readonly #options: QuireOptions
  #end: (() => void) | undefined

  constructor(options: QuireOptions) {
    this.#options = options
  }

  async open({ signal, onLost }: Parameters<NodeHost['open']>[0]): Promise<NodeApi> {
    if (!isSecure()) throw new QuireError('ERR_INSECURE_PAGE', 'This page was opened without encryption.')
    const worker = workerOf(this.#options)
    let webRtc: { stop(): void } | undefined
    this.#end = () => {
      worker.terminate()
      webRtc?.stop()
    }
    const onWebRtcPort = (port: MessagePort): void => {
      webRtc = serveWebRtc(port)
    }
    const client = await connectNode(worker, { isInMemory: true, onWebRtcPort, signal })
    void client.closed.then((reason) => onLost(reason))
    const end = this.#end
    this.#end = () => {
      client.close()
      end()
    }
    return client
  }

  async close(): Promise<void> {
    this.#end?.()
    this.#end = undefined
  }
}

function workerOf(options: QuireOptions): Worker {
  const worker = options.createWorker?.() ?? ownWorker()
  if (!(worker instanceof Worker)) throw invalid('“createWorker” gives a Worker.')
  worker.postMessage({ type: 'quire-settings', settings: settingsOf(options) } satisfies SettingsMessage)
  return worker
}

function ownWorker(): Worker {
  return new Worker(new URL('../../workers/library.worker.ts', import.meta.url), { type: 'module' })
}

function settingsOf(options: QuireOptions): WorkerSettings {
  const { name, quotaBytes, keepers, stunServers, configUrl, uploadLimits, logLevel } = options
  const page = new URL(document.baseURI)
  return {
    name: name === 'quire' ? undefined : name,
    quotaBytes,
    keepers,
    stunServers,
    configUrl: configUrl === undefined ? keepers && null : new URL(configUrl, page).href,
    uploadLimits,
    logLevel,
  }
}

/** Whether the browser gives this page what a node cannot do without. */
function isSecure(): boolean {
  return isSecureContext && 'subtle' in crypto && 'storage' in navigator
}
