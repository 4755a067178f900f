/** Bytes at a time: three become four letters, and a call takes only so many arguments. */
const STEP_BYTES = 3 * 4096

export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.byteLength; at += STEP_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + STEP_BYTES)))
  }
  return text
}
