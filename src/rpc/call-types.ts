/** What every part of the contract between a page and the worker is made of. */
import type { ErrorCode, ErrorDetails } from '../errors.ts'

/** Text of a manifest CID, “zDvZRwz…”. */
export type CidText = string

/** `FileSystemFileHandle`, which is of browsers alone: programs of Node compile without their types. */
export type FileHandle = typeof globalThis extends { FileSystemFileHandle: { prototype: infer Handle } }
  ? Handle
  : never

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** A failure as data; the inverse of `QuireError` across a thread (`rpc/errors.ts`). */
export interface ErrorView {
  readonly code: ErrorCode
  readonly message: string
  readonly advice: string
  readonly details: ErrorDetails
  /** The chain of causes, outermost first, as “Name: message”. */
  readonly causes: readonly string[]
}

/** What a node says of its doings: nothing, failures, what may be wrong as well, what happens, every detail. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'
