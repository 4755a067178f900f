import { checkText, invalid, kindOf } from './check.ts'
import type { QuireOptions } from './options.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'storage',
  'name',
  'quotaBytes',
  'keepers',
  'configUrl',
  'stunServers',
  'listen',
  'announce',
  'dht',
  'uploadLimits',
  'logLevel',
  'createWorker',
  'createSharedWorker',
  'node',
] satisfies (keyof QuireOptions)[])

const LEVELS: readonly unknown[] = ['silent', 'error', 'warn', 'info', 'debug']
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

interface Place {
  /** Options that mean nothing here, */
  readonly refused: readonly (keyof QuireOptions)[]
  /** but there. */
  readonly where: 'browsers' | 'Node'
}

/** Errors: `ERR_ARGUMENT_INVALID`. */
export function checkOptions(options: QuireOptions, { refused, where }: Place): void {
  if (typeof options !== 'object' || options === null) throw invalid(`Options are an object, not ${kindOf(options)}.`)
  for (const [name, value] of Object.entries(options)) {
    if (!KNOWN.has(name)) throw invalid(`There is no option “${name}”.`)
    if (value !== undefined && refused.some((other) => other === name))
      throw invalid(`“${name}” is for ${where} alone.`)
  }
  checkStorage(options, where)
  checkLists(options)
  const { name, quotaBytes, logLevel, node } = options
  if (name !== undefined && !(typeof name === 'string' && NAME.test(name))) {
    throw invalid('“name” has small letters, digits and “-”, at most 64.')
  }
  if (quotaBytes !== undefined && !(Number.isSafeInteger(quotaBytes) && quotaBytes > 0)) {
    throw invalid(`“quotaBytes” is a whole number of bytes, not ${String(quotaBytes)}.`)
  }
  if (logLevel !== undefined && !LEVELS.includes(logLevel)) throw invalid(`“logLevel” is one of ${LEVELS.join(', ')}.`)
  if (node !== undefined && typeof node !== 'object') throw invalid(`“node” is a NodeApi, not ${kindOf(node)}.`)
}

function checkStorage({ storage }: QuireOptions, where: Place['where']): void {
  if (storage === undefined || storage === 'memory') return
  // What is for browsers is refused under Node, and the other way round.
  const isHere = where === 'browsers' ? typeof storage === 'object' && storage !== null : storage === 'origin'
  if (!isHere) {
    const allowed = where === 'browsers' ? '“memory” or { folder }' : '“origin” or “memory”'
    throw invalid(`“storage” is ${allowed} here.`)
  }
  if (typeof storage === 'object' && (typeof storage.folder !== 'string' || storage.folder === '')) {
    throw invalid('“storage.folder” is the path of a folder.')
  }
}

function checkLists(options: QuireOptions): void {
  for (const name of ['keepers', 'stunServers', 'listen', 'announce'] as const) {
    const list = options[name]
    if (list === undefined) continue
    if (!Array.isArray(list)) throw invalid(`“${name}” is a list of texts, not ${kindOf(list)}.`)
    for (const entry of list) checkText(entry, `What stands in “${name}”`)
  }
}
