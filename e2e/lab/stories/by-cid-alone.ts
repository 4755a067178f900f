import { cidOf } from '../../fixtures/cid-of.ts'
import { type Lab, pageFor } from '../lab.ts'
import type { LabKeeper } from '../lab-keeper.ts'
import { expectIntact, untilReachable } from '../transfer-watch.ts'
import type { Story } from './story.ts'

const FILE_BYTES = 2 * 1024 * 1024
const DELIVERED_MS = 90_000

export const ONE_KEEPER: Story = {
  title: 'two browsers behind one keeper find each other by CID alone',
  isShort: false,
  tell: (lab) => findByCid(lab, lab.keeper),
}

export const TWO_KEEPERS: Story = {
  title: 'two browsers that share no keeper find each other by CID alone',
  isShort: true,
  tell: async (lab) => findByCid(lab, await lab.addKeeper('keeper2', ['--join', lab.keeper.tcpAddress])),
}

/** Who asks is behind `keeper`, who has the file behind that of the laboratory. */
async function findByCid(lab: Lab, keeper: LabKeeper): Promise<string> {
  const file = await lab.makeFile(FILE_BYTES)
  await using a = await lab.newPerson('restricted')
  await using b = await lab.newPerson('restricted')
  await a.browser.open(pageFor(lab.keeper, 'restricted'))
  const link = await a.browser.quire.share(file.path, file.name)
  await b.browser.open(pageFor(keeper, 'restricted'))
  await untilReachable(b)

  const askedMs = await b.browser.page.evaluate(() => performance.now())
  await b.browser.quire.fetch(cidOf(link))
  await expectIntact(b, file, DELIVERED_MS)
  const { growth, metMs, directMs } = await b.browser.record()
  const after = (ms: number | undefined): string =>
    ms === undefined ? 'never' : `${((ms - askedMs) / 1000).toFixed(1)} s`
  return `after the question: met ${after(metMs)}, direct ${after(directMs)}, first byte ${after(growth[0]?.atMs)}`
}
