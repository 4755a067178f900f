import { Zip, ZipPassThrough, strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { concat } from '../../codec/concat.ts'
import type { ImportFile } from './import-file.ts'
import { importFiles } from './open-files.ts'
import { allOf } from './testing/all-of.ts'

async function open(bytes: Uint8Array): Promise<readonly ImportFile[]> {
  return importFiles([{ path: 'export.zip', blob: new Blob([Uint8Array.from(bytes)]) }])
}

async function contentOf(file: ImportFile | undefined, onRead?: (bytes: number) => void): Promise<Uint8Array> {
  if (file === undefined) throw new Error('No such file.')
  return concat(...(await allOf(file.read(onRead === undefined ? {} : { onRead }))))
}

describe('the files of a ZIP', () => {
  it('are read by name, packed ones and stored ones', async () => {
    const long = strToU8(Array.from({ length: 20_000 }, (_, i) => `line ${i}`).join('\n'))
    const files = await open(zipSync({ 'b/long.json': long, 'a.txt': [strToU8('stored'), { level: 0 }] }))
    expect(files.map(({ path }) => path)).toEqual(['a.txt', 'b/long.json'])
    expect(await contentOf(files[0])).toEqual(strToU8('stored'))
    let readBytes = 0
    expect(await contentOf(files[1], (bytes) => (readBytes += bytes))).toEqual(long)
    expect(readBytes).toBe(files[1]?.sizeBytes)
  })

  it('are read where sizes stand behind the content, as streaming writers leave them', async () => {
    const chunks: Uint8Array[] = []
    const zip = new Zip((_, chunk) => chunks.push(chunk))
    const entry = new ZipPassThrough('x.json')
    zip.add(entry)
    entry.push(strToU8('[1]'), true)
    zip.end()
    expect(await contentOf((await open(concat(...chunks)))[0])).toEqual(strToU8('[1]'))
  })

  it('are refused where one unpacks to absurdly much', async () => {
    const [bomb] = await open(zipSync({ 'bomb.json': new Uint8Array(40_000_000) }))
    await expect(contentOf(bomb)).rejects.toMatchObject({
      code: 'ERR_IMPORT_INVALID',
      message: expect.stringContaining('absurdly much'),
    })
  })

  it('are refused where the ZIP is cut off or its content changed', async () => {
    const whole = zipSync({ 'x.json': strToU8('hello '.repeat(2000)) })
    await expect(open(whole.subarray(0, whole.byteLength - 30))).rejects.toMatchObject({ code: 'ERR_IMPORT_INVALID' })
    const changed = Uint8Array.from(whole)
    changed.fill(0xff, 40, 60)
    await expect(contentOf((await open(changed))[0])).rejects.toMatchObject({ code: 'ERR_IMPORT_INVALID' })
  })

  it('are refused where they are locked by a password', async () => {
    const whole = zipSync({ 'x.json': strToU8('[]') })
    const at = whole.findIndex((_, i) => whole[i] === 0x50 && whole[i + 1] === 0x4b && whole[i + 2] === 1)
    whole[at + 8] = (whole[at + 8] ?? 0) | 1
    await expect(contentOf((await open(whole))[0])).rejects.toThrow('protected by a password')
  })

  it('stops reading at an abort', async () => {
    const [file] = await open(zipSync({ 'x.json': strToU8('[]') }))
    await expect(allOf(file?.read({ signal: AbortSignal.abort() }) ?? [])).rejects.toThrow('aborted')
  })
})
