/**
 * The sample community that the page of this keeper offers to who follows none yet.
 *
 *   PUT sample (whoever published one here) ─▶ sample.json in the data folder ─▶ /sample.json, while it is all here
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cidText, type ManifestCid, parseManifestCid } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { CommunityId } from '../history/ids.ts'
import type { ApiExchange } from './api-exchange.ts'
import { parseCommunityId } from './history/parse-community.ts'
import { replyJson } from './http-reply.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

const FILE = 'sample.json'
const MAX_NAME_CHARACTERS = 100
const MAX_COUNT = 1_000_000_000

export interface Sample {
  readonly community: CommunityId
  readonly name: string
  /** Chat messages. */
  readonly messages: number
  readonly weeks: number
  /** Of its archives. */
  readonly indexCid: ManifestCid
}

interface SampleOfferComponents {
  /** Whether a newcomer would find it at this keeper. */
  readonly isHere: (sample: Sample) => Promise<boolean>
}

export class SampleOffer {
  readonly #isHere: SampleOfferComponents['isHere']
  readonly #path: string
  #sample: Sample | undefined

  constructor({ isHere }: SampleOfferComponents, { dataDir }: { readonly dataDir: string }) {
    this.#isHere = isHere
    this.#path = join(dataDir, FILE)
  }

  /** What an earlier run was told. Errors: `ERR_DATA_FOLDER_UNUSABLE`. */
  async load(): Promise<void> {
    const bytes = await readPrivateFile(this.#path)
    this.#sample = bytes === undefined ? undefined : readNote(bytes.toString('utf8'))
  }

  /** Undefined where there is none, or not all of it is here. */
  async current(): Promise<Sample | undefined> {
    const sample = this.#sample
    return sample !== undefined && (await this.#isHere(sample)) ? sample : undefined
  }

  /** In the place of the one before. Errors: `ERR_DATA_FOLDER_UNUSABLE`. */
  async set(sample: Sample): Promise<void> {
    await writePrivateFile(this.#path, `${JSON.stringify(sampleJson(sample), undefined, 2)}\n`)
    this.#sample = sample
  }

  async withdraw(): Promise<void> {
    await rm(this.#path, { force: true })
    this.#sample = undefined
  }
}

interface SampleInit {
  readonly sample: Pick<SampleOffer, 'set' | 'withdraw'>
}

/** `PUT sample?community=…&name=…&messages=…&weeks=…&index=…`. Errors: `ERR_OPTION_INVALID`. */
export async function putSample({ query, response }: ApiExchange, { sample }: SampleInit): Promise<void> {
  const given = parseSample(Object.fromEntries(query))
  if (given === undefined) throw new QuireError('ERR_OPTION_INVALID', 'This describes no sample community.')
  await sample.set(given)
  replyJson(response, sampleJson(given))
}

export async function deleteSample({ response }: ApiExchange, { sample }: SampleInit): Promise<void> {
  await sample.withdraw()
  response.writeHead(204).end()
}

/** For pages, files and queries alike. */
export function sampleJson({ community, name, messages, weeks, indexCid }: Sample): Readonly<Record<string, unknown>> {
  return { community, name, messages, weeks, index: cidText(indexCid) }
}

function readNote(text: string): Sample | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? parseSample(value as Record<string, unknown>) : undefined
  } catch {
    // Written whole, so it is not ours: nothing is offered.
    return undefined
  }
}

function parseSample(given: Readonly<Record<string, unknown>>): Sample | undefined {
  const textOf = (key: string): string => (typeof given[key] === 'string' ? given[key].trim() : '')
  const community = parseCommunityId(textOf('community'))
  const name = textOf('name')
  const [messages, weeks] = [Number(given['messages']), Number(given['weeks'])]
  const indexCid = cidOrNone(textOf('index'))
  const isGood =
    name !== '' &&
    name.length <= MAX_NAME_CHARACTERS &&
    [messages, weeks].every((count) => Number.isInteger(count) && count >= 1 && count <= MAX_COUNT)
  return isGood && community !== undefined && indexCid !== undefined
    ? { community, name, messages, weeks, indexCid }
    : undefined
}

function cidOrNone(text: string): ManifestCid | undefined {
  try {
    return parseManifestCid(text)
  } catch {
    // No CID: the caller says that the whole is no sample.
    return undefined
  }
}
