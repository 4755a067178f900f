import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAuthorized, loadApiToken } from './api-token.ts'
import { writePrivateFile } from './private-file.ts'
import { readRunningNote, writeRunningNote } from './running-note.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const NOTE = { url: 'http://localhost:9410', token: 't', peerId: 'p' }
/** Beyond what any kernel gives out. */
const NO_PROCESS = 2 ** 30

describe('the data folder', () => {
  it('is made with its files for its owner alone, whatever an older file allowed', async () => {
    const folder = join(await temporaryFolder(), 'new')
    const path = join(folder, 'secret')
    await writePrivateFile(path, 'one')
    await chmod(path, 0o644)

    await writePrivateFile(path, 'two')

    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).toBe('two')
  })

  it('that cannot be used is named', async () => {
    const file = join(await temporaryFolder(), 'file')
    await writeFile(file, '')

    await expect(writePrivateFile(join(file, 'x'), '')).rejects.toMatchObject({ code: 'ERR_DATA_FOLDER_UNUSABLE' })
  })

  it('gets a new token where its file holds none', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'api-token'), 'short\n')

    const token = await loadApiToken(folder)

    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await loadApiToken(folder)).toBe(token)
    expect(isAuthorized(`Bearer ${token}`, token)).toBe(true)
    expect(isAuthorized(`Bearer ${token}x`, token)).toBe(false)
  })

  it.each([
    ['that a crash left behind', JSON.stringify({ ...NOTE, pid: NO_PROCESS })],
    ['that is damaged', '{'],
    ['that names no process', JSON.stringify({ ...NOTE, pid: 0 })],
    ['of something else', '[]'],
  ])('has no running keeper in a note %s', async (_title, text) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'keeper.json'), text)

    expect(await readRunningNote(folder)).toBeUndefined()
  })

  it('tells of the keeper that runs', async () => {
    const folder = await temporaryFolder()
    await writeRunningNote(folder, { ...NOTE, pid: process.pid })

    expect(await readRunningNote(folder)).toEqual({ ...NOTE, pid: process.pid })
  })
})
