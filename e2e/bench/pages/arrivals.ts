/** Name of the `BroadcastChannel`. */
export const ARRIVALS = 'bench-arrivals'

/** What the worker of a tab tells the tabs: verified blocks that came to it so far, also such as were here already. */
export interface Arrivals {
  readonly worker: string
  readonly blocks: number
  /** Of the last of them; `Date.now`. */
  readonly atMs: number
}
