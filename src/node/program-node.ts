/**
 * What programs ask of a node: content that comes as a file or piece by piece, a peer by name, the log, the build’s numbers.
 * `PageNode` has the rest of what crosses to a page.
 */
import { QuireError } from '../errors.ts'
import type { AbortOptions, DatasetEntry, UploadFile } from '../store/block-store.ts'
import { ChunkedUpload } from './chunked-upload.ts'
import { type DatasetView, datasetView } from './dataset-view.ts'
import type { LogLevel, NodeLog } from './node-log.ts'
import type { QuireNode } from './quire-node.ts'
import type { NodeUploadOptions } from './uploads.ts'
import { REVISION, VERSION } from './version.ts'

/** Each holds some megabytes. */
const MAX_OPEN_UPLOADS = 32

export interface PageUploadOptions extends AbortOptions {
  readonly name?: string | undefined
  readonly mediaType?: string | undefined
  readonly blockSizeBytes?: number | undefined
  readonly isAnnounced?: boolean | undefined
  readonly reference?: string | undefined
}

export interface UploadSession {
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<DatasetView>
  abort(): Promise<void>
}

export interface ProgramNodeComponents {
  readonly node: QuireNode
  /** See `network/connect-peer.ts`. */
  readonly connectPeer: (peer: string, options: ConnectOptions) => Promise<string>
  readonly log: NodeLog
}

type ConnectOptions = AbortOptions & { readonly addresses?: readonly string[] | undefined }

export class ProgramNode {
  protected readonly node: QuireNode
  readonly #connectPeer: ProgramNodeComponents['connectPeer']
  readonly #log: NodeLog
  #openUploads = 0

  constructor({ node, connectPeer, log }: ProgramNodeComponents) {
    this.node = node
    this.#connectPeer = connectPeer
    this.#log = log
  }

  async upload(file: Blob, options: PageUploadOptions = {}): Promise<DatasetView> {
    const { name = file instanceof File ? file.name : undefined, mediaType = file.type } = options
    const labelled = { ...options, name, mediaType }
    return this.viewOf(await this.node.upload(file, { ...nodeOptions(labelled), file: uploadFileOf(file) }))
  }

  async openUpload(options: PageUploadOptions = {}): Promise<UploadSession> {
    if (this.#openUploads === MAX_OPEN_UPLOADS) {
      const message = `At most ${MAX_OPEN_UPLOADS} uploads may be open at a time: close or abort one first.`
      throw new QuireError('ERR_ARGUMENT_INVALID', message)
    }
    const store = (content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<DatasetEntry> =>
      this.node.upload(content, { ...nodeOptions(options), signal })
    const upload = new ChunkedUpload(store, options.signal)
    this.#openUploads++
    const forget = (): void => void this.#openUploads--
    upload.ended.then(forget, forget)
    return {
      write: (bytes) => upload.write(bytes),
      close: async () => this.viewOf(await upload.close()),
      abort: () => upload.abort(),
    }
  }

  async connect(peer: string, options: ConnectOptions = {}): Promise<string> {
    return this.#connectPeer(peer, options)
  }

  async about(): Promise<{ readonly version: string; readonly revision: string }> {
    return { version: VERSION, revision: REVISION }
  }

  async logLevel(): Promise<LogLevel> {
    return this.#log.level
  }

  async setLogLevel(level: LogLevel): Promise<void> {
    this.#log.setLevel(level)
  }

  protected viewOf(entry: DatasetEntry): DatasetView {
    return datasetView(entry, this.node.isAnnounced(entry.manifestCid))
  }
}

function nodeOptions({ name, mediaType, ...options }: PageUploadOptions): NodeUploadOptions {
  return { ...options, filename: name, mimetype: mediaType }
}

/** What a browser tells of a file before it is read; a `Blob` without a name cannot be given again. */
function uploadFileOf(file: Blob): UploadFile | undefined {
  if (!(file instanceof File)) return undefined
  return { name: file.name, sizeBytes: file.size, lastModifiedMs: file.lastModified }
}
