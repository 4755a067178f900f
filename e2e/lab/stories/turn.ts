import { expect } from '@playwright/test'
import { pageFor } from '../lab.ts'
import { expectIntact, untilReachable } from '../transfer-watch.ts'
import { TurnServer } from '../turn-server.ts'
import type { Story } from './story.ts'

const FILE_BYTES = 8 * 1024 * 1024
const SIGNALLING_BYTES = 256 * 1024
const DELIVERED_MS = 90_000
const SECRET = 'of the laboratory'

export const TURN: Story = {
  title: 'where no direct way exists, a TURN server that the keeper names carries a file',
  isShort: false,
  programs: { turnserver: 'coturn' },
  tell: async (lab) => {
    await using server = await TurnServer.start(await lab.internet.addHost('turn'), SECRET)
    const keeper = await lab.addKeeper('keeper3', ['--turn', server.url, '--turn-secret', SECRET])
    const file = await lab.makeFile(FILE_BYTES)
    await using a = await lab.newPerson('symmetric')
    await using b = await lab.newPerson('symmetric')
    await a.browser.open(pageFor(keeper, 'symmetric'))
    await untilReachable(a)
    await b.browser.open(await a.browser.quire.share(file.path, file.name))

    await expectIntact(b, file, DELIVERED_MS)

    const { status, directMs } = await b.browser.record()
    const other = status?.peers.find(({ transport }) => transport !== 'websocket')
    expect(other).toMatchObject({ transport: 'webrtc', path: { kind: 'turn' } })
    const relayedBytes = await keeper.relayedBytes()
    expect(relayedBytes).toBeLessThan(SIGNALLING_BYTES)
    return `connected after ${((directMs ?? NaN) / 1000).toFixed(1)} s, ${Math.round(relayedBytes / 1024)} KiB of signalling through the keeper`
  },
}
