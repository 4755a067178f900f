/**
 * Failures as data, for the way between threads: structured clone keeps of an error only its message, name and stack.
 *
 *   QuireError ──viewOfError──▶ ErrorView ──errorFromView──▶ QuireError (code, message, details, causes)
 *   anything thrown ──packThrown──▶ Thrown ──unpackThrown──▶ QuireError, or the abort as a DOMException
 */
import { ERROR_TABLE, isQuireError, QuireError } from '../errors.ts'
import type { ErrorView } from './api.ts'

/** How many causes cross: a chain may be circular, and a person reads the first few. */
const MAX_CAUSES = 8

/** What was thrown in another thread; an abort stays one, so that callers can tell it from a failure. */
export type Thrown =
  | { readonly kind: 'error'; readonly error: ErrorView }
  | { readonly kind: 'abort'; readonly name: string; readonly message: string }

/** `error` as data; what is no `QuireError` becomes `ERR_UNKNOWN` and heads its own causes. */
export function viewOfError(error: unknown): ErrorView {
  const known = asQuireError(error)
  const { code, message, advice, details } = known
  return { code, message, advice, details, causes: causesOf(known) }
}

/** The inverse of `viewOfError`; the causes come back as a chain of errors with the same texts. */
export function errorFromView(view: ErrorView): QuireError {
  const cause = view.causes.reduceRight<Error | undefined>(chain, undefined)
  const code = Object.hasOwn(ERROR_TABLE, view.code) ? view.code : 'ERR_UNKNOWN'
  return new QuireError(code, view.message, { details: view.details, ...(cause === undefined ? {} : { cause }) })
}

/** `error` itself where it is a `QuireError`, otherwise one with the code `ERR_UNKNOWN` around it. */
export function asQuireError(error: unknown): QuireError {
  if (isQuireError(error)) return error
  return new QuireError('ERR_UNKNOWN', 'Something went wrong that Quire did not expect.', { cause: error })
}

export function packThrown(thrown: unknown): Thrown {
  if (isAbort(thrown)) return { kind: 'abort', name: thrown.name, message: thrown.message }
  return { kind: 'error', error: viewOfError(thrown) }
}

/** The inverse of `packThrown`. */
export function unpackThrown(thrown: Thrown): QuireError | DOMException {
  return thrown.kind === 'abort' ? new DOMException(thrown.message, thrown.name) : errorFromView(thrown.error)
}

/** True for what an aborted call rejects with unless its caller gave another reason. */
export function isAbort(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

function causesOf(error: Error): string[] {
  const causes: string[] = []
  let cause: unknown = error.cause
  while (cause !== undefined && causes.length < MAX_CAUSES) {
    causes.push(describe(cause))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return causes
}

function describe(cause: unknown): string {
  if (isQuireError(cause)) return `${cause.code}: ${cause.message}`
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
}

function chain(cause: Error | undefined, text: string): Error {
  const [, name = 'Error', message = text] = /^(\w+): (.*)$/s.exec(text) ?? []
  const error = new Error(message, cause === undefined ? undefined : { cause })
  error.name = name
  return error
}
