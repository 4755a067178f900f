/**
 * The calls of the control API that make the keeper fetch a dataset by itself, and keep it.
 *
 *   POST data/{cid}/network ─▶ manifest found? ─▶ Pins: fetched in the background, also after a restart
 *   GET  data/{cid}/network/progress/{id}        how far it is
 *   DELETE data/{cid}/network/{id}               ends it; what arrived stays until the dataset is deleted
 *
 * There is one fetch for each dataset, so its id is the CID.
 */
import { cidText, parseManifestCid } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import { holderOptions } from './api-content.ts'
import type { ApiExchange } from './api-exchange.ts'
import { manifestJson, type ProgressJson } from './api-views.ts'
import { replyJson } from './http-reply.ts'
import type { Pins } from './pins.ts'

interface PinsInit {
  readonly pins: Pins
}

/** Answers once somebody has sent the manifest. */
export async function postPin(call: ApiExchange, { pins }: PinsInit): Promise<void> {
  const cid = parseManifestCid(call.cidText)
  const options = holderOptions(call)
  const { manifest } = await call.node.findManifest(cid, options)
  pins.start(cid, options.addresses ?? [])
  const downloadId = cidText(cid)
  replyJson(call.response, { cid: downloadId, manifest: manifestJson(manifest), downloadId })
}

/** Errors: `ERR_DATASET_NOT_FOUND` (nothing of it is here, and nobody fetches it). */
export async function getProgress(call: ApiExchange, { pins }: PinsInit): Promise<void> {
  const cid = parseManifestCid(call.cidText)
  const entry = await call.node.getDataset(cid)
  const active = pins.isActive(cid)
  const failure = pins.failureOf(cid)
  if (entry === undefined && !active && failure === undefined) {
    throw new QuireError('ERR_DATASET_NOT_FOUND', 'The keeper does not hold this dataset and does not fetch it.')
  }
  const received = entry?.haveCount ?? 0
  const progress: ProgressJson = {
    active,
    received,
    total: entry?.blockCount ?? 0,
    bytes: Math.min(received * (entry?.manifest.blockSizeBytes ?? 0), entry?.manifest.datasetSizeBytes ?? 0),
    error: failure === undefined ? null : { code: failure.code, message: failure.message },
  }
  replyJson(call.response, progress)
}

export async function deletePin({ response, cidText: text }: ApiExchange, { pins }: PinsInit): Promise<void> {
  await pins.cancel(parseManifestCid(text))
  response.writeHead(204).end()
}
