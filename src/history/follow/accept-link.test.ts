import { describe, expect, it } from 'vitest'
import { parseManifestCid } from '../../codec/cid.ts'
import type { CommunityId } from '../ids.ts'
import { acceptLink, type LinkKnowledge } from './accept-link.ts'
import type { OfferedLink } from './archive-link.ts'

const COMMUNITY = `0x02${'ab'.repeat(32)}` as CommunityId
const STRANGER = `0x03${'cd'.repeat(32)}` as CommunityId
// The first one is the greater text.
const CID = parseManifestCid('zDvZRwzm8K7bcyPeBXcZzWD7AWc4VqNuseduDr3VsuYA1yXej49V')
const OTHER = parseManifestCid('zDvZRwzm22eSYNdLBuNHVi7jSTR2a4n48yy4Ur9qws4vHV6madiz')
const NOW_MS = 1_700_000_000_000

function offer(change: Partial<OfferedLink> = {}): OfferedLink {
  return { signer: COMMUNITY, clockMs: NOW_MS, archiveLink: CID.toString(), ...change }
}

function knowing(change: Partial<LinkKnowledge> = {}): LinkKnowledge {
  return { community: COMMUNITY, floorClockMs: 0, nowMs: NOW_MS, ...change }
}

describe('acceptLink', () => {
  it('follows the first link of the community’s key', () => {
    expect(acceptLink(offer(), knowing())).toEqual({
      verdict: 'accept',
      link: { clockMs: NOW_MS, indexCid: CID },
    })
  })

  it('refuses a link that somebody else has signed', () => {
    const code = 'ERR_SIGNATURE_INVALID'
    expect(() => acceptLink(offer({ signer: STRANGER }), knowing())).toThrow(expect.objectContaining({ code }))
  })

  it('refuses to go back to an older link', () => {
    const link = { clockMs: NOW_MS, indexCid: CID }
    const old = offer({ clockMs: NOW_MS - 1, archiveLink: OTHER.toString() })
    expect(() => acceptLink(old, knowing({ link }))).toThrow(expect.objectContaining({ code: 'ERR_LINK_OLD' }))
  })

  it('refuses a link that is older than the one a description names, and takes that one', () => {
    const known = knowing({ floorClockMs: NOW_MS })
    const code = 'ERR_LINK_OLD'
    expect(() => acceptLink(offer({ clockMs: NOW_MS - 1 }), known)).toThrow(expect.objectContaining({ code }))
    expect(acceptLink(offer(), known).verdict).toBe('accept')
  })

  it('has nothing to do for the index that is followed already, and notes its newer clock', () => {
    const link = { clockMs: NOW_MS - 5000, indexCid: CID }
    expect(acceptLink(offer(), knowing({ link }))).toEqual({
      verdict: 'equal',
      link: { clockMs: NOW_MS, indexCid: CID },
    })
  })

  it('ends at the same of two links with one clock, whichever comes first', () => {
    const first = { clockMs: NOW_MS, indexCid: CID }
    const second = { clockMs: NOW_MS, indexCid: OTHER }
    expect(acceptLink(offer(), knowing({ link: second })).verdict).toBe('accept')
    const other = offer({ archiveLink: OTHER.toString() })
    expect(() => acceptLink(other, knowing({ link: first }))).toThrow(expect.objectContaining({ code: 'ERR_LINK_OLD' }))
  })

  it.each([
    ['nought', 0],
    ['more than two minutes ahead', NOW_MS + 120_001],
    ['no whole number', NOW_MS - 0.5],
  ])('refuses a clock that is %s', (_what, clockMs) => {
    const code = 'ERR_ENVELOPE_INVALID'
    expect(() => acceptLink(offer({ clockMs }), knowing())).toThrow(expect.objectContaining({ code }))
  })

  it('takes a clock two minutes ahead of when its message was sent, also where this device’s clock is behind', () => {
    expect(acceptLink(offer({ clockMs: NOW_MS + 120_000 }), knowing()).verdict).toBe('accept')
    const late = knowing({ nowMs: NOW_MS - 86_400_000 })
    expect(acceptLink(offer({ sentAtMs: NOW_MS }), late).verdict).toBe('accept')
  })

  it('learns from an empty link that nothing is published', () => {
    expect(acceptLink(offer({ archiveLink: '' }), knowing())).toEqual({ verdict: 'nothing' })
  })

  it('refuses a link that names no dataset', () => {
    const magnet = offer({ archiveLink: 'magnet:?xt=urn:btih:00' })
    expect(() => acceptLink(magnet, knowing())).toThrow(expect.objectContaining({ code: 'ERR_INDEX_INVALID' }))
  })
})
