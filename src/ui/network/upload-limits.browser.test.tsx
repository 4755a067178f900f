import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { QuireError } from '../../errors.ts'
import { usePage } from '../testing/page-fixture.ts'

const { show } = usePage()

const total = () => page.getByRole('spinbutton', { name: 'To all peers together' })
const each = () => page.getByRole('spinbutton', { name: 'To each peer' })

describe('the upload limits', () => {
  it('are set by keyboard, in megabytes a second, and said in words', async () => {
    const { node } = await show('network')
    await expect.element(page.getByText('No limit is set.')).toBeVisible()
    await userEvent.type(total(), '1.5')
    await userEvent.tab()
    await userEvent.keyboard('0.25{Enter}')

    await expect.element(page.getByText('At most 1.5 MB/s in all, 250 kB/s to each peer.').first()).toBeVisible()
    expect(node?.calls).toEqual(['setUploadLimits {"totalBytesPerSecond":1500000,"perPeerBytesPerSecond":250000}'])
  })

  it('are taken off by emptying a field', async () => {
    const { node } = await show('network-limits')
    await expect.element(total()).toHaveValue(2.5)
    await expect.element(each()).toHaveValue(null)
    await userEvent.clear(total())
    await userEvent.click(page.getByRole('button', { name: 'Set limits' }))

    await expect.element(page.getByText('No limit is set.').first()).toBeVisible()
    expect(node?.calls).toEqual(['setUploadLimits {}'])
  })

  it('say why they are refused, and keep what was typed', async () => {
    const refuse = () =>
      Promise.reject(new QuireError('ERR_OPTION_INVALID', 'An upload limit is at least 10 kB a second.'))
    await show('network', { setUploadLimits: refuse })
    await userEvent.type(each(), '0.001{Enter}')

    await expect.element(page.getByRole('alert')).toHaveTextContent(/at least 10 kB a second/)
    await expect.element(each()).toHaveValue(0.001)
    await expect.element(each()).toHaveAccessibleDescription(/at least 10 kB/)
  })
})

describe('peers that were dropped', () => {
  it('are listed with the reason, newest first', async () => {
    await show('network-limits')
    const list = page.getByRole('region', { name: 'Refused peers' }).getByRole('listitem')

    await expect.element(list.nth(0)).toHaveTextContent(/do not match its CID/)
    await expect.element(list.nth(1)).toHaveTextContent(/streams without end/)
  })

  it('have no list where there are none', async () => {
    await show('network')
    await expect.element(page.getByRole('heading', { name: 'Upload limits' })).toBeVisible()
    expect(page.getByRole('heading', { name: 'Refused peers' }).query()).toBeNull()
  })
})
