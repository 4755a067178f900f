import { QuireError, type ErrorCode } from '../../errors.ts'

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The code of the `QuireError` that `act` throws, “success” where it throws nothing; anything else goes through. */
export function outcomeOf(act: () => unknown): ErrorCode | 'success' {
  try {
    act()
    return 'success'
  } catch (error) {
    if (error instanceof QuireError) return error.code
    throw error
  }
}
