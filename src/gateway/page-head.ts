import { escapeHtml } from './escape-html.ts'

export interface PageHeadInit {
  /** Where the app lies, with a slash at both ends, as it stands in an attribute. */
  readonly path: string
  readonly title: string
  /** Of the page’s own style sheet in `public/`, after the one that all share. */
  readonly styles: string
  /** Its own script, as an element. */
  readonly script: string
}

/** The head of a page that the service worker makes itself. */
export function pageHead({ path, title, styles, script }: PageHeadInit): string {
  return `<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escapeHtml(title)} · Quire</title>
    <link rel="icon" href="${path}favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="${path}service-page.css" />
    <link rel="stylesheet" href="${path}${styles}" />
    <script src="${path}theme.js"></script>
    ${script}
  </head>`
}
