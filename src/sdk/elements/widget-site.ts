import { isSecure } from '../../widget/parse-parts.ts'

/** Where `widget.html` lies: the folder that `site` names, that of this script where it came from a Quire, or nowhere. */
export function widgetSite(site: string | null, script: string = import.meta.url): URL | undefined {
  const text = site ?? defaultSite ?? folderOf(script)
  if (!URL.canParse(text, document.baseURI)) return undefined
  const url = new URL(text, document.baseURI)
  url.hash = ''
  url.search = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  // A frame without encryption would have neither storage nor hashes.
  return isSecure(url) ? url : undefined
}

/** Where Quire is, for all elements without an attribute `site`: those that are in the page, and those that come. */
export function setWidgetSite(site: string): void {
  defaultSite = site
  for (const listener of listeners) listener()
}

/** `listener` is called when `setWidgetSite` was. */
export function onWidgetSite(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

let defaultSite: string | undefined
const listeners = new Set<() => void>()

function folderOf(script: string): string {
  return URL.canParse(script) ? new URL('./', script).href : script
}
