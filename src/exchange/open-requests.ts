import type { Holder } from './holder.ts'
import { GIVEN_UP_FACTOR, GIVEN_UP_MARGIN_MS } from './limits.ts'
import type { RequestLane } from './request-lane.ts'

/** A request on its way, or its answer being verified. */
export interface OpenRequest {
  readonly holder: Holder
  readonly lane: RequestLane
  readonly indices: readonly number[]
  readonly sentAtMs: number
  /** When its answer should be here, by what its peer delivers. */
  readonly dueAtMs: number
  /** Gives it up; a signal each, as Node warns of more than ten listeners on one. */
  readonly controller: AbortController
}

/** It takes so much longer than its peer needed before that nothing is expected any more. */
export function isHopeless({ sentAtMs, dueAtMs }: OpenRequest, nowMs: number): boolean {
  return nowMs > sentAtMs + GIVEN_UP_FACTOR * (dueAtMs - sentAtMs) + GIVEN_UP_MARGIN_MS
}

/** Given to the signal of a request whose blocks came from somebody else first. */
export const SUPERSEDED = 'superseded'

/** The requests of one dataset that are on their way, and who carries which block: mostly one, near the end two. */
export class OpenRequests {
  readonly #requests = new Map<OpenRequest, Set<number>>()
  readonly #carriers = new Map<number, Set<OpenRequest>>()

  get size(): number {
    return this.#requests.size
  }

  add(request: OpenRequest): void {
    this.#requests.set(request, new Set(request.indices))
    for (const index of request.indices) {
      const carriers = this.#carriers.get(index)
      if (carriers === undefined) this.#carriers.set(index, new Set([request]))
      else carriers.add(request)
    }
  }

  all(): Iterable<OpenRequest> {
    return this.#requests.keys()
  }

  /** Blocks of a request that nobody has brought yet. */
  openOf(request: OpenRequest): readonly number[] {
    return [...(this.#requests.get(request) ?? [])]
  }

  carriersOf(index: number): Iterable<OpenRequest> {
    return this.#carriers.get(index) ?? []
  }

  /** Whether a block is still to come with a request; it may have come with another. */
  isOpen(index: number, request: OpenRequest): boolean {
    return this.#requests.get(request)?.has(index) === true
  }

  /** A verified block came with `request`. Others that only waited for it are given up. */
  arrived(index: number, request: OpenRequest): void {
    const carriers = this.#carriers.get(index) ?? new Set()
    this.#carriers.delete(index)
    for (const carrier of carriers) {
      const open = this.#requests.get(carrier)
      open?.delete(index)
      if (carrier !== request && open?.size === 0) carrier.controller.abort(SUPERSEDED)
    }
  }

  /** A request is over; gives the blocks that are lost with it: those that no other carries. */
  end(request: OpenRequest): number[] {
    const open = this.#requests.get(request) ?? new Set()
    this.#requests.delete(request)
    const lost: number[] = []
    for (const index of open) {
      const carriers = this.#carriers.get(index)
      carriers?.delete(request)
      if (carriers !== undefined && carriers.size > 0) continue
      this.#carriers.delete(index)
      lost.push(index)
    }
    return lost
  }

  abortAll(reason: unknown): void {
    for (const { controller } of this.#requests.keys()) controller.abort(reason)
  }
}
