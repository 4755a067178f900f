/** What lies at the side of a community. */
export function CommunitySide() {
  return null
}
