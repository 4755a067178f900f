/** A drawing of this node, its relays and its peers, as they are connected now; the list below it says the same in words. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { NodeStatus, PeerView } from '../../rpc/api.ts'
import { Mark } from '../components/icon.tsx'
import { countOf, formatRate } from '../format/bytes.ts'
import { nameOfRelay, shortPeer, wordsOfRelay } from '../format/connection-words.ts'
import { displayName, shortenMiddle } from '../format/names.ts'
import { formatRoundTrip } from '../format/time.ts'
import { flowOf } from './line-flow.ts'
import { layOut, type MapLine, type NetworkMap as Layout, type PeerNode, type RelayNode } from './map-layout.ts'

const DEFAULT_WIDTH_PX = 640
const LEAST_WIDTH_PX = 240
const SELF_RADIUS = 24
const MARK_PX = 28
const RELAY_PX = 28
const PEER_RADIUS = 9
/** From a node’s middle to the label beside it, and from line to line of the label. */
const BESIDE_PX = 20
const LINE_PX = 18
const NARROW_NAME = { start: 10, end: 8 }
const WIDE_NAME = { start: 18, end: 12 }

export function NetworkMap({ status }: { status: NodeStatus }) {
  const { ref, widthPx } = useWidth()
  const layout = layOut({ widthPx, relays: status.relays, peers: status.peers })
  const { heightPx, isNarrow, self, more } = layout
  return (
    <div ref={ref} class="network-map">
      <svg
        viewBox={`0 0 ${widthPx} ${heightPx}`}
        width={widthPx}
        height={heightPx}
        role="img"
        aria-label={sentenceOfMap(status)}
      >
        {layout.lines.map((line) => (
          <Line key={line.key} line={line} />
        ))}
        <Self x={self.x} y={self.y} />
        {layout.relays.map((node) => (
          <Relay key={node.relay.address} node={node} isNarrow={isNarrow} />
        ))}
        {layout.peers.map((node) => (
          <Peer key={node.peer.peer} node={node} layout={layout} />
        ))}
        {more === undefined ? null : (
          <text class="map-quiet" x={more.x} y={more.y + 4} text-anchor={isNarrow ? 'middle' : 'start'}>
            and {more.count} more
          </text>
        )}
      </svg>
      {layout.lines.length === 0 ? null : (
        <p class="quiet">A solid line is direct, a dashed one goes through a relay; the thicker, the faster.</p>
      )}
    </div>
  )
}

/** “Connected to 2 peers directly and 1 through a keeper; 1 keeper holds a place for this browser.” */
function sentenceOfMap({ peers, relays }: NodeStatus): string {
  const others = peers.filter(({ isKeeper }) => !isKeeper)
  const relayed = others.filter(({ path }) => path.kind === 'relayed').length
  const direct = others.length - relayed
  const parts = [
    ...(direct > 0 ? [`${countOf(direct, 'peer')} directly`] : []),
    ...(relayed > 0 ? [`${countOf(relayed, 'peer')} through a relay`] : []),
  ]
  const held = relays.filter(({ state }) => state === 'reserved').length
  const down = relays.filter(({ state }) => state === 'down').length
  return [
    parts.length === 0 ? 'This browser is connected to no other device' : `This browser reaches ${parts.join(' and ')}`,
    held === 0 ? 'no keeper holds a place for it' : `${countOf(held, 'keeper holds', 'keepers hold')} a place for it`,
    ...(down > 0 ? [`${countOf(down, 'keeper does', 'keepers do')} not answer`] : []),
  ]
    .join('; ')
    .concat('.')
}

function Line({ line }: { line: MapLine }) {
  const { kind, isUp, path, strokePx, flow, pulseMs } = line
  return (
    <>
      <path class={`map-line map-line-${kind}${isUp ? '' : ' map-line-down'}`} d={path} stroke-width={strokePx} />
      {flow === undefined ? null : (
        <path
          class={`map-pulse map-pulse-${flow}`}
          d={path}
          stroke-width={strokePx + 3}
          style={{ animationDuration: `${pulseMs}ms` }}
        />
      )}
    </>
  )
}

function Self({ x, y }: { x: number; y: number }) {
  return (
    <>
      <circle class="map-self" cx={x} cy={y} r={SELF_RADIUS} />
      <svg x={x - MARK_PX / 2} y={y - MARK_PX / 2} width={MARK_PX} height={MARK_PX} viewBox="0 0 32 32">
        <Mark />
      </svg>
      <text class="map-name" x={x} y={y + SELF_RADIUS + LINE_PX} text-anchor="middle">
        This browser
      </text>
    </>
  )
}

function Relay({ node, isNarrow }: { node: RelayNode; isNarrow: boolean }) {
  const { relay, x, y } = node
  return (
    <>
      <rect
        class={`map-relay map-relay-${relay.state}`}
        x={x - RELAY_PX / 2}
        y={y - RELAY_PX / 2}
        width={RELAY_PX}
        height={RELAY_PX}
        rx="6"
      />
      <path class="map-relay-sign" d={`M${x - 6},${y - 3}h12m-3,-3l3,3l-3,3M${x + 6},${y + 4}h-12m3,-3l-3,3l3,3`} />
      <text class="map-name" x={x} y={y + RELAY_PX / 2 + 16} text-anchor="middle">
        {shortenMiddle(nameOfRelay(relay), isNarrow ? NARROW_NAME : WIDE_NAME)}
      </text>
      <text
        class={relay.state === 'reserved' ? 'map-quiet' : 'map-waiting'}
        x={x}
        y={y + RELAY_PX / 2 + 33}
        text-anchor="middle"
      >
        {wordsOfRelay(relay)}
      </text>
    </>
  )
}

function Peer({ node: { peer, x, y }, layout: { isNarrow } }: { node: PeerNode; layout: Layout }) {
  const name = nameOfAgent(peer.agent)
  const figures = figuresOf(peer, isNarrow)
  return (
    <>
      <circle
        class={peer.path.kind === 'relayed' ? 'map-peer map-peer-relayed' : 'map-peer'}
        cx={x}
        cy={y}
        r={PEER_RADIUS}
      />
      {isNarrow ? (
        <>
          <text class="map-name" x={x} y={y + PEER_RADIUS + 16} text-anchor="middle">
            {shortPeer(peer.peer)}
          </text>
          <text class="map-quiet" x={x} y={y + PEER_RADIUS + 32} text-anchor="middle">
            {figures}
          </text>
        </>
      ) : (
        <>
          <text class="map-name" x={x + BESIDE_PX} y={y - 3}>
            {name} <tspan class="map-id">{shortPeer(peer.peer)}</tspan>
          </text>
          <text class="map-quiet" x={x + BESIDE_PX} y={y + LINE_PX - 4}>
            {figures}
          </text>
        </>
      )}
    </>
  )
}

/** “Quire/0.1.0”: what follows the first word is for the list. */
function nameOfAgent(agent: string | undefined): string {
  const [product = ''] = displayName(agent ?? '').split(' ')
  return agent === undefined ? 'Peer' : shortenMiddle(product, { start: 16, end: 0 })
}

/** “41 ms · ↓ 3.4 MB/s”; where there is little room, the one that says more now. */
function figuresOf(peer: PeerView, isNarrow: boolean): string {
  const { flow } = flowOf(peer)
  const rate = { in: `↓ ${formatRate(peer.receivedBytesPerSecond)}`, out: `↑ ${formatRate(peer.sentBytesPerSecond)}` }
  const roundTrip = peer.rttMs === undefined ? undefined : formatRoundTrip(peer.rttMs)
  const figures = [roundTrip, flow && rate[flow]].filter((part) => part !== undefined)
  return (isNarrow ? figures.slice(-1) : figures).join(' · ')
}

/** The room that there is, in CSS pixels: text in the drawing is as large as elsewhere, whatever the width. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null)
  const [widthPx, setWidthPx] = useState(DEFAULT_WIDTH_PX)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const measure = (): void => setWidthPx(Math.max(LEAST_WIDTH_PX, element.clientWidth))
    let frame = 0
    // In the next frame: a drawing that changes its height at once would be observed again in the same one.
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(measure)
    })
    measure()
    observer.observe(element)
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
    }
  }, [])
  return { ref, widthPx }
}
