/** Which blocks of a partial dataset are here, on their way, with somebody, or with nobody: a map and its numbers. */
import { useEffect, useState } from 'preact/hooks'
import type { BlockMapView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { countOf, formatCount } from '../format/bytes.ts'

const COLUMNS = 32
/** Eight rows: a cell of a dataset of 10 GB stands for 40 MB. */
const MAX_CELLS = 8 * COLUMNS
const CELL = 10
const STEP = CELL + 1
/** While something moves; the worker counts only when it is asked. */
const LIVE_MS = 500
const IDLE_MS = 2000

interface BlockState {
  readonly name: 'here' | 'coming' | 'held' | 'nobody'
  readonly words: string
}

const LIVE_STATES: readonly BlockState[] = [
  { name: 'here', words: 'here' },
  { name: 'coming', words: 'on their way' },
  { name: 'held', words: 'with others online' },
  { name: 'nobody', words: 'with nobody so far' },
]

export function BlockMap({ cid, isLive }: { cid: string; isLive: boolean }) {
  const map = useBlockMap(cid, isLive ? LIVE_MS : IDLE_MS)
  if (map === undefined) return null
  const totals = LIVE_STATES.map((_state, at) => sumOf(map, at))
  const states = LIVE_STATES.map((state, at) => ({ ...state, total: totals[at] ?? 0, path: pathOf(map, at) }))
  // Nobody was asked who has the rest, so nothing is said of that.
  const shown = map.isLive ? states : states.filter(({ name }) => name === 'here')
  return (
    <figure class="block-map">
      <svg viewBox={viewBoxOf(map)} role="img" aria-label="Map of the blocks of this file">
        <path class="block-none" d={pathOf(map)} />
        {shown.map(({ name, path }) => (
          <path key={name} class={`block-${name}`} d={path} />
        ))}
      </svg>
      <figcaption>
        <ul class="block-legend numbers">
          {shown.map(({ name, words, total }) => (
            <li key={name}>
              <span class={`block-key block-${name}`} aria-hidden="true" />
              {name === 'here' ? countOf(total, 'block') : formatCount(total)} {words}
            </li>
          ))}
          {map.isLive ? null : (
            <li>
              <span class="block-key block-none" aria-hidden="true" />
              {formatCount(map.blockCount - (totals[0] ?? 0))} not here
            </li>
          )}
        </ul>
      </figcaption>
    </figure>
  )
}

/** Asks again and again while it is shown in a page that is seen. */
function useBlockMap(cid: string, intervalMs: number): BlockMapView | undefined {
  const { files } = useApp()
  const [map, setMap] = useState<BlockMapView>()
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const next = document.hidden ? undefined : await files.blockMap(cid, MAX_CELLS)
      if (isOver) return
      if (next !== undefined) setMap(next)
      timer = setTimeout(() => void ask(), intervalMs)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [cid, files, intervalMs])
  return map
}

function cellCountOf({ counts }: BlockMapView): number {
  return counts.length / LIVE_STATES.length
}

function sumOf(map: BlockMapView, state: number): number {
  let sum = 0
  for (let cell = 0; cell < cellCountOf(map); cell++) sum += map.counts[LIVE_STATES.length * cell + state] ?? 0
  return sum
}

function viewBoxOf(map: BlockMapView): string {
  const rows = Math.ceil(cellCountOf(map) / COLUMNS)
  return `0 0 ${COLUMNS * STEP - 1} ${rows * STEP - 1}`
}

/** The part of each cell that is in a state, stacked in the order of the states; without a state the whole cells. */
function pathOf(map: BlockMapView, state?: number): string {
  let path = ''
  for (let cell = 0; cell < cellCountOf(map); cell++) {
    const [below, part] = state === undefined ? [0, 1] : sharesOf(map, cell, state)
    if (part === 0) continue
    const x = (cell % COLUMNS) * STEP
    const bottom = Math.floor(cell / COLUMNS) * STEP + CELL * (1 - below)
    path += `M${x},${round(bottom)}h${CELL}v${round(-CELL * part)}h${-CELL}z`
  }
  return path
}

/** Of a cell: the share of the states before `state`, and its own. */
function sharesOf({ counts }: BlockMapView, cell: number, state: number): [below: number, part: number] {
  const numbers = counts.subarray(LIVE_STATES.length * cell, LIVE_STATES.length * (cell + 1))
  const total = numbers.reduce((sum, count) => sum + count, 0)
  const below = numbers.subarray(0, state).reduce((sum, count) => sum + count, 0)
  return total === 0 ? [0, 0] : [below / total, (numbers[state] ?? 0) / total]
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
