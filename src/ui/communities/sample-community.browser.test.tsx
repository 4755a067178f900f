import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { QuireError } from '../../errors.ts'
import { hexOf } from '../testing/history-messages.ts'
import { usePage } from '../testing/page-fixture.ts'

const { show } = usePage()

const ID = hexOf(2, 33, '03')
const offer = () => page.getByRole('button', { name: 'Look at a community with a history' })

describe('a sample that the page’s server has', () => {
  it('is offered to who follows no community, with what there is to read, and opens', async () => {
    const { node } = await show('communities-empty-sample')
    await expect.element(page.getByText(/“The Gathering” is a made-up community with 100,000 messages/)).toBeVisible()
    offer().element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('Friends of the Old Mill')
    expect(node?.history.calls).toEqual([`follow ${ID}`])
    expect(location.hash).toBe(`#/c/${ID}`)
  })

  it('is asked for with one press, and says why it does not open', async () => {
    let asked = 0
    const follow = async () => {
      asked += 1
      await new Promise(requestAnimationFrame)
      throw new QuireError('ERR_NODE_STOPPED', 'The node does not run.')
    }
    await show('communities-empty-sample', { history: { follow } })
    const button = offer().element() as HTMLButtonElement
    button.click()
    button.click()
    await expect.element(page.getByRole('alert')).toBeVisible()
    expect(asked).toBe(1)
    await expect.element(offer()).toBeVisible()
  })

  it('is not offered where the server has none', async () => {
    let asked = 0
    const readSample = async () => {
      asked += 1
      return undefined
    }
    await show('communities-empty', { page: { readSample } })
    await expect.element(page.getByRole('heading', { name: 'Read a community, or begin one' })).toBeVisible()
    expect(asked).toBe(1)
    expect(offer().elements()).toEqual([])
  })

  it('is not asked for where one follows a community', async () => {
    let asked = 0
    const readSample = async () => {
      asked += 1
      return { community: ID, name: 'The Gathering', messages: 1, weeks: 1 }
    }
    await show('communities-list', { page: { readSample } })
    await expect.element(page.getByRole('link', { name: /^Guild of Binders/ })).toBeVisible()
    expect(asked).toBe(0)
    expect(offer().elements()).toEqual([])
  })
})
