/** Line icons, 20 by 20, drawn for this page; they repeat what a word beside them says and are hidden from screen readers. */
const PATHS = {
  files: ['M5 3.5h6l4 4v9H5z', 'M11 3.5v4h4'],
  network: [
    'M10 6.5v3m0 0-4.6 3.4M10 9.5l4.6 3.4',
    'M10 6.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z',
    'M4.25 16.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z',
    'M15.75 16.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z',
  ],
  communities: ['M3.5 4.5h9v7h-5l-3 2.5v-2.5h-1z', 'M15 7.5h1.5v6.5h-1v2.5l-3-2.5h-4'],
  back: ['M12.5 4.5 7 10l5.5 5.5'],
  key: ['M12.5 11.5a4 4 0 1 0-3.7-2.5L3.5 14.3V17h3v-2h2v-2l1.4-1.8a4 4 0 0 0 2.6.300z', 'M13.5 6.5v.1'],
  about: ['M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z', 'M10 9.5v4m0-7v.2'],
  publish: ['M10 13V3.5m0 0L6.5 7M10 3.5 13.5 7', 'M4 12v4.5h12V12'],
  settings: ['M3 6h8m4 0h2M3 14h2m4 0h8', 'M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4z', 'M7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z'],
  add: ['M10 4v12M4 10h12'],
  folder: ['M3 15.5v-11h5l2 2h7v9z'],
  link: [
    'M8.5 11.5a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3L10.2 5.5',
    'M11.5 8.5a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l1.1-1.1',
  ],
  copy: ['M7 7h9v9H7z', 'M13 7V4H4v9h3'],
  check: ['M4 10.5l4 4 8-9'],
  open: ['M11.5 4H16v4.5M16 4l-6.5 6.5', 'M8.5 5H4v11h11v-4.5'],
  save: ['M10 3v10m0 0-4-4m4 4 4-4', 'M4 16.5h12'],
  trash: ['M4 6h12M8 6V4h4v2M5.5 6l.700 10.5h7.6L14.5 6'],
  close: ['M5 5l10 10M15 5L5 15'],
  pin: ['M7 3.5h6M8 3.5v5L5.5 12h9L12 8.5v-5M10 12v5'],
  pause: ['M7.5 5.5v9M12.5 5.5v9'],
  resume: ['M7 5l8 5-8 5z'],
  stop: ['M6 6h8v8H6z'],
  warning: ['M10 3.5 17.5 16.5h-15z', 'M10 8v4m0 2v.2'],
  share: ['M10 12V3m0 0L7 6m3-3 3 3', 'M6 9H4.5v8h11V9H14'],
  retry: ['M16 10a6 6 0 1 1-1.8-4.3L16 7.5', 'M16 3.5v4h-4'],
  qr: ['M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4z', 'M11.5 11.5h1.5v1.5m3-1.5v1.5M11.5 16h1.5m3-1.5V16'],
} as const satisfies Record<string, readonly string[]>

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      {PATHS[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
}

/** The mark of Quire: leaves laid into each other, open, and the thread that binds them. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <path d="M4 6c4.5-1.5 9-.5 12 2.5 3-3 7.5-4 12-2.5v13c-4.5-1.5-9-.5-12 2.5-3-3-7.5-4-12-2.5z" />
      <path d="M4 23c4.5-1.5 9-.5 12 2.5 3-3 7.5-4 12-2.5" />
      <path d="M4 27c4.5-1.5 9-.5 12 2.5 3-3 7.5-4 12-2.5" />
      <path class="mark-thread" d="M16 8.5v13" />
    </svg>
  )
}
