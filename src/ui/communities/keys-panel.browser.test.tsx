import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { usePage } from '../testing/page-fixture.ts'

const { show } = usePage()

const side = () => page.getByRole('complementary')
const takeOff = () => side().getByRole('button', { name: 'Take it off' })

describe('the passphrase of a community’s key', () => {
  it('can be taken off only where one is set', async () => {
    const { node } = await show('community-new')
    await expect.element(side().getByRole('button', { name: 'Set a passphrase' })).toBeVisible()
    await expect.element(takeOff()).not.toBeInTheDocument()
    await userEvent.fill(side().getByLabelText('Passphrase on this device'), 'a long one')
    await userEvent.fill(side().getByLabelText('The same again'), 'a long one')
    await userEvent.click(side().getByRole('button', { name: 'Set a passphrase' }))
    await expect.element(side().getByRole('button', { name: 'Change the passphrase' })).toBeVisible()
    await userEvent.click(takeOff())
    await expect.element(takeOff()).not.toBeInTheDocument()
    await expect.element(side().getByText('The key has no passphrase on this device now.')).toBeVisible()
    expect(node?.history.calls).toEqual(['setPassphrase given', 'setPassphrase none'])
  })
})
