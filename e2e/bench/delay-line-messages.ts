import type { LineInit } from './delay-line.ts'

export type LineCall =
  | { readonly type: 'configure'; readonly init: LineInit }
  | { readonly type: 'port'; readonly address: string; readonly port: number }
  | { readonly type: 'stats' }

export interface ToLine {
  readonly id: number
  readonly call: LineCall
}

export type FromLine =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string }
