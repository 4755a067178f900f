import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { QuireError } from '../errors.ts'
import type { TransferView } from '../rpc/api.ts'
import { viewOfError } from '../rpc/errors.ts'
import { datasetOf, fakeCid, transferOf } from './testing/fake-datasets.ts'
import { usePage } from './testing/page-fixture.ts'

const { show } = usePage()

const KNOWN = fakeCid(1)
const UNKNOWN = fakeCid(9)

function drop(...files: File[]): void {
  const dataTransfer = new DataTransfer()
  for (const file of files) dataTransfer.items.add(file)
  const init = { dataTransfer, bubbles: true, cancelable: true }
  document.body.dispatchEvent(new DragEvent('dragover', init))
  document.body.dispatchEvent(new DragEvent('drop', init))
}

function paste(dataTransfer: DataTransfer): void {
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: dataTransfer, bubbles: true }))
}

function failedTransfer(kind: 'upload' | 'save', name: string, error: QuireError): TransferView {
  const cid = kind === 'save' ? KNOWN : undefined
  return transferOf(KNOWN, { state: 'failed', error: viewOfError(error) }, { id: `${kind}-1`, kind, name, cid })
}

describe('adding files', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('shows the link of a file that was dropped alone', async () => {
    const { node, pageCalls } = await show('empty')
    drop(new File(['content'], 'poem.txt', { type: 'text/plain' }))
    await expect.element(page.getByRole('heading', { name: 'poem.txt' })).toBeVisible()
    expect(node?.calls).toEqual(['upload poem.txt'])
    await userEvent.click(page.getByRole('button', { name: 'Copy link' }))
    await expect.poll(() => pageCalls[0]).toMatch(/^copy https:\/\/quire\.example\.org\/#\/zDv\w+\?maddrs=%2Fdns4/)
    await expect.element(page.getByRole('status')).toHaveTextContent('Link copied')
  })

  it('names the empty files among many and adds the others', async () => {
    const { node } = await show('empty')
    drop(new File(['a'], 'a.txt'), new File([], 'void.txt'), new File(['b'], 'b.txt'), new File([], 'nil.txt'))
    await expect.element(page.getByText('Not added: void.txt, nil.txt')).toBeVisible()
    await expect.poll(() => node?.calls).toEqual(['upload a.txt', 'upload b.txt'])
  })

  it('leaves out those that wait when they are not wanted', async () => {
    const { node } = await show('list', { upload: () => new Promise(() => undefined) })
    drop(new File(['a'], 'a.txt'), new File(['b'], 'b.txt'))
    await expect.element(page.getByText('1 more file to add after that')).toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'Leave it out' }))
    await expect.element(page.getByText('1 more file to add after that')).not.toBeInTheDocument()
    expect(node?.calls).toEqual(['upload a.txt'])
  })

  it('asks for no drop where there are only fingers', async () => {
    const { matchMedia } = window
    vi.spyOn(window, 'matchMedia').mockImplementation((query) => {
      return query === '(any-pointer: fine)' ? matchMedia('not all') : matchMedia(query)
    })
    await show('empty')
    await expect.element(page.getByRole('heading', { name: 'Add a file to share it' })).toBeVisible()
  })

  it('adds a pasted file', async () => {
    const { node } = await show('empty')
    const clipboard = new DataTransfer()
    clipboard.items.add(new File(['content'], 'screenshot.png'))
    paste(clipboard)
    await expect.poll(() => node?.calls).toEqual(['upload screenshot.png'])
  })

  it('shows over the page where to drop, and hides it when the files go elsewhere', async () => {
    await show('list')
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['a'], 'a.txt'))
    document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }))
    await expect.element(page.getByText('Drop to add to Quire')).toBeVisible()
    document.body.dispatchEvent(new DragEvent('dragleave', { dataTransfer, bubbles: true }))
    await expect.element(page.getByText('Drop to add to Quire')).not.toBeInTheDocument()
  })

  it('tells a failed upload once, with what to do, until it is dismissed', async () => {
    const error = new QuireError('ERR_STORE_FULL', 'It needs 2 GB; 1 GB is free.')
    const { node } = await show('list', { upload: () => Promise.reject(error) })
    drop(new File(['content'], 'large.iso'))
    node?.showTransfer(failedTransfer('upload', 'large.iso', error))
    await expect.element(page.getByText('Not added: large.iso')).toBeVisible()
    await expect.element(page.getByText(error.advice)).toBeVisible()
    expect(document.querySelectorAll('.error-box')).toHaveLength(1)
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }))
    await expect.poll(() => document.querySelectorAll('.error-box, .transfer-row').length).toBe(0)
  })

  it('adds a file that failed again, once there is room for it', async () => {
    let isFull = true
    const given: string[] = []
    const error = new QuireError('ERR_STORE_FULL', 'It needs 2 GB; 1 GB is free.')
    await show('list', {
      upload: async (file, { name = '' } = {}) => {
        given.push(`${name} ${await file.text()}`)
        if (isFull) throw error
        return datasetOf(UNKNOWN, { name })
      },
    })
    drop(new File(['one'], 'a.iso'), new File(['two'], 'b.iso'))
    await expect.element(page.getByText('Not added: a.iso, b.iso')).toBeVisible()
    isFull = false
    await userEvent.click(page.getByRole('button', { name: 'Try again' }))
    await expect.poll(() => given).toEqual(['a.iso one', 'b.iso two', 'a.iso one', 'b.iso two'])
    await expect.element(page.getByText(/^Not added/)).not.toBeInTheDocument()
  })

  it('asks for a file anew that has changed on the disk', async () => {
    const error = new QuireError('ERR_FILE_UNREADABLE', 'The file changed.')
    await show('list', { upload: () => Promise.reject(error) })
    drop(new File(['content'], 'notes.txt'))
    await expect.element(page.getByText('Not added: notes.txt')).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Try again' })).not.toBeInTheDocument()
  })
})

describe('fetching', () => {
  it('starts at once when a shared link was opened, with the addresses of the link', async () => {
    const { node } = await show('list', { openedHash: `#/${UNKNOWN}?maddrs=%2Fdns4%2Fa.example` })
    await expect.element(page.getByRole('heading', { name: 'A shared file' })).toBeVisible()
    expect(node?.calls).toEqual([`fetch ${UNKNOWN}?maddrs=%2Fdns4%2Fa.example`])
    await expect.element(page.getByText('Looking for someone who has this file (3 peers asked)').first()).toBeVisible()
  })

  it('starts as well when a link is put into the address bar of the open page', async () => {
    const { node } = await show('settings')
    location.hash = `#/${UNKNOWN}?maddrs=%2Fdns4%2Fa.example`
    await expect.element(page.getByRole('heading', { name: 'A shared file' })).toBeVisible()
    expect(node?.calls).toEqual([`fetch ${UNKNOWN}?maddrs=%2Fdns4%2Fa.example`])
  })

  it('says so when the link that was opened is damaged', async () => {
    await show('empty', { openedHash: '#/zDvZRwzmAvGX' })
    await expect.element(page.getByRole('alert').filter({ hasText: 'This text is no link and no CID.' })).toBeVisible()
  })

  it('only shows a dataset of an opened link that is here already', async () => {
    const { node } = await show('list', { openedHash: `#/${KNOWN}` })
    await expect.element(page.getByRole('heading', { name: 'assembly-minutes-2026-08.pdf' })).toBeVisible()
    expect(node?.calls).toEqual([])
  })

  it('takes a link that is pasted anywhere', async () => {
    const { node } = await show('list')
    const clipboard = new DataTransfer()
    clipboard.setData('text/plain', `https://quire.example.org/#/${UNKNOWN}`)
    paste(clipboard)
    await expect.poll(() => node?.calls).toEqual([`fetch https://quire.example.org/#/${UNKNOWN}`])
  })

  it('stops, and can be begun again with the addresses of the link', async () => {
    const link = `${UNKNOWN}?maddrs=%2Fdns4%2Fa.example`
    const { node } = await show('list', { openedHash: `#/${link}` })
    await userEvent.click(page.getByRole('button', { name: /^Stop/ }).last())
    await userEvent.click(page.getByRole('button', { name: 'Fetch', exact: true }).last())
    await expect
      .poll(() => node?.calls)
      .toEqual([
        `fetch ${link}`,
        `cancelTransfer fetch-${UNKNOWN}`,
        `dismissTransfer fetch-${UNKNOWN}`,
        `fetch ${link}`,
      ])
  })

  it('tells a failed fetch once, in its row', async () => {
    const error = new QuireError('ERR_NO_PEER_HAS_IT', 'Nobody who is online has this file.')
    const { node } = await show('failed-no-peer', { fetch: () => Promise.reject(error) })
    await userEvent.click(page.getByRole('button', { name: 'Try again' }).first())
    node?.showTransfer(transferOf(UNKNOWN, { state: 'failed', error: viewOfError(error) }))
    await expect.poll(() => document.querySelectorAll('.notices .error-box').length).toBe(0)
    expect(document.querySelectorAll('.transfer-row .error-box')).toHaveLength(1)
  })

  it('is announced in turns', async () => {
    const { node } = await show('list')
    node?.showTransfer(transferOf(UNKNOWN, { state: 'waiting', reason: 'no-peer' }, { name: 'harvest.mp4' }))
    await expect.element(page.getByRole('status')).toHaveTextContent('harvest.mp4: Waiting: no other device is online')
  })
})

describe('what is here', () => {
  it('is deleted only after a yes, and the safe answer has the focus', async () => {
    const { node } = await show('list-chosen')
    await userEvent.click(page.getByRole('button', { name: 'Delete from this device' }))
    await expect.element(page.getByText(/the original file on your disk stays/)).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Keep it' })).toHaveFocus()
    await userEvent.click(page.getByRole('button', { name: 'Keep it' }))
    expect(node?.calls).toEqual([])
    await userEvent.click(page.getByRole('button', { name: 'Delete from this device' }))
    await userEvent.click(page.getByRole('button', { name: 'Delete', exact: true }))
    await expect.poll(() => node?.calls).toEqual([`delete ${KNOWN}`])
    await expect.element(page.getByRole('heading', { name: 'assembly-minutes-2026-08.pdf' })).not.toBeInTheDocument()
  })

  it('is written into the file that the person chose', async () => {
    const directory = await navigator.storage.getDirectory()
    const target = await directory.getFileHandle('target', { create: true })
    const saved: unknown[] = []
    await show('list-chosen', {
      page: { chooseSaveTarget: async (fileName) => (saved.push(fileName), target) },
      save: async (cid, handle) => void saved.push(cid, handle),
    })
    await userEvent.click(page.getByRole('button', { name: 'Save to disk' }))
    await expect.poll(() => saved).toEqual(['assembly-minutes-2026-08.pdf', KNOWN, target])
  })

  it('tells a failed save once, in its row, until that is dismissed', async () => {
    const error = new QuireError('ERR_SAVE_FAILED', 'The disk is full.')
    const target = await (await navigator.storage.getDirectory()).getFileHandle('target', { create: true })
    const name = 'assembly-minutes-2026-08.pdf'
    const { node } = await show('list-chosen', {
      page: { chooseSaveTarget: async () => target },
      save: () => {
        node?.showTransfer(failedTransfer('save', name, error))
        return Promise.reject(error)
      },
    })
    await userEvent.click(page.getByRole('button', { name: 'Save to disk' }))
    const list = page.getByRole('region', { name: 'On the way' })
    await expect.element(list.getByText('The disk is full.', { exact: true })).toBeVisible()
    await userEvent.click(list.getByRole('button', { name: 'Dismiss' }))
    await expect.element(list).not.toBeInTheDocument()
    expect(document.querySelectorAll('.error-box')).toHaveLength(0)
  })

  it('is left alone when the save dialog is closed', async () => {
    const { node } = await show('list-chosen', { page: { chooseSaveTarget: async () => undefined } })
    await userEvent.click(page.getByRole('button', { name: 'Save to disk' }))
    expect(node?.calls).toEqual([])
  })

  it('is downloaded, and the copy freed, where there is no save dialog', async () => {
    const { node, pageCalls } = await show('list-chosen')
    await userEvent.click(page.getByRole('button', { name: 'Save to disk' }))
    await expect.poll(() => node?.calls).toEqual([`exportFile ${KNOWN}`, `releaseFile ${KNOWN}`])
    expect(pageCalls).toEqual(['download assembly-minutes-2026-08.pdf'])
  })

  it('offers to fetch the rest only while nothing fetches it', async () => {
    const { node } = await show('list')
    const button = page.getByRole('button', { name: 'Fetch the rest of survey-of-the-old-town-walls.tar.zst' })
    await expect.element(button).toBeVisible()
    node?.showTransfer(transferOf(fakeCid(3), { state: 'waiting', reason: 'no-peer' }))
    await expect.element(button).not.toBeInTheDocument()
    node?.showTransfer(transferOf(fakeCid(3), { state: 'cancelled' }))
    await expect.element(button).toBeVisible()
  })

  it('is summed up by what lies here of it', async () => {
    await show('list')
    await expect.element(page.getByText('4 files, 157 MB')).toBeVisible()
  })

  it('is drawn in portions', async () => {
    await show('long-list')
    expect(document.querySelectorAll('.dataset-row')).toHaveLength(200)
    await userEvent.click(page.getByRole('button', { name: 'Show 200 more files' }))
    await expect.poll(() => document.querySelectorAll('.dataset-row').length).toBe(400)
    await userEvent.click(page.getByRole('button', { name: 'Show 50 more files' }))
    await expect.poll(() => document.querySelectorAll('.dataset-row').length).toBe(450)
  })
})
