/** The arrows go by days and weeks, Page Up and Page Down by months, over days that can be chosen. */
const STEPS: Record<string, number | undefined> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
  PageUp: -30,
  PageDown: 30,
}

export function onCalendarKey(event: KeyboardEvent): void {
  const { target, currentTarget, key } = event
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return
  const days = [...currentTarget.querySelectorAll<HTMLButtonElement>('[data-day]:enabled')]
  const at = days.findIndex((day) => day === target)
  const step = STEPS[key]
  const wanted = key === 'Home' ? 0 : key === 'End' ? days.length - 1 : step === undefined ? undefined : at + step
  if (at === -1 || wanted === undefined) return
  event.preventDefault()
  days[Math.min(days.length - 1, Math.max(0, wanted))]?.focus()
}
