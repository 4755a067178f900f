import { pageFor } from '../lab.ts'
import { expectIntact, untilReachable } from '../transfer-watch.ts'
import type { Story } from './story.ts'

const FILE_BYTES = 2 * 1024 * 1024
const DELIVERED_MS = 90_000

export const TWO_KEEPERS: Story = {
  title: 'two browsers that share no keeper find each other by CID alone',
  isShort: true,
  tell: async (lab) => {
    const other = await lab.addKeeper('keeper2', ['--join', lab.keeper.tcpAddress])
    const file = await lab.makeFile(FILE_BYTES)
    await using a = await lab.newPerson('restricted')
    await using b = await lab.newPerson('restricted')
    await a.browser.open(pageFor(lab.keeper, 'restricted'))
    const link = await a.browser.quire.share(file.path, file.name)
    await b.browser.open(pageFor(other, 'restricted'))
    await untilReachable(b)

    const askedMs = await b.browser.page.evaluate(() => performance.now())
    await b.browser.quire.fetch(cidOf(link))
    await expectIntact(b, file, DELIVERED_MS)
    const { growth, directMs } = await b.browser.record()
    const since = (ms: number | undefined): string =>
      ms === undefined ? 'not at all' : `${((ms - askedMs) / 1000).toFixed(1)} s after the question`
    return `first byte ${since(growth[0]?.atMs)}, direct ${since(directMs)}`
  },
}

function cidOf(link: string): string {
  const cid = /zDv\w+/.exec(link)?.[0]
  if (cid === undefined) throw new Error(`The link ${link} holds no CID.`)
  return cid
}
