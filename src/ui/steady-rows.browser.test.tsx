import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { datasetOf, fakeCid, transferOf } from './testing/fake-datasets.ts'
import { type FakeNode } from './testing/fake-node.ts'
import { DATASETS } from './testing/scenario-parts.ts'
import { usePage } from './testing/page-fixture.ts'

const { show } = usePage()

const NAME = 'harvest.mp4'
const FETCH = fakeCid(9)

const rowOf = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) })
const topOf = (name: string) => rowOf(name).element().getBoundingClientRect().top
const transfers = () => page.getByRole('region', { name: 'On the way' })

/** A transfer, a dataset and another transfer come above the list, and two of them go again; after each `look` is called. */
async function comeAndGo(node: FakeNode | undefined, look: () => void): Promise<void> {
  const [first, second] = [
    transferOf(FETCH, { state: 'connected', peers: 1 }),
    transferOf(fakeCid(8), { state: 'paused' }),
  ]
  node?.showTransfer(first)
  await expect.element(transfers()).toBeInTheDocument()
  look()
  node?.showDatasets([datasetOf(FETCH, { name: 'new.bin' }), ...DATASETS])
  await expect.element(rowOf('new.bin')).toBeInTheDocument()
  look()
  node?.showTransfer(second)
  await expect.poll(() => transfers().getByRole('listitem').elements().length).toBe(2)
  look()
  for (const left of [1, 0]) {
    await node?.dismissTransfer(left === 1 ? first.id : second.id)
    await expect.poll(() => page.getByRole('progressbar').elements().length).toBe(left)
    look()
  }
}

describe('what comes and goes above', () => {
  it('does not move the row that one points at, and lets the page be as it was afterwards', async () => {
    const { node } = await show('list')
    await userEvent.hover(rowOf(NAME))
    const top = topOf(NAME)
    const tops: number[] = []
    await comeAndGo(node, () => tops.push(topOf(NAME)))
    expect(Math.max(...tops.map((each) => Math.abs(each - top)))).toBeLessThan(1)
    await userEvent.hover(page.getByRole('navigation', { name: 'Places' }))
    await expect.poll(() => scrollY).toBe(0)
    expect(document.querySelector('main')?.style.marginTop).toBe('')
  })

  it('leaves no other row under the pointer where rows go and the page cannot be scrolled', async () => {
    const { node } = await show('fetching')
    await userEvent.hover(rowOf(NAME))
    const top = topOf(NAME)
    await node?.dismissTransfer(`fetch-${FETCH}`)
    await expect.element(transfers()).not.toBeInTheDocument()
    expect(topOf(NAME)).toBe(top)
    await userEvent.hover(page.getByRole('navigation', { name: 'Places' }))
    await expect.poll(() => topOf(NAME)).toBeLessThan(top)
  })

  it('does not move the row that has the focus of the keyboard', async () => {
    const { node } = await show('list')
    await userEvent.hover(page.getByRole('navigation', { name: 'Places' }))
    rowOf('assembly').element().focus()
    await userEvent.keyboard('{ArrowDown}')
    await expect.poll(() => document.activeElement).toBe(rowOf(NAME).element())
    const top = topOf(NAME)
    const tops: number[] = []
    await comeAndGo(node, () => tops.push(topOf(NAME)))
    expect(Math.max(...tops.map((each) => Math.abs(each - top)))).toBeLessThan(1)
  })

  it('may move what nobody points at', async () => {
    const { node } = await show('list')
    await userEvent.hover(page.getByRole('navigation', { name: 'Places' }))
    const top = topOf(NAME)
    node?.showTransfer(transferOf(FETCH, { state: 'connected', peers: 1 }))
    await expect.poll(() => topOf(NAME)).toBeGreaterThan(top)
    expect(scrollY).toBe(0)
  })
})
