/** Line icons of the timeline, by what they stand for; hidden from screen readers, as a word says the same. */
const PATHS = {
  reply: 'M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5v1',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4',
  pin: 'M7.5 3.5h5l-.5 5 2.5 2.5h-9l2.5-2.5zM10 11v6',
  calendar: 'M3.5 5h13v12h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5',
  channels: 'M4 5.5h12M4 10h12M4 14.5h12',
  picture: 'M3.5 4.5h13v11h-13zM3.5 13l4-4 3.5 3.5 2-2 3.5 3M13 7.5h.01',
  send: 'M10 16V4.5m0 0L5 9.5m5-5 5 5',
  down: 'M10 4v12m0 0-4.5-4.5M10 16l4.5-4.5',
  edit: 'M4 16l.7-3.3 8.6-8.6 2.6 2.6-8.6 8.6z',
  about: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.5v4M10 6.5h.01',
  play: 'M6.5 4.5v11l9-5.5z',
  file: 'M5 3.5h6l4 4v9H5zM11 3.5v4h4',
  left: 'M12 5l-5 5 5 5',
  right: 'M8 5l5 5-5 5',
} as const

export type ToolName = keyof typeof PATHS

export function ToolIcon({ name }: { name: ToolName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
