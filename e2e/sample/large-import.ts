import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { openAsBlob } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { communityIdOf, loadSecp256k1 } from '../../src/history/crypto/secp256k1.ts'
import { ImportSigner } from '../../src/history/imports/import-signer.ts'
import { openExport } from '../../src/history/imports/read-export.ts'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'
import { samplePlan } from '../../src/history/sample/sample-plan.ts'
import { sampleWeek } from '../../src/history/sample/sample-week.ts'

const MB = 1_000_000
/** Above what the process has at its beginning, making the export included. */
const MOST_EXTRA_MB = 300
const SAMPLE_EVERY_BATCHES = 20

const USAGE = `npm run large-import -- [options]
  Makes a Discord export, reads it as an import does, and says what it took.

  --megabytes 1000   as much is needed on the disk
  --sign             signs the messages too, which takes longer by far
`
const OPTIONS = {
  megabytes: { type: 'string', default: '1000' },
  sign: { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const

/** Resolves with the exit status: 1 where memory grew with the export. */
export async function runLargeImport(args: readonly string[], write: (text: string) => void): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  if (values.help === true) {
    write(USAGE)
    return 0
  }
  const megabytes = Number(values.megabytes)
  if (!(megabytes >= 1)) throw new TypeError('--megabytes is at least 1.')
  const beforeBytes = process.memoryUsage.rss()
  const folder = await mkdtemp(join(tmpdir(), 'quire-import-'))
  try {
    const path = join(folder, 'general.json')
    await writeExport(path, megabytes * MB)
    const { messages, problems, seconds, mostBytes } = await readExport(path, { isSigned: values.sign })
    const extraMb = (mostBytes - beforeBytes) / MB
    const isGood = extraMb <= MOST_EXTRA_MB && problems === 0 && messages > 0
    const speed = (megabytes / seconds).toFixed(0)
    write(
      `${megabytes} MB, ${messages} messages in ${seconds.toFixed(1)} s (${speed} MB/s); memory grew by ` +
        `${extraMb.toFixed(0)} MB (at most ${MOST_EXTRA_MB}). ${isGood ? 'Good.' : 'NOT good.'}\n`,
    )
    return isGood ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As DiscordChatExporter writes it, with what people say in the sample. */
async function writeExport(path: string, sizeBytes: number): Promise<void> {
  const init: SampleInit = { seed: 'large', messages: 1e6, weeks: 100, channels: 1, persons: 500, endMs: 1.7e12 }
  const { personNames } = samplePlan(init)
  const file = createWriteStream(path)
  const put = async (text: string): Promise<void> => {
    if (!file.write(text)) await once(file, 'drain')
  }
  await put(
    '{"guild":{"id":"1","name":"Large"},"channel":{"id":"2","type":"GuildTextChat","name":"general"},"messages":[',
  )
  for (let week = 0, id = 0; file.bytesWritten < sizeBytes; week++) {
    let text = ''
    for (const message of sampleWeek(init, week % init.weeks)) {
      if (message.kind !== 'chat') continue
      const { person, atMs, text: content } = message
      const author = { id: String(person), name: personNames[person], discriminator: '0', isBot: false, roles: [] }
      text += `${id === 0 ? '' : ','}\n${JSON.stringify({
        id: String(++id),
        type: 'Default',
        timestamp: new Date(atMs).toISOString(),
        timestampEdited: null,
        isPinned: false,
        content,
        author,
        attachments: [],
        embeds: [],
        stickers: [],
        reactions: [],
        mentions: [],
      })}`
    }
    await put(text)
  }
  file.end('\n]}')
  await once(file, 'finish')
}

async function readExport(path: string, { isSigned }: { readonly isSigned: boolean }) {
  const curve = await loadSecp256k1()
  const signer = curve.generate()
  const community = communityIdOf(curve, signer.publicKey)
  const importer = new ImportSigner({ curve, signer }, { community, kind: 'discord', nowMs: Date.now() })
  const opened = await openExport([{ path, blob: await openAsBlob(path) }])
  const startedAt = performance.now()
  let [messages, problems, batches, mostBytes] = [0, 0, 0, process.memoryUsage.rss()]
  for await (const batch of opened.batches()) {
    messages += isSigned ? importer.sign(batch).messages.length : batch.messages.length
    problems += batch.problems.length
    if (++batches % SAMPLE_EVERY_BATCHES === 0) mostBytes = Math.max(mostBytes, process.memoryUsage.rss())
  }
  const seconds = (performance.now() - startedAt) / 1000
  return { messages, problems, seconds, mostBytes }
}
