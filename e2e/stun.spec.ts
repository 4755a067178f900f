import { expect } from '@playwright/test'
import { test } from './fixtures/quire-test.ts'

interface Gathered {
  readonly types: readonly string[]
  /** Where a server was asked in vain. */
  readonly errors: readonly string[]
}

test('a browser learns its address from the keeper’s two STUN ports', async ({ keeper, page }) => {
  await page.goto(keeper.url)
  const config = (await (await fetch(`${keeper.url}/quire.json`)).json()) as { stunServers: string[] }

  const gathered: Gathered = await page.evaluate(async (urls) => {
    const connection = new RTCPeerConnection({ iceServers: urls.map((url) => ({ urls: url })) })
    const types: string[] = []
    const errors: string[] = []
    const complete = new Promise<void>((resolve) => {
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate === null) resolve()
        else types.push(candidate.type ?? '')
      })
    })
    connection.addEventListener('icecandidateerror', ({ url, errorText }) => errors.push(`${url} ${errorText}`))
    connection.createDataChannel('probe')
    await connection.setLocalDescription()
    await complete
    connection.close()
    return { types, errors }
  }, config.stunServers)

  expect(config.stunServers).toEqual([
    expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/),
  ])
  // Chromium’s own implementation has read the answers: an address that it would not have without them.
  expect(gathered.types).toContain('srflx')
  expect(gathered.errors).toEqual([])
  const { stun } = (await (await fetch(`${keeper.url}/health`)).json()) as { stun: Record<string, number> }
  expect(stun['answered']).toBeGreaterThanOrEqual(2)
  expect(stun).toMatchObject({ refused: 0, unreadable: 0, overLimit: 0 })
})
