import type { SettingsStore } from '../store/settings-store.ts'

/** A list of CIDs as text, kept as JSON. What is in it and is no text is passed over. Errors: `SyntaxError`, those of `SettingsStore.get`. */
export async function readCidList(settings: SettingsStore | undefined, key: string): Promise<readonly string[]> {
  const bytes = await settings?.get(key)
  const kept: unknown = bytes === undefined ? [] : JSON.parse(new TextDecoder().decode(bytes))
  if (!Array.isArray(kept)) throw new SyntaxError(`What is kept as “${key}” is no list.`)
  return kept.filter((entry) => typeof entry === 'string')
}

/** Errors: those of `SettingsStore.set`. */
export async function writeCidList(
  settings: SettingsStore | undefined,
  key: string,
  cids: Iterable<string>,
): Promise<void> {
  await settings?.set(key, new TextEncoder().encode(JSON.stringify([...cids])))
}
