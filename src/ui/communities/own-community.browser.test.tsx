/** What a person owns: a community of their own, and the key that signs for them. */
import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { QuireError } from '../../errors.ts'
import { usePage } from '../testing/page-fixture.ts'

const { show } = usePage()

const FAST = { history: { stepMs: 1 } } as const

const dialog = () => page.getByRole('dialog')
const side = () => page.getByRole('complementary')
const title = () => page.getByRole('heading', { level: 1 })

describe('a community of one’s own', () => {
  it('is made from a name, and its key is asked to be saved until it is', async () => {
    const { node, pageCalls } = await show('communities-empty', FAST)
    await userEvent.click(page.getByRole('button', { name: 'Create a community' }))
    await userEvent.click(dialog().getByRole('button', { name: 'Create' }))
    await expect.element(dialog().getByRole('alert')).toHaveTextContent(/needs a name/)
    await userEvent.fill(dialog().getByLabelText('Name'), 'Bell ringers')
    await userEvent.click(dialog().getByRole('button', { name: 'Create' }))

    await expect.element(title()).toHaveTextContent('Bell ringers')
    await expect.element(page.getByText(/^Save the key of this community/)).toBeVisible()
    await userEvent.click(side().getByRole('button', { name: 'Save the key' }))
    expect(pageCalls).toContain('download Bell ringers key.txt')
    await expect.element(page.getByText(/^Save the key of this community/)).toBeVisible()
    await userEvent.click(side().getByRole('button', { name: 'Yes, I have it' }))
    await expect.element(page.getByText(/^Save the key of this community/)).not.toBeInTheDocument()
    expect(node?.history.calls.at(-1)).toBe('noteKeySaved community')
  })

  it('publishes when told to, shows how far it is, and can be stopped', async () => {
    const { node } = await show('community-publish', { history: { stepMs: 60_000 } })
    await userEvent.click(side().getByRole('button', { name: 'Publish now' }))
    await expect.element(side().getByRole('progressbar', { name: 'Publishing, 0 of 4 archives done' })).toBeVisible()
    await userEvent.click(side().getByRole('button', { name: 'Stop' }))
    await expect.element(side().getByRole('button', { name: 'Publish now' })).toBeEnabled()
    expect(node?.history.calls).toEqual(['publishNow'])
  })

  it('asks for the passphrase of a locked key, and says when it is wrong', async () => {
    await show('community-key-locked')
    await expect.element(side().getByRole('button', { name: 'Publish now' })).toBeDisabled()
    await userEvent.fill(side().getByLabelText('Passphrase'), 'wrong')
    await userEvent.keyboard('{Enter}')
    await expect.element(side().getByRole('alert').filter({ hasText: 'does not fit' })).toBeVisible()
    await userEvent.fill(side().getByLabelText('Passphrase'), 'open')
    await userEvent.keyboard('{Enter}')
    await expect.element(side().getByRole('button', { name: 'Publish now' })).toBeEnabled()
  })

  it('sets how many days an archive has, and refuses none', async () => {
    const { node } = await show('community-publish')
    const days = side().getByRole('spinbutton', { name: 'Days in one archive' })
    await userEvent.fill(days, '0')
    await userEvent.keyboard('{Enter}')
    await expect.element(days).toHaveAccessibleDescription(/1 to 365/)
    await userEvent.fill(days, '14')
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => node?.history.calls).toEqual(['setSettings {"partitionDays":14}'])
  })

  it('takes an export, shows its kind and how far it is, and lists what could not be read', async () => {
    const { node } = await show('community-import', FAST)
    const input = document.querySelector<HTMLInputElement>('.import-choice input[type=file]')
    await userEvent.upload(page.elementLocator(input ?? document.body), new File(['{}'], 'attic.json'))
    const row = side().getByRole('listitem').filter({ hasText: 'attic.json' })
    await expect.element(row).toHaveTextContent(/Discord/)
    await expect.element(row).toHaveTextContent(/Imported: 41,680 messages in 3 channels/)
    expect(node?.history.calls).toEqual(['importFile attic.json'])
    await userEvent.click(side().getByText('2 entries could not be read'))
    await expect.element(side().getByText('The message has no time.')).toBeVisible()
  })

  it('refuses a file that is no export, and says what would be one', async () => {
    await show('community-import', FAST)
    const input = document.querySelector<HTMLInputElement>('.import-choice input[type=file]')
    await userEvent.upload(page.elementLocator(input ?? document.body), new File(['x'], 'holiday.txt'))
    await expect.element(side().getByText('Not imported: holiday.txt')).toBeVisible()
    await expect.element(side().getByText(/DiscordChatExporter JSON, Slack export ZIPs/)).toBeVisible()
  })
})

describe('the person', () => {
  it('gets a name, and with it a key that can be saved and wrapped', async () => {
    const { node } = await show('communities-empty')
    await userEvent.fill(page.getByLabelText('Your name'), 'Nell')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText('Save your key')).toBeVisible()
    await userEvent.fill(page.getByLabelText('Passphrase on this device'), 'short')
    await userEvent.click(page.getByRole('button', { name: 'Set a passphrase' }))
    await expect.element(page.getByRole('alert').filter({ hasText: 'at least 8' })).toBeVisible()
    await userEvent.fill(page.getByLabelText('Passphrase on this device'), 'a long one')
    await userEvent.fill(page.getByLabelText('The same again'), 'a long one')
    await userEvent.click(page.getByRole('button', { name: 'Set a passphrase' }))
    await expect.element(page.getByText(/From the next start on/)).toBeVisible()
    expect(node?.history.calls).toEqual(['setPerson Nell', 'setPassphrase given'])
  })

  it('imports a key file, and is asked for its passphrase only where it has one', async () => {
    const calls: (string | undefined)[] = []
    const importKey = async (_text: string, { passphrase }: { passphrase?: string }) => {
      calls.push(passphrase)
      if (passphrase === 'right words') return { what: 'person' }
      throw new QuireError('ERR_PASSPHRASE_WRONG', 'The passphrase does not fit this key.')
    }
    await show('communities-list', { history: { importKey } })
    const input = document.querySelector<HTMLInputElement>('input[aria-label="Key file"]')
    await userEvent.upload(page.elementLocator(input ?? document.body), new File(['key'], 'mine.txt'))
    await userEvent.fill(page.getByLabelText('Passphrase of mine.txt'), 'wrong words')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('alert').filter({ hasText: 'does not fit' })).toBeVisible()
    await userEvent.fill(page.getByLabelText('Passphrase of mine.txt'), 'right words')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByLabelText('Passphrase of mine.txt')).not.toBeInTheDocument()
    expect(calls).toEqual([undefined, 'wrong words', 'right words'])
  })
})
