import { describe, expect, it } from 'vitest'
import { BROWSER, KEEPER, KEEPER_DOWN, RELAYED, statusOf } from '../testing/scenario-parts.ts'
import { reportOf } from './report.ts'

const NOW_MS = Date.UTC(2026, 7, 20, 10, 0)
const status = statusOf({ state: 'reachable', relays: 1 }, [KEEPER, BROWSER, RELAYED])

describe('the report', () => {
  it('says how this node is connected and what the test found', () => {
    const report = reportOf({
      status,
      selfTest: {
        state: 'done',
        startedAtMs: NOW_MS,
        checks: [
          { name: 'online', state: 'ok', finding: 'online', tookMs: 2 },
          { name: 'udp', state: 'failed', finding: 'udp-blocked', tookMs: 5_000 },
        ],
      },
      nodeInfo: 'runs in: a test',
      nowMs: NOW_MS,
    })
    expect(report).toContain('Quire 0.1.0: report on the connection\n2026-08-20T10:00:00.000Z')
    expect(report).toContain('Others can reach this browser, through 1 keeper.')
    expect(report).toContain('- keeper.example.org, place held')
    expect(report).toMatch(/- …\w{6}, WebRTC, direct, Punched through .*, round trip 41 ms, receives 3\.4 MB\/s/)
    expect(report).toContain('Relay, through keeper.example.org, Not direct: the routers on both sides')
    expect(report).toContain('- UDP to the outside: failed (5000 ms). No STUN server answers')
    expect(report).toContain('runs in: a test')
  })

  it('names no other person’s node by more than the end of its id', () => {
    const report = reportOf({ status, selfTest: undefined, nodeInfo: '', nowMs: NOW_MS })
    for (const { peer } of [BROWSER, RELAYED]) {
      expect(report).not.toContain(peer.slice(-8))
      expect(report).toContain(peer.slice(-6))
    }
  })

  it('says that there is nothing where there is nothing', () => {
    const down = statusOf({ state: 'no-keeper', error: KEEPER_DOWN })
    const report = reportOf({ status: down, selfTest: undefined, nodeInfo: '', nowMs: NOW_MS })
    expect(report).toContain('Keepers\nnone\n\nPeers\nnone\n\nTest\n')
    expect(report).toContain('not run')
  })
})
