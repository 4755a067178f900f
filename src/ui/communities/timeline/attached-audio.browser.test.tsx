import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { AttachmentView } from '../../../rpc/history-api.ts'
import { usePage } from '../../testing/page-fixture.ts'
import { messageOf, openTimeline } from '../../testing/timeline-fixture.ts'

const { show } = usePage()
const SAMPLES_A_SECOND = 8000

/** A message with sounds, and what was read of them. */
async function open(sounds: readonly Partial<AttachmentView>[], read: () => Promise<Blob> = async () => silence(2)) {
  const reads: string[] = []
  const attachment = async (_id: string, messageId: string, index: number) => {
    reads.push(`${messageId} ${index}`)
    return read()
  }
  const shown = await openTimeline(show, { history: { attachment } })
  const attachments = sounds.map((sound, index) => ({
    kind: 'audio' as const,
    name: `voice-${index + 1}.wav`,
    mediaType: 'audio/wav',
    sizeBytes: 32_044,
    isHere: true,
    ...sound,
    index,
  }))
  const { id } = shown.fake.receive(shown.community.id, { ...messageOf(shown.channel.id, 'Listen'), attachments })
  await expect.element(page.getByText('Listen', { exact: true })).toBeVisible()
  const readOf = () => reads.filter((each) => each.startsWith(id)).map((each) => each.split(' ')[1])
  return { ...shown, readOf }
}

const button = (number: number) => page.getByRole('button', { name: `voice-${number}.wav Play, 32 KB` })
const players = () => [...document.querySelectorAll('audio')]

describe('a sound in a message', () => {
  it('is read and played when it is pressed, and not before; another one stops it', async () => {
    const { readOf } = await open([{}, {}])
    expect(readOf()).toEqual([])
    expect(players()).toEqual([])
    await userEvent.click(button(1))
    await expect.poll(() => players().map(({ paused }) => paused)).toEqual([false])
    expect(readOf()).toEqual(['0'])
    await userEvent.click(button(2))
    await expect.poll(() => players().map(({ paused }) => paused)).toEqual([true, false])
  })

  it('is played by the keyboard, whose arrows stay with the player', async () => {
    await open([{}])
    const opened = button(1).element()
    if (!(opened instanceof HTMLElement)) throw new TypeError('No button.')
    opened.focus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => document.activeElement?.tagName).toBe('AUDIO')
    await userEvent.keyboard('{ArrowUp}{End}')
    expect(document.activeElement?.tagName).toBe('AUDIO')
    // The browser’s player has some stops of its own.
    const save = page.getByRole('button', { name: 'Save voice-1.wav' }).element()
    for (let stops = 0; stops < 8 && document.activeElement !== save; stops++) await userEvent.keyboard('{Tab}')
    expect(document.activeElement).toBe(save)
  })

  it('is saved where the browser cannot play its kind, or turns out not to', async () => {
    const others = [
      { name: 'old.amr', mediaType: 'audio/amr' },
      // It would name addresses to load from.
      { name: 'list.m3u8', mediaType: 'audio/mpegurl' },
    ]
    const { pageCalls } = await open([{}, ...others], async () => new Blob(['noise']))
    await expect.element(page.getByRole('button', { name: 'list.m3u8 Save, 32 KB' })).toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'old.amr Save, 32 KB' }))
    await expect.poll(() => pageCalls).toContain('download old.amr')
    await userEvent.click(button(1))
    await expect.element(page.getByText('This browser cannot play it. Save it instead.')).toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'Save voice-1.wav' }))
    await expect.poll(() => pageCalls).toContain('download voice-1.wav')
  })

  it('is no list of addresses, whatever its message calls it', async () => {
    await open([{}], async () => new Blob(['#EXTM3U\n#EXTINF:5,\nhttps://example.org/asked-for.ts\n#EXT-X-ENDLIST\n']))
    let hadPlayer = false
    const watching = new MutationObserver(() => (hadPlayer ||= players().length > 0))
    watching.observe(document.body, { subtree: true, childList: true })
    await userEvent.click(button(1))
    await expect.element(page.getByText('This browser cannot play it. Save it instead.')).toBeVisible()
    watching.disconnect()
    expect(hadPlayer).toBe(false)
  })
})

/** A WAV file without a sound: RIFF, PCM, one channel of 16 bits. */
function silence(seconds: number): Blob {
  const dataBytes = 2 * SAMPLES_A_SECOND * seconds
  const head = new DataView(new ArrayBuffer(44))
  const words = (at: number, text: string) => {
    for (const [i, character] of text.split('').entries()) head.setUint8(at + i, character.charCodeAt(0))
  }
  words(0, 'RIFF')
  head.setUint32(4, 36 + dataBytes, true)
  words(8, 'WAVEfmt ')
  head.setUint32(16, 16, true)
  head.setUint16(20, 1, true)
  head.setUint16(22, 1, true)
  head.setUint32(24, SAMPLES_A_SECOND, true)
  head.setUint32(28, 2 * SAMPLES_A_SECOND, true)
  head.setUint16(32, 2, true)
  head.setUint16(34, 16, true)
  words(36, 'data')
  head.setUint32(40, dataBytes, true)
  return new Blob([head, new Uint8Array(dataBytes)])
}
