/**
 * A program’s side of the control API. It trusts the keeper with nothing that it can check itself:
 *
 *   add   bytes ─┬─▶ keeper ─▶ CID ─┐
 *                └─▶ our own CID ───┴─ equal, or ERR_CONTENT_MISMATCH
 *   get   manifest bytes = CID? ─▶ content ─┬─▶ reader
 *                                           └─▶ our own tree CID = manifest’s, or ERR_CONTENT_MISMATCH at the end
 */
import type { IncomingMessage } from 'node:http'
import { cidText, digestOf, type ManifestCid } from '../codec/cid.ts'
import { checkManifest, decodeManifest, type Manifest, MAX_MANIFEST_BYTES } from '../codec/manifest.ts'
import { cidOf } from '../dataset/cid-of.ts'
import type { SealedDataset } from '../dataset/seal.ts'
import { QuireError } from '../errors.ts'
import { sha256 } from '../merkle/hasher.ts'
import type { AbortOptions } from '../store/block-store.ts'
import type { DatasetJson, ProgressJson } from './api-views.ts'
import type { HolderOptions, UploadLabel } from './dataset-node.ts'
import {
  answerTo,
  bodyOf,
  bytesOf,
  invalidAnswer,
  type KeeperTarget,
  openRequest,
  requestJson,
} from './keeper-request.ts'
import { type Sample, sampleJson } from './sample-offer.ts'
import { UploadBody } from './upload-body.ts'

export interface AddOptions extends UploadLabel, AbortOptions {
  /** Where it is known, the keeper can refuse before anything is sent. */
  readonly sizeBytes?: number | undefined
}

export class KeeperClient {
  readonly #target: KeeperTarget

  constructor(target: KeeperTarget) {
    this.#target = target
  }

  /**
   * Sends `source` to the keeper and gives what it became.
   *
   * Errors: `ERR_STORE_FULL`, `ERR_EMPTY_FILE`, `ERR_CONTENT_MISMATCH`, those of `answerTo`. An abort stops the upload;
   * the keeper discards what it had.
   */
  async add(source: AsyncIterable<Uint8Array>, options: AddOptions = {}): Promise<SealedDataset> {
    const upload = this.#openUpload(options)
    try {
      await upload.ready()
      const sealed = await cidOf(
        tee(source, (piece) => upload.write(piece)),
        options,
      )
      const [ownCid, keeperCid] = [cidText(sealed.manifestCid), await upload.finish()]
      if (keeperCid === ownCid) return sealed
      throw new QuireError('ERR_CONTENT_MISMATCH', `The keeper gave ${keeperCid}, the file is ${ownCid}.`)
    } catch (error) {
      upload.cancel()
      throw error
    }
  }

  /** The manifest, checked against its CID. Errors: `ERR_MANIFEST_NOT_FOUND`, `ERR_CONTENT_MISMATCH`, `ERR_MANIFEST_INVALID`. */
  async findManifest(cid: ManifestCid, options: HolderOptions = {}): Promise<Manifest> {
    const headers = { Accept: 'application/octet-stream' }
    const response = await this.#get(`/data/${cidText(cid)}/network/manifest${addressQuery(options)}`, {
      ...options,
      headers,
    })
    const bytes = await bytesOf(response, MAX_MANIFEST_BYTES)
    if (Buffer.compare(await sha256(bytes), digestOf(cid)) !== 0) {
      throw new QuireError('ERR_CONTENT_MISMATCH', 'The keeper sent another dataset’s manifest.')
    }
    const manifest = decodeManifest(bytes)
    checkManifest(manifest)
    return manifest
  }

  /**
   * Hands the content to `write`, in order, one piece at a time; resolves once all of it was there and is what the
   * manifest names. What `write` got before an error is unverified.
   *
   * Errors: `ERR_NO_PEER_HAS_IT`, `ERR_CONTENT_MISMATCH`, those of `write`.
   */
  async copyContent(
    dataset: { cid: ManifestCid; manifest: Manifest },
    write: (piece: Uint8Array) => Promise<void> | void,
    options: HolderOptions = {},
  ): Promise<void> {
    const { cid, manifest } = dataset
    const response = await this.#get(`/data/${cidText(cid)}/network/stream${addressQuery(options)}`, options)
    const { signal } = options
    const { blockSizeBytes } = manifest
    const sealed = await cidOf(tee(bodyOf(response, signal), write), { blockSizeBytes, signal })
    if (sealed.treeCid.equals(manifest.treeCid) && sealed.sizeBytes === manifest.datasetSizeBytes) return
    throw new QuireError('ERR_CONTENT_MISMATCH', 'The bytes that came are not the ones that this CID names.')
  }

  /** Newest first. */
  async list(options: AbortOptions = {}): Promise<readonly DatasetJson[]> {
    const answer = await requestJson(this.#target, '/data', options)
    if (isRecord(answer) && Array.isArray(answer['content'])) return answer['content'].map(requireDataset)
    throw invalidAnswer('The keeper’s list is not understood.')
  }

  /**
   * Makes the keeper fetch a dataset and keep it; resolves once somebody has sent the manifest, while blocks still come.
   *
   * Gives its size. Errors: `ERR_MANIFEST_NOT_FOUND`. An abort after it resolved changes nothing.
   */
  async pin(cid: ManifestCid, options: HolderOptions = {}): Promise<{ readonly sizeBytes: number }> {
    const path = `/data/${cidText(cid)}/network${addressQuery(options)}`
    const answer = await requestJson(this.#target, path, { ...options, method: 'POST' })
    const manifest = isRecord(answer) ? answer['manifest'] : undefined
    if (isRecord(manifest) && typeof manifest['datasetSize'] === 'number') return { sizeBytes: manifest['datasetSize'] }
    throw invalidAnswer('The keeper’s answer to a pin is not understood.')
  }

  /** Errors: `ERR_DATASET_NOT_FOUND`. */
  async progress(cid: ManifestCid, options: AbortOptions = {}): Promise<ProgressJson> {
    const text = cidText(cid)
    const answer = await requestJson(this.#target, `/data/${text}/network/progress/${text}`, options)
    const isProgress =
      isRecord(answer) &&
      typeof answer['active'] === 'boolean' &&
      [answer['received'], answer['total'], answer['bytes']].every((value) => typeof value === 'number')
    if (isProgress) return answer as unknown as ProgressJson
    throw invalidAnswer('The keeper’s progress is not understood.')
  }

  async exists(cid: ManifestCid, options: AbortOptions = {}): Promise<boolean> {
    const answer = await requestJson(this.#target, `/data/${cidText(cid)}/exists`, options)
    return isRecord(answer) && answer[cidText(cid)] === true
  }

  async remove(cid: ManifestCid, options: AbortOptions = {}): Promise<void> {
    const request = openRequest(this.#target, `/data/${cidText(cid)}`, { ...options, method: 'DELETE' })
    request.end()
    const response = await answerTo(request, options)
    response.resume()
  }

  /** Has the keeper’s page offer a community to who follows none, in the place of the one before. */
  async offerSample(sample: Sample, options: AbortOptions = {}): Promise<void> {
    const query = Object.entries(sampleJson(sample)).map(
      ([key, value]) => `${key}=${encodeURIComponent(String(value))}`,
    )
    await requestJson(this.#target, `/sample?${query.join('&')}`, { ...options, method: 'PUT' })
  }

  async #get(path: string, init: AbortOptions & { headers?: Record<string, string> }): Promise<IncomingMessage> {
    const request = openRequest(this.#target, path, init)
    request.end()
    return answerTo(request, init)
  }

  #openUpload(options: AddOptions): UploadBody {
    const query = options.blockSizeBytes === undefined ? '' : `?blockSize=${options.blockSizeBytes}`
    const headers = { ...uploadHeaders(options), Expect: '100-continue' }
    return new UploadBody(openRequest(this.#target, `/data${query}`, { ...options, method: 'POST', headers }), options)
  }
}

/** Gives each piece to `write`, waits for it, then yields it. */
async function* tee(
  source: AsyncIterable<Uint8Array>,
  write: (piece: Uint8Array) => Promise<void> | void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    await write(piece)
    yield piece
  }
}

function uploadHeaders(options: AddOptions): Record<string, string> {
  const { filename, mimetype, sizeBytes } = options
  return {
    ...(mimetype === undefined ? {} : { 'Content-Type': mimetype }),
    ...(filename === undefined
      ? {}
      : { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename)}` }),
    ...(sizeBytes === undefined ? {} : { 'Content-Length': String(sizeBytes) }),
  }
}

function addressQuery({ addresses = [] }: HolderOptions): string {
  return addresses.length === 0 ? '' : `?addrs=${addresses.map(encodeURIComponent).join(',')}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function requireDataset(value: unknown): DatasetJson {
  const isDataset =
    isRecord(value) &&
    typeof value['cid'] === 'string' &&
    typeof value['blockCount'] === 'number' &&
    typeof value['haveCount'] === 'number' &&
    isRecord(value['manifest']) &&
    typeof value['manifest']['datasetSize'] === 'number'
  if (isDataset) return value as unknown as DatasetJson
  throw invalidAnswer('The keeper’s list is not understood.')
}
